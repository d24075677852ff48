"""What guards a change of somebody who may decide: it is never silent, and never one administrator's alone.

The person is told (where the e-mail changed, at the old address too), and so are the information chief and all
administrators. Listens to the verbs of `governance.people.models`, so pages and imports are guarded alike. That
whoever does it must have logged in freshly is the pages' own question (`governance.signin.fresh`).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access import DECIDING, Permission, Role, can, holders, roles_with
from governance.audit.models import AuditEvent
from governance.notices.models import Notice, notices_for, tell, tell_all
from governance.people import events, listeners
from governance.people.models import Person, RoleGrant, Substitute
from governance.people.reach import decides
from governance.signin import notices
from governance.units.models import Unit

NEW_ADDRESS = dt.timedelta(days=7)


def listen() -> None:
    listeners.address_changed.append(tell_of_address)
    listeners.role_granted.append(guard_grant)
    listeners.role_ended.append(tell_of_ended_role)
    listeners.substitute_appointed.append(guard_substitute)
    listeners.substitute_ended.append(tell_of_ended_substitute)


# --- nobody makes a decider of an address they have just written -----------------------------------------------


class SecondPersonNeeded(ValidationError):
    """Somebody else gives the right to decide. `chiefs`: who may, where there is no other administrator."""

    def __init__(self, message: str, chiefs: list[Person]):
        self.chiefs = chiefs
        super().__init__(message)


def demand_second_person(by: Person | None, person: Person, now: dt.datetime, *, of_role: bool = False) -> None:
    """Raise SecondPersonNeeded where `by`, or who has just changed `by`'s own address, changed this person's.

    The other administrators, whom it names, give it on the same page; a role (`of_role`) the information chief gives,
    where there are none.
    """
    if by is None:
        return
    changers = _changers(person, now)
    if not changers & ({by.pk} | _changers(by, now)):
        return
    others = [row for row in _free_administrators(person, now) if row != by]
    chiefs = [] if others or not of_role else [row for row in _chiefs(person, now) if row != by]
    names = ", ".join(row.name for row in (others or chiefs)[:5])
    words = {"name": person, "names": names, "days": NEW_ADDRESS.days}
    if names:
        raise SecondPersonNeeded(
            _(
                "You changed the e-mail of %(name)s within the last %(days)d days. Somebody else gives them the right "
                "to decide: %(names)s."
            )
            % words,
            chiefs,
        )
    raise SecondPersonNeeded(
        _(
            "You changed the e-mail of %(name)s within the last %(days)d days, and there is nobody else who can give "
            "them the right to decide. Wait until then, or have another administrator appointed."
        )
        % words,
        [],
    )


def gives_in_place(chief: Person, person: Person, now: dt.datetime) -> bool:
    """Whether this information chief may give the person a role that decides, for want of a second administrator.

    Only while the rule keeps every administrator there is from it.
    """
    if not can(chief, Permission.DECIDE_AS_CHIEF, now=now):
        return False
    return bool(_changers(person, now)) and not _free_administrators(person, now) and chief in _chiefs(person, now)


def ask_chiefs(error: SecondPersonNeeded, person: Person, role: str, *, by: Person, now: dt.datetime) -> None:
    """Tell those who may give the role in the administrator's place, once a day."""
    day = timezone.localdate(now)
    path, facts = reverse("grant_new", args=[person.pk]), {"person": person.name, "role": role, "by": by.name}
    tell(error.chiefs, notices.ROLE_ASKED_FOR, about=person, once=(day, role), now=now, path=path, **facts)


def _free_administrators(person: Person, now: dt.datetime) -> list[Person]:
    """Those whom this rule does not keep from giving the person a role."""
    changers = _changers(person, now)
    rows = _administrators(now).exclude(pk__in=changers | {person.pk})
    return [row for row in rows if not changers & _changers(row, now)]


def _chiefs(person: Person, now: dt.datetime) -> list[Person]:
    """The information chiefs of the whole body who have nothing to do with the change of the address."""
    changers, body = _changers(person, now), list(Unit.objects.filter(parent=None).values_list("pk", flat=True))
    rows = holders(Permission.DECIDE_AS_CHIEF, body, timezone.localdate(now)).exclude(pk__in=changers | {person.pk})
    seen = [row for row in rows if not changers & _changers(row, now)]
    return [row for row in seen if Person.objects.visible_to(row).filter(pk=person.pk).exists()]


def _changers(person: Person, now: dt.datetime) -> set[int]:
    """Ids of the others who changed the person's address lately."""
    changed = AuditEvent.objects.about(person).filter(event=events.PERSON_CHANGED, after__has_key="email")
    found = changed.filter(at__gt=now - NEW_ADDRESS).exclude(actor_id=person.pk).values_list("actor_id", flat=True)
    return set(found) - {None}


def _administrators(now: dt.datetime):
    grants = RoleGrant.objects.current(timezone.localdate(now)).filter(role=Role.ADMINISTRATOR)
    return Person.objects.active().filter(pk__in=grants.values("person"))


def guard_grant(grant: RoleGrant, *, by: Person | None, now: dt.datetime) -> None:
    if grant.role in DECIDING:
        demand_second_person(by, grant.person, now, of_role=True)
        _tell(grant.person, "granted", grant, by=by, now=now, role=grant.role, unit=grant.unit.name)


def guard_substitute(row: Substitute, *, by: Person | None, now: dt.datetime) -> None:
    if decides(row.person, now):
        demand_second_person(by, row.substitute, now)
        for person, other in ((row.substitute, row.person), (row.person, row.substitute)):
            what = "substitute" if person == row.substitute else "has_substitute"
            _tell(person, what, row, by=by, now=now, other=other.name)


# --- who is told -------------------------------------------------------------------------------------------------


def tell_of_ended_role(grant: RoleGrant, *, by: Person | None, now: dt.datetime) -> None:
    if grant.role in DECIDING:
        _tell(grant.person, "ended", grant, by=by, now=now, role=grant.role, unit=grant.unit.name)


def tell_of_ended_substitute(row: Substitute, *, by: Person | None, now: dt.datetime) -> None:
    if decides(row.person, now):
        _tell(row.substitute, "substitute_ended", row, by=by, now=now, other=row.person.name)


def tell_of_activity(person: Person, *, active: bool, by: Person | None, now: dt.datetime) -> None:
    """Call it for somebody who decides, or did until this very change."""
    _tell(person, "reactivated" if active else "deactivated", person, by=by, now=now)


def tell_of_address(person: Person, old: str, *, by: Person | None, now: dt.datetime) -> None:
    """The person, at both addresses, always; the others where the person may decide."""
    facts = {"about": person, "now": now, "path": reverse("me"), "by": _name_of(by)}
    rows = notices_for([person], notices.OWN_ADDRESS_CHANGED, once=(now, "new"), **facts)
    former = notices_for([person], notices.OWN_ADDRESS_CHANGED, once=(now, "old"), **facts)
    for row in former:
        row.address = old
    rows += former
    if decides(person, now):
        rows += _to_officers(person, notices.ADDRESS_CHANGED, by=by, now=now)
    tell_all(rows)


def _tell(person: Person, what: str, row: models.Model, *, by: Person | None, now: dt.datetime, **facts) -> None:
    """`row`: the one that changed, which makes this another occasion than others of the same moment."""
    once, facts = (now, what, row.pk), facts | {"what": what}
    told = {"about": person, "once": once, "now": now, "by": _name_of(by), **facts}
    own = notices_for([person], notices.OWN_RIGHTS_CHANGED, path=reverse("me"), **told)
    for row in own:
        row.address = person.email  # so that it leaves even where the person has just been deactivated
    tell_all([*own, *_to_officers(person, notices.RIGHTS_CHANGED, by=by, now=now, once=once, **facts)])


def _to_officers(person: Person, kind, *, by: Person | None, now: dt.datetime, once=(), **facts) -> list[Notice]:
    """The information chief and all administrators, each with a link they may follow."""
    roles = {*roles_with(Permission.DECIDE_AS_CHIEF), Role.ADMINISTRATOR}
    grants = RoleGrant.objects.current(timezone.localdate(now)).filter(role__in=roles)
    rows: list[Notice] = []
    for officer in Person.objects.active().filter(pk__in=grants.values("person")).exclude(pk=person.pk):
        seen = Person.objects.visible_to(officer).filter(pk=person.pk).exists()
        told = {"about": person, "once": once or now, "now": now, "person": person.name, "by": _name_of(by)}
        rows += notices_for(
            [officer], kind, path=person.get_absolute_url() if seen else reverse("notices"), **told, **facts
        )
    return rows


def _name_of(by: Person | None) -> str:
    return by.name if by else settings.BODY_NAME
