"""People from files. Whom the file does not name stays as they are."""

from __future__ import annotations

import copy
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from governance.access import Permission, Role, units_where
from governance.imports.importer import Importer
from governance.imports.languages import read_language
from governance.imports.report import Outcome
from governance.imports.rows import Row, RowError, first_error, split_list
from governance.imports.unit_names import UnitLookup
from governance.imports.words import named, read_choice
from governance.people.emails import as_typed, normal_email
from governance.people.models import Person, RoleGrant
from governance.units.models import Tree, Unit


class PersonImporter(Importer):
    """Columns `email,name,unit,roles,language`; roles are `role@unit-code`, divided by semicolons.

    Roles in the file are added from today; none is ever taken away by a file.
    """

    kind = "people"
    columns = ("email", "name", "unit", "roles", "language")
    required = ("email", "name")
    labels = {
        "email": _lazy("E-mail"),
        "name": _lazy("Name"),
        "unit": _lazy("Unit"),
        "roles": _lazy("Roles"),
        "language": _lazy("Language"),
    }
    headings = {
        "email": "epost epostadresse mail mailadresse email emailadresse emailaddress jobbepost arbeidsepost",
        "name": "navn namn fulltnavn fulltnamn fuldenavn fullname ansatt tilsett medarbeider medarbejder person",
        "unit": "enhet eining enhed enhetskode avdeling afdeling skole skule arbeidssted arbejdssted department school",
        "roles": "rolle roller rollar role",
        "language": "språk sprog målform målføre sprache",
    }

    def key_of(self, row: Row) -> str:
        return as_typed(row.get("email"))

    def says(self, row: Row) -> object:
        """Another writing of the address says nothing new."""
        return row.values | {"email": ""}

    def prepare(self, rows: list[Row]) -> None:
        self.today, self.roles = timezone.localdate(self.now), named(Role)
        tree = Tree.load()
        self.units, self.roots = UnitLookup(tree.units.values()), {unit.pk for unit in tree.roots()}
        self.people = {person.email: person for person in Person.objects.select_related("unit")}
        self.held = {(grant.person_id, grant.role, grant.unit_id) for grant in RoleGrant.objects.unended(self.today)}

    @transaction.atomic
    def handle_row(self, row: Row) -> Outcome:
        try:
            email = normal_email(row.get("email"))
        except ValidationError as error:
            raise RowError("email", " ".join(error.messages)) from None
        known = self.people.get(email)
        if known and not known.is_active:
            raise RowError("email", _("%(name)s is deactivated. Reactivate them first.") % {"name": known})
        person = copy.copy(known) if known else Person(email=email)
        person.name = row.get("name")
        if row.get("unit"):
            person.unit = self.units.find("unit", row.get("unit"), self)
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

    def note_names(self, row: Row) -> None:
        for place in [row.get("unit"), *(text.partition("@")[2] for text in split_list(row.get("roles")))]:
            if place.strip():
                with suppress(RowError):
                    self.units.find("unit", place.strip(), self)

    def _demand_reach(self, known: Person | None, person: Person, roles: list[tuple[Role, Unit]]) -> None:
        """What the pages ask of whoever changes somebody: to manage people where they are, and where they come to."""
        if self.by is None:
            return
        managed = units_where(self.by, Permission.EDIT_PEOPLE, now=self.now)
        whole_body = not self.roots.isdisjoint(managed)
        for one in [known, person] if known else [person]:
            if one.unit_id not in managed and not (one.unit_id is None and whole_body):
                raise RowError("unit", _("You may not manage people there."))
        for _role, unit in roles:
            if unit.pk not in managed:
                raise RowError("roles", _("You may not manage people there."))

    def _role(self, text: str) -> tuple[Role, Unit]:
        name, _at, code = (part.strip() for part in text.partition("@"))
        role = read_choice("roles", name, self.roles, {role.value: role.label for role in Role if role.granted})
        if not code:
            raise RowError("roles", _("Write each role as role@unit-code, such as principal@nordvik-vgs."))
        return Role(role), self.units.find("roles", code, self)
