"""A program of its own: a calendar file on standard input, the times at which its owner is busy as JSON out.

`governance.people.calendar_files` runs it with limits on time and memory and kills it where it takes longer, because
a few lines of recurrence can keep a computer busy for hours. It knows nothing of the portal and fetches nothing.

Arguments: the zone in which times without one are meant, and the window's first and last moment (ISO 8601).
Out: {"events": [{"start", "end" (ISO 8601, UTC), "title", "likely"}], "left_out": [{"why", "count", "titles"}]}, or
{"refused": code}. `left_out` counts entries, a series as one; its titles are the first few.
"""

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterable, Mapping
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
MOST_TITLES = 5  # of what is left out for one reason
FREE = {"FREE", "WORKINGELSEWHERE"}
# Why an entry is no proposal. A zone that is not known is no reason to leave it out, but is said as well.
UNREADABLE, CANCELLED, TENTATIVE, MARKED_FREE, NO_LENGTH, OUTSIDE, BEYOND, ZONE = (
    *("unreadable", "cancelled", "tentative", "free", "no-length", "outside", "beyond", "zone"),
)


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
    events = 0
    found: dict[tuple[dt.datetime, dt.datetime], Busy] = {}
    left_out = _LeftOut()
    for calendar in calendars:
        kept = []
        cancelled = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        for part in calendar.subcomponents:
            if part.name == "VEVENT":
                events += 1
                if events > MOST_IN_FILE:
                    raise Refused("many")
                _mend(part, zone)
                if not _whole(part):
                    left_out.add(UNREADABLE, part)
                    continue
                _demand_simple(part)
                if _zone_unknown(part):
                    left_out.add(ZONE, part)
            if part.name in ("VEVENT", "VTIMEZONE"):
                kept.append(part)
        calendar.subcomponents = kept
        met = set()
        for event in _occurrences(calendar, start, end, left_out):
            met.add(str(event.get("UID", "")))
            one = CANCELLED if cancelled else _busy(event, zone)
            if isinstance(one, str):
                left_out.add(one, event)
            elif one["end"] > start:
                key = (one["start"], one["end"])
                if key not in found or one["likely"] > found[key]["likely"]:
                    found[key] = one
            else:
                met.discard(str(event.get("UID", "")))
        for part in kept:
            if part.name == "VEVENT" and str(part.get("UID", "")) not in met | left_out.broken:
                left_out.add(OUTSIDE, part)
    if not events:
        raise Refused("empty")
    # Where there are too many, those that look like being away stay, not the daily meetings.
    ranked = sorted(found.values(), key=lambda one: (not one["likely"], one["start"], one["end"]))
    for one in ranked[MOST_OUT:]:
        left_out.add(BEYOND, {"UID": (one["start"], one["end"]), "SUMMARY": one["title"]})
    chosen = sorted(ranked[:MOST_OUT], key=lambda one: (one["start"], one["end"]))
    return {
        "events": [one | {"start": one["start"].isoformat(), "end": one["end"].isoformat()} for one in chosen],
        "left_out": left_out.told(),
    }


class _LeftOut:
    """Entries that are no proposals, by reason; a series counts once."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[object, str]] = {}
        self.broken: set[str] = set()  # series that cannot be worked out

    def add(self, why: str, event: Mapping[str, Any]) -> None:
        key = event.get("UID") or id(event)
        self.entries.setdefault(why, {}).setdefault(key if isinstance(key, tuple) else str(key), _title(event))

    def told(self) -> list[dict[str, Any]]:
        return [
            {"why": why, "count": len(titles), "titles": [] if why == OUTSIDE else _few(titles.values())}
            for why, titles in self.entries.items()
        ]


def _few(titles: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, titles)))[:MOST_TITLES]


def _occurrences(
    calendar: icalendar.Component, start: dt.datetime, end: dt.datetime, left_out: _LeftOut
) -> list[Mapping[str, Any]]:
    """The events in the window. Where a series cannot be worked out, it is named and the others stand."""
    try:
        return list(recurring_ical_events.of(calendar).between(start, end))
    except Exception:
        pass
    found: list[Mapping[str, Any]] = []
    zones = [part for part in calendar.subcomponents if part.name == "VTIMEZONE"]
    series: dict[str, list[Any]] = {}
    for part in calendar.subcomponents:
        if part.name == "VEVENT":
            series.setdefault(str(part.get("UID", "")), []).append(part)
    for uid, parts in series.items():
        calendar.subcomponents = [*zones, *parts]
        try:
            found += recurring_ical_events.of(calendar).between(start, end)
        except Exception:
            left_out.broken.add(uid)
            left_out.add(UNREADABLE, parts[0])
    return found


def _mend(event: Any, zone: ZoneInfo) -> None:
    """Makes alike what programs write differently: an entry of whole days, and the end of a series."""
    try:
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else None
        duration = event["DURATION"].dt if "DURATION" in event else None
    except (KeyError, AttributeError, ValueError, TypeError):
        return
    days = isinstance(start, dt.date) and not isinstance(start, dt.datetime)
    if days and isinstance(end, dt.datetime):  # until some hour of a day: that day too
        whole = end.time() == dt.time()
        end = end.date() if whole else end.date() + dt.timedelta(days=1)
        _put(event, "DTEND", end)
    elif isinstance(start, dt.datetime) and isinstance(end, dt.date) and not isinstance(end, dt.datetime):
        _put(event, "DTEND", dt.datetime.combine(end, dt.time(), start.tzinfo))
    if days and end == start:  # meant as the one day, not as none
        _put(event, "DTEND", start + dt.timedelta(days=1))
    if days and isinstance(duration, dt.timedelta) and not duration:
        del event["DURATION"]
    for rule in _rules(event):
        if isinstance(rule, dict) and isinstance(untils := rule.get("UNTIL"), list):
            rule["UNTIL"] = [_until(until, start, zone) for until in untils]


def _rules(event: Mapping[str, Any]) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _put(event: Any, name: str, value: dt.date) -> None:
    del event[name]
    event.add(name, value)


def _until(until: Any, start: Any, zone: ZoneInfo) -> Any:
    """The end of a series in the form that its start has. A mere date takes in the whole of that day."""
    if not isinstance(until, dt.date) or not isinstance(start, dt.date):
        return until
    if not isinstance(start, dt.datetime):
        if not isinstance(until, dt.datetime):
            return until
        # Midnight here, written in UTC, is meant; the last second of a day in UTC is that day.
        last_second = until.time() >= dt.time(23, 59)
        return until.date() if until.tzinfo is None or last_second else until.astimezone(zone).date()
    if not isinstance(until, dt.datetime):
        until = dt.datetime.combine(until, dt.time(23, 59, 59), start.tzinfo)
    if start.tzinfo is None:
        return until if until.tzinfo is None else until.astimezone(zone).replace(tzinfo=None)
    return (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(dt.UTC)


def _zone_unknown(event: Mapping[str, Any]) -> bool:
    start = event["DTSTART"]
    naive = isinstance(start.dt, dt.datetime) and start.dt.tzinfo is None
    return naive and "TZID" in getattr(start, "params", {})


def _title(event: Mapping[str, Any]) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_TITLE]


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
    if not all(isinstance(rule, dict) for rule in _rules(event)):
        return False
    days = (isinstance(start, dt.datetime), isinstance(end, dt.datetime))
    return isinstance(duration, dt.timedelta) and days[0] == days[1] and max(start.year, end.year) < LAST_YEAR


def _demand_simple(event: Mapping[str, Any]) -> None:
    """People's calendars repeat by the day or slower; what repeats by the second was made to keep us busy."""
    rules = _rules(event)
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


def _busy(event: Mapping[str, Any], zone: ZoneInfo) -> Busy | str:
    """The event as a time of being away; otherwise why it does not keep its owner from answering."""
    state, status = (str(event.get(name, "")).upper() for name in ("X-MICROSOFT-CDO-BUSYSTATUS", "STATUS"))
    away = state == "OOF"
    if status == "CANCELLED":
        return CANCELLED
    if "TENTATIVE" in (status, state):
        return TENTATIVE
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None or end is None:
        return NO_LENGTH
    start, end = start.dt, end.dt
    flagged = str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE"  # written from midnight to midnight
    all_day = flagged or not isinstance(start, dt.datetime)
    opaque = str(event.get("TRANSP", "OPAQUE")).upper() != "TRANSPARENT"
    if state in FREE or not (all_day or away or opaque):
        return MARKED_FREE
    try:
        start, end = _moment(start, zone), _moment(end, zone)
    except (OverflowError, ValueError):
        return UNREADABLE
    if end <= start or end.year >= LAST_YEAR:
        return NO_LENGTH if end <= start else UNREADABLE
    return {"start": start, "end": end, "title": _title(event), "likely": away or (all_day and opaque)}


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
