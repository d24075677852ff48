"""What a Word document's styles say of a paragraph: a style is based on another, which is based on another."""

from __future__ import annotations

import re

from guidelines.documents.outline import CONTENTS, HIDDEN, OWN_COVER, STRUCK, TITLE_STYLES

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 40  # styles based on one another
_TITLES = {"title", "tittel", "titel"}
_QUOTES = {"quote", "intense quote", "sitat", "citat", "sterkt sitat", "stærkt citat"}
_HEADING = re.compile(r"(?:heading|overskrift) ([1-9])$")
_CONTENTS = re.compile(r"(?:toc [1-9]|toc heading|table of figures|innholdsfortegnelse|indholdsfortegnelse)\b")
_OFF = ("false", "0", "off", "none")
_BODY_TEXT = 9  # the outline level of what is no heading


def value(element, otherwise: str = "") -> str:
    return otherwise if element is None else element.get(f"{W}val", otherwise)


def switched(properties, *names: str) -> bool | None:
    """Whether a property is on; None where nothing is said of it."""
    found = [] if properties is None else [properties.find(f"{W}{name}") for name in names]
    said = [value(element, "1").lower() not in _OFF for element in found if element is not None]
    return any(said) if said else None


def why_of_run(properties) -> str | None:
    """Why a run is left out; empty where these properties say that it is not, None where they say nothing."""
    hidden, struck = switched(properties, "vanish"), switched(properties, "strike", "dstrike")
    if hidden:
        return HIDDEN
    if struck:
        return STRUCK
    return None if hidden is None and struck is None else ""


class Styles:
    def __init__(self, root):
        self.styles = {} if root is None else {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}
        self.default = next(
            (
                name
                for name, style in self.styles.items()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true")
            ),
            "",
        )

    def chain(self, name: str) -> list:
        """The style and those it is based on."""
        found: list = []
        while name in self.styles and len(found) < _DEEPEST and self.styles[name] not in found:
            found.append(self.styles[name])
            name = value(found[-1].find(f"{W}basedOn"))
        return found

    def role(self, name: str) -> str:
        """“title”, “quote”, the reason it is left out, or empty."""
        for style in self.chain(name):
            called = value(style.find(f"{W}name"))
            if called in TITLE_STYLES:
                return OWN_COVER
            called = called.lower()
            if _CONTENTS.match(called):
                return CONTENTS
            if called in _TITLES:
                return "title"
            if called in _QUOTES:
                return "quote"
        return ""

    def heading(self, name: str) -> int:
        """The level of a heading, from 1; 0 where the style makes none."""
        for style in self.chain(name):
            level = value(style.find(f"{W}pPr/{W}outlineLvl"))
            if level.isdecimal():
                return 0 if int(level) >= _BODY_TEXT else int(level) + 1
            if match := _HEADING.match(value(style.find(f"{W}name")).lower()):
                return int(match[1])
        return 0

    def numbering(self, name: str) -> tuple[str, str, list[str]]:
        """(list, level, the styles from this one up to the one that names the list); empty where there is none."""
        level, passed = "", []
        for style in self.chain(name):
            passed.append(style.get(f"{W}styleId", ""))
            numbering = style.find(f"{W}pPr/{W}numPr")
            if numbering is None:
                continue
            level = level or value(numbering.find(f"{W}ilvl"))
            if which := value(numbering.find(f"{W}numId")):
                return which, level, passed
        return "", "", []

    def why(self, name: str) -> str | None:
        """Why what has this style is left out, as `why_of_run`."""
        for style in self.chain(name):
            if (why := why_of_run(style.find(f"{W}rPr"))) is not None:
                return why
        return None
