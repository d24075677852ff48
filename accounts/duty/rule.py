"""The rule of duty over plain values: who of the candidates is present and able, or who stands in for them.

Whoever has taken over comes first, then whoever the rota names at that time, then the moderators, the deputies in
their order, and the head of the unit, nearest up the tree. Skipped are those who are away, whose assignment is ended
or not accepted, who are deactivated, and who lack the acknowledgement that the unit's policy demands. Whoever is away
with a replacement is represented by the replacement, along the whole chain; a chain that bites its tail leads nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """As what somebody is on duty, in the order in which they are asked."""

    TAKEN_OVER = "taken_over", _("has taken over")
    SHIFT = "shift", _("on the rota")
    LEAD = "lead", _("moderator")
    DEPUTY = "deputy", _("deputy")
    HEAD = "head", _("head of the unit")


@dataclass(frozen=True)
class Found:
    """Somebody is on duty: as what, and for whom where they replace an absent one."""

    person_id: int
    why: Why
    in_place_of: int | None = None


def stand_in(person_id: int, replacements: Mapping[int, int | None]) -> int | None:
    """The person, or who takes over along the chain of replacements; None where the chain leads nowhere.

    `replacements` has every absent person, with the replacement or None.
    """
    seen = set()
    current: int | None = person_id
    while current is not None and current in replacements:
        if current in seen:
            return None
        seen.add(current)
        current = replacements[current]
    return current


def find(
    candidates: Iterable[tuple[int, Why]], replacements: Mapping[int, int | None], able: Collection[int]
) -> Found | None:
    """The first candidate, or their stand-in, who is present and able. None is a gap."""
    for person_id, why in candidates:
        present = stand_in(person_id, replacements)
        if present is not None and present in able:
            return Found(present, why, None if present == person_id else person_id)
    return None
