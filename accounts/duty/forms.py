"""Forms of duty: a shift on the rota, taking over for a while, handing over what a person holds."""

from __future__ import annotations

import datetime as dt
import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.duty.models import END_OF_DAY, Weekday
from governance.calendar.hours import midnight
from governance.pages.fields import DateTimeField


class TimeField(forms.CharField):
    """A time of day as people write it: 08:00, 8.00, 8; 24:00 is the end of the day."""

    def __init__(self, **kwargs):
        super().__init__(max_length=5, help_text=_("hh:mm, such as 08:00"), **kwargs)
        self.widget.attrs |= {"autocomplete": "off"}

    def clean(self, value) -> dt.time | None:
        text = super().clean(value)
        if not text:
            return None
        if text in ("24:00", "24.00", "24"):
            return END_OF_DAY
        found = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?", text)
        try:
            if found:
                return dt.time(int(found[1]), int(found[2] or 0))
        except ValueError:
            pass  # 25:70
        raise forms.ValidationError(
            _("“%(value)s” is not a time of day. Write it as hh:mm, such as 08:00."), params={"value": text}
        )


class ShiftForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=None, empty_label=None)
    weekday = forms.TypedChoiceField(label=_("Day"), choices=Weekday.choices, coerce=int)
    starts = TimeField(label=_("From"))
    ends = TimeField(label=_("Until"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class TakeOverForm(forms.Form):
    """Until the end of the day, for some hours, or until a chosen time."""

    TODAY, HOURS, MOMENT = "today", "hours", "moment"

    how_long = forms.ChoiceField(
        label=_("How long"),
        choices=[
            (TODAY, _("Until the end of the day")),
            (HOURS, _("For some hours")),
            (MOMENT, _("Until a chosen time")),
        ],
        widget=forms.RadioSelect,
        initial=TODAY,
    )
    hours = forms.IntegerField(label=_("Hours"), required=False, min_value=1, max_value=72)
    until = DateTimeField(label=_("Until"), required=False)

    def __init__(self, *args, now: dt.datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self):
        cleaned = super().clean()
        how = cleaned.get("how_long")
        if how == self.HOURS and not cleaned.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("Say for how many hours."))
        if how == self.MOMENT and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", _("Say until when."))
        return cleaned

    def ends_at(self) -> dt.datetime:
        """The chosen end, in UTC."""
        how = self.cleaned_data["how_long"]
        if how == self.HOURS:
            return self.now + dt.timedelta(hours=self.cleaned_data["hours"])
        if how == self.MOMENT:
            return self.cleaned_data["until"].astimezone(dt.UTC)
        return midnight(timezone.localdate(self.now) + dt.timedelta(days=1)).astimezone(dt.UTC)
