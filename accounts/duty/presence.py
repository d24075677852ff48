"""Questions about absences that need no roster: who is away, and what somebody sees because they stand in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.duty.models import TakeOver
from accounts.moderators.models import Assignment
from accounts.register.holders import own_or_replaced
from accounts.register.models import OfficialAccount
from governance.access import Permission, units_where
from governance.people.absences import Absence
from governance.people.models import Person


def absentees(at: dt.datetime) -> models.QuerySet:
    """Ids of everyone who is away at that moment, for a subquery. Costs no query."""
    return Absence.objects.at(at).values_list("person", flat=True)


def away(person_ids: Iterable[int], at: dt.datetime) -> set[int]:
    """Who of these people is away at that moment, whether or not somebody takes over. One query."""
    return set(absentees(at).filter(person__in=list(person_ids)))


def held_between(person: Person, start: dt.datetime, end: dt.datetime) -> models.QuerySet:
    """Accepted assignments that may bring the person on duty at some time in the window. Costs no query."""
    return Assignment.objects.open().filter(own_or_replaced(person, start, end), accepted_at__isnull=False)


def answered_by(person: Person, now: dt.datetime) -> models.QuerySet:
    """Accounts the person answers for now: those they hold, and those they took over where they still may."""
    taken_over = TakeOver.objects.in_force(now, now).filter(person=person).values("account")
    units = units_where(person, Permission.ANSWER_POSTS, now=now)
    held = OfficialAccount.objects.held_by(person, timezone.localdate(now)).values("pk")
    return OfficialAccount.objects.filter(Q(pk__in=held) | Q(pk__in=taken_over, unit__in=units))
