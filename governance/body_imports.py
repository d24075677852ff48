"""Units and people from files. People and units that the file does not name stay as they are."""

from __future__ import annotations

import copy

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access import Role
from governance.imports import Importer, Outcome
from governance.models import Person, RoleGrant, Tree, Unit
from governance.rows import Row, RowError, first_error, split_list

OTHER_NAMES_OF_LANGUAGES = {"en": "en-gb", "no": "nb", "nb-no": "nb", "nn-no": "nn", "da-dk": "da"}


def read_language(text: str) -> str:
    """A language of the portal by its code. Raises RowError."""
    code = text.lower().replace("_", "-")
    code = OTHER_NAMES_OF_LANGUAGES.get(code, code)
    known = [known for known, _label in settings.LANGUAGES]
    if code not in known:
        raise RowError(
            "language", _("“%(value)s” is not one of %(choices)s.") % {"value": text[:40], "choices": ", ".join(known)}
        )
    return code


class UnitImporter(Importer):
    """Columns `code,name,kind,parent,orgno,language`; `parent` is the code of a unit in the portal or in the file."""

    kind = "units"
    columns = ("code", "name", "kind", "parent", "orgno", "language")
    required = ("code", "name", "kind")

    def key_of(self, row: Row) -> str:
        return row.get("code").lower()

    def prepare(self, rows: list[Row]) -> None:
        self.tree = Tree.locked()
        self.by_code = {unit.code: unit for unit in self.tree.units.values()}

    def handle_rows(self, rows: list[Row]) -> None:
        """Parents before children, wherever they stand in the file."""
        waiting = {self.key_of(row): row for row in rows}
        while waiting:
            ready = [row for row in waiting.values() if row.get("parent").lower() not in waiting]
            for row in ready:
                self.guarded(row, self.handle_row)
                del waiting[self.key_of(row)]
            if not ready:
                for code in self._loop(waiting):
                    self.reject(waiting.pop(code), RowError("parent", _("These units would belong to one another.")))

    @staticmethod
    def _loop(waiting: dict[str, Row]) -> list[str]:
        """The codes of one loop, where each row waits for another one."""
        seen: list[str] = []
        code = next(iter(waiting))
        while code not in seen:
            seen.append(code)
            code = waiting[code].get("parent").lower()
        return seen[seen.index(code) :]

    def handle_row(self, row: Row) -> Outcome:
        known = self.by_code.get(self.key_of(row))
        unit = copy.copy(known) if known else Unit(code=self.key_of(row))
        unit.name = row.get("name")
        unit.kind = self._kind(row.get("kind"))
        if row.get("parent"):
            unit.parent = self.by_code.get(row.get("parent").lower())
            if unit.parent is None:
                raise RowError("parent", _("There is no unit “%(code)s”.") % {"code": row.get("parent")[:50]})
        unit.orgno = row.get("orgno").replace(" ", "") or unit.orgno
        if row.get("language"):
            unit.language = read_language(row.get("language"))
        try:
            unit.clean_fields(exclude=["parent"])
        except ValidationError as error:
            raise first_error(error) from None
        if not unit.write(by=self.by, now=self.now, tree=self.tree):
            return Outcome.UNCHANGED
        self.by_code[unit.code] = unit
        return Outcome.CHANGED if known else Outcome.ACCEPTED

    @staticmethod
    def _kind(text: str) -> str:
        if text.lower() not in Unit.Kind.values:
            raise RowError(
                "kind",
                _("“%(value)s” is not one of %(choices)s.")
                % {"value": text[:40], "choices": ", ".join(Unit.Kind.values)},
            )
        return text.lower()


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


IMPORTERS = {importer.kind: importer for importer in (UnitImporter, PersonImporter)}
