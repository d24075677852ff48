"""Forms about the people of an account and about its pauses."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.register.choices import Part
from governance.pages.fields import DateField, DateTimeField
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


class PauseForm(forms.Form):
    """A pause has a reason and an end (M19, M20)."""

    starts_at = DateTimeField(
        label=_("From"), required=False, help_text=_("dd.mm.yyyy hh:mm. Now, if you leave it empty.")
    )
    ends_at = DateTimeField(label=_("Until"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("The public reads it, so write it in the language of the account. Name no illness and no person."),
    )

    def __init__(self, *args, now, **kwargs):
        self.now = now
        super().__init__(*args, **kwargs)

    def clean_starts_at(self):
        return self.cleaned_data["starts_at"] or self.now

    def clean_ends_at(self):
        ends_at = self.cleaned_data["ends_at"]
        if ends_at <= self.now:
            raise forms.ValidationError(
                _("%(moment)s has passed already."),
                params={"moment": timezone.localtime(ends_at).strftime("%d.%m.%Y %H:%M")},
            )
        return ends_at

    def clean(self):
        starts_at, ends_at = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The pause must end after it begins, and in the future."))
