"""Who heads a unit."""

from __future__ import annotations

import datetime as dt

from governance.access import Permission, holders
from governance.people.models import Person
from governance.units.models import Tree


def heads_of(unit_id: int, on: dt.date, tree: Tree) -> list[Person]:
    """The nearest head above or at the unit; where there is none, whoever else may delegate there."""
    path = tree.path_up(unit_id)
    for step in path:
        found = list(holders(Permission.DECIDE_AS_HEAD, [step], on))
        if found:
            return found
    return list(holders(Permission.DELEGATE, path, on))
