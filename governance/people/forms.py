"""Forms about people: who they are, what they are granted, who stands in for them, when they are away."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access import Role
from governance.imports.rows import RowError, parse_date
from governance.pages.fields import DateField, DateTimeField
from governance.people.fields import EmailField, PersonField
from governance.people.models import Person
from governance.units.fields import UnitChoiceField

GRANTED = [(role.value, role.label) for role in Role if role.granted]


class PersonForm(forms.ModelForm):
    email = EmailField()
    unit = UnitChoiceField(required=False)

    class Meta:
        model = Person
        fields = ["name", "email", "unit", "language"]

    def clean_email(self):
        email = self.cleaned_data["email"]
        if Person.objects.exclude(pk=self.instance.pk).filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody with this e-mail is here already."))
        return email


class PeriodForm(forms.Form):
    """From a day, as a rule today, to a day or without end."""

    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until"), required=False)

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end comes before the start."))
        return cleaned


class GrantForm(PeriodForm):
    role = forms.ChoiceField(label=_("Role"), choices=GRANTED)
    unit = UnitChoiceField(help_text=_("The role reaches all units below it too."))
    field_order = ["role", "unit", "starts_on", "ends_on"]


class SubstituteForm(PeriodForm):
    substitute = PersonField(label=_("Substitute"))
    field_order = ["substitute", "starts_on", "ends_on"]

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["substitute"].suggest(person.unit)

    def clean_substitute(self):
        substitute = self.cleaned_data["substitute"]
        if substitute == self.person:
            raise forms.ValidationError(_("Nobody stands in for themselves. Choose another person."))
        return substitute


class EndForm(forms.Form):
    last_day = DateField(label=_("Last day"), help_text=_("dd.mm.yyyy. Yesterday’s date ends it at once."))

    def __init__(self, *args, today: dt.date, **kwargs):
        super().__init__(*args, initial={"last_day": today}, **kwargs)
        self.today = today

    def clean_last_day(self):
        day = self.cleaned_data["last_day"]
        if day < self.today - dt.timedelta(days=1):
            raise forms.ValidationError(_("What has been cannot be changed: the earliest is yesterday."))
        return day


class EndGrantForm(EndForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stands in the audit trail."))


class MomentField(DateTimeField):
    """A day and time, or a day alone: its first moment, or the end of it where `whole_day_ends`."""

    def __init__(self, *, whole_day_ends: bool = False, **kwargs):
        super().__init__(help_text=_("dd.mm.yyyy, with a time such as 12:00 where it matters"), **kwargs)
        self.whole_day_ends = whole_day_ends

    def to_python(self, value):
        try:
            day = parse_date("", str(value or "").strip())
        except RowError:
            return super().to_python(value)
        if self.whole_day_ends:
            day += dt.timedelta(days=1)
        return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class AbsenceForm(forms.Form):
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"), whole_day_ends=True)
    replacement = PersonField(label=_("Who takes over"), required=False)

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["replacement"].suggest(person.unit)

    def clean_replacement(self):
        replacement = self.cleaned_data["replacement"]
        if replacement == self.person:
            raise forms.ValidationError(_("Nobody stands in for themselves. Choose another person."))
        return replacement

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("The end comes before the start."))
        return cleaned


class PeopleFilter(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), required=False)
    unit = UnitChoiceField(required=False, empty_label=_("All"), help_text=_("Those below it too."))
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *GRANTED])
    state = forms.ChoiceField(
        label=_("May log in"),
        required=False,
        choices=[("", _("Yes")), ("deactivated", _("Deactivated")), ("all", _("All"))],
    )
