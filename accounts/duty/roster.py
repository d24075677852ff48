"""The facts about some accounts in a window of time, and the questions asked of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.duty.models import Shift, TakeOver
from accounts.duty.rule import Found, Why, find, stand_in
from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount, State
from governance.access import HEADS, Role
from governance.calendar.hours import midnight
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant
from governance.policy.models import Policies, Policy
from governance.units.models import Tree
from guidelines.reading import acknowledgements
from guidelines.texts import guidelines

COVERAGE_DAYS = 21
SECTION = (Role.INFORMATION_SECTION, Role.INFORMATION_CHIEF)


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


@dataclass(frozen=True)
class Span:
    """From one moment to another the same person is on duty, for the same reason; or nobody is."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    duty: Duty


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
        roles = [*HEADS, *SECTION]
        above = {
            step for unit_id in {row.unit_id for row in self.accounts.values()} for step in self.tree.path_up(unit_id)
        }
        grants = RoleGrant.objects.unended(first_day).filter(role__in=roles, unit__in=above)
        for grant in grants.order_by("starts_on", "pk"):
            self._grants[grant.unit_id].append(grant)
        self._shifts = defaultdict(list)
        for shift in Shift.objects.filter(account__in=list(self.accounts)).order_by("starts", "pk"):
            self._shifts[shift.account_id].append(shift)
        self._takeovers = defaultdict(list)
        for row in TakeOver.objects.in_force(start, end).filter(account__in=list(self.accounts)):
            self._takeovers[row.account_id].append(row)
        self._away_at: dict[dt.datetime, dict[int, int | None]] = {}
        involved = {row.person_id for rows in self._assignments.values() for row in rows}
        involved |= {row.person_id for rows in self._grants.values() for row in rows}
        involved |= {row.person_id for rows in self._takeovers.values() for row in rows}
        self._absences = defaultdict(list)
        # A moment's window still has to find the absence that covers it.
        absences = Absence.objects.overlapping(start, max(end, start + dt.timedelta(microseconds=1)))
        for absence in absences.of_chains_from(involved).order_by("pk"):
            self._absences[absence.person_id].append(absence)
        involved |= {row.replacement_id for rows in self._absences.values() for row in rows if row.replacement_id}
        self.people = Person.objects.filter(is_active=True).in_bulk(involved)
        self._acknowledged = acknowledgements.acknowledged_person_ids(
            guidelines.Audience.MODERATORS, start, self.people
        )

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

    def acknowledged(self, account_id: int, person_id: int) -> bool:
        """Whether the person has acknowledged what the unit's policy demands of those who answer there."""
        needed = self._acknowledged is not None and self.policy(account_id).acknowledgement_required
        return not needed or person_id in self._acknowledged

    def _candidates(self, account_id: int, at: dt.datetime, *, heads: bool) -> list[tuple[int, Why]]:
        current = self._current(account_id, at)
        held = {row.person_id for row in current}
        found = [(person_id, Why.TAKEN_OVER) for person_id in self._taken_over(account_id, at, held)]
        found += [(row.person_id, Why.SHIFT) for row in self._on_shift(account_id, at) if row.person_id in held]
        found += [(row.person_id, Why.LEAD if row.part == Part.LEAD else Why.DEPUTY) for row in current]
        if heads:
            found += [(person_id, Why.HEAD) for person_id in self._granted(account_id, at, HEADS)]
        return found

    def _taken_over(self, account_id: int, at: dt.datetime, held: Collection[int]) -> list[int]:
        """Who has taken over, the last first, as long as they may still answer there: in their own right, as head or
        section, or as the stand-in of somebody who holds a role.
        """
        rows = [row for row in self._takeovers[account_id] if row.starts_at <= at < row.over_at]
        if not rows:
            return []
        entitled = {*held, *self._granted(account_id, at, [*HEADS, *SECTION])}
        entitled |= {stand_in(person_id, self._replacements(at)) for person_id in held}
        return [row.person_id for row in rows if row.person_id in entitled]

    def _on_shift(self, account_id: int, at: dt.datetime) -> list[Shift]:
        if not self._shifts[account_id]:
            return []
        day = timezone.localdate(at)
        return [
            shift
            for shift in self._shifts[account_id]
            if shift.weekday == day.weekday() and shift.starts_at(day) <= at < shift.ends_at(day)
        ]

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
        """The first time in the window that falls to the head or to nobody. Looks at the edges of facts alone.

        Shifts have none that matter here: they change who of the moderators and deputies comes first, no more.
        """
        gap_start = None
        for moment in self._edges(account_id, start, end):
            covered = self._find(account_id, moment, heads=False) is not None
            if gap_start is None and not covered:
                gap_start = moment
            elif gap_start is not None and covered:
                return Gap(account_id, gap_start, moment, self.of(account_id, gap_start).person)
        if gap_start is None:
            return None
        return Gap(account_id, gap_start, None, self.of(account_id, gap_start).person)

    def spans(self, account_id: int, start: dt.datetime, end: dt.datetime) -> list[Span]:
        """Who is on duty from when to when, without holes, from `start` to `end`; in UTC."""
        edges = self._edges(account_id, start, end) + self._edges_of_shifts(account_id, start, end)
        edges = sorted({moment.astimezone(dt.UTC) for moment in [start, *edges, *self._edges_of_heads(account_id)]})
        moments = [moment for moment in edges if start <= moment < end]
        found: list[Span] = []
        for moment, until in zip(moments, [*moments[1:], end.astimezone(dt.UTC)], strict=True):
            duty = self.of(account_id, moment)
            if found and found[-1].duty == duty:
                found[-1] = Span(found[-1].starts_at, until, duty)
            else:
                found.append(Span(moment, until, duty))
        return found

    def _edges(self, account_id: int, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
        moments = {start}
        concerned = {row.person_id for row in self._assignments[account_id]}
        for row in self._assignments[account_id]:
            moments |= {row.accepted_at, midnight(row.starts_on)}
            if row.ends_on:
                moments.add(midnight(row.ends_on + dt.timedelta(days=1)))
            if row.ended_at:
                moments.add(row.ended_at)
        for row in self._takeovers[account_id]:
            concerned.add(row.person_id)
            moments |= {row.starts_at, row.over_at}
            moments |= self._days_of_grants(account_id, row.person_id)
        moments |= self._edges_of_absences(concerned)
        return sorted(moment for moment in moments if start <= moment <= end)

    def _edges_of_absences(self, people: Iterable[int]) -> set[dt.datetime]:
        """When these people go and come back; the absences of those who take over for them matter too."""
        moments, concerned = set(), set(people)
        waiting = list(concerned)
        while waiting:
            for absence in self._absences.get(waiting.pop(), ()):
                moments |= {absence.starts_at, absence.ends_at}
                if absence.replacement_id and absence.replacement_id not in concerned:
                    concerned.add(absence.replacement_id)
                    waiting.append(absence.replacement_id)
        return moments

    def _edges_of_shifts(self, account_id: int, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
        if not self._shifts[account_id]:
            return []
        first, last = timezone.localdate(start), timezone.localdate(end)
        days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
        return [
            moment
            for day in days
            for shift in self._shifts[account_id]
            if shift.weekday == day.weekday()
            for moment in (shift.starts_at(day), shift.ends_at(day))
        ]

    def _edges_of_heads(self, account_id: int) -> set[dt.datetime]:
        return self._edges_of_absences(grant.person_id for grant in self._heads(account_id)) | self._days_of_grants(
            account_id
        )

    def _heads(self, account_id: int) -> list[RoleGrant]:
        path = self.tree.path_up(self.accounts[account_id].unit_id)
        return [grant for unit_id in path for grant in self._grants[unit_id] if grant.role in HEADS]

    def _days_of_grants(self, account_id: int, person_id: int | None = None) -> set[dt.datetime]:
        """The midnights at which a role granted on the way up begins or ends: of one person, or of the heads."""
        path = self.tree.path_up(self.accounts[account_id].unit_id)
        grants = (
            self._heads(account_id)
            if person_id is None
            else [grant for unit_id in path for grant in self._grants[unit_id] if grant.person_id == person_id]
        )
        moments = {midnight(grant.starts_on) for grant in grants}
        return moments | {midnight(grant.ends_on + dt.timedelta(days=1)) for grant in grants if grant.ends_on}


def on_duty(account: OfficialAccount, at: dt.datetime) -> Duty:
    """Who answers for the account at that moment. For many accounts use `Roster`."""
    return Roster(at, at, [account]).of(account.pk, at)


def coverage_gaps(now: dt.datetime, days: int = COVERAGE_DAYS) -> tuple[Roster, dict[int, Gap]]:
    """The first coming gap of each active account, by account id, and the roster they were found in."""
    until = now + dt.timedelta(days=days)
    roster = Roster.load(OfficialAccount.objects.filter(state=State.ACTIVE), now, until)
    gaps = {account_id: roster.first_gap(account_id, now, until) for account_id in roster.accounts}
    return roster, {account_id: gap for account_id, gap in gaps.items() if gap}
