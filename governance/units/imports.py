"""Units from files. Units that the file does not name stay as they are."""

from __future__ import annotations

import copy

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from governance.imports.importer import Importer
from governance.imports.languages import read_language
from governance.imports.report import Outcome
from governance.imports.rows import Row, RowError, first_error, lookup_key
from governance.imports.unit_names import UnitLookup
from governance.imports.words import named, read_choice
from governance.units.models import Tree, Unit

# How lists here call what sort of unit it is, by `governance.imports.words.bare`.
KINDS = {
    "central": "sentraladministrasjon sentral centraladministration fylke kommune region",
    "department": "avdeling afdeling virksomhet verksemd sektor seksjon forvaltning etat",
    "school": "skole skule videregående vidaregåande grunnskole ungdomsskole gymnasium vgs",
    "unit": "enhet eining enhed institusjon",
    "club": "klubb klub elevklubb forening lag",
}


class UnitImporter(Importer):
    """Columns `code,name,kind,parent,orgno,language`; `parent` is a unit in portal or file, by code or name."""

    kind = "units"
    columns = ("code", "name", "kind", "parent", "orgno", "language")
    required = ("code", "name", "kind")
    labels = {
        "code": _lazy("Code"),
        "name": _lazy("Name"),
        "kind": _lazy("Kind"),
        "parent": _lazy("Belongs to"),
        "orgno": _lazy("Organisation number"),
        "language": _lazy("Language"),
    }
    headings = {
        "code": "kode enhetskode einingskode enhedskode kortnavn kortnamn forkortelse forkorting unitcode id",
        "name": "navn namn enhetsnavn einingsnamn enhedsnavn enhet eining enhed unit unitname",
        "kind": "type enhetstype einingstype enhedstype slag slags art",
        "parent": "overordnet overordna overordnetenhet overordnaeining moderenhed hørertil "
        "høyrertil forelder parentunit",
        "orgno": "orgnr organisasjonsnummer organisasjonsnr orgnummer cvr cvrnr cvrnummer",
        "language": "språk sprog målform",
    }

    def key_of(self, row: Row) -> str:
        return row.get("code").lower()

    def says(self, row: Row) -> object:
        return row.values | {"code": ""}

    def prepare(self, rows: list[Row]) -> None:
        self.tree, self.kinds = Tree.locked(), named(Unit.Kind, KINDS)
        self.units = UnitLookup(self.tree.units.values())
        # Parents that stand in the file itself, by the name that it gives them.
        self.code_of = {lookup_key(row.get("name")): self.key_of(row) for row in rows if row.get("name")}

    def _parent(self, row: Row) -> str:
        """The code of the row's parent, where that stands in the file; else as it is written."""
        text = row.get("parent").lower()
        return text if text in self.waiting else self.code_of.get(lookup_key(text), text)

    def handle_rows(self, rows: list[Row]) -> None:
        """Parents before children, wherever they stand in the file."""
        waiting = self.waiting = {self.key_of(row): row for row in rows}
        while waiting:
            ready = [row for row in waiting.values() if self._parent(row) not in waiting]
            for row in ready:
                self.guarded(row, self.handle_row)
                del waiting[self.key_of(row)]
            if not ready:
                for code in self._loop(waiting):
                    self.reject(waiting.pop(code), RowError("parent", _("These units would belong to one another.")))

    def _loop(self, waiting: dict[str, Row]) -> list[str]:
        """The codes of one loop, where each row waits for another one."""
        seen: list[str] = []
        code = next(iter(waiting))
        while code not in seen:
            seen.append(code)
            code = self._parent(waiting[code])
        return seen[seen.index(code) :]

    @transaction.atomic
    def handle_row(self, row: Row) -> Outcome:
        known = self.units.by_code(self.key_of(row))
        unit = copy.copy(known) if known else Unit(code=self.key_of(row))
        unit.name = row.get("name")
        unit.kind = read_choice("kind", row.get("kind"), self.kinds, dict(Unit.Kind.choices))
        if row.get("parent"):
            unit.parent = self.units.find("parent", row.get("parent"), self)
        unit.orgno = row.get("orgno").replace(" ", "") or unit.orgno
        if row.get("language"):
            unit.language = read_language(row.get("language"))
        try:
            unit.clean_fields(exclude=["parent"])
        except ValidationError as error:
            raise first_error(error) from None
        if not unit.write(by=self.by, now=self.now, tree=self.tree):
            return Outcome.UNCHANGED
        self.units.add(unit)
        return Outcome.CHANGED if known else Outcome.ACCEPTED
