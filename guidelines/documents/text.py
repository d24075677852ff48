"""Plain text and Markdown in. Both go the same way: what bodies call Markdown is often plain text with dashes."""

from __future__ import annotations

import codecs
import re
import unicodedata

from guidelines.documents.outline import MAX_CHARACTERS, Outline, Unreadable, gettext_noop
from guidelines.documents.pieces import (
    CONTENTS,
    HEADING,
    ITEM,
    LEADERS,
    NUMBERED,
    PAGE_NUMBER,
    QUOTE,
    TEXT,
    VERBATIM,
    Piece,
    marked,
)
from guidelines.documents.structure import follows, recognise

_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_GARBLED = re.compile("Ã[¦¸¥†˜…]|â€[“”™œ]")
_HTML_TAGS = (
    "a abbr b big blockquote br center div em font h[1-6] hr i img li ol p pre s small span strong sub sup u ul"
)
_KNOWN_TAG = re.compile(rf"</?(?:{'|'.join(_HTML_TAGS.split())})(?:\s[^<>]*)?/?>", re.IGNORECASE)
MAX_MARKED_UP = 3 * MAX_CHARACTERS  # of a file: its contents, tables and marks are not all text
BROKEN_ON_PURPOSE = 50  # where all lines of a block are shorter: an address, a signature


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, UTF-32 or Windows' Latin-1."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(
                    gettext_noop("The file says it is %(encoding)s, but is cut off or damaged at byte %(position)d."),
                    encoding=encoding.upper(),
                    position=error.start,
                ) from error
    if b"\x00" in data:
        return _without_mark(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and error.start and _has_wide(data[: error.start]):
            raise Unreadable(gettext_noop("The file is cut off in the middle of its last character.")) from error
    text = data.decode("cp1252", errors="replace").replace("\ufffd", " ")
    if _GARBLED.search(text):
        raise Unreadable(
            gettext_noop("The file mixes two encodings. Open it in a text editor and save it again as UTF-8.")
        )
    return text


def _has_wide(data: bytes) -> bool:
    return any(byte > 127 for byte in data)


def _without_mark(data: bytes) -> str:
    """UTF-16 without a byte order mark shows as every other byte zero; anything else with zeros is no text."""
    for encoding, zeros, others in (("utf-16-le", data[1::2], data[::2]), ("utf-16-be", data[::2], data[1::2])):
        if len(data) % 2 == 0 and zeros.count(0) > 0.9 * len(zeros) and not others.count(0):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    raise Unreadable(gettext_noop("The file is not text."))


def tidy(text: str) -> str:
    """One kind of line break and space; no invisible characters; form feeds stay, they part pages."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x85]", "\n", text)
    text = re.sub(r"[\u00a0\u2000-\u200a\u202f\u3000]", " ", text)
    text = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]", "", text)
    text = "".join(c for c in text if c in "\n\t\f" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", text)


def joined(lines: list[str]) -> str:
    """Wrapped lines as one; a word divided at the end of a line becomes whole again."""
    text = lines[0].strip()
    for line in lines[1:]:
        line = line.strip()
        if re.search(r"(?<!\\)\\$", text):
            text = f"{text[:-1].rstrip()}\n{line}"
        elif re.search(r"[^\W\d_]-$", text) and re.match(r"[a-zæøåäöéü]", line):
            # "informasjons- og kommunikasjon" keeps its hyphen
            suspended = re.match(r"(?:og|eller|and|or)\b", line)
            text = f"{text} {line}" if suspended else text[:-1] + line
        else:
            text = f"{text} {line}" if text else line
    return text


def without_page_furniture(pages: list[list], *, text=str, look=lambda line: "") -> list[list]:
    """Pages without their numbers and the headers and footers that run through them.

    Lines may be anything: `text` gives a line's words, `look` what else tells a header from a title. On the first
    page a repeated line stays where nothing else can be the title.
    """
    seen: dict[tuple, int] = {}

    def key(line):
        return re.sub(r"\d+", "#", text(line)).strip().casefold(), look(line)

    edges = [_edges(page, text) for page in pages]
    for page, places in zip(pages, edges, strict=True):
        for found in {key(page[at]) for at in places}:
            seen[found] = seen.get(found, 0) + 1
    enough = max(3, (len(pages) + 1) // 2)
    kept = []
    for number, (page, places) in enumerate(zip(pages, edges, strict=True)):
        drop = {at for at in places if len(pages) > 1 and PAGE_NUMBER.match(text(page[at]).strip())}
        running = {at for at in places if seen[key(page[at])] >= enough}
        if number == 0 and not look(page[0]):
            running -= set(places[:1])  # plain text: the first line of all is the title
        kept.append([line for at, line in enumerate(page) if at not in drop | running])
    return kept


def _edges(page: list, text) -> list[int]:
    """Places of the first two and last two lines that hold anything."""
    filled = [at for at, line in enumerate(page) if text(line).strip()]
    return filled if len(filled) <= 4 else filled[:2] + filled[-2:]


def read_text(data: bytes) -> Outline:
    """Plain text or Markdown. Raises Unreadable."""
    text = tidy(decode(data))
    if len(text) > MAX_MARKED_UP:
        raise Unreadable(
            gettext_noop("The text is %(length)d characters long; at most %(limit)d can be taken in."),
            length=len(text),
            limit=MAX_CHARACTERS,
        )
    controls = sum(data.count(byte) for byte in range(1, 9))
    if controls > max(2, len(data) // 200):
        raise Unreadable(gettext_noop("The file is not text."))
    text = re.sub(r"\A\s*---\n(?:.*\n)*?---\n", "", text)  # front matter
    text = re.sub(r"<!--(?:(?!<!--).)*?-->", "", text, flags=re.DOTALL)
    text = _KNOWN_TAG.sub(" ", re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE))
    pages = without_page_furniture([page.split("\n") for page in text.split("\f")])
    lines = _without_lone_page_numbers([line for page in pages for line in [*page, ""]])
    pieces = scan(lines)
    marks_headings = any(piece.kind == HEADING for piece in pieces)
    return recognise(pieces, guess=not marks_headings)


def _without_lone_page_numbers(lines: list[str]) -> list[str]:
    """Page numbers on lines of their own, and the repeated line beside one: a running header."""
    often: dict[str, int] = {}
    for line in lines:
        key = line.strip()
        if key and len(key) < 100:
            often[key] = often.get(key, 0) + 1
    keep = [True] * len(lines)
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for place, at in enumerate(filled):
        alone = not lines[at - 1].strip() if at else True
        alone = alone and (at + 1 == len(lines) or not lines[at + 1].strip())
        if not PAGE_NUMBER.match(lines[at].strip()):
            continue
        neighbours = [filled[other] for other in (place - 1, place + 1) if 0 <= other < len(filled)]
        running = [other for other in neighbours if often.get(lines[other].strip(), 0) > 2]
        if alone or running:
            keep[at] = False
            for other in running:
                keep[other] = False
    return [line for line, kept in zip(lines, keep, strict=True) if kept]


# --- Lines to pieces ------------------------------------------------------------------------------------

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
        self.pieces: list[Piece] = []
        self.open: list[str] = []  # lines of the piece being read
        self.head: Piece | None = None  # that piece, once its marker is known
        self.indents: list[int] = []  # of the list items around
        self.blank = True  # the line before was blank

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
                self.add(Piece(QUOTE, joined(paragraph)))
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
        self.head, self.open = Piece(TEXT, line, tight=not self.blank), [line]

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

    def close(self) -> None:
        if not self.open:
            return
        lines, piece = self.open, self.head
        self.open, self.head = [], None
        broken = piece.kind == TEXT and not self.placed and len(lines) > 1 and max(map(len, lines)) <= BROKEN_ON_PURPOSE
        # Prose that was wrapped narrowly divides words or ends with a full stop; an address does neither.
        broken = broken and not lines[-1].endswith((".", "!", "?")) and not any(line.endswith("-") for line in lines)
        if broken:
            piece.text = "\n".join(re.sub(r"(?<!\\)\\$", "", line).rstrip() for line in lines)
        elif piece.kind == ITEM and len(lines) > 1 and re.fullmatch(r"\*\*[^*]+\*\*", lines[0]):
            piece.text = f"{lines[0]}\n{joined(lines[1:])}"  # a term, and what it means
        else:
            piece.text = joined(lines)
        piece.lines = len(lines)
        if piece.kind == "more":
            self.pieces[-1].more.append(piece.text)
        else:
            self.add(piece)

    def add(self, piece: Piece) -> None:
        if piece.kind in (HEADING, VERBATIM, QUOTE):
            self.indents = []
        self.pieces.append(piece)
