"""What a unit has decided: its settings, presets and closing days."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from governance.access import Permission, demand, requires
from governance.pages.forms import posted
from governance.pages.revisions import compared_again
from governance.policy.forms import PolicyForm, PresetForm, defaults
from governance.policy.models import Policies, set_policy
from governance.policy.presets import PRESET_NAMES, apply_preset, preset_values
from governance.units.models import Unit
from governance.units.views import unit_crumbs


def decided_here(request, code: str) -> Unit:
    unit = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    demand(request.user, Permission.EDIT_POLICY, unit)
    return unit


@requires(Permission.EDIT_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def unit_policy(request, code):
    unit = decided_here(request, code)
    form = PolicyForm(posted(request), unit=unit)
    if request.method == "POST" and form.is_valid():
        with form.saving():
            changed = set_policy(unit, form.cleaned_data["values"], by=request.user, now=timezone.now())
        _say_changed(request, changed)
        return redirect(unit)
    context = {
        "title": _("Policy of %(unit)s") % {"unit": unit},
        "crumbs": unit_crumbs(unit),
        "unit": unit,
        "form": form,
        "cancel": unit.get_absolute_url(),
    }
    return render(request, "governance/policy/unit_policy.html", context, status=422 if form.errors else 200)


@requires(Permission.EDIT_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_preset(request, code):
    """First a choice of presets, then what the chosen one would change, then it is done."""
    unit = decided_here(request, code)
    name = request.POST.get("name") or request.GET.get("name")
    if request.method == "POST" and name in PRESET_NAMES:
        _say_changed(request, apply_preset(name, unit, by=request.user, now=timezone.now()))
        return redirect(unit)
    form = PresetForm({"name": name} if name or request.method == "POST" else None)
    context = {
        "title": _("Preset for %(unit)s") % {"unit": unit},
        "crumbs": unit_crumbs(unit),
        "unit": unit,
        "form": form,
        "cancel": unit.get_absolute_url(),
    }
    if form.is_valid():
        context |= {"name": name, "preset_name": PRESET_NAMES[name], "changes": _preview(name, unit)}
    return render(request, "governance/policy/unit_preset.html", context, status=422 if form.errors else 200)


def _preview(name: str, unit: Unit) -> list[dict]:
    """Settings whose value would change: label, words before and after, and whether it would be inherited."""
    policies = Policies.load()
    above = policies.for_unit(unit.parent_id).valued() if unit.parent_id else defaults()
    inherited = {valued.setting.key: valued for valued in above}
    rows, preset = [], preset_values(name)
    for valued in policies.for_unit(unit.pk).valued():
        setting = valued.setting
        if setting.key not in preset:
            continue
        new = preset[setting.key]
        value = inherited[setting.key].value if new is None else new
        if value != valued.value:
            words = {"before": valued.in_words, "after": setting.in_words(value)}
            rows.append({"label": setting.label, "inherited": new is None, **words})
    return rows


def _say_changed(request, changed: int) -> None:
    if changed:
        said = ngettext("%(count)d setting was changed.", "%(count)d settings were changed.", changed)
        messages.success(request, said % {"count": changed})
    else:
        messages.info(request, _("Nothing was changed."))
