"""The form of a closing day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.calendar.closing_days import ClosingDay
from governance.pages.fields import DateField


class ClosingDayForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no ModelForm[…] when it runs
    day = DateField(label=_("Day"))

    class Meta:
        model = ClosingDay
        fields = ["day", "name"]
