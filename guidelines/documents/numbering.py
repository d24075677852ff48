"""The numbers that Word prints before the paragraphs of its lists.

They stand nowhere in the text: Word counts when it shows the page, over paragraphs and headings in between. So they
are counted here in the same way, and written into the text between signs, where the reader of lists finds them.
"""

from __future__ import annotations

import re

from guidelines.documents.docx_styles import Styles, W, value

_OPENS, _PARTS, _CLOSES = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"{_OPENS}(?P<number>[^{_OPENS}-{_CLOSES}]*){_PARTS}(?P<depth>\\d){_CLOSES}")
_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")]
_ROMAN += [(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
_LAST_LEVEL = 8


def mark(number: str, depth: int) -> str:
    return f"{_OPENS}{number}{_PARTS}{depth}{_CLOSES}"


class Lists:
    """Word's lists: what each level looks like, and where its count stands."""

    def __init__(self, root, styles: Styles):
        self.styles = styles
        self.abstract = {}  # template -> level -> its element
        self.linked = {}  # template -> the style of lists that says what it looks like
        self.lists = {}  # list -> (its template, level -> the number it is told to begin with)
        self.levels = {}  # list -> level -> its element, where the list has its own
        self.counts: dict[tuple[str, int], int] = {}  # (template, level) -> the number last given
        self.begun: set[tuple[str, int]] = set()  # (list, level)
        for template in root.iter(f"{W}abstractNum") if root is not None else ():
            name = template.get(f"{W}abstractNumId")
            self.abstract[name] = _levels(template)
            self.linked[name] = value(template.find(f"{W}numStyleLink"))
        for found in root.iter(f"{W}num") if root is not None else ():
            begins = {
                override.get(f"{W}ilvl"): value(override.find(f"{W}startOverride"))
                for override in found.iter(f"{W}lvlOverride")
            }
            which = found.get(f"{W}numId")
            self.lists[which] = (value(found.find(f"{W}abstractNumId")), begins)
            self.levels[which] = _levels(found)

    def place(self, style: str, own) -> tuple[str, int]:
        """(list, level) of a paragraph, by its own properties or its style's; an empty list where it has none."""
        which, level, styles = self.styles.numbering(style)
        level = level if level.isdecimal() else self._level_of(which, styles)
        if own is not None:
            which = value(own.find(f"{W}numId")) or which
            level = value(own.find(f"{W}ilvl")) or level
        return which, min(int(level), _LAST_LEVEL) if level.isdecimal() else 0

    def _level_of(self, which: str, styles: list[str]) -> str:
        """The level at which the list itself names the style."""
        template = self.lists.get(which, ("", {}))[0]
        for at, level in self.abstract.get(template, {}).items():
            if value(level.find(f"{W}pStyle")) in styles:
                return at
        return "0"

    def look(self, which: str, level: int):
        """(what the number is made of, how it is shown, the level's element); empty where it is no list."""
        template = self.lists.get(which, ("", {}))[0]
        if link := self.linked.get(template):
            template = self.lists.get(self.styles.numbering(link)[0], (template, {}))[0]
        element = self.levels.get(which, {}).get(str(level))
        if element is None:
            element = self.abstract.get(template, {}).get(str(level))
        if element is None:
            return "", "", None
        return value(element.find(f"{W}numFmt"), "decimal"), value(element.find(f"{W}lvlText")), element

    def next(self, which: str, level: int) -> str | None:
        """The number of the next paragraph of this list, as printed; empty for a bullet, None for no list."""
        kind, shown, element = self.look(which, level)
        text = element.find(f"{W}lvlText") if element is not None else None
        if element is None or kind == "none" or (text is not None and not shown and kind != "bullet"):
            return None
        if kind == "bullet":
            return ""
        template, begins = self.lists[which]
        start, told = value(element.find(f"{W}start")), begins.get(str(level), "")
        count = self.counts.get((template, level))
        if told.isdecimal() and (which, level) not in self.begun:
            count = int(told)
        elif count is None:
            count = int(start) if start.isdecimal() else 1
        else:
            count += 1
        self.begun.add((which, level))
        self.counts[template, level] = count
        for deeper in range(level + 1, _LAST_LEVEL + 1):
            after = self.look(which, deeper)[2]
            restart = value(after.find(f"{W}lvlRestart")) if after is not None else ""
            # Told so, a level counts on whatever stands above it, or begins anew after one further up only.
            if not restart.isdecimal() or level < int(restart):
                self.counts.pop((template, deeper), None)
        return self._printed(which, template, level, shown, kind, element)

    def _printed(self, which: str, template: str, level: int, shown: str, kind: str, element) -> str:
        legal = element.find(f"{W}isLgl") is not None

        def one(match) -> str:
            at = int(match[1]) - 1
            form, _shown, other = self.look(which, at)
            count = self.counts.get((template, at))
            if count is None:  # a level that has not been met counts as its first
                start = value(other.find(f"{W}start")) if other is not None else ""
                count = int(start) if start.isdecimal() else 1
            return formatted(count, "decimal" if legal else form)

        text = re.sub(r"%([1-9])", one, shown) if shown else formatted(self.counts[template, level], kind)
        # “3.”, “3)” and “(3)” are the rule 3; “§ 3” is more than that.
        bare = re.fullmatch(r"\(?\s*([^\W_]+(?:[.-][^\W_]+)*)\s*[.):]?", " ".join(text.split()))
        return bare[1] if bare else " ".join(text.split())


def _levels(element) -> dict:
    return {level.get(f"{W}ilvl"): level for level in element.iter(f"{W}lvl")}


def formatted(count: int, kind: str) -> str:
    """A count as Word writes it: 3, c, C, iii, III."""
    if kind in ("lowerLetter", "upperLetter") and 1 <= count <= 26 * 20:
        text = chr(ord("a") + (count - 1) % 26) * (1 + (count - 1) // 26)
    elif kind in ("lowerRoman", "upperRoman") and 1 <= count < 4000:
        text = ""
        for size, sign in _ROMAN:
            text += sign * (count // size)
            count %= size
    else:
        text = f"{count:02d}" if kind == "decimalZero" else str(count)
    return text.upper() if kind.startswith("upper") else text
