"""Opening a crisis."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.units.fields import UnitChoiceField


class CrisisForm(forms.Form):
    title = forms.CharField(
        label=_("What has happened"), max_length=200, help_text=_("Every page shows it. Name no persons.")
    )
    unit = UnitChoiceField(help_text=_("It holds for this unit and those below it."))
    response_hours = forms.IntegerField(
        label=_("Hours to answer within"),
        required=False,
        min_value=1,
        max_value=24 * 30,
        help_text=_("For posts that come in while it lasts. Leave empty to keep the usual time."),
    )
