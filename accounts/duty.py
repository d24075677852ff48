"""Who is on duty for an account at a moment (M18, S29): the only reader of absences.

Moderators first, then deputies in their order, then the head of the unit, nearest up the tree. Skipped are
those who are away, whose assignment is ended or not accepted, who are deactivated, and who lack the
acknowledgement that the unit's policy demands. Whoever is away with a replacement is represented by the
replacement, along the whole chain; a chain that bites its tail leads nowhere.

`find` is the rule itself, over plain values. `Roster` holds the facts of many accounts, loaded in a constant
number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, OfficialAccount
from accounts.models.choices import Part
from accounts.models.register import State
from governance.access import HEADS, Role
from governance.calendar import midnight
from governance.models import Absence, Person, Policies, Policy, RoleGrant, Tree
from guidelines import models as guidelines

COVERAGE_DAYS = 21


class Why(models.TextChoices):
    LEAD = "lead", _("moderator")
    DEPUTY = "deputy", _("deputy")
    HEAD = "head", _("head of the unit")


@dataclass(frozen=True)
class Found:
    """Somebody is on duty: as what, and for whom where they replace an absent one."""

    person_id: int
    why: Why
    in_place_of: int | None = None


def stand_in(person_id: int, replacements: Mapping[int, int | None]) -> int | None:
    """The person, or who takes over along the chain of replacements; None where the chain leads nowhere.

    `replacements` has every absent person, with the replacement or None.
    """
    seen = set()
    current: int | None = person_id
    while current is not None and current in replacements:
        if current in seen:
            return None
        seen.add(current)
        current = replacements[current]
    return current


def find(
    candidates: Iterable[tuple[int, Why]], replacements: Mapping[int, int | None], able: Collection[int]
) -> Found | None:
    """The first candidate, or their stand-in, who is present and able. None is a gap."""
    for person_id, why in candidates:
        present = stand_in(person_id, replacements)
        if present is not None and present in able:
            return Found(present, why, None if present == person_id else person_id)
    return None


@dataclass(frozen=True)
class Duty:
    """The answer for one account: a person, or a gap (`person` is None)."""

    person: Person | None
    why: Why | None = None
    in_place_of: Person | None = None


@dataclass(frozen=True)
class Gap:
    """From when no moderator and no deputy is on duty, until when (None: open), and who is left."""

    account_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    falls_to: Person | None


class Roster:
    """The facts about some accounts in a window of time, and the questions asked of them.

    Every question takes a moment within the window the roster was loaded for.
    """

    def __init__(self, start: dt.datetime, end: dt.datetime, accounts: Iterable[OfficialAccount]):
        first_day = timezone.localdate(start)
        self.accounts = {account.pk: account for account in accounts}
        self.tree = Tree.load()
        self.policies = Policies.load(self.tree)
        self._assignments = defaultdict(list)
        assignments = (
            Assignment.objects.filter(account__in=list(self.accounts), declined_at=None, accepted_at__lte=end)
            .filter(Q(ended_at=None) | Q(ended_at__gt=start), Q(ends_on=None) | Q(ends_on__gte=first_day))
            .order_by("-part", "rank", "starts_on", "pk")
        )
        for assignment in assignments:
            self._assignments[assignment.account_id].append(assignment)
        self._grants = defaultdict(list)
        roles = [*HEADS, Role.INFORMATION_SECTION, Role.INFORMATION_CHIEF]
        for grant in RoleGrant.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first_day), role__in=roles).order_by(
            "starts_on", "pk"
        ):
            self._grants[grant.unit_id].append(grant)
        self._absences = defaultdict(list)
        # A moment's window still has to find the absence that covers it.
        for absence in Absence.objects.overlapping(start, max(end, start + dt.timedelta(microseconds=1))).order_by(
            "pk"
        ):
            self._absences[absence.person_id].append(absence)
        self._away_at: dict[dt.datetime, dict[int, int | None]] = {}
        involved = {row.person_id for rows in self._assignments.values() for row in rows}
        involved |= {row.person_id for rows in self._grants.values() for row in rows}
        involved |= {row.replacement_id for rows in self._absences.values() for row in rows if row.replacement_id}
        self.people = Person.objects.filter(is_active=True).in_bulk(involved)
        self._acknowledged = guidelines.acknowledged_person_ids(guidelines.Audience.MODERATORS, start)

    @classmethod
    def load(cls, accounts: Iterable[int] | models.QuerySet, at: dt.datetime, until: dt.datetime | None = None):
        """`accounts`: ids or a queryset."""
        if not isinstance(accounts, models.QuerySet):
            accounts = OfficialAccount.objects.filter(pk__in=list(accounts))
        return cls(at, until or at, accounts)

    def policy(self, account_id: int) -> Policy:
        return self.policies.for_unit(self.accounts[account_id].unit_id)

    # --- the question ---

    def of(self, account_id: int, at: dt.datetime) -> Duty:
        found = self._find(account_id, at)
        if not found:
            return Duty(None)
        return Duty(self.people[found.person_id], found.why, self.people.get(found.in_place_of))

    def _find(self, account_id: int, at: dt.datetime, *, heads: bool = True) -> Found | None:
        return find(self._candidates(account_id, at, heads=heads), self._replacements(at), self._able(account_id))

    def _able(self, account_id: int) -> Collection[int]:
        if self._acknowledged is None or not self.policy(account_id).acknowledgement_required:
            return self.people
        return self.people.keys() & self._acknowledged

    def _candidates(self, account_id: int, at: dt.datetime, *, heads: bool) -> list[tuple[int, Why]]:
        holders = [
            (row.person_id, Why.LEAD if row.part == Part.LEAD else Why.DEPUTY) for row in self._current(account_id, at)
        ]
        if heads:
            holders += [(person_id, Why.HEAD) for person_id in self._granted(account_id, at, HEADS)]
        return holders

    def _current(self, account_id: int, at: dt.datetime) -> list[Assignment]:
        day = timezone.localdate(at)
        return [
            row
            for row in self._assignments[account_id]
            if row.accepted_at <= at
            and (row.ended_at is None or row.ended_at > at)
            and row.starts_on <= day
            and (row.ends_on is None or row.ends_on >= day)
        ]

    def _granted(self, account_id: int, at: dt.datetime, roles: Collection[Role]) -> list[int]:
        """Holders of the roles, nearest unit first."""
        day = timezone.localdate(at)
        path = self.tree.path_up(self.accounts[account_id].unit_id)
        return [
            grant.person_id
            for unit_id in path
            for grant in self._grants[unit_id]
            if grant.role in roles and grant.is_current(day)
        ]

    def _replacements(self, at: dt.datetime) -> dict[int, int | None]:
        if at in self._away_at:
            return self._away_at[at]
        away: dict[int, int | None] = {}
        for person_id, absences in self._absences.items():
            standing = [row for row in absences if row.starts_at <= at < row.ends_at]
            if standing:
                # Of several at once, one that names a replacement, and of these the one registered last.
                away[person_id] = next((row.replacement_id for row in reversed(standing) if row.replacement_id), None)
        self._away_at[at] = away
        return away

    # --- whom to tell ---

    def moderators(self, account_id: int, at: dt.datetime) -> list[int]:
        """Everyone who holds a role on the account, present or not."""
        return [row.person_id for row in self._current(account_id, at) if row.person_id in self.people]

    def deputies(self, account_id: int, at: dt.datetime) -> list[int]:
        """The deputies who are present, or their stand-ins."""
        return self._present(self.deputies_named(account_id, at), at)

    def deputies_named(self, account_id: int, at: dt.datetime) -> list[int]:
        """Everyone who is deputy on the account, present or not."""
        rows = self._current(account_id, at)
        return [row.person_id for row in rows if row.part == Part.DEPUTY and row.person_id in self.people]

    def head(self, account_id: int, at: dt.datetime) -> list[int]:
        """The nearest head who is present, or that head's stand-in."""
        return self._present(self._granted(account_id, at, HEADS), at)[:1]

    def section(self, account_id: int, at: dt.datetime) -> list[int]:
        """The information section; where nobody of it is present, the information chief."""
        return self._present(self._granted(account_id, at, [Role.INFORMATION_SECTION]), at) or self._present(
            self._granted(account_id, at, [Role.INFORMATION_CHIEF]), at
        )

    def chief(self, account_id: int, at: dt.datetime) -> list[int]:
        """The information chief, or that person's stand-in."""
        return self._present(self._granted(account_id, at, [Role.INFORMATION_CHIEF]), at)

    def _present(self, person_ids: list[int], at: dt.datetime) -> list[int]:
        replacements = self._replacements(at)
        present = [stand_in(person_id, replacements) for person_id in person_ids]
        return [person_id for person_id in dict.fromkeys(present) if person_id in self.people]

    # --- looking ahead ---

    def first_gap(self, account_id: int, start: dt.datetime, end: dt.datetime) -> Gap | None:
        """The first time in the window that falls to the head or to nobody. Looks at the edges of facts alone."""
        gap_start = None
        for moment in self._edges(account_id, start, end):
            covered = self._find(account_id, moment, heads=False) is not None
            if gap_start is None and not covered:
                gap_start = moment
            elif gap_start is not None and covered:
                return Gap(account_id, gap_start, moment, self.of(account_id, gap_start).person)
        return gap_start and Gap(account_id, gap_start, None, self.of(account_id, gap_start).person)

    def _edges(self, account_id: int, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
        moments = {start}
        concerned = {row.person_id for row in self._assignments[account_id]}
        waiting = list(concerned)
        for row in self._assignments[account_id]:
            moments |= {row.accepted_at, midnight(row.starts_on)}
            if row.ends_on:
                moments.add(midnight(row.ends_on + dt.timedelta(days=1)))
        while waiting:
            for absence in self._absences.get(waiting.pop(), ()):
                moments |= {absence.starts_at, absence.ends_at}
                if absence.replacement_id and absence.replacement_id not in concerned:
                    # The replacement's own absence matters too.
                    concerned.add(absence.replacement_id)
                    waiting.append(absence.replacement_id)
        return sorted(moment for moment in moments if start <= moment <= end)


def on_duty(account: OfficialAccount, at: dt.datetime) -> Duty:
    """Who answers for the account at that moment. For many accounts use `Roster`."""
    return Roster(at, at, [account]).of(account.pk, at)


def coverage_gaps(now: dt.datetime, days: int = COVERAGE_DAYS) -> tuple[Roster, dict[int, Gap]]:
    """The first coming gap of each active account, by account id, and the roster they were found in."""
    until = now + dt.timedelta(days=days)
    roster = Roster.load(OfficialAccount.objects.filter(state=State.ACTIVE), now, until)
    gaps = {account_id: roster.first_gap(account_id, now, until) for account_id in roster.accounts}
    return roster, {account_id: gap for account_id, gap in gaps.items() if gap}


def absentees(at: dt.datetime) -> models.QuerySet:
    """Ids of everyone who is away at that moment, for a subquery. Costs no query."""
    return Absence.objects.at(at).values_list("person", flat=True)


def away(person_ids: Iterable[int], at: dt.datetime) -> set[int]:
    """Who of these people is away at that moment, whether or not somebody takes over. One query."""
    return set(absentees(at).filter(person__in=list(person_ids)))


def held_through(person: Person, on: dt.date) -> models.QuerySet:
    """Current assignments of the person, and of those absent that day whom the person replaces. Costs no query.

    Whoever is on duty in somebody's place has to see the posts. Chains count up to three links: subqueries nest no
    deeper, and longer ones do not happen among people.
    """
    start = midnight(on)
    away_that_day = Absence.objects.overlapping(start, start + dt.timedelta(days=1))
    represented = Q(replacement=person)
    for _link in range(2):
        represented |= Q(replacement__in=away_that_day.filter(represented).values("person"))
    return Assignment.objects.current(on).filter(
        Q(person=person) | Q(person__in=away_that_day.filter(represented).values("person"))
    )
