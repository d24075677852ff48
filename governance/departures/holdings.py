"""What a person holds, asked of every app, and what becomes of it when the person leaves.

Nothing ends silently: the page that deactivates a person lists all holdings first. An app that lets people hold
something registers two functions in its `ready()`::

    register(holdings, hand_over)

`holdings(person, now) -> list[Holding]` names what the person holds now or from a later day.
`hand_over(person, *, by, now)` runs in the transaction that deactivates the person: it ends or flags what they held,
with its own audit rows and notices. Without it what they hold stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access import Permission, holders
from governance.audit.models import body_language, record
from governance.departures import notices
from governance.notices.models import tell
from governance.people import events
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant, Substitute
from governance.people.reach import decides
from governance.signin import safeguards
from governance.signin.tokens import ApiToken
from governance.units.models import Tree


@dataclass(frozen=True)
class Holding:
    """One line of the list: what it is, what becomes of it, and where to look at it."""

    label: str
    fate: str = ""
    url: str = ""


_registered: list[tuple[Callable, Callable | None]] = []


def register(holdings: Callable[..., list[Holding]], hand_over: Callable[..., None] | None = None) -> None:
    if (holdings, hand_over) not in _registered:
        _registered.append((holdings, hand_over))


def held_by(person: Person, now: dt.datetime) -> list[Holding]:
    """Everything the person holds: roles, substitutes, absences, tokens, and what the other apps name."""
    today = timezone.localdate(now)
    unended = RoleGrant.objects.unended(today).filter(person=person).select_related("unit")
    found = [Holding(str(grant), _("ends"), grant.unit.get_absolute_url()) for grant in unended]
    for row in Substitute.objects.unended(today).naming(person).select_related("person", "substitute"):
        found.append(Holding(row.in_words, _("ends"), row.person.get_absolute_url()))
    for absence in Absence.objects.standing().filter(person=person, ends_at__gt=now):
        found.append(Holding(absence.in_words, _("stays as it is")))
    for absence in Absence.objects.standing().filter(replacement=person, ends_at__gt=now).select_related("person"):
        label = _("Takes over for %(name)s. %(absence)s") % {"name": absence.person, "absence": absence.in_words}
        found.append(Holding(label, _("somebody else must take over"), absence.person.get_absolute_url()))
    for token in ApiToken.objects.standing(now).owned_by([person]):
        fate = _("is revoked") if token.person_id else _("is revoked, unless it is handed over first")
        found.append(Holding(_("API token “%(name)s”") % {"name": token}, fate))
    return found + held_elsewhere(person, now)


def held_elsewhere(person: Person, now: dt.datetime) -> list[Holding]:
    """What the other apps name."""
    return [holding for holdings, _hand_over in _registered for holding in holdings(person, now)]


def deactivate(person: Person, *, by: Person | None, now: dt.datetime) -> bool:
    """The person may no longer log in; roles and substitutes end, tokens are revoked, the heads are told.

    Returns False where somebody did so already. Raises ValidationError for the last administrator. What the other
    apps hold is handed over by their own functions, in the same transaction.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        RoleGrant.demand_another_administrator(person, today)
        if not Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False, deactivated_at=now):
            return False
        decided = decides(person, now)
        with body_language():
            held = [holding.label for holding in held_by(person, now)]
            reason = _("The person was deactivated.")
        person.is_active, person.deactivated_at = False, now
        grants = list(RoleGrant.objects.unended(today).filter(person=person).select_related("unit", "person"))
        for grant in grants:
            grant.end(today - dt.timedelta(days=1), reason=reason, by=by, now=now)
        for row in Substitute.objects.unended(today).naming(person).select_related("person", "substitute"):
            row.end(today - dt.timedelta(days=1), by=by, now=now)
        for token in ApiToken.objects.standing(now).owned_by([person]):
            token.revoke(by=by, now=now)
        for _holdings, hand_over in _registered:
            if hand_over:
                hand_over(person, by=by, now=now)
        _tell_of_vacancies(person, grants, now)
        record(
            events.PERSON_DEACTIVATED,
            person,
            by=by,
            now=now,
            before={"is_active": True},
            after={"is_active": False, "held": held},
        )
        if decided:
            safeguards.tell_of_activity(person, active=False, by=by, now=now)
    return True


def reactivate(person: Person, *, by: Person | None, now: dt.datetime) -> bool:
    """The person may log in again; roles are to be granted anew. Returns False where they could already."""
    with transaction.atomic():
        if not Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True, deactivated_at=None):
            return False
        person.is_active, person.deactivated_at = True, None
        if decides(person, now):
            safeguards.tell_of_activity(person, active=True, by=by, now=now)
        record(
            events.PERSON_REACTIVATED, person, by=by, now=now, before={"is_active": False}, after={"is_active": True}
        )
    return True


def _tell_of_vacancies(person: Person, grants: list[RoleGrant], now: dt.datetime) -> None:
    """For each role that fell vacant, the nearest remaining heads of its unit."""
    today, tree = timezone.localdate(now), Tree.load()
    for grant in grants:
        levels = (holders(Permission.DELEGATE, [step], today) for step in tree.path_up(grant.unit_id))
        heads = next(filter(None, map(list, levels)), [])
        facts = {"person": person.name, "role": grant.role, "unit": grant.unit.name}
        path = person.get_absolute_url()
        tell(heads, notices.ROLE_VACANT, about=grant, once=now, path=path, now=now, **facts)
