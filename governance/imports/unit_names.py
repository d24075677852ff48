"""Units as people write them in lists: by code or by name."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from governance.imports.importer import Importer
from governance.imports.rows import RowError, lookup_key
from governance.units.models import Unit


class UnitLookup:
    """All units by code and by name. Blanks, case and what nobody sees make no difference."""

    def __init__(self, units: Iterable[Unit]):
        self._by_code: dict[str, Unit] = {}
        self._by_name: dict[str, dict[int, Unit]] = defaultdict(dict)
        self._nearest: dict[str, list[str]] = {}
        for unit in units:
            self.add(unit)

    def add(self, unit: Unit) -> None:
        earlier = self._by_code.get(unit.code)
        if earlier:  # under its earlier name it is not found any more
            self._by_name[lookup_key(earlier.name)].pop(earlier.pk, None)
        self._by_code[unit.code] = unit
        self._by_name[lookup_key(unit.name)][unit.pk] = unit

    def by_code(self, code: str) -> Unit | None:
        return self._by_code.get(code.lower())

    def find(self, column: str, text: str, importer: Importer) -> Unit:
        """The unit of this code, or the only one of this name, or what the text was matched to.

        Raises RowError, and notes the text as unmatched.
        """
        key = lookup_key(importer.matched(text))
        unit = self._by_code.get(key)
        if unit:
            return unit
        named = list(self._by_name.get(key, {}).values())
        if len(named) == 1:
            return named[0]
        if named:
            codes = [unit.code for unit in named]
            importer.unmatched("unit", text, codes)
            raise RowError(
                column,
                _("Several units are called “%(name)s”: %(codes)s. Write the code.")
                % {"name": text[:50], "codes": ", ".join(codes[:5])},
            )
        near = self._near(key)
        importer.unmatched("unit", text, near)
        message = _("There is no unit “%(code)s”.") % {"code": text[:50]}
        if near:
            nearest = ", ".join(f"{self._by_code[code].name} ({code})" for code in near)
            message += " " + _("Nearest known: %(nearest)s.") % {"nearest": nearest}
        raise RowError(column, message)

    def _near(self, key: str) -> list[str]:
        """Codes of the nearest units; worked out once for each text."""
        if key not in self._nearest:
            names = {name: unit.code for name, units in self._by_name.items() for unit in units.values()}
            names |= {code: code for code in self._by_code}
            close = difflib.get_close_matches(key[:100], names, n=3, cutoff=0.5)
            self._nearest[key] = list(dict.fromkeys(names[name] for name in close))
        return self._nearest[key]
