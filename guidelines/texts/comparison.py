"""Two texts compared rule by rule: what was added, removed, moved, and changed to the word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from guidelines.texts.parts import Part, in_order, parts_of

# Of one part: beyond that it is compared line by line, and beyond that shown as taken out and put in whole.
MOST_WORDS = 1500
MOST_PAIRS = 40_000  # of like words, one in each text: a long table of the same signs would otherwise take minutes
_WORDS = re.compile(r"\s*\S+|\s+")


class State(models.TextChoices):
    SAME = "same", _("Unchanged")
    ADDED = "added", _("Added")
    REMOVED = "removed", _("Removed")
    CHANGED = "changed", _("Changed")


@dataclass(frozen=True)
class Change:
    """One heading, rule or paragraph as it was and as it is."""

    before: Part | None
    after: Part | None
    moved: bool = False

    @property
    def state(self) -> State:
        if self.before is None:
            return State.ADDED
        if self.after is None:
            return State.REMOVED
        return State.SAME if self.before.source == self.after.source else State.CHANGED

    @property
    def anchor(self) -> str:
        return (self.after or self.before).anchor

    @property
    def marked(self) -> SafeString:
        """The words, with <del> around what went and <ins> around what came."""
        return marked(self.before.source if self.before else "", self.after.source if self.after else "")


def compare(before: str, after: str) -> list[Change]:
    """Every part of both texts, in the order of the newer one; what was removed stands where it stood."""
    old, new = parts_of(before), parts_of(after)
    partner = _partners(old, new)  # place in `new` -> place in `old`
    pairs = sorted(partner.items())
    kept = in_order([place for _new, place in pairs])
    moved = {place for index, (place, _old) in enumerate(pairs) if index not in kept}
    paired_old = set(partner.values())
    rows, at = [], 0

    def removed_until(place: int) -> list[Change]:
        return [Change(old[index], None) for index in range(at, place) if index not in paired_old]

    for place, part in enumerate(new):
        if place not in partner:
            rows.append(Change(None, part))
            continue
        if place not in moved:
            rows += removed_until(partner[place])
            at = partner[place] + 1
        rows.append(Change(old[partner[place]], part, place in moved))
        if place not in moved:  # what was removed right after it stands there
            end = next((index for index in range(at, len(old)) if index in paired_old), len(old))
            rows += removed_until(end)
            at = end
    return rows + removed_until(len(old))


def _partners(old: list[Part], new: list[Part]) -> dict[int, int]:
    """Which part of the newer text was which: by anchor, else by its words, else by where it stands."""
    partner: dict[int, int] = {}
    for keys in (_anchors, _sources, _places):
        free, known = {}, set(partner.values())
        for place, key in enumerate(keys(old)):
            if key and place not in known:
                free.setdefault(key, []).append(place)
        for place, key in enumerate(keys(new)):
            if key and place not in partner and free.get(key):
                partner[place] = free[key].pop(0)
    return partner


def _anchors(parts: list[Part]) -> Iterable[Hashable]:
    return [part.anchor for part in parts]


def _sources(parts: list[Part]) -> Iterable[Hashable]:
    return [(part.kind, part.source) for part in parts]


def _places(parts: list[Part]) -> Iterable[Hashable]:
    """Text without an anchor is known by the anchor it follows, and how far after it."""
    keys, anchor, after = [], "", 0
    for part in parts:
        anchor, after = (part.anchor, 0) if part.anchor else (anchor, after + 1)
        keys.append(None if part.anchor else (anchor, after))
    return keys


def marked(before: str, after: str) -> SafeString:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if _too_much(old, new):
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if _too_much(old, new):
        old, new = [before], [after]
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return format_html_join(
        "", "{}", ((_step(step, "".join(old[a:b]), "".join(new[c:d])),) for step, a, b, c, d in steps)
    )


def _too_much(old: list[str], new: list[str]) -> bool:
    often = Counter(new)
    return max(len(old), len(new)) > MOST_WORDS or sum(often[word] for word in old) > MOST_PAIRS


def _step(step: str, old: str, new: str) -> SafeString | str:
    if step == "equal":
        return new
    gone = format_html("<del>{}</del>", old) if old else ""
    come = format_html("<ins>{}</ins>", new) if new else ""
    return format_html("{}{}", gone, come)
