"""Units and people from files. People and units that the file does not name stay as they are."""

from __future__ import annotations

import copy

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from governance.imports.importer import Importer, Outcome
from governance.imports.languages import read_language
from governance.imports.rows import Row, RowError, first_error
from governance.units.models import Tree, Unit


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
