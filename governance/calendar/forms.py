"""Forms that take absences out of a calendar file: the file, and what of it counts."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.calendar.closing_days import ClosingDay
from governance.calendar.files import MAX_BYTES, Span
from governance.pages.fields import DateField
from governance.people.absences import Absence
from governance.people.fields import PersonField
from governance.people.models import Person

MOST = 200
Line = tuple[dt.datetime, dt.datetime, str]  # a time away, with its title
# As for days typed by hand.
EARLIEST, LATEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


class CalendarFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Calendar file"), help_text=gettext_lazy("iCalendar (.ics), at most 1 MB.")
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB. Export a shorter time."))
        return file


class ListedForm:
    """What stood on the page: each time with its title, as hidden fields brought it back."""

    def __init__(self, data: QueryDict) -> None:
        self.pairs = list(zip(data.getlist("listed"), data.getlist("title"), strict=False))[:MOST]

    def rows(self) -> list[Line]:
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

    chosen = forms.MultipleChoiceField(label=gettext_lazy("Times away"), required=False)
    replacement = PersonField(label=gettext_lazy("Who takes over"), required=False)

    def __init__(self, data: QueryDict | None = None, *, person: Person, listed: list[Line]) -> None:
        super().__init__(data)
        self.person, self.listed = person, listed
        self.likely: set[Span] = set()
        self.refused: dict[Span, str] = {}
        chosen = cast(forms.MultipleChoiceField, self.fields["chosen"])
        chosen.choices = [(write_span((start, end)), "") for start, end, _title in listed]
        cast(PersonField, self.fields["replacement"]).suggest(person.unit)

    def clean_chosen(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["chosen"]
        if not chosen:
            raise forms.ValidationError(_("Choose at least one time."))
        return chosen

    def clean_replacement(self) -> Person | None:
        replacement: Person | None = self.cleaned_data["replacement"]
        if replacement == self.person:
            raise forms.ValidationError(_("Nobody stands in for themselves. Choose another person."))
        return replacement

    def spans(self) -> list[Span]:
        # None of them is None: the choices were written by `write_span`.
        return sorted(span for value in self.cleaned_data["chosen"] if (span := read_span(value)))

    def refuse(self, refused: dict[Span, str]) -> None:
        """Those that could not be registered stand with the reason; the others stand no more."""
        self.refused = refused
        self.add_error("chosen", _("Some times could not be registered. The reason stands beside each."))

    def rows(self, known: set[Span]) -> list[dict[str, Any]]:
        """The lines of the page, in order."""
        ticked = {write_span(span) for span in self.likely}
        if isinstance(self.data, QueryDict) and self.is_bound:
            ticked = set(self.data.getlist("chosen"))
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


class ClosingDayForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no ModelForm[…] when it runs
    day = DateField(label=gettext_lazy("Day"))

    class Meta:
        model = ClosingDay
        fields = ["day", "name"]
