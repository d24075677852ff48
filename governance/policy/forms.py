"""The policy of a unit as one form, made from SETTINGS. An empty field gives the setting back to the units above."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.pages.revisions import Revised
from governance.policy import advice
from governance.policy.kinds import LADDER_STEPS, TEXT_CAP, Setting
from governance.policy.models import Policies, PolicyValue, Valued, lock
from governance.policy.presets import PRESET_NAMES
from governance.policy.settings import SETTINGS
from governance.units.models import Unit

DOMAINS_CAP = 3000
OWN = "own"
NONE = "_none"  # after a text setting's key: it is empty here, and not inherited


class InheritedChoice(forms.ChoiceField):
    """A select whose empty option is what the units above have decided."""

    def __init__(self, choices, inherited: str, **kwargs):
        super().__init__(choices=[("", inherited), *choices], required=False, **kwargs)


class PolicyForm(Revised, forms.Form):
    def __init__(self, *args, unit: Unit, **kwargs):
        policies = Policies.load()
        self.unit = unit
        self.own = dict(PolicyValue.objects.filter(unit=unit).values_list("key", "value"))
        inherited = policies.for_unit(unit.parent_id).valued() if unit.parent_id else defaults()
        super().__init__(*args, **kwargs)
        for valued in inherited:
            self._add(valued)

    @property
    def subject(self):
        return self.unit

    def stands(self):
        lock(self.unit)
        return PolicyForm(unit=self.unit).initial

    def _add(self, inherited: Valued) -> None:
        setting, key = inherited.setting, inherited.setting.key
        own = self.own.get(key)
        above = inherited_words(inherited)
        rules = _("Rules: %(rules)s.") % {"rules": ", ".join(setting.rules)} if setting.rules else ""
        if setting.kind in ("choice", "yes_no"):
            choices = setting.choices.choices if setting.kind == "choice" else [("yes", _("Yes")), ("no", _("No"))]
            self.fields[key] = InheritedChoice(choices, above, label=setting.label, help_text=rules)
            self.initial[key] = {True: "yes", False: "no", None: ""}.get(own, own)
            return
        if setting.kind == "advice":
            behind = ", ".join((own or inherited.value)["rules"])
            rules = _("Rules: %(rules)s.") % {"rules": behind} if behind else ""
            self.fields[key] = InheritedChoice(setting.choices.choices, above, label=setting.label, help_text=rules)
            self.initial[key] = own["action"] if own else ""
            return
        if setting.kind == "ladder":
            below = _("Hours after the deadline stand in the fields below.")
            help_text = f"{rules} {below}".strip()
            self.fields[key] = InheritedChoice(
                [(OWN, _("Decided here"))], above, label=setting.label, help_text=help_text
            )
            self.initial[key] = OWN if own is not None else ""
            hours = {step["to"]: step["after_hours"] for step in own or []}
            for step, label in LADDER_STEPS.items():
                self.fields[f"{key}_{step}"] = forms.IntegerField(
                    label=_("%(whom)s: hours after the deadline") % {"whom": capfirst(label)},
                    required=False,
                    min_value=0,
                    max_value=24 * 60,
                )
                self.initial[f"{key}_{step}"] = hours.get(step)
            return
        empty = _("Leave empty for: %(inherited)s.") % {"inherited": above}
        help_text = f"{empty} {rules}".strip()
        if setting.kind == "number":
            label = f"{setting.label} ({setting.unit_word})" if setting.unit_word else setting.label
            self.fields[key] = forms.IntegerField(
                label=label, required=False, min_value=setting.least, max_value=setting.most, help_text=help_text
            )
            self.initial[key] = own
        elif setting.is_a_fact:
            if setting.kind == "text":
                field = forms.CharField(label=setting.label, required=False, max_length=TEXT_CAP, help_text=help_text)
            else:
                field = forms.CharField(
                    label=setting.label,
                    required=False,
                    max_length=DOMAINS_CAP,
                    help_text="{} {}".format(_("Without @, one on each line. Those below them count too."), help_text),
                    widget=forms.Textarea(attrs={"rows": "3", "spellcheck": "false"}),
                )
            self.fields[key] = field
            self.initial[key] = own if setting.kind == "text" else "\n".join(own or [])
            none_of_it: str | list[str] = "" if setting.kind == "text" else []
            if inherited.value or own == none_of_it:
                none = _("%(setting)s: none here, whatever the units above say") % {"setting": setting.label}
                self.fields[f"{key}{NONE}"] = forms.BooleanField(label=none, required=False)
                self.initial[f"{key}{NONE}"] = own == none_of_it
        else:
            example = _("Such as 08:00–15:45.")
            self.fields[key] = forms.CharField(
                label=setting.label, required=False, max_length=100, help_text=f"{example} {help_text}"
            )
            self.initial[key] = setting.in_words(own) if own else ""

    def clean(self):
        cleaned = super().clean()
        values = {}
        for key, setting in SETTINGS.items():
            try:
                values[key] = self._value(setting, cleaned)
                if values[key] is not None:
                    setting.clean(values[key])
            except ValidationError as error:
                self.add_error(key, error)
        cleaned["values"] = values
        return cleaned

    def _value(self, setting: Setting, cleaned: dict):
        key, given = setting.key, cleaned.get(setting.key)
        if setting.kind == "ladder":
            hours = {step: cleaned.get(f"{key}_{step}") for step in LADDER_STEPS}
            steps = [{"to": step, "after_hours": after} for step, after in hours.items() if after is not None]
            if given != OWN:
                if steps:
                    raise ValidationError(_("Choose “Decided here”, or leave the hours empty."))
                return None
            return sorted(steps, key=lambda step: step["after_hours"])
        if cleaned.get(f"{key}{NONE}"):
            if given:
                raise ValidationError(_("Write it, or say that there is none; not both."))
            return "" if setting.kind == "text" else []
        if given in (None, ""):
            return None
        if setting.kind == "yes_no":
            return given == "yes"
        if setting.kind == "blocks":
            return read_blocks(given)
        if setting.kind == "domains":
            return read_domains(given)
        if setting.kind == "advice":
            own = self.own.get(key)
            # A preset's own rules stay as long as its choice does.
            if own and own["action"] == given:
                return own
            return {"action": given, "rules": advice.rules_behind(key.removeprefix("advice_"), given)}
        return given


class PresetForm(forms.Form):
    name = forms.ChoiceField(label=gettext_lazy("Preset"), choices=list(PRESET_NAMES.items()))


def read_blocks(text: str) -> list[list[str]]:
    """`08:00–11:30, 12-15.45` as [["08:00", "11:30"], ["12:00", "15:45"]]. Raises ValidationError."""
    blocks = []
    for part in re.split(r"[,;]", text):
        edges = re.fullmatch(r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*[–-]\s*(\d{1,2})(?:[:.](\d{2}))?\s*", part)
        if not edges:
            raise ValidationError(_("Write the working hours as 08:00–15:45."))
        hour, minute, end_hour, end_minute = (int(number or 0) for number in edges.groups())
        blocks.append([f"{hour:02}:{minute:02}", f"{end_hour:02}:{end_minute:02}"])
    return blocks


def read_domains(text: str) -> list[str]:
    """`fjordvik.no, @Skole.fjordvik.no` as ["fjordvik.no", "skole.fjordvik.no"], each once."""
    named = (part.lower().rpartition("@")[2].strip(".") for part in re.split(r"[\s,;]+", text))
    return list(dict.fromkeys(domain for domain in named if domain))


def defaults() -> list[Valued]:
    return [Valued(setting, setting.default, None) for setting in SETTINGS.values()]


def inherited_words(inherited: Valued) -> str:
    """What holds where the unit decides nothing, and where that comes from."""
    if inherited.source is None:
        return _("%(value)s (the portal’s default)") % {"value": inherited.in_words}
    return _("%(value)s (from %(unit)s)") % {"value": inherited.in_words, "unit": inherited.source}
