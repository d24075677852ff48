"""Units and people from files. People and units that the file does not name stay as they are."""

from __future__ import annotations

import copy

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access import Permission, Role, units_where
from governance.imports.importer import Importer, Outcome
from governance.imports.languages import read_language
from governance.imports.rows import Row, RowError, first_error, split_list
from governance.people.models import Person, RoleGrant
from governance.units.models import Tree, Unit


class PersonImporter(Importer):
    """Columns `email,name,unit,roles,language`; roles are `role@unit-code`, divided by semicolons.

    Roles in the file are added from today; none is ever taken away by a file.
    """

    kind = "people"
    columns = ("email", "name", "unit", "roles", "language")
    required = ("email", "name")

    def key_of(self, row: Row) -> str:
        return row.get("email").lower()

    def prepare(self, rows: list[Row]) -> None:
        self.today = timezone.localdate(self.now)
        self.units = {unit.code: unit for unit in Tree.load().units.values()}
        self.people = {person.email: person for person in Person.objects.select_related("unit")}
        self.held = {(grant.person_id, grant.role, grant.unit_id) for grant in RoleGrant.objects.unended(self.today)}

    def handle_row(self, row: Row) -> Outcome:
        known = self.people.get(self.key_of(row))
        if known and not known.is_active:
            raise RowError("email", _("%(name)s is deactivated. Reactivate them first.") % {"name": known})
        person = copy.copy(known) if known else Person(email=self.key_of(row))
        person.name = row.get("name")
        if row.get("unit"):
            person.unit = self._unit("unit", row.get("unit"))
        if row.get("language"):
            person.language = read_language(row.get("language"))
        roles = [self._role(text) for text in split_list(row.get("roles"))]
        self._demand_reach(known, person, roles)
        try:
            person.clean_fields(exclude=["unit", "password"])
        except ValidationError as error:
            raise first_error(error) from None
        changed = person.write(by=self.by, now=self.now, old=known)
        for role, unit in dict.fromkeys(roles):
            if known and (person.pk, role, unit.pk) in self.held:
                continue
            grant = RoleGrant(person=person, role=role, unit=unit, starts_on=self.today)
            try:
                grant.give(by=self.by, now=self.now)
            except ValidationError as error:
                raise RowError("roles", " ".join(error.messages)) from None
            changed = True
        if not known:
            return Outcome.ACCEPTED
        return Outcome.CHANGED if changed else Outcome.UNCHANGED

    def _demand_reach(self, known: Person | None, person: Person, roles: list[tuple[Role, Unit]]) -> None:
        """What the pages ask of whoever changes somebody: to manage people where they are, and where they come to."""
        if self.by is None:
            return
        managed = units_where(self.by, Permission.EDIT_PEOPLE, now=self.now)
        whole_body = not {unit.pk for unit in self.units.values() if unit.parent_id is None}.isdisjoint(managed)
        for one in [known, person] if known else [person]:
            if one.unit_id not in managed and not (one.unit_id is None and whole_body):
                raise RowError("unit", _("You may not manage people there."))
        for _role, unit in roles:
            if unit.pk not in managed:
                raise RowError("roles", _("You may not manage people there."))

    def _unit(self, column: str, code: str) -> Unit:
        unit = self.units.get(code.lower())
        if unit is None:
            raise RowError(column, _("There is no unit “%(code)s”.") % {"code": code[:50]})
        return unit

    def _role(self, text: str) -> tuple[Role, Unit]:
        name, _at, code = (part.strip() for part in text.partition("@"))
        granted = [role.value for role in Role if role.granted]
        if name.lower() not in granted:
            raise RowError(
                "roles",
                _("“%(value)s” is not one of %(choices)s.") % {"value": name[:40], "choices": ", ".join(granted)},
            )
        if not code:
            raise RowError("roles", _("Write each role as role@unit-code, such as principal@nordvik-vgs."))
        return Role(name.lower()), self._unit("roles", code)
