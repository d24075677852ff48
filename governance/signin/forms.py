"""The form of a new API token."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.pages.fields import DateField
from governance.people.fields import PersonField
from governance.signin.tokens import ApiToken
from governance.units.fields import UnitChoiceField

LONGEST_TOKEN = dt.timedelta(days=3 * 366)


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which system uses it."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = UnitChoiceField(label=_("Covers the accounts of"), help_text=_("Those of the units below it too."))
    person = PersonField(
        label=_("Person"),
        required=False,
        help_text=_("E-mail or name. The token can then never do more than the person. Empty for a system’s own."),
    )
    expires_on = DateField(label=_("Expires after"))

    def __init__(self, *args, now: dt.datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_name(self):
        name = self.cleaned_data["name"]
        if ApiToken.objects.valid(self.now).filter(name__iexact=name).exists():
            raise forms.ValidationError(
                _("A valid token has this name already. Revoke it first or choose another name.")
            )
        return name

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], timezone.localdate(self.now)
        if not today < day <= today + LONGEST_TOKEN:
            raise forms.ValidationError(_("Choose a day after today, at most three years ahead."))
        return day
