"""Lines of text to pieces, for plain text, Markdown and PDF: where a paragraph, a rule or a title begins and ends."""

from __future__ import annotations

import re

from guidelines.documents.pieces import (
    CONTENTS,
    HEADING,
    ITEM,
    LEADERS,
    NUMBERED,
    QUOTE,
    TEXT,
    VERBATIM,
    Piece,
    is_title_like,
    marked,
)
from guidelines.documents.structure import follows

BROKEN_ON_PURPOSE = 50  # where all lines of a block are shorter: an address, a signature
_LONGEST_WORD = 80  # of the end of a line, which may hold half a word
_DIVIDED = re.compile(r"(?P<word>[^\W\d_]+)(?P<hyphen>[-\u2010\u00ac])$")
_DIVIDED_NAME = re.compile(r"\b[A-ZÆØÅ][^\W\d_]*-$")  # Møre-\nRomsdal
_COMPOUND = re.compile(r"\b[^\W\d_]{1,40}-[^\W\d_]{1,40}\b")


def joined(lines: list[str], compounds: frozenset[str] = frozenset()) -> str:
    """Wrapped lines as one; a word divided at the end of a line becomes whole again.

    `compounds`: words that the document itself writes with a hyphen inside a line.
    """
    text = lines[0].strip()
    for line in lines[1:]:
        line = line.strip()
        if re.search(r"(?<!\\)\\$", text[-2:]):
            text = f"{text[:-1].rstrip()}\n{line}"
        elif divided := _DIVIDED.search(text[-_LONGEST_WORD:]):
            text = _mended(text, divided, line, compounds)
        else:
            text = f"{text} {line}" if text else line
    return text


def _mended(text: str, divided: re.Match, line: str, compounds: frozenset[str]) -> str:
    """Two lines of which the first ends in a hyphen."""
    before, hyphen = divided["word"], divided["hyphen"]
    after = re.match(r"[^\W\d_]+", line)
    if hyphen != "-" and after:  # a sign that is written at the end of a line alone
        return text[:-1] + line
    if not after or not after[0][0].islower():
        return f"{text}{line}" if after and _DIVIDED_NAME.search(text[-_LONGEST_WORD:]) else f"{text} {line}"
    if re.match(r"(?:og|eller|and|or|samt)\b", line):
        return f"{text} {line}"  # "informasjons- og kommunikasjon" keeps its hyphen
    own = len(before) == 1 or (before.isupper() and before != before.lower())  # e-post, IKT-ansvarlig
    return text + line if own or f"{before}-{after[0]}".lower() in compounds else text[:-1] + line


def compounds_of(lines: list[str]) -> frozenset[str]:
    return frozenset(word.lower() for line in lines for word in _COMPOUND.findall(line))


_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_RULE_LINE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def _ends_entry(line: str) -> bool:
    """Whether a line ends as an entry of a table of contents does: with leaders and a page."""
    match = LEADERS.match(line)
    return bool(match and match["page"])


def scan(lines: list[str], *, placed: bool = False) -> list[Piece]:
    """Lines to pieces: blank lines part them, bullets and numbers begin new ones.

    `placed`: the lines were wrapped by a page's layout and their indents are true, as in a PDF.
    """
    return _Scanner(lines, placed).run()


class _Scanner:
    def __init__(self, lines: list[str], placed: bool):
        self.placed = placed
        self.lines = [line.expandtabs(4).rstrip() for line in lines]
        self.compounds = compounds_of(lines)
        # Where the text was pasted or typed without marks, a title may stand directly above its text.
        self.titles = not placed and not any(map(_ATX.match, self.lines))
        self.width = max((len(line) for line in self.lines if "://" not in line), default=0)
        self.pieces: list[Piece] = []
        self.open: list[str] = []  # lines of the piece being read
        self.head = Piece(TEXT, "")  # that piece, once its marker is known
        self.indents: list[int] = []  # of the list items around
        self.blank = True  # the line before was blank
        self.below_title = False

    def run(self) -> list[Piece]:
        at = 0
        while at < len(self.lines):
            at = self.take(at)
        self.close()
        return self.pieces

    def take(self, at: int) -> int:
        line = self.lines[at]
        if not line:
            self.close()
            self.blank = True
            return at + 1
        if fence := _FENCE.match(line):
            return self.verbatim(at, until=re.compile(rf" {{0,3}}{re.escape(fence[1])}\s*$"))
        if line.lstrip().startswith("|") and line.endswith("|") and line.count("|") > 2:
            return self.verbatim(at, until=None)
        if line.lstrip().startswith(">"):
            return self.quote(at)
        if heading := _ATX.match(line):
            self.close()
            self.add(Piece(HEADING, heading[2], level=len(heading[1])))
        elif self.open and self.head.kind == TEXT and len(self.open) == 1 and re.match(r" {0,3}(=+|-{2,})$", line):
            self.head.kind, self.head.level = HEADING, 1 if "=" in line else 2
            self.close()
        elif _RULE_LINE.match(line):
            self.close()
        else:
            self.text(at, line)
        self.blank = False
        return at + 1

    def verbatim(self, at: int, until: re.Pattern | None) -> int:
        self.close()
        end = at + 1
        while end < len(self.lines):
            if until is None and not self.lines[end].lstrip().startswith("|"):
                break
            end += 1
            if until and until.match(self.lines[end - 1]):
                break
        self.add(Piece(VERBATIM, "\n".join(self.lines[at:end])))
        self.blank = False
        return end

    def quote(self, at: int) -> int:
        """A quotation: each of its paragraphs is a piece; what looks like a rule in it is none."""
        self.close()
        paragraph: list[str] = []
        end = at
        while end < len(self.lines) and self.lines[end].lstrip().startswith(">"):
            line = self.lines[end].lstrip("> ").strip()
            end += 1
            if line:
                paragraph.append(line)
            if paragraph and (not line or end == len(self.lines) or not self.lines[end].lstrip().startswith(">")):
                self.add(Piece(QUOTE, joined(paragraph, self.compounds)))
                paragraph = []
        self.blank = False
        return end

    def text(self, at: int, line: str) -> None:
        indent = len(line) - len(line.lstrip())
        line = line.strip()
        if re.fullmatch(r"[•▪●◦\uf0b7\uf0a7]", line) and at + 1 < len(self.lines):
            self.lines[at + 1] = " " * indent + "• " + self.lines[at + 1].strip()  # a bullet left alone by its text
            self.close()
            return
        if self.open and (CONTENTS.match(self.open[-1]) or _ends_entry(self.open[-1])):
            self.close()  # the lines of a table of contents stand close, but are no paragraph
        piece = marked(line)
        if piece.kind != TEXT and self.begins(piece, line):
            tight = not self.blank
            self.close()
            while self.indents and indent <= self.indents[-1]:
                self.indents.pop()
            piece.depth = len(self.indents) if piece.kind == ITEM or self.indents else 0
            self.indents.append(indent)
            piece.tight = tight
            self.head, self.open = piece, [piece.text]
            return
        if self.titles and self.is_title(at):
            self.close()
            self.indents = []
            self.add(Piece(TEXT, line))
            self.below_title = True
            return
        if self.open and self.placed and self.indents and indent < self.indents[-1]:
            self.close()  # left of the list's own marks: the list is over
        if self.open:
            self.open.append(line)
            return
        last = self.pieces[-1] if self.pieces else None
        if last and last.kind in (ITEM, NUMBERED) and self.indents and indent >= self.indents[-1] + 2:
            self.head, self.open = Piece("more", line), [line]
            return
        self.indents = []
        self.head, self.open = Piece(TEXT, line, tight=not (self.blank or self.below_title)), [line]
        self.below_title = False

    def begins(self, piece: Piece, line: str) -> bool:
        """Whether a marked line begins a new piece here, or merely goes on with the sentence above."""
        if not self.open or self.head.kind in (ITEM, NUMBERED):
            if self.open and piece.kind == NUMBERED and not piece.style:
                # inside a wrapped rule, a bare number counts only as the next of its list
                return self.head.kind == NUMBERED and follows(self.head.number, piece.number)
            return True
        if self.open[-1].endswith(":"):
            return True
        if piece.kind == NUMBERED:
            return piece.number in ("1", "a") and bool(piece.style)
        return line[0] not in "–—"

    def is_title(self, at: int) -> bool:
        """Whether a line is a title directly above its text: short, ended on purpose, a sentence or a list below."""
        line = self.lines[at].strip()
        below = self.lines[at + 1].strip() if at + 1 < len(self.lines) else ""
        if not below or not self.ended_on_purpose(at) or not is_title_like(line):
            return False
        if self.open and self.head.kind == TEXT and not self.open[-1].endswith((".", "!", "?", ":", "…")):
            return False
        if self.open and not self.ended_on_purpose(at - 1):
            return False
        if marked(below).kind != TEXT:
            # Directly above a list it is one already where nothing stands above.
            return bool(self.open) and self.head.kind in (ITEM, NUMBERED)
        end = at + 1
        while end + 1 < len(self.lines) and self.lines[end + 1] and self.lines[end][-1] not in ".!?:":
            end += 1
        return below[0].isupper() and self.lines[end].endswith((".", "!", "?", ":")) and not is_title_like(below)

    def ended_on_purpose(self, at: int) -> bool:
        """Whether the next line's first word would have had room on this one."""
        word = self.lines[at + 1].split()[0] if at + 1 < len(self.lines) and self.lines[at + 1].strip() else ""
        return len(self.lines[at]) + 1 + len(word) <= self.width

    def close(self) -> None:
        if not self.open:
            return
        lines, piece = self.open, self.head
        self.open, self.head = [], Piece(TEXT, "")
        broken = piece.kind == TEXT and not self.placed and len(lines) > 1 and max(map(len, lines)) <= BROKEN_ON_PURPOSE
        # Prose that was wrapped narrowly divides words or ends with a full stop; an address does neither.
        broken = broken and not lines[-1].endswith((".", "!", "?")) and not any(line.endswith("-") for line in lines)
        if broken:
            piece.text = "\n".join(re.sub(r"(?<!\\)\\$", "", line).rstrip() for line in lines)
        elif piece.kind == ITEM and len(lines) > 1 and re.fullmatch(r"\*\*[^*]+\*\*", lines[0]):
            piece.text = f"{lines[0]}\n{joined(lines[1:], self.compounds)}"  # a term, and what it means
        else:
            piece.text = joined(lines, self.compounds)
        piece.lines = len(lines)
        if piece.kind == "more":
            self.pieces[-1].more.append(piece.text)
        else:
            self.add(piece)

    def add(self, piece: Piece) -> None:
        if piece.kind in (HEADING, VERBATIM, QUOTE):
            self.indents = []
        self.pieces.append(piece)
