"""Times of absence from a calendar file (ICS) that a person exported, within bounds.

What comes out are proposals; `governance.people.views.absences` asks which of them are meant. Titles are shown for
choosing and written nowhere: we keep when somebody is away, never why.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.people.absences import Absence
from governance.people.models import Person

MAX_BYTES = 1024 * 1024
WINDOW = dt.timedelta(days=400)
SECONDS = 6  # of the clock; calendar_reader.py limits its own computing to fewer
READER = Path(__file__).with_name("calendar_reader.py")

Span = tuple[dt.datetime, dt.datetime]

REFUSALS = {
    "broken": gettext_lazy("This is no whole calendar file. Export it again as iCalendar (.ics)."),
    "empty": gettext_lazy("The calendar holds no events."),
    "many": gettext_lazy("The calendar holds more than 5000 events. Export a shorter time."),
    "recurrence": gettext_lazy(
        "The calendar holds an event that repeats several times a day or by too long a rule. Take it out and try again."
    ),
    "long": gettext_lazy("Reading the calendar takes too long. Export a shorter time, or fewer events."),
}


class CalendarError(Exception):
    """The file is not taken; the message says why and what to do."""


@dataclass(frozen=True)
class Proposal:
    start: dt.datetime
    end: dt.datetime
    title: str
    likely: bool  # out of office or busy all day, not a mere meeting


@dataclass(frozen=True)
class Proposals:
    events: list[Proposal]
    left_out: int  # found beyond the 200
    unreadable: int


def proposals(data: bytes, now: dt.datetime) -> Proposals:
    """What the file says about being busy from now on, 400 days ahead. Raises CalendarError."""
    data = _checked(data)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(READER), settings.TIME_ZONE, now.isoformat(), (now + WINDOW).isoformat()],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CalendarError(str(REFUSALS["long"])) from None
    if done.returncode:  # killed for its time or memory
        raise CalendarError(str(REFUSALS["long"]))
    found = json.loads(done.stdout)
    if "refused" in found:
        raise CalendarError(str(REFUSALS[found["refused"]]))
    events = [
        Proposal(
            dt.datetime.fromisoformat(one["start"]), dt.datetime.fromisoformat(one["end"]), one["title"], one["likely"]
        )
        for one in found["events"]
    ]
    return Proposals(events, found["left_out"], found["unreadable"])


def _checked(data: bytes) -> bytes:
    """The bytes as UTF-8 without mark. Raises CalendarError where they are no calendar in UTF-8."""
    if len(data) > MAX_BYTES:
        raise CalendarError(_("The file is larger than 1 MB. Export a shorter time."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CalendarError(_("The file is not written in UTF-8. Export it again as iCalendar (.ics).")) from None
    # Begins as every calendar does: no XML with its entities, no web page that asks for log-in.
    if "\0" in text or not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise CalendarError(str(REFUSALS["broken"]))
    return text.lstrip().encode()


@dataclass
class Registered:
    """What became of the times chosen."""

    new: int = 0
    already: int = 0
    refused: dict[Span, str] = field(default_factory=dict)


def register_all(
    person: Person, spans: list[Span], replacement: Person | None, *, by: Person, now: dt.datetime
) -> Registered:
    """Register each of these times for itself: what cannot be is named, the others stand. Twice does nothing new."""
    done = Registered()
    for start, end in spans:
        absence = Absence(person=person, starts_at=start, ends_at=end, replacement=replacement)
        try:
            absence.register(by=by, now=now)
        except ValidationError as error:
            if known(person, now) & {(start, end)}:
                done.already += 1
            else:
                done.refused[start, end] = " ".join(error.messages)
        else:
            done.new += 1
    return done


def known(person: Person, now: dt.datetime) -> set[Span]:
    """The times registered for the person that are not over."""
    standing = Absence.objects.standing().filter(person=person, ends_at__gt=now)
    return set(standing.values_list("starts_at", "ends_at"))
