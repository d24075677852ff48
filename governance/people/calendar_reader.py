"""A program of its own: a calendar file on standard input, the times at which its owner is busy as JSON out.

`governance.people.calendar_files` runs it with limits on time and memory and kills it where it takes longer, because
a few lines of recurrence can keep a computer busy for hours. It knows nothing of the portal and fetches nothing.

Arguments: the zone in which times without one are meant, and the window's first and last moment (ISO 8601).
Out: {"events": [{"start", "end" (ISO 8601, UTC), "title", "likely"}], "left_out": n, "unreadable": n}, or
{"refused": code}.
"""

import datetime as dt
import json
import resource
import sys
from collections.abc import Mapping
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

SECONDS = 4
MEMORY = 1024 * 1024 * 1024
MOST_IN_FILE = 5000
MOST_OUT = 200
LONGEST_TITLE = 100
LAST_YEAR = 2200  # as for days typed by hand
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
FREE = {"FREE", "TENTATIVE", "WORKINGELSEWHERE"}


class Busy(TypedDict):
    start: dt.datetime  # UTC
    end: dt.datetime
    title: str
    likely: bool  # whether its owner is away then


class Refused(Exception):
    """The whole file is not taken; the code says why."""


def read(data: bytes, zone: ZoneInfo, start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    try:
        calendars = icalendar.Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise Refused("broken") from None
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise Refused("broken")
    events, unreadable = 0, 0
    found: dict[tuple[dt.datetime, dt.datetime], Busy] = {}
    for calendar in calendars:
        kept = []
        for part in calendar.subcomponents:
            if part.name == "VEVENT":
                events += 1
                if events > MOST_IN_FILE:
                    raise Refused("many")
                if not _whole(part):
                    unreadable += 1
                    continue
                _demand_simple(part)
            if part.name in ("VEVENT", "VTIMEZONE"):
                kept.append(part)
        calendar.subcomponents = kept
        for event in recurring_ical_events.of(calendar, skip_bad_series=True).between(start, end):
            one = _busy(event, zone)
            if one and one["end"] > start:
                key = (one["start"], one["end"])
                if key not in found or one["likely"] > found[key]["likely"]:
                    found[key] = one
    if not events:
        raise Refused("empty")
    # Where there are too many, those that look like being away stay, not the daily meetings.
    chosen = sorted(found.values(), key=lambda one: (not one["likely"], one["start"], one["end"]))[:MOST_OUT]
    chosen.sort(key=lambda one: (one["start"], one["end"]))
    return {
        "events": [
            one | {"start": one["start"].isoformat(), "end": one["end"].isoformat(), "likely": one["likely"]}
            for one in chosen
        ],
        "left_out": len(found) - len(chosen),
        "unreadable": unreadable,
    }


def _whole(event: Mapping[str, Any]) -> bool:
    """Whether the times of the event can be read at all."""
    try:
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else start
        duration = event["DURATION"].dt if "DURATION" in event else dt.timedelta()
    except (KeyError, AttributeError, ValueError, TypeError):
        return False
    if not (isinstance(start, dt.date) and isinstance(end, dt.date)):
        return False
    days = (isinstance(start, dt.datetime), isinstance(end, dt.datetime))
    return isinstance(duration, dt.timedelta) and days[0] == days[1] and max(start.year, end.year) < LAST_YEAR


def _demand_simple(event: Mapping[str, Any]) -> None:
    """People's calendars repeat by the day or slower; what repeats by the second was made to keep us busy."""
    rules = event.get("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    if len(rules) > 1 or "EXRULE" in event:
        raise Refused("recurrence")
    for rule in rules:
        try:
            frequencies = {str(value).upper() for value in rule["FREQ"]}
            split = {"BYSECOND", "BYMINUTE", "BYHOUR"} & {str(key).upper() for key in rule}
            listed = sum(len(values) for values in rule.values() if isinstance(values, list))
        except (KeyError, TypeError, AttributeError):
            raise Refused("recurrence") from None
        if not frequencies <= FREQUENCIES or split or listed > 100:
            raise Refused("recurrence")


def _busy(event: Mapping[str, Any], zone: ZoneInfo) -> Busy | None:
    """The event as a time of being away; None where it does not keep its owner from answering."""
    state = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    away = state == "OOF"
    if str(event.get("STATUS", "")).upper() in ("CANCELLED", "TENTATIVE") or state in FREE:
        return None
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None or end is None:
        return None
    start, end = start.dt, end.dt
    all_day = not isinstance(start, dt.datetime)
    opaque = str(event.get("TRANSP", "OPAQUE")).upper() != "TRANSPARENT"
    if not (all_day or away or opaque):
        return None
    try:
        start, end = _moment(start, zone), _moment(end, zone)
    except (OverflowError, ValueError):
        return None
    if end <= start or end.year >= LAST_YEAR:
        return None
    return {
        "start": start,
        "end": end,
        "title": " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_TITLE],
        "likely": away or (all_day and opaque),
    }


def _moment(value: dt.date, zone: ZoneInfo) -> dt.datetime:
    """In UTC. A day is its first moment here; a time without a zone is meant as here."""
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time(), zone)
    elif value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(dt.UTC)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    zone, start, end = sys.argv[1:]
    try:
        answer = read(
            sys.stdin.buffer.read(), ZoneInfo(zone), dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)
        )
    except Refused as refused:
        answer = {"refused": str(refused)}
    except (RecursionError, MemoryError):
        answer = {"refused": "long"}
    except Exception:
        answer = {"refused": "broken"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
