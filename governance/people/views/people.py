"""People, what they are granted and who stands in for them. Administrators change; heads see their own."""

import copy
from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.access import DECIDING, Permission, can, demand_place, requires, signed_in
from governance.departures import holdings
from governance.pages.exports import csv_response
from governance.pages.forms import add_errors, form_page, posted
from governance.pages.lists import Column, table_of
from governance.pages.revisions import compared_again
from governance.people.absences import Absence
from governance.people.forms import GRANTED, EndForm, EndGrantForm, GrantForm, PeopleFilter, PersonForm, SubstituteForm
from governance.people.models import Person, RoleGrant, Substitute
from governance.people.reach import decides, demand_reach
from governance.signin.fresh import demand_fresh
from governance.signin.safeguards import SecondPersonNeeded, ask_chiefs, gives_in_place

PEOPLE_A_PAGE = 25
COLUMNS = [
    Column(gettext_lazy("Name"), "name", ["name"]),
    Column(gettext_lazy("E-mail"), "email", ["email"]),
    Column(gettext_lazy("Unit"), "unit", ["unit__name"]),
    Column(gettext_lazy("Roles")),
]


def people_crumbs(person: Person | None = None) -> list[tuple]:
    crumbs = [(_("People"), reverse("people"))]
    return [*crumbs, (person.name, person.get_absolute_url())] if person else crumbs


def _cells(page: QuerySet) -> list[list[str]]:
    """The cells of each person, with the roles held today. Two queries."""
    rows = list(page.values_list("pk", "name", "email", "unit__name", "is_active"))
    current = RoleGrant.objects.current(timezone.localdate()).filter(person__in=[row[0] for row in rows])
    grants, roles = defaultdict(list), dict(GRANTED)
    for person, role, unit in current.values_list("person", "role", "unit__name"):
        grants[person].append(f"{roles[role]}, {unit}")
    gone = _("deactivated")
    return [
        [
            format_html(
                '<a class="ds-link" href="{}">{}</a>',
                reverse("person", args=[pk]),
                name if is_active else f"{name} ({gone})",
            ),
            email,
            unit or "–",
            ", ".join(grants[pk]) or "–",
        ]
        for pk, name, email, unit, is_active in rows
    ]


@requires(Permission.EDIT_PEOPLE)
@require_safe
def people(request):
    form = PeopleFilter(request.GET)
    table = table_of(
        request,
        form.narrow(Person.objects.visible_to(request.user), timezone.localdate()),
        COLUMNS,
        _cells,
        per_page=PEOPLE_A_PAGE,
        caption=_("People"),
        empty_text=_("Nobody fits."),
        first="name",
    )
    export = request.GET.copy()
    export.pop("page", None)
    context = {
        "title": _("People"),
        "form": form,
        "table": table,
        "export": export.urlencode(),
        "may_import": can(request.user, Permission.EDIT_SETTINGS),
    }
    return render(request, "governance/people/people.html", context)


@requires(Permission.EDIT_PEOPLE)
@require_safe
def people_csv(request):
    """The same rows as the page, in the shape that `import_people` reads."""
    today = timezone.localdate()
    current = RoleGrant.objects.current(today).select_related("unit")
    found = (
        PeopleFilter(request.GET)
        .narrow(Person.objects.visible_to(request.user), today)
        .select_related("unit")
        .prefetch_related(Prefetch("grants", queryset=current, to_attr="grants_now"))
        .order_by("name", "pk")
    )
    rows = (
        (
            person.email,
            person.name,
            person.unit.code if person.unit else "",
            ";".join(f"{grant.role}@{grant.unit.code}" for grant in person.grants_now),
            person.language,
        )
        for person in found.iterator(chunk_size=1000)
    )
    return csv_response("people", ["email", "name", "unit", "roles", "language"], rows)


@signed_in
@require_safe
def person(request, pk):
    found = get_object_or_404(Person.objects.visible_to(request.user).select_related("unit"), pk=pk)
    now = timezone.now()
    today = timezone.localdate(now)
    may_edit = (
        can(request.user, Permission.EDIT_PEOPLE, found) if found.unit else can(request.user, Permission.EDIT_PEOPLE)
    )
    context = {
        "title": found.name,
        "crumbs": people_crumbs() if may_edit else [],
        "person": found,
        "grants": RoleGrant.objects.unended(today).filter(person=found).select_related("unit"),
        "substitutes": Substitute.objects.unended(today).naming(found).select_related("person", "substitute"),
        "absences": Absence.objects.standing().filter(person=found, ends_at__gt=now).select_related("replacement"),
        "held": holdings.held_elsewhere(found, now),
        "may_edit": may_edit,
        "may_grant": may_edit or gives_in_place(request.user, found, now),
        "may_arrange": found == request.user or bool(found.unit and can(request.user, Permission.ARRANGE_COVER, found)),
        "may_delegate": bool(found.unit and can(request.user, Permission.DELEGATE, found)),
        "may_see_audit": can(request.user, Permission.SEE_AUDIT),
    }
    return render(request, "governance/people/person.html", context)


def managed_person(request, pk: int) -> Person:
    """The person, for whoever may manage them: 404 for strangers, 403 for those who may only look."""
    found = get_object_or_404(Person.objects.visible_to(request.user).select_related("unit"), pk=pk)
    demand_place(request.user, Permission.EDIT_PEOPLE, found.unit)
    return found


def guard_decider(request, person: Person, now, *, deciding: bool = False) -> None:
    """Before a change that makes a decider (`deciding`) or concerns one: a fresh log-in."""
    if deciding or decides(person, now):
        demand_fresh(request)


@requires(Permission.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request):
    form = PersonForm(posted(request), initial={"unit": request.GET.get("unit")})
    if request.method == "POST" and form.is_valid():
        demand_place(request.user, Permission.EDIT_PEOPLE, form.cleaned_data["unit"])
        try:
            form.instance.write(by=request.user, now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request,
                _("%(name)s is registered, and sets a password through “forgotten password” on the log-in page.")
                % {"name": form.instance},
            )
            return redirect(form.instance)
    return form_page(request, form, title=_("New person"), crumbs=people_crumbs(), cancel=reverse("people"))


@requires(Permission.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def person_edit(request, pk):
    found = managed_person(request, pk)
    old = copy.copy(found)
    form = PersonForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        demand_place(request.user, Permission.EDIT_PEOPLE, form.cleaned_data["unit"])
        now = timezone.now()
        if form.instance.email != old.email:
            demand_reach(request.user, old, now)
            guard_decider(request, old, now)
        try:
            with form.saving():
                changed = form.instance.write(by=request.user, now=now, old=old)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The changes are saved.") if changed else _("Nothing was changed."))
            return redirect(found)
    return form_page(
        request,
        form,
        title=_("Edit %(name)s") % {"name": old},
        crumbs=people_crumbs(old),
        cancel=old.get_absolute_url(),
    )


@requires(Permission.GRANT_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def grant_new(request, pk):
    """For who manages the person; the information chief gives roles that decide where no administrator may."""
    found = get_object_or_404(Person.objects.visible_to(request.user).select_related("unit"), pk=pk)
    now = timezone.now()
    in_place = gives_in_place(request.user, found, now)
    permission = Permission.GRANT_ROLES if in_place else Permission.EDIT_PEOPLE
    demand_place(request.user, permission, found.unit)
    form = GrantForm(posted(request), initial={"starts_on": timezone.localdate(now), "unit": found.unit_id})
    if in_place:
        form.only(DECIDING)
    if request.method == "POST" and form.is_valid():
        demand_place(request.user, permission, form.cleaned_data["unit"])
        guard_decider(request, found, now, deciding=form.cleaned_data["role"] in DECIDING)
        new = RoleGrant(person=found, **form.cleaned_data)
        try:
            grant = new.give(by=request.user, now=now)
        except SecondPersonNeeded as error:
            ask_chiefs(error, found, new.role, by=request.user, now=now)
            add_errors(form, error)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if grant is new:
                messages.success(request, _("%(name)s has the role: %(role)s.") % {"name": found, "role": grant})
            else:
                messages.info(request, _("That was done already."))
            return redirect(found)
    return form_page(
        request,
        form,
        title=_("Grant %(name)s a role") % {"name": found},
        crumbs=people_crumbs(found),
        cancel=found.get_absolute_url(),
        submit=_("Grant the role"),
    )


@requires(Permission.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def grant_end(request, pk):
    grant = get_object_or_404(RoleGrant.objects.select_related("person", "unit"), pk=pk)
    demand_place(request.user, Permission.EDIT_PEOPLE, grant.unit)
    now = timezone.now()
    form = EndGrantForm(posted(request), today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        last_day, reason = form.cleaned_data["last_day"], form.cleaned_data["reason"]
        guard_decider(request, grant.person, now)
        try:
            ended = grant.end(last_day, reason=reason, by=request.user, now=now)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if ended:
                messages.success(request, _("The role ends: %(role)s.") % {"role": grant})
            else:
                messages.info(request, _("The role ended no later already."))
            return redirect(grant.person)
    return form_page(
        request,
        form,
        title=_("End the role: %(role)s") % {"role": grant},
        crumbs=people_crumbs(grant.person),
        cancel=grant.person.get_absolute_url(),
        submit=_("End the role"),
        danger=True,
    )


@requires(Permission.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def substitute_new(request, pk):
    found, now = managed_person(request, pk), timezone.now()
    demand_reach(request.user, found, now)
    form = SubstituteForm(posted(request), person=found, initial={"starts_on": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        guard_decider(request, found, now)
        new = Substitute(person=found, **form.cleaned_data)
        try:
            row = new.appoint(by=request.user, now=now)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if row is new:
                messages.success(request, f"{row.in_words}.")
            else:
                messages.info(request, _("That was done already."))
            return redirect(found)
    return form_page(
        request,
        form,
        title=_("Appoint a substitute for %(name)s") % {"name": found},
        lead=_("The substitute decides where %(name)s is away, partial or slow.") % {"name": found},
        crumbs=people_crumbs(found),
        cancel=found.get_absolute_url(),
        submit=_("Appoint"),
    )


@requires(Permission.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def substitute_end(request, pk):
    row = get_object_or_404(Substitute.objects.select_related("person__unit", "substitute"), pk=pk)
    demand_place(request.user, Permission.EDIT_PEOPLE, row.person.unit)
    now = timezone.now()
    demand_reach(request.user, row.person, now)
    form = EndForm(posted(request), today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        guard_decider(request, row.person, now)
        if row.end(form.cleaned_data["last_day"], by=request.user, now=now):
            messages.success(
                request, _("%(name)s is no longer the substitute after that day.") % {"name": row.substitute}
            )
        else:
            messages.info(request, _("That was done already."))
        return redirect(row.person)
    return form_page(
        request,
        form,
        title=_("End: %(substitute)s") % {"substitute": row.in_words},
        crumbs=people_crumbs(row.person),
        cancel=row.person.get_absolute_url(),
        submit=_("End"),
        danger=True,
    )
