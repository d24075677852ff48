"""The form of a new API token."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.calendar.hours import midnight
from governance.pages.fields import DateField, SentOnce
from governance.people.fields import PersonField
from governance.signin.tokens import ApiToken
from governance.units.fields import UnitChoiceField

LONGEST_TOKEN = dt.timedelta(days=3 * 366)


class TokenForm(SentOnce):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which system uses it."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = UnitChoiceField(label=_("Covers the accounts of"), help_text=_("Those of the units below it too."))
    person = PersonField(
        label=_("Person"),
        required=False,
        help_text=_(
            "E-mail or name. The token then acts as this person, who is asked first. Empty for a system’s own: it "
            "acts under its own name, and somebody who may do there what it does is asked."
        ),
    )
    expires_on = DateField(label=_("Expires after"))

    def __init__(self, *args, now: dt.datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def sent_before(self) -> bool:
        """Whether this very form has made a token."""
        token = self.fields["form_token"].clean(self.data.get("form_token") or None)
        return token is not None and ApiToken.objects.filter(form_token=token).exists()

    def clean_name(self):
        name = self.cleaned_data["name"]
        if ApiToken.objects.standing(self.now).filter(name__iexact=name).exists():
            raise forms.ValidationError(
                _("A valid token has this name already. Revoke it first or choose another name.")
            )
        return name

    def issued(self) -> dict:
        """What `ApiToken.issue` is told."""
        chosen = dict(self.cleaned_data)
        last_day = chosen.pop("expires_on")
        return chosen | {"expires_at": midnight(last_day + dt.timedelta(days=1))}

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], timezone.localdate(self.now)
        if not today < day <= today + LONGEST_TOKEN:
            raise forms.ValidationError(_("Choose a day after today, at most three years ahead."))
        return day
