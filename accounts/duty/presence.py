"""Questions about absences that need no roster: who is away, and what somebody sees because they stand in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from accounts.models import Assignment
from governance.calendar import midnight
from governance.models import Absence, Person


def absentees(at: dt.datetime) -> models.QuerySet:
    """Ids of everyone who is away at that moment, for a subquery. Costs no query."""
    return Absence.objects.at(at).values_list("person", flat=True)


def away(person_ids: Iterable[int], at: dt.datetime) -> set[int]:
    """Who of these people is away at that moment, whether or not somebody takes over. One query."""
    return set(absentees(at).filter(person__in=list(person_ids)))


def held_through(person: Person, on: dt.date) -> models.QuerySet:
    """Current assignments of the person, and of those absent that day whom the person replaces. Costs no query.

    Whoever is on duty in somebody's place has to see the posts.
    """
    start = midnight(on)
    return Assignment.objects.current(on).filter(_own_or_replaced(person, start, start + dt.timedelta(days=1)))


def held_between(person: Person, start: dt.datetime, end: dt.datetime) -> models.QuerySet:
    """Accepted assignments that may bring the person on duty at some time in the window. Costs no query."""
    return Assignment.objects.open().filter(_own_or_replaced(person, start, end), accepted_at__isnull=False)


def _own_or_replaced(person: Person, start: dt.datetime, end: dt.datetime) -> Q:
    """Chains count up to three links: subqueries nest no deeper, and longer ones do not happen among people."""
    away_then = Absence.objects.overlapping(start, end)
    represented = Q(replacement=person)
    for _link in range(2):
        represented |= Q(replacement__in=away_then.filter(represented).values("person"))
    return Q(person=person) | Q(person__in=away_then.filter(represented).values("person"))
