"""Times of absence from a calendar file (ICS) that a person exported, within bounds.

What comes out are proposals; `governance.people.views.absences` asks which of them are meant. Titles are shown for
choosing and written nowhere: we keep when somebody is away, never why.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

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

# Why an entry of the calendar is no proposal, as calendar_reader.py names it; the last is one all the same.
REASONS = {
    "cancelled": ngettext_lazy("%(count)d entry is cancelled.", "%(count)d entries are cancelled.", "count"),
    "tentative": ngettext_lazy("%(count)d entry is only tentative.", "%(count)d entries are only tentative.", "count"),
    "free": ngettext_lazy(
        "%(count)d entry leaves its owner free or at work elsewhere.",
        "%(count)d entries leave their owner free or at work elsewhere.",
        "count",
    ),
    "no-length": ngettext_lazy(
        "%(count)d entry is a moment without length.", "%(count)d entries are moments without length.", "count"
    ),
    "outside": ngettext_lazy(
        "%(count)d entry is over, or begins later than in 400 days.",
        "%(count)d entries are over, or begin later than in 400 days.",
        "count",
    ),
    "unreadable": ngettext_lazy(
        "%(count)d event has no time that can be read, and is left out.",
        "%(count)d events have no time that can be read, and are left out.",
        "count",
    ),
    "beyond": ngettext_lazy(
        "The calendar holds %(count)d time more than can be shown. Export a shorter time to see it.",
        "The calendar holds %(count)d times more than can be shown. Export a shorter time to see them.",
        "count",
    ),
    "zone": ngettext_lazy(
        "%(count)d entry names a time zone that is not known. Its times are shown as ours.",
        "%(count)d entries name a time zone that is not known. Their times are shown as ours.",
        "count",
    ),
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
class LeftOut:
    """Entries that are no proposals for one reason, a series counted once."""

    why: str  # a key of REASONS
    count: int
    titles: list[str]  # the first few

    def in_words(self) -> str:
        return REASONS[self.why] % {"count": self.count}


@dataclass(frozen=True)
class Proposals:
    events: list[Proposal]
    left_out: list[LeftOut]


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
    return Proposals(events, [LeftOut(**left) for left in found["left_out"]])


def _checked(data: bytes) -> bytes:
    """The bytes as UTF-8 without mark. Raises CalendarError where they are no calendar in UTF-8."""
    if len(data) > MAX_BYTES:
        raise CalendarError(_("The file is larger than 1 MB. Export a shorter time."))
    # Programs fold long lines wherever the count of bytes is full, be it inside a letter: unfolded first.
    data = re.sub(rb"\r?\n[ \t]", b"", data if b"\n" in data else data.replace(b"\r", b"\n"))
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
