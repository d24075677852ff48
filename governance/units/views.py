"""The body's tree: everyone looks, administrators change."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.forms import Form
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.access import Permission, can, demand, demand_place, requires, signed_in
from governance.calendar.closing_days import ClosingDay
from governance.pages.choosers import suggestions
from governance.pages.forms import add_errors, form_page, posted
from governance.pages.lists import page_of
from governance.pages.revisions import compared_again
from governance.people.models import Person, RoleGrant
from governance.policy.models import Policies
from governance.units.fields import UnitChoiceField
from governance.units.forms import TreeFilter, UnitForm
from governance.units.models import Tree, Unit

UNITS_A_PAGE = 50
PEOPLE_A_PAGE = 25
DEEPEST_INDENT = 5


def unit_crumbs(unit: Unit | None = None) -> list[tuple]:
    crumbs = [(_("Units"), reverse("units"))]
    return [*crumbs, (unit.name, unit.get_absolute_url())] if unit else crumbs


@signed_in
@require_safe
def units(request):
    """The tree, parents before children; a filter keeps what fits and its depth."""
    form = TreeFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = [
        {"unit": unit, "depth": min(depth, DEEPEST_INDENT)}
        for unit, depth in Tree.load().in_order()
        if _fits(unit, chosen)
    ]
    page = page_of(request, rows, UNITS_A_PAGE)
    context = {
        "title": _("Units"),
        "form": form,
        "page": page,
        "may_edit": can(request.user, Permission.EDIT_UNITS),
        "may_import": can(request.user, Permission.EDIT_SETTINGS),
        "filtered": any(chosen.values()),
    }
    return render(request, "governance/units/units.html", context)


@signed_in
@require_safe
def choose_unit(request):
    """What a unit's name or code may mean, for `UnitChoiceField`."""
    return suggestions(UnitChoiceField, Unit.objects.open(), request.GET.get("q", ""))


def _fits(unit: Unit, chosen: dict) -> bool:
    words = chosen.get("q", "").lower()
    return (
        (not words or words in unit.name.lower() or words in unit.code)
        and chosen.get("kind", "") in ("", unit.kind)
        and (unit.closed_on is None or chosen.get("closed", False))
    )


@signed_in
@require_safe
def unit(request, code):
    found = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    today = timezone.localdate()
    tree = Tree.load()
    seen = Person.objects.visible_to(request.user).active().filter(unit=found)
    context = {
        "title": found.name,
        "crumbs": unit_crumbs(),
        "unit": found,
        "above": [tree.units[pk] for pk in reversed(tree.path_up(found.pk)[1:])],
        "children": Unit.objects.open().filter(parent=found),
        "grants": RoleGrant.objects.current(today)
        .filter(unit=found, person__is_active=True)
        .select_related("person", "unit"),
        "page": page_of(request, seen, PEOPLE_A_PAGE),
        "settings": Policies.load(tree).for_unit(found.pk).valued(),
        "closing_days": ClosingDay.objects.filter(unit__in=tree.path_up(found.pk), day__gte=today).select_related(
            "unit"
        ),
        "may_edit": can(request.user, Permission.EDIT_UNITS, found),
        "may_decide": can(request.user, Permission.EDIT_POLICY, found),
        "may_lead": can(request.user, Permission.LEAD_PEOPLE, found),
        "may_open_people": set(
            Person.objects.visible_to(request.user).filter(grants__unit=found).values_list("pk", flat=True)
        ),
    }
    return render(request, "governance/units/unit.html", context)


@requires(Permission.EDIT_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_new(request):
    form = UnitForm(posted(request), initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        demand_place(request.user, Permission.EDIT_UNITS, form.cleaned_data["parent"])
        try:
            form.instance.write(by=request.user, now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("%(unit)s is registered.") % {"unit": form.instance})
            return redirect(form.instance)
    return form_page(request, form, title=_("New unit"), crumbs=unit_crumbs(), cancel=reverse("units"))


@requires(Permission.EDIT_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def unit_edit(request, code):
    found = get_object_or_404(Unit, code=code)
    demand(request.user, Permission.EDIT_UNITS, found)
    form = UnitForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        if "parent" in form.changed_data:
            demand_place(request.user, Permission.EDIT_UNITS, form.cleaned_data["parent"])
        try:
            with form.saving():
                changed = form.instance.write(by=request.user, now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The changes are saved.") if changed else _("Nothing was changed."))
            return redirect(found)
    known = Unit.objects.get(code=code)  # the form has put what was typed on the other one
    return form_page(
        request,
        form,
        title=_("Edit %(unit)s") % {"unit": known},
        crumbs=unit_crumbs(known),
        cancel=known.get_absolute_url(),
    )


@requires(Permission.EDIT_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_close(request, code):
    """Closes an open unit, opens a closed one again; the form says which of the two it means."""
    found = get_object_or_404(Unit, code=code)
    demand(request.user, Permission.EDIT_UNITS, found)
    if request.method == "POST":
        reopen, now = request.POST.get("reopen") == "yes", timezone.now()
        try:
            done = found.reopen(by=request.user, now=now) if reopen else found.close(by=request.user, now=now)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if not done:
                messages.info(request, _("That was done already."))
            elif reopen:
                messages.success(request, _("%(unit)s is open again.") % {"unit": found})
            else:
                messages.success(request, _("%(unit)s is closed.") % {"unit": found})
        return redirect(found)
    counts = Unit.objects.filter(pk=found.pk).aggregate(
        people=Count("people", filter=Q(people__is_active=True), distinct=True)
    )
    context = {
        "title": (_("Open %(unit)s again") if found.closed_on else _("Close %(unit)s")) % {"unit": found},
        "crumbs": unit_crumbs(found),
        "unit": found,
        "form": Form(),
        **counts,
    }
    return render(request, "governance/units/unit_close.html", context)
