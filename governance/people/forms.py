"""Forms about people: who they are, what they are granted, who stands in for them, when they are away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import Role
from governance.imports.rows import RowError, parse_date
from governance.pages.fields import DateField, DateTimeField, SentOnce
from governance.pages.revisions import Revised
from governance.people.absences import Absence
from governance.people.calendar_files import MAX_BYTES, Span
from governance.people.fields import EmailField, PersonField
from governance.people.models import Person, RoleGrant
from governance.units.fields import UnitChoiceField
from governance.units.models import Tree

MOST_TIMES = 200  # of a calendar file that stand on the page
# As for days typed by hand.
EARLIEST, LATEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)

GRANTED = [(role.value, role.label) for role in Role if role.granted]


class PersonForm(Revised, forms.ModelForm):
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


class GrantForm(SentOnce, PeriodForm):
    role = forms.ChoiceField(label=_("Role"), choices=GRANTED)
    unit = UnitChoiceField(help_text=_("The role reaches all units below it too."))
    field_order = ["role", "unit", "starts_on", "ends_on"]

    def only(self, roles: Collection[Role]) -> None:
        field = cast(forms.ChoiceField, self.fields["role"])
        field.choices = [(role, label) for role, label in GRANTED if role in roles]


class SubstituteForm(SentOnce, PeriodForm):
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


class CalendarFileForm(forms.Form):
    file = forms.FileField(label=_("Calendar file"), help_text=_("iCalendar (.ics), at most 1 MB."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 1 MB. Export a shorter time."))
        return file


class ListedForm:
    """What stood on the page: each time with its title, as hidden fields brought it back."""

    def __init__(self, data):
        self.pairs = list(zip(data.getlist("listed"), data.getlist("title"), strict=False))[:MOST_TIMES]

    def rows(self) -> list[tuple[dt.datetime, dt.datetime, str]]:
        found = []
        for value, title in self.pairs:
            span = read_span(value)
            if span:
                found.append((*span, title[:100]))
        return found


def read_span(value: str) -> Span | None:
    """The moments of “from/until”, or None where it is neither."""
    try:
        start, end = (dt.datetime.fromisoformat(part) for part in value.split("/"))
    except ValueError:
        return None
    if timezone.is_naive(start) or timezone.is_naive(end) or not EARLIEST <= start < end < LATEST:
        return None
    return start, end


def write_span(span: Span) -> str:
    return "/".join(moment.astimezone(dt.UTC).isoformat() for moment in span)


class ChosenForm(forms.Form):
    """Which of the times count, and who takes over in them."""

    chosen = forms.MultipleChoiceField(label=_("Times away"), required=False)
    replacement = PersonField(label=_("Who takes over"), required=False)

    def __init__(self, data=None, *, person: Person, listed):
        super().__init__(data)
        self.person, self.listed = person, listed
        self.likely: set[Span] = set()
        self.refused: dict[Span, str] = {}
        self.fields["chosen"].choices = [(write_span(row[:2]), "") for row in listed]
        self.fields["replacement"].suggest(person.unit)

    def clean_chosen(self):
        chosen = self.cleaned_data["chosen"]
        if not chosen:
            raise forms.ValidationError(gettext("Choose at least one time."))
        return chosen

    def clean_replacement(self):
        replacement = self.cleaned_data["replacement"]
        if replacement == self.person:
            raise forms.ValidationError(gettext("Nobody stands in for themselves. Choose another person."))
        return replacement

    def spans(self) -> list[Span]:
        return sorted(read_span(value) for value in self.cleaned_data["chosen"])

    def refuse(self, refused: dict[Span, str]) -> None:
        """Those that could not be registered stand with the reason; the others stand no more."""
        self.refused = refused
        self.add_error("chosen", gettext("Some times could not be registered. The reason stands beside each."))

    def rows(self, known: set[Span]) -> list[dict]:
        """The lines of the page, in order."""
        ticked = set(self.data.getlist("chosen")) if self.is_bound else {write_span(span) for span in self.likely}
        return [
            {
                "value": write_span((start, end)),
                "words": Absence(starts_at=start, ends_at=end).in_words,
                "title": title,
                "known": (start, end) in known,
                "ticked": write_span((start, end)) in ticked and (start, end) not in known,
                "refused": self.refused.get((start, end), ""),
            }
            for start, end, title in self.listed
        ]


class PeopleFilter(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), required=False)
    unit = UnitChoiceField(required=False, help_text=_("Those below it too."))
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *GRANTED])
    state = forms.ChoiceField(
        label=_("May log in"),
        required=False,
        choices=[("", _("Yes")), ("deactivated", _("Deactivated")), ("all", _("All"))],
    )

    def narrow(self, people, today: dt.date):
        self.is_valid()  # what does not hold counts as not said
        chosen = self.cleaned_data
        if words := chosen.get("q"):
            people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
        if unit := chosen.get("unit"):
            people = people.filter(unit__in=Tree.load().below(unit.pk))
        if role := chosen.get("role"):
            people = people.filter(pk__in=RoleGrant.objects.current(today).filter(role=role).values("person"))
        state = chosen.get("state", "")
        return people if state == "all" else people.filter(is_active=state == "")
