"""Who answers for an account, as lists name them: in the columns of moderators and deputies, by e-mail or by name.

People in a list become moderators and deputies: of an account in use as a fact (accepted, with its audit row), of a
planned one as an offer. A role that has ended or was declined in the portal is not brought back by a file, and for a
retired account nobody answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moderators.models import Assignment, delegate, demand_active, demand_same
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount, State
from governance.access import Permission, can
from governance.imports.importer import Importer
from governance.imports.person_names import PersonLookup
from governance.imports.rows import Row, RowError
from governance.people.models import Person

COLUMNS = (("moderators", Part.LEAD), ("deputies", Part.DEPUTY))


class Named(NamedTuple):
    column: str
    part: Part
    person: Person


class RolesInLists:
    """Two queries, and then one row after the other."""

    def __init__(self, importer: Importer):
        self.importer = importer
        self.people = PersonLookup(Person.objects.all())
        # Over and declined ones too.
        self.known = set(Assignment.objects.order_by().values_list("account", "person").distinct())

    def of_new(self, account: OfficialAccount, row: Row) -> list[Assignment]:
        """The roles on an account that the row brings in, unsaved. Raises RowError."""
        given: dict[int, Assignment] = {}
        for column, part, person in self._named(account, row):
            try:
                demand_active(person)
                if person.pk in given:
                    demand_same(given[person.pk], part)
                    continue
            except ValidationError as error:
                raise RowError(column, " ".join(error.messages)) from None
            given[person.pk] = Assignment(
                account=account,
                person=person,
                part=part,
                rank=1 + sum(one.part == part for one in given.values()),
                delegated_by=self.importer.by,
                delegated_at=self.importer.now,
                starts_on=timezone.localdate(self.importer.now),
                accepted_at=None if account.state == State.PLANNED else self.importer.now,
            )
        return list(given.values())

    def remember(self, assignments: list[Assignment]) -> None:
        """What was written meanwhile."""
        self.known |= {(one.account_id, one.person_id) for one in assignments}

    def added(self, account: OfficialAccount, row: Row) -> list[Named]:
        """Whom the row names that never held a role on the registered account. Raises RowError."""
        return [one for one in self._named(account, row) if (account.pk, one.person.pk) not in self.known]

    def give(self, account: OfficialAccount, roles: list[Named]) -> None:
        """Delegate them. Raises RowError."""
        for column, part, person in roles:
            try:
                delegate(
                    account,
                    person,
                    part,
                    by=self.importer.by,
                    now=self.importer.now,
                    starts_on=timezone.localdate(self.importer.now),
                    accepted=account.state != State.PLANNED,
                )
            except ValidationError as error:
                raise RowError(column, " ".join(error.messages)) from None
        self.known |= {(account.pk, one.person.pk) for one in roles}

    def _named(self, account: OfficialAccount, row: Row) -> Iterator[Named]:
        """All whom the row names and the portal knows; names it does not know are noted."""
        for column, part in COLUMNS:
            if account.state == State.RETIRED and row.get(column):
                self.importer.remark(column, _("The account is retired; nobody answers for it any more."))
                continue
            for text, wanted in self._texts(row, column):
                person = self.people.find(wanted)
                if person and self._gains(person, account):
                    self.importer.remark(column, _("Nobody grants roles to themselves. Ask another administrator."))
                elif person:
                    yield Named(column, part, person)
                else:
                    self._unknown(column, text, wanted)

    def _gains(self, person: Person, account: OfficialAccount) -> bool:
        """Whether somebody would come to read and answer posts by their own file, who may not do so there anyway."""
        by = self.importer.by
        return by is not None and person.pk == by.pk and not can(by, Permission.ANSWER_POSTS, account.unit)

    def note_names(self, row: Row) -> None:
        """Note whom the row names and the portal does not know."""
        for column, _part in COLUMNS:
            for text, wanted in self._texts(row, column):
                if not self.people.find(wanted):
                    self.importer.unmatched("person", text, self.people.near(wanted))

    def _texts(self, row: Row, column: str) -> Iterator[tuple[str, str]]:
        """(what stands there, what it was matched to) of each name in the cell."""
        for text in re.split(r"[;,\n]", row.get(column)):
            wanted = self.importer.matched(text).strip()
            if wanted:
                yield text, wanted

    def _unknown(self, column: str, text: str, wanted: str) -> None:
        self.importer.unmatched("person", text, self.people.near(wanted))
        if "@" in wanted:
            raise RowError(column, _("There is nobody with the e-mail “%(email)s”.") % {"email": wanted[:100]})
        # A list names people as it likes; the account comes in, and one match mends all its rows.
        self.importer.remark(
            column, _("Nobody, or more than one, is called “%(name)s”; left out.") % {"name": wanted[:100]}
        )
