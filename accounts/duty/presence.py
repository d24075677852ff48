"""Questions about absences that need no roster: who is away, and what somebody sees because they stand in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.moderators.models import Assignment
from governance.calendar.hours import midnight
from governance.people.absences import Absence
from governance.people.models import Person


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
    """The person, and everyone whose chain of replacements leads to them, however long (see `rule.stand_in`)."""
    away = Absence.objects.overlapping(start, end).order_by().values_list("person", "replacement")
    sql, params = away.query.sql_with_params()
    represented = (
        f"WITH RECURSIVE away (person, replacement) AS ({sql}), "
        "represented (person) AS (SELECT person FROM away WHERE replacement = %s "
        "UNION SELECT away.person FROM away JOIN represented ON away.replacement = represented.person) "
        "SELECT person FROM represented"
    )
    return Q(person=person) | Q(person__in=RawSQL(represented, (*params, person.pk)))
