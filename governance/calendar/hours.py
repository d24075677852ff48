"""When an answer is due, and when a mail may be sent: the one place that knows days, hours and holidays.

Pure functions over facts that the caller has loaded. Moments come in aware and go out in UTC; all arithmetic
is on elapsed time, so a day with 23 or 25 hours is what it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone

Period = tuple[dt.datetime, dt.datetime]
NIGHT_BEGINS, NIGHT_ENDS = dt.time(22), dt.time(7)
SATURDAY = 5


class ResponsePolicy(Protocol):
    """The settings of a `Policy` that the clock reads."""

    response_target: str  # "none", "same_day", "clock_hours", "working_hours"
    response_hours: int
    working_hours: list[list[str]]  # [["08:00", "15:45"], ...], Monday to Friday
    holiday_calendar: str  # "NO", "DK"


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which the day begins here."""
    return dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())


@cache
def _holidays_of(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def is_holiday(day: dt.date, country: str) -> bool:
    """Whether the day is a public holiday there. Sundays as such are none."""
    return day in _holidays_of(country)


def merge(periods: Iterable[Period]) -> list[Period]:
    """The same time covered, as periods in order that neither overlap nor touch. Empty ones vanish."""
    merged: list[Period] = []
    for start, end in sorted((start.astimezone(dt.UTC), end.astimezone(dt.UTC)) for start, end in periods):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def due(
    arrived_at: dt.datetime,
    policy: ResponsePolicy,
    closing_days: Collection[dt.date],
    pauses: Iterable[Period],
    zone: ZoneInfo,
) -> dt.datetime | None:
    """When something that arrived then must be answered; None where the policy sets no target (K3).

    "Same day" ends at 23:59:59 of the local day of arrival, be it a holiday or not. Clock hours run day and
    night. Working hours run in the blocks of Monday to Friday that are neither public holidays nor closing
    days. A pause stops each of them: what would be left when it begins is left when it ends.
    """
    arrived, pauses = arrived_at.astimezone(dt.UTC), merge(pauses)
    if policy.response_target == "none":
        return None
    if policy.response_target == "same_day":
        day = arrived_at.astimezone(zone).date()
        end = dt.datetime.combine(day, dt.time(23, 59, 59), zone).astimezone(dt.UTC)
        return _spend(max(end - arrived, dt.timedelta()), _always(arrived), pauses)
    hours = dt.timedelta(hours=policy.response_hours)
    if policy.response_target == "clock_hours":
        return _spend(hours, _always(arrived), pauses)
    return _spend(hours, _working_time(arrived, policy, closing_days, zone), pauses)


def after_clock_hours(start: dt.datetime, hours: dt.timedelta, pauses: Iterable[Period]) -> dt.datetime:
    """When so much time has run, day and night, outside the pauses."""
    start = start.astimezone(dt.UTC)
    return _spend(hours, _always(start), merge(pauses))


def _always(start: dt.datetime) -> Iterator[Period]:
    yield start, dt.datetime.max.replace(tzinfo=dt.UTC)


def _working_time(
    start: dt.datetime, policy: ResponsePolicy, closing_days: Collection[dt.date], zone: ZoneInfo
) -> Iterator[Period]:
    """Each block of working time from the moment on, without end."""
    blocks = [(dt.time.fromisoformat(begins), dt.time.fromisoformat(ends)) for begins, ends in policy.working_hours]
    day = start.astimezone(zone).date()
    while True:
        if day.weekday() < SATURDAY and day not in closing_days and not is_holiday(day, policy.holiday_calendar):
            for begins, ends in blocks:
                opens = dt.datetime.combine(day, begins, zone).astimezone(dt.UTC)
                closes = dt.datetime.combine(day, ends, zone).astimezone(dt.UTC)
                if max(opens, start) < closes:
                    yield max(opens, start), closes
        day += dt.timedelta(days=1)


def _spend(budget: dt.timedelta, running: Iterator[Period], pauses: list[Period]) -> dt.datetime:
    """The moment at which `budget` of the running time outside the pauses is used up."""
    for start, end in running:
        for pause_start, pause_end in pauses:
            if pause_end <= start or pause_start >= end:
                continue
            if start + budget <= pause_start:
                return start + budget
            budget -= max(pause_start - start, dt.timedelta())
            start = min(pause_end, end)
        if budget <= end - start:
            return start + budget
        budget -= end - start
    raise AssertionError("the running time never ends")


def next_sending_time(
    moment: dt.datetime, country: str, zone: ZoneInfo, closing_days: Collection[dt.date] = ()
) -> dt.datetime:
    """The moment itself, or the next morning at 07:00 where it falls into the night or a holiday."""
    local = moment.astimezone(zone)
    day, quiet = local.date(), False
    if local.time() >= NIGHT_BEGINS:
        day, quiet = day + dt.timedelta(days=1), True
    elif local.time() < NIGHT_ENDS:
        quiet = True
    while day in closing_days or is_holiday(day, country):
        day, quiet = day + dt.timedelta(days=1), True
    return dt.datetime.combine(day, NIGHT_ENDS, zone).astimezone(dt.UTC) if quiet else moment
