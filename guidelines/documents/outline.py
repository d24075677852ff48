"""What a document consists of, whatever its format: headings, rules and paragraphs, in order.

Texts are inline Markdown on one line; a line break inside one is a hard break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_BYTES = 10_000_000  # of the file as it comes
MAX_UNPACKED_BYTES = 60_000_000  # of everything in a zipped document
MAX_PARTS = 2_000  # files in a zipped document
MAX_CHARACTERS = 300_000  # of text, all together: some hundred pages
MAX_BLOCK_CHARACTERS = 20_000  # of one paragraph or rule
MAX_BLOCKS = 20_000
MAX_PAGES = 500  # of a PDF
# Why something in a file is not in its text. `guidelines.documents.left_out` has the words for people.
STRUCK, HIDDEN, DELETED, COMMENT = "struck", "hidden", "deleted", "comment"
CONTENTS, PAGE_EDGE, WEB_PAGE, OWN_COVER, DETAILS, PICTURE = (
    *("contents", "page-edge", "web-page", "own-cover", "details", "picture"),
)
TITLE_STYLES = ("Portal Title", "Portal Line")  # what our own Word files say before the text begins
COVER = "document-cover"  # … and our own HTML files


class Unreadable(Exception):
    """The document cannot be taken in. `message` is English with named placeholders, for translation."""

    def __init__(self, message: str, **params):
        super().__init__(message % params)
        self.message, self.params = message, params


# Marks a message for translation; the reading process itself knows no languages.
gettext_noop = str


@dataclass(frozen=True)
class Heading:
    level: int  # 1 to 6
    text: str


@dataclass(frozen=True)
class Rule:
    """A numbered or bulleted rule. `number` is as printed ("3", "2.1", "a"), empty for a bullet."""

    text: str
    number: str = ""
    depth: int = 0  # 0: a rule of its own; deeper: a point under the rule above
    more: tuple[str, ...] = ()  # further paragraphs of the same rule


@dataclass(frozen=True)
class Paragraph:
    text: str
    verbatim: bool = False  # code or a table: lines stay as they are
    quote: bool = False  # somebody else's words, or an example


@dataclass(frozen=True)
class LeftOut:
    """What the file holds and the text does not. `block` is what it becomes where somebody takes it in all the same;
    its text is empty where there is none, as in a picture."""

    why: str
    block: Heading | Rule | Paragraph
    at: int  # it stood before this block of the outline
    times: int = 1  # how many lines, places or pages it was met in


@dataclass(frozen=True)
class Outline:
    blocks: list[Heading | Rule | Paragraph] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list, compare=False)  # the text is the same without it

    @property
    def headings(self) -> list[Heading]:
        return [block for block in self.blocks if isinstance(block, Heading)]

    @property
    def rules(self) -> list[Rule]:
        """Rules of their own, without the points under them."""
        return [block for block in self.blocks if isinstance(block, Rule) and not block.depth]

    def markdown(self) -> str:
        """Normalised Markdown: one blank line between blocks, none between the rules of one list."""
        parts: list[str] = []
        indents: list[int] = []  # of the rules this one may be a point under
        before: Heading | Rule | Paragraph | None = None
        for block in self.blocks:
            if isinstance(block, Rule):
                depth = min(block.depth, len(indents))
                indents = indents[:depth]
                at = indents[-1] if indents else 0
                # A list of another kind right below needs another marker, or it would become one list.
                ordered = block.number.isdecimal()
                marker = f"{block.number}. " if ordered else "- "
                text = block.text if ordered or not block.number else f"{block.number} {block.text}"
                indents.append(at + len(marker))
                listed = (
                    isinstance(before, Rule)
                    and not before.more
                    and bool(before.depth or depth or before.number.isdecimal() == ordered)
                )
                lines = [" " * at + marker + _indented(text, at + len(marker))]
                for more in block.more:
                    lines += ["", " " * (at + len(marker)) + _indented(more, at + len(marker))]
                parts.append(("\n" if listed else "\n\n") + "\n".join(lines))
            else:
                indents = []
                if isinstance(block, Heading):
                    parts.append(f"\n\n{'#' * block.level} {block.text}")
                elif block.quote:
                    parts.append("\n\n> " + _indented(block.text, 0).replace("\n", "\n> "))
                else:
                    parts.append("\n\n" + (block.text if block.verbatim else _indented(block.text, 0)))
            before = block
        return "".join(parts).strip("\n") + "\n" if parts else ""


def _indented(text: str, by: int) -> str:
    """The text as it can stand after a marker: its lines hard-broken, nothing read as a marker by mistake."""
    return ("\\\n" + " " * by).join(_harmless_start(line) for line in text.split("\n"))


def _harmless_start(line: str) -> str:
    line = re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", line)
    return re.sub(r"^(?=(?:[-+*]|#{1,6}|>|={3,}|-{3,}|~{3,})(?:\s|$))", r"\\", line)
