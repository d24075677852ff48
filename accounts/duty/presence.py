"""Questions about absences that need no roster: who is away, and what somebody sees because they stand in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.duty.models import TakeOver
from accounts.moderators.models import Assignment
from accounts.register.holders import own_or_replaced
from accounts.register.models import OfficialAccount
from governance.access import HEADS, Permission, units_where
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant
from governance.units.models import Tree
from guidelines.reading import acknowledgements
from guidelines.texts import guidelines


def absentees(at: dt.datetime) -> models.QuerySet:
    """Ids of everyone who is away at that moment, for a subquery. Costs no query."""
    return Absence.objects.at(at).values_list("person", flat=True)


def away(person_ids: Iterable[int], at: dt.datetime) -> set[int]:
    """Who of these people is away at that moment, whether or not somebody takes over. One query."""
    return set(absentees(at).filter(person__in=list(person_ids)))


def held_between(person: Person, start: dt.datetime, end: dt.datetime) -> models.QuerySet:
    """Accepted assignments that may bring the person on duty at some time in the window. Costs no query."""
    return Assignment.objects.open().filter(own_or_replaced(person, start, end), accepted_at__isnull=False)


def may_be_on_duty(accounts: models.QuerySet, person: Person, now: dt.datetime) -> models.QuerySet:
    """Those of the accounts on which the person may be on duty at the moment: no other can be. One query.

    They, or who is away and leads to them, hold a role there or have taken over; or they are a head, and nobody who
    holds a role there is present (and has acknowledged what may be demanded). Whoever answers for the whole body so
    asks the roster of few accounts.
    """
    on, concerned = timezone.localdate(now), own_or_replaced(person, now, now + dt.timedelta(microseconds=1))
    present = Assignment.objects.current(on).filter(account=OuterRef("pk")).exclude(person__in=absentees(now))
    able = acknowledgements.acknowledged_by(guidelines.Audience.MODERATORS, now)
    if able is not None:
        present = present.filter(person__in=able)
    held = Assignment.objects.current(on).filter(concerned).order_by().values("account")
    taken_over = TakeOver.objects.in_force(now, now).filter(concerned).order_by().values("account")
    found = Q(pk__in=held) | Q(pk__in=taken_over)
    led = RoleGrant.objects.current(on).filter(concerned, role__in=HEADS).order_by().values_list("unit", flat=True)
    if led := set(led):
        tree = Tree.load()
        found |= Q(~Exists(present), unit__in={below for unit_id in led for below in tree.below(unit_id)})
    return accounts.filter(found)


def answered_by(person: Person, now: dt.datetime) -> models.QuerySet:
    """Accounts the person answers for now: those they hold, and those they took over where they still may."""
    taken_over = TakeOver.objects.in_force(now, now).filter(person=person).values("account")
    units = units_where(person, Permission.ANSWER_POSTS, now=now)
    held = OfficialAccount.objects.held_by(person, timezone.localdate(now)).values("pk")
    return OfficialAccount.objects.filter(Q(pk__in=held) | Q(pk__in=taken_over, unit__in=units))
