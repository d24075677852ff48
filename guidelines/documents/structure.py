"""Which of a document's pieces are headings and which are rules; what is mere furniture goes.

Readers hand over pieces in order. Formats that mark headings and lists are believed. Where nothing is marked
(plain text, a PDF without type sizes), a heading is a short line of its own with no full stop, and a numbered
line is a heading when its whole run of numbers looks like headings with text under them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from guidelines.documents.outline import (
    MAX_BLOCK_CHARACTERS,
    MAX_BLOCKS,
    MAX_CHARACTERS,
    Heading,
    Outline,
    Paragraph,
    Rule,
    Unreadable,
    gettext_noop,
)

HEADING, ITEM, NUMBERED, TEXT, VERBATIM, QUOTE = "heading", "item", "numbered", "text", "verbatim", "quote"


@dataclass
class Piece:
    """One block as the reader met it."""

    kind: str
    text: str
    level: int = 0  # of a heading
    number: str = ""  # as printed, without the full stop or bracket
    style: str = ""  # what follows the number: ".", ")", "-", or nothing
    depth: int = 0
    tight: bool = False  # directly below the piece before, without a blank line
    lines: int = 1
    more: list[str] = field(default_factory=list)


_MONTHS = (
    "januar|februar|mars|marts|april|mai|maj|juni|juli|august|september|oktober|november|desember|december"
    "|january|february|march|may|june|july|october"
)
SURE_BULLETS = "•◦‣▪●○■□➢✓∙\uf0b7\uf0a7\uf0d8"
BULLET = re.compile(rf"(?:[{SURE_BULLETS}]\s*|(?:\\?[-*+]|[–—·])\s+|o(?:\t| {{2,}}))(?=\S)")
NUMBER = re.compile(
    rf"(?!\d+\.?\s+(?:{_MONTHS})\b)(?:"
    r"\((?P<bracketed>\d{1,3}|[a-zæøå])\)\s+"
    r"|(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})(?P<style>\s+[-–—](?=\s)|[.)](?=\s)|(?=\s))\s+"
    r"|(?P<letter>[a-zæøå])(?P<bracket>\))\s+)(?=\S)",
    re.IGNORECASE,
)
# "Heading ........ 7", "Heading\t7" with leaders, "Heading … 7"
LEADERS = re.compile(r"^(?P<title>.*?)\s*(?:(?:[.·_]\s?){4,}|…{2,}|…\s*(?=\d))[.…·_\s]*(?P<page>\d{0,4})$")
_PAGE_AT_END = re.compile(r"^(?P<title>.*\S)\s+(?P<page>\d{1,3})$")
CONTENTS = re.compile(
    r"^(?:innhold(?:sfortegnelse|sliste)?|innhald(?:sliste|soversikt|slista)?|indhold(?:sfortegnelse)?"
    r"|(?:table of )?contents)\s*:?$",
    re.IGNORECASE,
)
PAGE_NUMBER = re.compile(
    r"^(?:[-–—|\s]*\d{1,4}[-–—|\s]*|(?:side|page|s\.|p\.)\s*\d{1,4}(?:\s*(?:av|af|of|/)\s*\d{1,4})?|\d{1,4}\s*(?:av|af|of|/)\s*\d{1,4})$",
    re.IGNORECASE,
)
_ABBREVIATED_END = re.compile(r"\b(?:m\.?\s?v|m\.?\s?m|etc|osv|o\.?\s?l|e\.?\s?l|m\.?\s?fl|o\.?\s?a)\.$", re.IGNORECASE)
_DATE_LINE = re.compile(rf"(?:\b(?:{_MONTHS})\s+\d{{4}}|\b\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{2,4}})$", re.IGNORECASE)
_BOLD = re.compile(r"^(\*\*\*|\*\*|__)(?=\S)((?:(?!\*\*|__).)+)(?<=\S)\1$")
_EMPTY_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(#?\)")
_SALUTATION = re.compile(r"(?:kjære|kære|hei|hej|dear)\b", re.IGNORECASE)
_NOT_STORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
TITLE_LENGTH, TITLE_WORDS = 95, 14


def plain(text: str) -> str:
    """The text without emphasis, links and escapes: what the eye reads."""
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text)
    text = re.sub(r"(?<!\\)(?:\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|`)", "", text)
    return re.sub(r"\\([\\`*_\[\]<>#.)+-])", r"\1", text).strip()


def is_title_like(text: str, *, numbered: bool = False, before_list: bool = False) -> bool:
    """Whether a line of its own may be a heading, by its look alone."""
    text = plain(text)
    if not text or "\n" in text or len(text) > TITLE_LENGTH or len(text.split()) > TITLE_WORDS:
        return False
    if not any(map(str.isalpha, text)) or "@" in text or "://" in text:
        return False
    if _DATE_LINE.search(text) or _SALUTATION.match(text):
        return False
    ellipsis = text.endswith(("...", "…"))
    if text[-1] in ".;:," and not (ellipsis and before_list) and not _ABBREVIATED_END.search(text):
        return False
    if text[0] in "\"'“”„«([" and text[-1] in "\"'“”»)]":
        return False
    if text.endswith("!") and not (numbered or before_list):
        return False
    first = next(c for c in text if c.isalnum())
    if first.islower() and not before_list:
        return False
    return not re.search(r"[a-zæøå]{3,}[.!?] +[A-ZÆØÅ]", text)


def marked(text: str, **rest) -> Piece:
    """A piece from a line that may begin with a bullet or a number."""
    if match := BULLET.match(text):
        return Piece(ITEM, text[match.end() :].strip(), **rest)
    if match := NUMBER.match(text):
        number = match["number"] or match["bracketed"] or match["letter"]
        style = (match["style"] or "").strip().replace("–", "-").replace("—", "-")
        if not match["number"]:
            style = "()" if match["bracketed"] else ")"
        return Piece(NUMBERED, text[match.end() :].strip(), number=number.lower(), style=style, **rest)
    return Piece(TEXT, text, **rest)


def recognise(pieces: list[Piece], *, guess: bool = True) -> Outline:
    """The document's outline. `guess`: headings may be told by their look where none are marked."""
    _within_limits(pieces)
    pieces = [
        replace(piece, text=_EMPTY_LINK.sub(r"\1", _storable(piece.text)), more=[*map(_storable, piece.more)])
        for piece in pieces
    ]
    # Somebody may number by hand inside bullets: "- 1 Answer within a day".
    _numbers_inside_bullets(pieces)
    pieces, titles = _without_contents(pieces)
    if guess:
        pieces = _title_apart(pieces)
    _decide_numbers(pieces, titles, guess=guess)
    if guess:
        _guess_headings(pieces, titles)
    blocks = [_block(piece) for piece in pieces if piece.text.strip()]
    if not blocks:
        raise Unreadable(gettext_noop("There is no text in the file."))
    return Outline(blocks)


def _storable(text: str) -> str:
    """Without what no database keeps: a PDF's fonts, or the character set a page names, may spell half characters."""
    return _NOT_STORABLE.sub("", text)


def _within_limits(pieces: list[Piece]) -> None:
    if len(pieces) > MAX_BLOCKS:
        raise Unreadable(
            gettext_noop("The document has %(count)d paragraphs; at most %(limit)d can be taken in."),
            count=len(pieces),
            limit=MAX_BLOCKS,
        )
    total = 0
    for at, piece in enumerate(pieces, 1):
        length = len(piece.text) + sum(map(len, piece.more))
        total += length
        if length > MAX_BLOCK_CHARACTERS:
            raise Unreadable(
                gettext_noop("Paragraph %(number)d is %(length)d characters long; at most %(limit)d are allowed."),
                number=at,
                length=length,
                limit=MAX_BLOCK_CHARACTERS,
            )
    if total > MAX_CHARACTERS:
        raise Unreadable(
            gettext_noop("The text is %(length)d characters long; at most %(limit)d can be taken in."),
            length=total,
            limit=MAX_CHARACTERS,
        )


def _numbers_inside_bullets(pieces: list[Piece]) -> None:
    for start, end in _stretches(pieces, lambda piece: piece.kind == ITEM):
        items = [piece for piece in pieces[start:end] if not piece.depth and not piece.number]
        inner = [marked(piece.text) for piece in items]
        if len(items) > 1 and all(
            found.kind == NUMBERED and found.number == str(at) for at, found in enumerate(inner, 1)
        ):
            for piece, found in zip(items, inner, strict=True):
                piece.text, piece.number = found.text, found.number


def _stretches(pieces, belongs):
    """(start, end) of each run of neighbouring pieces that belong."""
    start = None
    for at, piece in enumerate([*pieces, None]):
        inside = piece is not None and belongs(piece)
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            yield start, at
            start = None


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", " ", plain(text)).strip().casefold()


def _printed(piece: Piece) -> str:
    """A numbered piece with its number, as the document has it."""
    if piece.kind != NUMBERED:
        return piece.text
    if piece.style == "()":
        return f"({piece.number}) {piece.text}"
    return f"{piece.number}{' -' if piece.style == '-' else piece.style} {piece.text}"


def _without_contents(pieces: list[Piece]) -> tuple[list[Piece], set[str]]:
    """The pieces without tables of contents, and the keys of the titles those named."""
    counts: dict[str, int] = {}
    for piece in pieces:
        key = _key(_printed(piece))
        counts[key] = counts.get(key, 0) + 1
    kept: list[Piece] = []
    titles: set[str] = set()
    in_contents = False
    for piece in pieces:
        printed = _printed(piece)
        if piece.kind in (TEXT, HEADING) and CONTENTS.match(plain(piece.text)):
            in_contents = True
            kept.append(piece)
            continue
        entries = [_contents_entry(line, counts, in_contents=in_contents) for line in printed.split("\n")]
        # Met once more, a title is no longer an entry: the contents are over and the text has begun.
        entries = [None if entry in titles and not LEADERS.match(printed) else entry for entry in entries]
        if piece.kind != VERBATIM and all(entry is not None for entry in entries) and not piece.more:
            titles |= set(entries)
            if kept and CONTENTS.match(plain(kept[-1].text)):
                kept.pop()
            continue
        in_contents = False
        kept.append(piece)
    return kept, titles


def _contents_entry(line: str, counts: dict[str, int], *, in_contents: bool) -> str | None:
    """The key of the title that a line of a table of contents names; None where it is no such line."""
    if (match := LEADERS.match(line.strip())) and (match["page"] or in_contents):
        return _key(match["title"])
    text = plain(line)
    if not in_contents:
        return None
    if (match := _PAGE_AT_END.match(text)) and counts.get(_key(match["title"])):
        return _key(match["title"])
    if counts.get(_key(text), 0) > 1 or re.fullmatch(r"\[[^\[\]]+\]\(#[^()\s]+\)", line.strip()):
        return _key(text)
    return None


# --- Numbers: headings or rules ------------------------------------------------------------------------


def _decide_numbers(pieces: list[Piece], titles: set[str], *, guess: bool) -> None:
    for run in _runs(pieces):
        members = [pieces[at] for at in run]
        named = sum(_key(_printed(piece)) in titles for piece in members)
        if guess and (named * 2 > len(members) or _run_of_headings(pieces, run)):
            for piece in members:
                piece.level = piece.number.count(".") + 1 if piece.style != "-" else 9
                piece.text, piece.kind = _printed(piece), HEADING
        elif len(run) > 1 or members[0].style or "." in members[0].number:
            for piece in members:
                piece.kind = ITEM
    for piece in pieces:
        if piece.kind == NUMBERED:  # a number that is part of no run: "24 hours is the limit"
            piece.text, piece.kind = _printed(piece), TEXT


def _runs(pieces: list[Piece]) -> list[list[int]]:
    """Positions of numbered pieces that count on from one another, in the same style."""
    open_runs: dict[tuple, list[list[int]]] = {}
    runs: list[list[int]] = []
    for at, piece in enumerate(pieces):
        if piece.kind != NUMBERED:
            continue
        *parents, last = piece.number.split(".")
        shape = (piece.style, len(parents), last.isdecimal())
        if parents:  # 2.1, 2.2, 3.1: one run a depth over the whole document
            if shape not in open_runs:
                open_runs[shape] = [[]]
                runs.append(open_runs[shape][0])
            open_runs[shape][0].append(at)
            continue
        stack = open_runs.setdefault(shape, [])
        fits = [run for run in stack if follows(pieces[run[-1]].number, last)]
        if fits:
            while stack[-1] is not fits[-1]:
                stack.pop()
            fits[-1].append(at)
        elif last in ("1", "0", "a") or _next_counts_on(pieces, at):
            stack.append([at])
            runs.append(stack[-1])
    return runs


def follows(before: str, number: str) -> bool:
    """Whether a number is the next after another: 4 after 3, 2.3 after 2.2, c after b."""
    *parents_before, last_before = before.split(".")
    *parents, last = number.split(".")
    if parents != parents_before or last.isdecimal() != last_before.isdecimal():
        return False
    return int(last) == int(last_before) + 1 if last.isdecimal() else ord(last) == ord(last_before) + 1


def _next_counts_on(pieces: list[Piece], at: int) -> bool:
    if at + 1 == len(pieces) or not pieces[at].style:
        return False
    after = pieces[at + 1]
    return after.kind == NUMBERED and after.style == pieces[at].style and follows(pieces[at].number, after.number)


def _run_of_headings(pieces: list[Piece], run: list[int]) -> bool:
    if len(run) == 1 and "." not in pieces[run[0]].number:
        return False
    members = set(run)
    with_text_below = 0
    for at in run:
        piece = pieces[at]
        if (piece.tight and at - 1 in members) or piece.more or piece.depth or piece.lines > 1:
            return False
        if not is_title_like(piece.text, numbered=True):
            return False
        with_text_below += at + 1 < len(pieces) and at + 1 not in members
    return with_text_below * 2 > len(run) or (len(run) > 2 and with_text_below * 2 >= len(run))


def _title_apart(pieces: list[Piece]) -> list[Piece]:
    """A title with the date of its adoption on the line below is two pieces, not a paragraph."""
    if not pieces or pieces[0].kind != TEXT or "\n" not in pieces[0].text:
        return pieces
    title, below = pieces[0].text.split("\n", 1)
    if not is_title_like(title) or not re.search(r"\d", below):
        return pieces
    return [Piece(TEXT, title), Piece(TEXT, below, lines=2), *pieces[1:]]  # two lines: never a heading itself


# --- Headings told by their look ------------------------------------------------------------------------


def _guess_headings(pieces: list[Piece], titles: set[str]) -> None:
    marked_headings = [piece for piece in pieces if piece.kind == HEADING and not piece.number]
    if any(piece.level and not piece.number for piece in marked_headings[1:]):
        return  # the document marks its headings itself
    candidates = {at for at, piece in enumerate(pieces) if _may_be_heading(pieces, at, titles)}
    bold = {at for at in candidates if _BOLD.match(pieces[at].text)}
    if bold and (marked_headings or len(bold) > 1):
        candidates = bold
    elif marked_headings:
        return
    for start, end in _stretches(list(range(len(pieces))), lambda at: at in candidates):
        chosen = range(start, end)
        # A cover, or a list without bullets: only the first of all and the one with text below are headings.
        if end - start > 2:
            chosen = [start, end - 1] if start == 0 else [end - 1]
        for at in chosen:
            pieces[at].kind = HEADING
    _levels(pieces)


def _may_be_heading(pieces: list[Piece], at: int, titles: set[str]) -> bool:
    piece = pieces[at]
    if piece.kind != TEXT or piece.lines > 1 or at + 1 == len(pieces):
        return False
    after = pieces[at + 1]
    if _key(piece.text) in titles:
        return True
    if after.tight and after.kind == TEXT:
        return False
    return is_title_like(piece.text, before_list=after.kind == ITEM)


def _levels(pieces: list[Piece]) -> None:
    """The first heading is the document's title; numbers say how deep; what has none lies under its number."""
    has_title = bool(pieces) and pieces[0].kind == HEADING and not pieces[0].number
    last_number = last_dash = 0
    for at, piece in enumerate(pieces):
        if piece.kind != HEADING:
            continue
        if at == 0 and has_title:
            piece.level = 1
        elif piece.number and piece.style == "-":
            piece.level = last_dash = last_number + 1 if last_number else 2
        elif piece.number:
            piece.level = last_number = piece.number.count(".") + 2
            last_dash = 0
        else:
            piece.level = max(last_dash, last_number) + 1 if last_number or last_dash else 2


def _block(piece: Piece):
    if piece.kind == HEADING:
        text = re.sub(r"\s+", " ", piece.text.replace("\n", " ")).strip()
        while match := _BOLD.match(text):
            text = match[2].strip()
        if match := re.fullmatch(r"\*([^*]+)\*", text):
            text = match[1]
        return Heading(max(1, min(piece.level, 6)), text)
    if piece.kind == ITEM:
        number = f"{piece.number})" if piece.number and piece.number.isalpha() else piece.number
        return Rule(piece.text, number, piece.depth, tuple(piece.more))
    return Paragraph(piece.text, verbatim=piece.kind == VERBATIM, quote=piece.kind == QUOTE)
