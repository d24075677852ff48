"""A text taken apart: its headings, its rules, and what stands between them, in the order they stand.

Two texts are then laid beside one another part by part: two languages (`side_by_side`, `differences`), or two
versions (`guidelines.texts.comparison`). No line is lost: what is no heading and no rule is a part without an anchor.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from guidelines.texts.markdown import ANCHOR, plain_spots


@dataclass(frozen=True)
class Part:
    kind: str  # "heading", "rule" or "text"
    anchor: str  # "" where it has none
    source: str  # its Markdown, without the anchor
    number: str = ""  # as written before a rule in a numbered list
    level: int = 0  # of a heading


def parts_of(body: str) -> list[Part]:
    """All of the text, part by part."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    parts: list[Part] = []
    at = 0
    for spot in plain_spots("\n".join(lines)):
        parts += _between(lines[at : spot.first])
        own = lines[spot.first : spot.end]
        own[spot.last - spot.first] = ANCHOR.sub("", own[spot.last - spot.first])
        source = "\n".join(own).strip("\n").rstrip()
        parts.append(Part("heading" if spot.level else "rule", spot.anchor, source, spot.number, spot.level))
        at = spot.end
    return parts + _between(lines[at:])


def _between(lines: list[str]) -> list[Part]:
    """What stands between two headings or rules: a part a paragraph."""
    paragraphs = "\n".join(lines).split("\n\n")
    return [Part("text", "", paragraph.strip("\n").rstrip()) for paragraph in paragraphs if paragraph.strip()]


def in_order(places: list[int]) -> set[int]:
    """Indices of the longest run whose places ascend: what is not among them has moved."""
    ends: list[int] = []  # of the best run of each length: the index of its last member
    heights: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        length = bisect_left(heights, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(ends):
            ends.append(index)
            heights.append(place)
        else:
            ends[length], heights[length] = index, place
    kept, index = set(), ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept


@dataclass(frozen=True)
class Beside:
    """One row of two languages beside one another; either may be missing."""

    left: Part | None
    right: Part | None
    moved: bool = False

    @property
    def renumbered(self) -> bool:
        return bool(self.left and self.right and self.left.number != self.right.number)


def side_by_side(left: str, right: str) -> list[Beside]:
    """Each heading and rule beside the one with the same anchor; other text beside what stands at the same place."""
    keyed = [_keys(parts_of(body)) for body in (left, right)]
    theirs = {key: place for place, (key, _part) in enumerate(keyed[1])}
    both = [key for key, _part in keyed[0] if key in theirs]
    kept = in_order([theirs[key] for key in both])
    moved = {key for index, key in enumerate(both) if index not in kept}
    rows, at, parts, shared = [], 0, dict(keyed[1]), set(both)
    for key, part in keyed[0]:
        if key in theirs and key not in moved:
            # What only the other language has stands where it stands there.
            rows += [Beside(None, extra) for other, extra in keyed[1][at : theirs[key]] if other not in shared]
            at = theirs[key] + 1
        rows.append(Beside(part, parts.get(key), key in moved))
    return rows + [Beside(None, extra) for other, extra in keyed[1][at:] if other not in shared]


def _keys(parts: list[Part]) -> list[tuple[tuple[str, int], Part]]:
    """Each part with what it is known by: its anchor, or how far it stands after the nearest one."""
    keyed, anchor, after = [], "", 0
    for part in parts:
        if part.anchor:
            anchor, after = part.anchor, 0
        else:
            after += 1
        keyed.append(((anchor, after), part))
    return keyed


@dataclass(frozen=True)
class Difference:
    """What one language has otherwise than the language it is held against: anchors, in the order they stand."""

    language: str
    against: str
    missing: tuple[Part, ...]
    extra: tuple[Part, ...]
    moved: tuple[Part, ...]
    renumbered: tuple[Part, ...]

    @property
    def language_name(self) -> str:
        return dict(settings.LANGUAGES)[self.language]

    @property
    def against_name(self) -> str:
        return dict(settings.LANGUAGES)[self.against]

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.moved or self.renumbered)


def differences(bodies: Mapping[str, str], languages: Iterable[str]) -> list[Difference]:
    """Where the languages do not have the same headings and rules in the same order with the same numbers.

    `languages` is the order of precedence: the first that has a text is what the others are held against.
    """
    present = [language for language in languages if language in bodies]
    if len(present) < 2:
        return []
    first = _anchored(bodies[present[0]])
    found = (_difference(first, _anchored(bodies[other]), other, present[0]) for other in present[1:])
    return [difference for difference in found if difference]


def _anchored(body: str) -> dict[str, Part]:
    return {part.anchor: part for part in parts_of(body) if part.anchor}


def _difference(first: dict[str, Part], other: dict[str, Part], language: str, against: str) -> Difference:
    places = {anchor: place for place, anchor in enumerate(first)}
    both = [anchor for anchor in other if anchor in first]
    kept = in_order([places[anchor] for anchor in both])
    return Difference(
        language,
        against,
        missing=tuple(part for anchor, part in first.items() if anchor not in other),
        extra=tuple(part for anchor, part in other.items() if anchor not in first),
        moved=tuple(other[anchor] for index, anchor in enumerate(both) if index not in kept),
        renumbered=tuple(other[anchor] for anchor in both if other[anchor].number != first[anchor].number),
    )
