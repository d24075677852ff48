"""How far a person's rights reach, and who may therefore manage the person.

Whoever can change somebody's e-mail, or bring back somebody who has left, can have a new password sent and become
that person. So it takes reach over everything the person holds: roles now and to come, those of whom they stand in
for, and what others name (`held_at`): tokens, assignments, offers, editorships, take-overs, applications, reviews.
This is the one place that says so, and every page about people asks it. A file can change neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access import DECIDING, Permission, units_where
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant, Substitute

_held_at: list[Callable[[Collection[int], dt.datetime], Iterable[int]]] = []


def held_at(places: Callable[[Collection[int], dt.datetime], Iterable[int]]) -> None:
    """Register `places(person ids, now)`: ids of the units where these people hold something, or are to."""
    if places not in _held_at:
        _held_at.append(places)


def places_of(person: Person, now: dt.datetime) -> set[int]:
    """Ids of the units where the person holds anything, now or later, in their own right or in somebody's place."""
    people = _acting_for(person, now)
    grants = RoleGrant.objects.unended(timezone.localdate(now)).filter(person__in=people)
    return {*grants.values_list("unit", flat=True), *(pk for find in _held_at for pk in find(people, now))}


def may_manage(actor: Person | None, person: Person, now: dt.datetime) -> bool:
    """Whether the actor (None: whoever runs the portal) reaches everything the person holds."""
    if actor is None:
        return True
    return places_of(person, now) <= units_where(actor, Permission.EDIT_PEOPLE, now=now)


def demand_reach(actor: Person | None, person: Person, now: dt.datetime) -> None:
    """Raise PermissionDenied (403) where `may_manage` says no."""
    if not may_manage(actor, person, now):
        raise PermissionDenied


def demand_cover(actor: Person, person: Person, replacement: Person | None, now: dt.datetime) -> None:
    """Whoever takes over sees and answers what the person does, so nobody is put there from outside.

    Raises ValidationError where the actor, who is not the person, arranges cover in some of those places only.
    """
    if replacement is None or actor == person:
        return
    if not places_of(person, now) <= units_where(actor, Permission.ARRANGE_COVER, now=now):
        reason = _("%(name)s answers for accounts of other units too. Leave this empty; who comes next is asked there.")
        raise ValidationError({"replacement": reason % {"name": person}})


def decides(person: Person, now: dt.datetime) -> bool:
    """Whether the person may decide, now or from a later day: by a role, or as the substitute of one who does."""
    today = timezone.localdate(now)
    for_whom = Substitute.objects.unended(today).filter(substitute=person).values_list("person", flat=True)
    grants = RoleGrant.objects.unended(today).filter(role__in=DECIDING)
    return grants.filter(person__in=[person.pk, *for_whom]).exists()


def _acting_for(person: Person, now: dt.datetime) -> set[int]:
    """The person, and everybody in whose place they decide or answer, however long the chain."""
    found, asked = set(), {person.pk}
    while asked:
        found |= asked
        stands = Substitute.objects.unended(timezone.localdate(now)).filter(substitute__in=asked)
        replaces = Absence.objects.standing().filter(replacement__in=asked, ends_at__gt=now)
        asked = {*stands.values_list("person", flat=True), *replaces.values_list("person", flat=True)} - found
    return found
