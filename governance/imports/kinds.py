"""What may be brought in by file, and by whom: the rooms say so when the portal starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from governance.access import Permission, units_where
from governance.imports.importer import Importer
from governance.units.models import Unit


@dataclass(frozen=True)
class Kind:
    importer: type[Importer]
    title: Any  # text, put into the reader's language when it is shown
    page: str  # name of the address where its rows are looked at afterwards
    permissions: tuple[Permission, ...]  # one of them, for the whole body
    fresh: bool = False  # writing it takes a fresh log-in: it may make deciders

    def open_to(self, person) -> bool:
        reached = [units_where(person, permission) for permission in self.permissions]
        return Unit.objects.filter(parent=None, pk__in=set().union(*reached)).exists()


KINDS: dict[str, Kind] = {}


def register(importer: type[Importer], title, page: str, *permissions: Permission, fresh: bool = False) -> None:
    KINDS[importer.kind] = Kind(importer, title, page, permissions, fresh)


def kinds_open_to(person) -> dict[str, Kind]:
    return {name: kind for name, kind in KINDS.items() if kind.open_to(person)}
