"""What silence proves (ADR 0006): which connections have not been read whole in time, and whose answers nobody sees.

A connection is reached by lookups alone: its room lies above this one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import F, Q

from accounts.connectors import FACTS


def behind(now: dt.datetime, at: str = "", *, activity: bool = False) -> Q:
    """Of connections, or of rows that reach one by `at` (“connection__”): not read whole for longer than promised.

    `activity`: nor may it be unknown for longer when the account last published. Reading back far for the first time
    takes its time: while it is read as it should be, it is not behind.
    """
    platforms = defaultdict(list)
    for code, facts in FACTS.items():
        platforms[facts.whole_within].append(code)
    found = Q(pk__in=())
    for within, codes in platforms.items():
        found |= Q(**{f"{at}account__platform__code__in": codes}) & _late(now - within, at, activity=activity)
    return found


def _late(since: dt.datetime, at: str, *, activity: bool) -> Q:
    runs_since = Q(**{f"{at}resumed_at": None}) | Q(**{f"{at}resumed_at__lt": since})
    never = Q(**{f"{at}complete_until": None, f"{at}connected_at__lt": since})
    as_it_should = Q(**{f"{at}last_fetch_at": None}) | Q(**{f"{at}last_fetch_at__gte": since})
    reads_back = Q(**{f"{at}backfilled_at": None, f"{at}failures": 0, f"{at}incomplete_since": None}) & as_it_should
    late = Q(**{f"{at}complete_until__lt": since}) | (never & ~reads_back)
    if activity:
        unknown = Q(**{f"{at}activity_until": None, f"{at}failures__gt": 0, f"{at}connected_at__lt": since})
        late |= Q(**{f"{at}activity_until__lt": since}) | unknown
    return late & runs_since


def unseen(now: dt.datetime) -> Q:
    """Of posts: whether the body has answered them cannot be seen, ever or as long as the connection is behind."""
    at = "account__connection__"
    lost = Q(**{f"{at}complete_until": None}) | Q(**{f"{at}complete_until__lt": F("answer_due_at")})
    return Q(measurable=False) | (Q(source="platform", account__connection__isnull=False) & lost & behind(now, at))
