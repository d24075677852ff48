"""Networks used for work: mine, and those of the people one leads (B21). A unit's sites by staff and pupils (B22)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.work_use.forms import SiteForm, WorkUseForm
from accounts.work_use.models import Site, WorkUse, add_site, declare, leaders_of
from governance.access import Permission, can, demand, public, requires, signed_in
from governance.pages.forms import form_page, posted
from governance.pages.lists import page_of
from governance.units.models import Tree, Unit

A_PAGE = 50


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def work_use(request):
    """Mine: what is declared, and one more."""
    now = timezone.now()
    form = WorkUseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        told, new = declare(request.user, **form.cleaned_data, now=now)
        if not new:
            messages.info(request, _("That was declared already."))
        elif told:
            names = ", ".join(map(str, told))
            messages.success(request, _("Declared. %(names)s is told.") % {"names": names})
        else:
            messages.warning(request, _("Declared, but nobody is registered as your leader: tell yours directly."))
        return redirect("accounts:work_use")
    context = {
        "title": _("Networks I use for work"),
        "form": form,
        "uses": WorkUse.objects.standing().filter(person=request.user),
        "leaders": leaders_of(request.user, now),
    }
    return render(request, "accounts/work_use/work_use.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def work_use_end(request, pk):
    use = get_object_or_404(WorkUse, pk=pk, person=request.user)
    ended = use.end(now=timezone.now())
    messages.success(request, _("It is off the list.") if ended else _("It was off the list already."))
    return redirect("accounts:work_use")


@requires(Permission.LEAD_PEOPLE)
@require_safe
def work_use_of_unit(request, code):
    """What the people of the unit, and of units below, have declared. For their leader alone."""
    unit = get_object_or_404(Unit, code=code)
    if not can(request.user, Permission.LEAD_PEOPLE, unit):
        raise Http404
    below = Unit.objects.filter(pk__in=Tree.load().below(unit.pk))
    rows = WorkUse.objects.standing().led_by(request.user).filter(person__unit__in=below).select_related("person__unit")
    context = {
        "title": _("Networks used for work at %(unit)s") % {"unit": unit},
        "unit": unit,
        "page": page_of(request, rows, A_PAGE),
    }
    return render(request, "accounts/work_use/work_use_of_unit.html", context)


@public
@require_safe
def sites(request, code):
    """A unit's overview of sites. Without log-in only those that are shown to everybody."""
    unit = get_object_or_404(Unit, code=code)
    rows = Site.objects.standing().filter(unit=unit)
    if not request.user.is_authenticated:
        rows = rows.filter(is_public=True)
    context = {
        "title": _("Sites by staff and pupils at %(unit)s") % {"unit": unit},
        "unit": unit,
        "page": page_of(request, rows, A_PAGE),
        "may_add": request.user.is_authenticated and _may_add(request.user, unit),
        "may_remove": request.user.is_authenticated and can(request.user, Permission.LEAD_PEOPLE, unit),
    }
    return render(request, "accounts/work_use/sites.html", context)


def _may_add(person, unit) -> bool:
    return person.unit_id == unit.pk or can(person, Permission.LEAD_PEOPLE, unit)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request, code):
    """Whoever works at the unit adds; its leader decides what everybody sees."""
    unit = get_object_or_404(Unit, code=code)
    if not _may_add(request.user, unit):
        raise Http404
    form = SiteForm(posted(request))
    if not can(request.user, Permission.LEAD_PEOPLE, unit):
        del form.fields["is_public"]
    if request.method == "POST" and form.is_valid():
        data = {"is_public": False, **form.cleaned_data}
        if add_site(unit, by=request.user, now=timezone.now(), **data):
            messages.success(request, _("The site is in the overview."))
        else:
            messages.info(request, _("That address is in the overview already."))
        return redirect("accounts:sites", code)
    context = {
        "title": _("Add a site"),
        "form": form,
        "submit": _("Add"),
        "crumbs": [(unit.name, unit.get_absolute_url()), (_("Sites"), reverse("accounts:sites", args=[code]))],
        "cancel": reverse("accounts:sites", args=[code]),
    }
    return form_page(request, **context)


@requires(Permission.LEAD_PEOPLE)
@require_POST
def site_public(request, pk):
    """Shows the site to everybody, or to those who log in only."""
    site = _site(request, pk)
    shown = request.POST.get("public") == "yes"
    if site.show(shown, by=request.user, now=timezone.now()):
        messages.success(request, _("Everybody sees it now.") if shown else _("Only those who log in see it now."))
    return redirect(site)


@requires(Permission.LEAD_PEOPLE)
@require_POST
def site_remove(request, pk):
    site = _site(request, pk)
    removed = site.remove(by=request.user, now=timezone.now())
    messages.success(request, _("The site is out of the overview.") if removed else _("That was done already."))
    return redirect(site)


def _site(request, pk) -> Site:
    site = get_object_or_404(Site.objects.select_related("unit"), pk=pk)
    demand(request.user, Permission.LEAD_PEOPLE, site.unit)
    return site
