"""What an OpenDocument text's styles say: each style may have a parent, which may have a parent."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidelines.documents.numbering import formatted
from guidelines.documents.outline import CONTENTS, HIDDEN, STRUCK

_NS = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_DEEPEST = 40  # styles with parents
_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
OUTLINE = ""  # the list style by which headings are numbered


def n(name: str) -> str:
    """A name as ElementTree has it: “text:p”."""
    prefix, local = name.split(":")
    return f"{{{_NS[prefix]}}}{local}"


def number_of(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,3}", value) else otherwise


class Styles:
    def __init__(self, roots: list):
        self.styles: dict[tuple[str, str], Element] = {}  # (family, name) -> its element
        self.lists: dict[str, dict[int, Element]] = {}  # list style -> level -> its element
        for root in roots:
            for style in root.iter(n("style:style")):
                self.styles[style.get(n("style:family"), ""), style.get(n("style:name"), "")] = style
            for style in root.iter(n("text:list-style")):
                self._learn_levels(style.get(n("style:name"), ""), style)
            for style in root.iter(n("text:outline-style")):
                self._learn_levels(OUTLINE, style)

    def _learn_levels(self, name: str, style) -> None:
        levels = self.lists.setdefault(name, {})
        for level in style:
            levels[number_of(level.get(n("text:level")), 1)] = level

    def chain(self, family: str, name: str) -> list:
        """The style and its parents. Small documents leave the family out."""
        found: list = []
        while len(found) < _DEEPEST:
            style = self.styles.get((family, name))
            style = style if style is not None else self.styles.get(("", name))
            if style is None or style in found:
                break
            found.append(style)
            name = style.get(n("style:parent-style-name"), "")
        return found

    def called(self, name: str) -> set[str]:
        """The names of a paragraph's style and of its parents: “Heading 1”."""
        chain = self.chain("paragraph", name)
        names = {name, *(style.get(n("style:parent-style-name"), "") for style in chain)}
        names |= {style.get(n("style:display-name"), "") for style in chain}
        return {called.replace("_20_", " ") for called in names}

    def is_contents(self, name: str) -> bool:
        return any(re.match(r"Contents (?:[1-9]0?|Heading)$", called) for called in self.called(name))

    def first(self, family: str, name: str, attribute: str) -> str:
        """What the style or the nearest of its parents says."""
        for style in self.chain(family, name):
            if said := style.get(n(attribute)):
                return said
        return ""

    def heading(self, name: str) -> int:
        """The level of a heading; 0 where the style makes none."""
        level = number_of(self.first("paragraph", name, "style:default-outline-level"), 0)
        named = [re.match(r"(?:Heading|Overskrift) ([1-9])$", called) for called in self.called(name)]
        return level or next((int(match[1]) for match in named if match), 0)

    def text_property(self, family: str, name: str, attribute: str) -> str | None:
        for style in self.chain(family, name):
            properties = style.find(n("style:text-properties"))
            if properties is not None and (said := properties.get(n(attribute))) is not None:
                return said
        return None

    def bold(self, name: str) -> bool:
        return self.text_property("text", name, "fo:font-weight") == "bold"

    def why(self, family: str, name: str) -> str | None:
        """Why what has this style is left out; empty where it says that it is not, None where it says nothing."""
        hidden = self.text_property(family, name, "text:display")
        struck = [
            self.text_property(family, name, f"style:text-line-through-{kind}") for kind in ("style", "type", "text")
        ]
        if hidden == "none":
            return HIDDEN
        if any(said not in (None, "none", "") for said in struck):
            return STRUCK
        return None if hidden is None and struck[:2] == [None, None] else ""

    def numbered(self, name: str, level: int) -> int | None:
        """The first number of a list's level; None for bullets and where there is no such list."""
        element = self.lists.get(name, {}).get(level)
        if element is None or not element.get(n("style:num-format")):
            return None
        return number_of(element.get(n("text:start-value")), 1)

    def printed(self, name: str, level: int, counts: dict[int, int]) -> str:
        """A number as it is shown, with those of the levels above where the list says so."""
        element = self.lists[name][level]
        shown = number_of(element.get(n("text:display-levels")), 1)
        parts = []
        for at in range(max(1, level - shown + 1), level + 1):
            form = self.lists[name].get(at)
            kind = "" if form is None else form.get(n("style:num-format"), "")
            if at in counts and kind:
                parts.append(formatted(counts[at], _FORMATS.get(kind, "decimal")))
        prefix, suffix = (element.get(n(f"style:num-{side}"), "").strip() for side in ("prefix", "suffix"))
        prefix, suffix = ("" if prefix == "(" else prefix), ("" if suffix in (".", ")", ":") else suffix)
        return f"{prefix} {'.'.join(parts)}{suffix}".strip()


LEFT_OUT_BLOCKS = {n("text:table-of-content"): CONTENTS} | {
    n(f"text:{kind}-index"): CONTENTS for kind in ("alphabetical", "illustration", "table", "object", "user")
}
