"""When the entries of a feed were published, as far as their dates can be believed.

Some feeds date their entries by the request, or touch all of them up whenever the site is built. So an entry counts
from the first date that we saw it with, which is noted from look to look. A date that cannot be read says nothing:
where such an entry may be the newest, nobody knows when something was last published.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from accounts.connectors.base import Activity

OLDEST_YEAR = 1990  # no feed is older: what says so has lost its date (1970, 1900, 0001)
AHEAD = dt.timedelta(days=1)  # zone names are unreliable, clocks go wrong; more than that is a mistake
# Two entries or more, all of them so new, were dated by the request.
JUST_NOW = dt.timedelta(minutes=2)
MOST_NOTED = 1000


def activity_of(entries: Sequence[Any], noted: str, now: dt.datetime) -> Activity:
    """The newest entry's moment, how many that may be newer have no date, and what to note for the next look.

    `noted` is what the last look noted; empty at the first one.
    """
    first = _first_dates(noted)
    said = [published_at(entry, now) for entry in entries]
    keys = [_key(entry) for entry in entries]
    by_request = len(said) > 1 and all(moment and abs(now - moment) <= JUST_NOW for moment in said)
    if by_request and not first.keys() & set(keys):
        said = [None] * len(said)
    moments = [_counts(key, moment, first, now) for key, moment in zip(keys, said, strict=True)]
    dates = {key: moment.isoformat() if moment else "" for key, moment in zip(keys, moments, strict=True)}
    note = json.dumps(dict(list(dates.items())[:MOST_NOTED]), separators=(",", ":")) if dates else noted
    return Activity(max(filter(None, moments), default=None), undated=_undated(moments), note=note)


def _counts(key: str, said: dt.datetime | None, first: dict, now: dt.datetime) -> dt.datetime | None:
    """The moment an entry counts from; None where nobody knows."""
    if not first:
        return said
    if key not in first:
        return min(said or now, now)  # it came since the last look
    if known := first[key]:
        return min(said or known, known)
    # It had no date at first. It may have got one, unless that is the request's again.
    return None if said and abs(now - said) <= JUST_NOW else said


def _undated(moments: list[dt.datetime | None]) -> int:
    """How many without a date may be newer than the newest that has one: those that stand before it in the feed."""
    dated = [moment for moment in moments if moment]
    if not dated:
        return len(moments)
    if dated[0] < dated[-1]:  # the newest stands last
        moments = moments[::-1]
    return sum(moment is None for moment in moments[: moments.index(max(dated))])


def _key(entry: Any) -> str:
    named = entry.get("id") or entry.get("link") or entry.get("title") or ""
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _first_dates(noted: str) -> dict[str, dt.datetime | None]:
    try:
        return {key: dt.datetime.fromisoformat(at) if at else None for key, at in json.loads(noted or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}  # noted by another version


def published_at(entry: Any, now: dt.datetime) -> dt.datetime | None:
    """When an entry was published, else when it was updated; None where neither is a moment that can be."""
    for moment in _moments(entry):
        if moment.year >= OLDEST_YEAR and moment <= now + AHEAD:
            return moment
    return None


def _moments(entry: Any) -> Iterator[dt.datetime]:
    for name in ("published", "updated"):
        # `in`: feedparser gives the other date where one is missing, and then we would not know which it is.
        if name not in entry:
            continue
        parts: time.struct_time | None = entry.get(f"{name}_parsed")
        try:
            if parts:
                yield dt.datetime.fromtimestamp(calendar.timegm(parts), dt.UTC)  # in UTC: never mktime
            else:
                # Without a zone, or with the day's name in another language.
                moment = parsedate_to_datetime(entry[name])
                yield moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        except (TypeError, ValueError, OverflowError):
            continue
