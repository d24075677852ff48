"""Six guidelines to start from, in four languages, written for this project.

One folder a guideline. In it one Markdown file a language: its first line is the title, and the same rule has the same
anchor in each. `rules.toml` says for each anchor which ids of the rule catalogue stand behind it and, where the five
bodies differ, for whose preset it is: a body gets the rules of its own preset, numbered through. Which ids must be
covered stands in `catalogue.toml`.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import transaction

from governance.people.models import Person
from governance.policy.models import Policies
from governance.policy.presets import nearest_preset
from governance.units.models import Tree
from guidelines.texts.guidelines import Audience, Guideline

FOLDER = Path(__file__).parent

AUDIENCES = {
    "official-accounts": Audience.OFFICIAL,
    "employees-online": Audience.EMPLOYEES,
    "politicians": Audience.POLITICIANS,
    "teachers-and-leaders": Audience.TEACHERS,
    "moderators": Audience.MODERATORS,
    "crisis": Audience.CRISIS,
}

_RULE = re.compile(r"1\. .*\{#(?P<anchor>[a-z0-9-]+)\}$")


@dataclass(frozen=True)
class StarterRule:
    """`ids` of the catalogue; `presets` it is for, all where empty; `differs` is the K it answers to ("" for none)."""

    ids: tuple[str, ...]
    presets: tuple[str, ...] = ()
    differs: str = ""

    def is_for(self, preset: str) -> bool:
        return not self.presets or preset in self.presets


@cache
def rules(slug: str) -> dict[str, StarterRule]:
    """Anchor -> what stands behind the rule, in the order of the texts."""
    said = tomllib.loads((FOLDER / slug / "rules.toml").read_text("utf-8"))
    return {
        anchor: StarterRule(tuple(row["ids"].split()), tuple(row.get("presets", ())), row.get("differs", ""))
        for anchor, row in said.items()
    }


def texts(slug: str, preset: str) -> dict[str, tuple[str, str]]:
    """Language -> (title, body) of one starter guideline, as the preset has it."""
    found = {}
    for file in sorted((FOLDER / slug).glob("*.md")):
        title, _line, body = file.read_text("utf-8").partition("\n")
        found[file.stem] = (title.removeprefix("# ").strip(), _for_preset(slug, body, preset))
    return found


def _for_preset(slug: str, body: str, preset: str) -> str:
    """The rules that are for the preset, numbered through."""
    known, lines, number = rules(slug), [], 0
    for line in body.strip("\n").split("\n"):
        if found := _RULE.match(line):
            if not known[found["anchor"]].is_for(preset):
                continue
            number += 1
            line = f"{number}{line[1:]}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def preset_of_the_body() -> str:
    """The preset that the unit at the top of the tree has most in common with."""
    tree = Tree.load()
    top = next((unit.pk for unit in tree.roots() if not unit.closed_on), 0)
    return nearest_preset(Policies.load(tree).for_unit(top))


def begin(slug: str, preset: str, *, by: Person | None, now: dt.datetime) -> bool:
    """Make a draft of one starter guideline. False, and nothing changed, where there is such a guideline already."""
    with transaction.atomic():
        guideline, new = Guideline.objects.get_or_create(
            slug=slug, defaults={"audience": AUDIENCES[slug], "created_at": now}
        )
        if new:
            draft = guideline.draft(by=by, now=now)
            for language, (title, body) in texts(slug, preset).items():
                draft.save_draft(language, title, body, revision=None, by=by, now=now)
    return new
