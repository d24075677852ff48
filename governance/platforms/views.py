"""The platforms: the body's list of them, and what each unit has decided about each (K20)."""

import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.access import Permission, can, demand, demand_place, requires, signed_in
from governance.pages.forms import form_page, posted
from governance.pages.revisions import compared_again
from governance.platforms.forms import AssessmentForm, PlatformForm
from governance.platforms.models import Platform, PlatformAssessment, assess
from governance.units.models import Tree, Unit
from governance.units.views import unit_crumbs


@signed_in
@require_safe
def unit_platforms(request, code):
    unit = get_object_or_404(Unit, code=code)
    standing = PlatformAssessment.objects.standing_for(Tree.load().path_up(unit.pk))
    context = {
        "title": _("Platforms of %(unit)s") % {"unit": unit},
        "crumbs": unit_crumbs(unit),
        "unit": unit,
        "rows": [(platform, standing.get(platform.pk)) for platform in Platform.objects.in_use()],
        "may_assess": can(request.user, Permission.EDIT_PLATFORMS, unit),
    }
    return render(request, "governance/platforms/unit_platforms.html", context)


@requires(Permission.EDIT_PLATFORMS)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def unit_platform(request, code, platform):
    """One decision about one platform; earlier ones stay in history."""
    unit = get_object_or_404(Unit, code=code)
    demand(request.user, Permission.EDIT_PLATFORMS, unit)
    found = get_object_or_404(Platform, code=platform)
    form = AssessmentForm(posted(request), platform=found, unit=unit)
    back = reverse("unit_platforms", args=[unit.code])
    if request.method == "POST" and form.is_valid():
        with form.saving():
            changed = assess(found, unit, by=request.user, now=timezone.now(), **form.cleaned_data)
        if changed:
            messages.success(request, _("The decision about %(platform)s is saved.") % {"platform": found})
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect(back)
    return form_page(
        request,
        form,
        title=_("%(platform)s at %(unit)s") % {"platform": found, "unit": unit},
        lead=_("It holds for the units below too, until they decide otherwise."),
        crumbs=[*unit_crumbs(unit), (_("Platforms"), back)],
        cancel=back,
    )


def _settings_crumbs(request) -> list[tuple]:
    return [(_("Settings"), reverse("settings"))] if can(request.user, Permission.EDIT_SETTINGS) else []


def _home_of_platforms(request) -> str:
    return reverse("settings" if can(request.user, Permission.EDIT_SETTINGS) else "units")


@requires(Permission.EDIT_PLATFORMS)
@require_http_methods(["GET", "HEAD", "POST"])
def platform_new(request):
    demand_place(request.user, Permission.EDIT_PLATFORMS, None)
    form = PlatformForm(posted(request))
    back = _home_of_platforms(request)
    if request.method == "POST" and form.is_valid():
        form.instance.write(by=request.user, now=timezone.now())
        messages.success(request, _("%(platform)s is added.") % {"platform": form.instance})
        return redirect(back)
    return form_page(request, form, title=_("New platform"), crumbs=_settings_crumbs(request), cancel=back)


@requires(Permission.EDIT_PLATFORMS)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def platform_edit(request, code):
    demand_place(request.user, Permission.EDIT_PLATFORMS, None)
    found = get_object_or_404(Platform, code=code)
    old, back = copy.copy(found), _home_of_platforms(request)
    form = PlatformForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        with form.saving():
            changed = form.instance.write(by=request.user, now=timezone.now(), old=old)
        messages.success(request, _("The changes are saved.") if changed else _("Nothing was changed."))
        return redirect(back)
    return form_page(
        request,
        form,
        title=_("Edit %(platform)s") % {"platform": old},
        crumbs=_settings_crumbs(request),
        cancel=back,
    )
