"""Forms for writing and publishing guidelines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.policy.presets import PRESET_NAMES


class StarterForm(forms.Form):
    preset = forms.ChoiceField(label=_("As in the preset"), choices=list(PRESET_NAMES.items()))
