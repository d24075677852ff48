"""Who decides an application now, and who is told (M07, M08, K1, D68).

The way a decision goes, from the first to ask to the last resort:

- where policy says agreement, or that the head decides: the heads of the unit, nearest up the tree first;
- where policy goes by the kind of unit: at a school, and at whatever lies under one, its heads; otherwise the
  information chief;
- after the last head the information chief, after the information chief the heads of the body itself.

Of these the first where somebody impartial is found decides. Nobody decides on their own application (D68):
a partial decider's substitute does, else one step further. That a
decider is named as moderator is common and no gain of theirs. Of a substitute more is asked where policy says so
(`substitute_impartial`, docs/law.md): whoever is named in the application, or works below the applicant, does not
decide in somebody's place, and it goes one step further. A decider who is away, or has let the application
wait for too long, keeps the right to decide, and the substitute gets it beside them.

`Routing` holds the facts of the whole body, loaded in a constant number of queries; its questions cost none.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils import timezone

from accounts.applications import notices
from accounts.applications.models import Application, ApplicationPerson, Status
from accounts.duty.presence import away
from governance.access import Permission, roles_with
from governance.notices.models import Notice, notices_for
from governance.people.models import Person, RoleGrant, Substitute
from governance.policy.models import Policies
from governance.policy.settings import Decider, Establishment
from governance.units.models import Tree, Unit

WAITING_AT_MOST = 50  # shown at a time; who decides them sees the next


@dataclass(frozen=True)
class Deciding:
    """Somebody who may decide, in their own right or on behalf of the one they stand in for."""

    person: Person
    on_behalf_of: Person | None = None


class Routing:
    """`grants`: current RoleGrants with their person. `substitutes`: person id to the current substitutes, in order.
    `absent`: ids of those who are away at `now`. `named`: application id to the ids of those it names for a role."""

    def __init__(
        self,
        now: dt.datetime,
        tree: Tree,
        policies: Policies,
        grants: Iterable[RoleGrant],
        substitutes: dict[int, list[Person]],
        absent: set[int],
        named: dict[int, set[int]] | None = None,
    ):
        self.now, self.tree, self.policies = now, tree, policies
        self._substitutes, self._absent, self._named = substitutes, absent, named or {}
        self._grants: dict[int, list[RoleGrant]] = defaultdict(list)
        for grant in grants:
            if grant.person.is_active:
                self._grants[grant.unit_id].append(grant)

    @classmethod
    def load(cls, now: dt.datetime) -> Routing:
        """Everything in six queries, however many units, people and applications there are."""
        today = timezone.localdate(now)
        tree = Tree.load()
        grants = list(RoleGrant.objects.current(today).select_related("person").order_by("starts_on", "pk"))
        substitutes: dict[int, list[Person]] = defaultdict(list)
        for row in Substitute.objects.current(today).select_related("substitute"):
            if row.substitute.is_active:
                substitutes[row.person_id].append(row.substitute)
        stand_ins = {person.pk for people in substitutes.values() for person in people}
        named: dict[int, set[int]] = defaultdict(set)
        rows = ApplicationPerson.objects.filter(application__status=Status.SUBMITTED, person__in=stand_ins)
        for application, person in rows.values_list("application", "person") if stand_ins else ():
            named[application].add(person)
        absent = away({row.person_id for row in grants}, now)
        return cls(now, tree, Policies.load(tree), grants, substitutes, absent, named)

    # --- who decides ---

    def deciders(self, application: Application) -> list[Deciding]:
        """Who may decide the application at this moment. Empty where nobody may."""
        for group in self._groups(application.unit_id):
            able = self._able(group, application)
            if able:
                return able
        return []

    def deciding(self, application: Application, person: Person) -> Deciding | None:
        """As what the person may decide the application, or None."""
        return next((row for row in self.deciders(application) if row.person == person), None)

    def days_waiting(self, application: Application) -> int:
        return (self.now - application.submitted_at).days if application.submitted_at else 0

    def is_slow(self, application: Application) -> bool:
        days = self.policies.for_unit(application.unit_id).decision_substitute_days
        return self.days_waiting(application) >= days

    def holders(self, permission: Permission, unit_id: int) -> list[Person]:
        """Everybody whose granted roles give the permission at the unit. See also `governance.access.holders`."""
        return _once(person for step in self.tree.path_up(unit_id) for person in self._holders_at(permission, step))

    def _groups(self, unit_id: int) -> list[list[Person]]:
        path = self.tree.path_up(unit_id)
        heads = [self._holders_at(Permission.DECIDE_AS_HEAD, step) for step in path]
        chiefs = self.holders(Permission.DECIDE_AS_CHIEF, unit_id)
        groups = [*heads, chiefs] if self._head_decides(unit_id, path) else [chiefs, *heads[-1:]]
        return [group for group in groups if group]

    def _head_decides(self, unit_id: int, path: list[int]) -> bool:
        policy = self.policies.for_unit(unit_id)
        if policy.establishment == Establishment.AGREEMENT or policy.decider == Decider.HEAD_OF_UNIT:
            return True
        return policy.decider == Decider.BY_KIND and any(
            self.tree.units[step].kind == Unit.Kind.SCHOOL for step in path
        )

    def _holders_at(self, permission: Permission, unit_id: int) -> list[Person]:
        roles = roles_with(permission)
        return _once(grant.person for grant in self._grants[unit_id] if grant.role in roles)

    def _able(self, group: list[Person], application: Application) -> list[Deciding]:
        slow = self.is_slow(application)
        able = [Deciding(person) for person in group if person.pk != application.applicant_id]
        taken = {row.person.pk for row in able} | {application.applicant_id}
        for person in group:
            partial = person.pk == application.applicant_id
            if partial or slow or person.pk in self._absent:
                for substitute in self._substitutes.get(person.pk, ()):
                    if substitute.pk not in taken and not self._is_bound(substitute, application):
                        taken.add(substitute.pk)
                        able.append(Deciding(substitute, person))
        return able

    def _is_bound(self, substitute: Person, application: Application) -> bool:
        """Whether the substitute is too near to decide in somebody's place: named, or led by the applicant."""
        if not self.policies.for_unit(application.unit_id).substitute_impartial:
            return False
        return substitute.pk in self._named.get(application.pk, ()) or self._leads(application.applicant_id, substitute)

    def _leads(self, applicant_id: int, person: Person) -> bool:
        """Whether the applicant leads a unit to which the person's belongs: as its head, or as information chief."""
        roles = {*roles_with(Permission.LEAD_PEOPLE), *roles_with(Permission.DECIDE_AS_CHIEF)}
        path = self.tree.path_up(person.unit_id) if person.unit_id else ()
        return any(
            grant.person_id == applicant_id and grant.role in roles for step in path for grant in self._grants[step]
        )

    # --- who is told ---

    def notices_of_waiting(self, application: Application) -> list[Notice]:
        """Unsaved notices to those who may decide it; where nobody may, to those who can mend that."""
        facts = {"application": application.name, "unit": self.tree.units[application.unit_id].name}
        about = {"about": application, "once": application.submission, "now": self.now, **facts}
        rows = []
        for row in self.deciders(application):
            if row.on_behalf_of:
                kind, behalf = notices.APPLICATION_SUBSTITUTE, {"in_place_of": row.on_behalf_of.name}
            else:
                kind, behalf = notices.APPLICATION_WAITS, {}
            rows += notices_for([row.person], kind, **about, **behalf)
        return rows or self._notices_of_stuck(application, about)

    def _notices_of_stuck(self, application: Application, about: dict) -> list[Notice]:
        kind, unit = notices.APPLICATION_STUCK, self.tree.units[application.unit_id]
        section = self.holders(Permission.REGISTER_ACCOUNT, unit.pk)
        # An administrator may not read applications, but appoints who may decide.
        administrators = [row for row in self.holders(Permission.EDIT_PEOPLE, unit.pk) if row not in section]
        return [
            *notices_for(section, kind, **about),
            *notices_for(administrators, kind, path=unit.get_absolute_url(), **about),
        ]


def _once(people: Iterable[Person]) -> list[Person]:
    return list({person.pk: person for person in people}.values())


def waiting_for_decision(person: Person, now: dt.datetime) -> list[Application]:
    """The applications this person may decide now, longest waiting first, at most WAITING_AT_MOST. A
    constant number of queries.
    """
    waiting = Application.objects.visible_to(person, now=now).waiting()
    if not waiting.exists():
        return []
    routing = Routing.load(now)
    rows = waiting.select_related("unit", "platform", "applicant").order_by("submitted_at", "pk").iterator(500)
    return list(islice((row for row in rows if routing.deciding(row, person)), WAITING_AT_MOST))
