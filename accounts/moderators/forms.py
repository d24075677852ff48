"""Forms about the people of an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.register.choices import Part
from governance.pages.fields import DateField
from governance.people.fields import PersonField


class AssignmentForm(forms.Form):
    """Whom to ask to answer for an account, as what and for how long (M05)."""

    person = PersonField(label=_("Person"))
    part = forms.ChoiceField(label=_("Role"), choices=Part.choices, widget=forms.RadioSelect, initial=Part.LEAD)
    starts_on = DateField(label=_("From"), required=False, help_text=_("dd.mm.yyyy. Today, if you leave it empty."))
    ends_on = DateField(label=_("Until"), required=False, help_text=_("dd.mm.yyyy. Empty means until further notice."))

    def __init__(self, *args, today, **kwargs):
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_starts_on(self):
        return self.cleaned_data["starts_on"] or self.today

    def clean(self):
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first."))


class AnswerForm(forms.Form):
    """Why somebody says no; they need not tell."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": "2"})
    )
