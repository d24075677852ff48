"""Which of a document's pieces are headings and which are rules; what is mere furniture goes.

Readers hand over pieces in order. Formats that mark headings and lists are believed. Where nothing is marked
(plain text, a PDF without type sizes), a heading is a short line of its own with no full stop, and a numbered
line is a heading when its whole run of numbers looks like headings with text under them.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from guidelines.documents.contents import without_contents
from guidelines.documents.outline import (
    CONTENTS,
    DETAILS,
    MAX_BLOCK_CHARACTERS,
    MAX_BLOCKS,
    MAX_CHARACTERS,
    OWN_COVER,
    PAGE_EDGE,
    PICTURE,
    WEB_PAGE,
    Heading,
    LeftOut,
    Outline,
    Paragraph,
    Rule,
    Unreadable,
    gettext_noop,
)
from guidelines.documents.pieces import (
    BOLD,
    HEADING,
    ITEM,
    LEFT_OUT,
    NUMBERED,
    QUOTE,
    TEXT,
    VERBATIM,
    Piece,
    as_printed,
    is_title_like,
    key_of,
    marked,
)

_EMPTY_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(#?\)")
_NOT_STORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u00ad\ud800-\udfff]")


def recognise(pieces: list[Piece], *, guess: bool = True, headings: Set[str] = frozenset()) -> Outline:
    """The document's outline. `guess`: headings may be told by their look where none are marked.

    `headings`: the keys of the titles that a table of contents named.
    """
    _within_limits(pieces)
    above, pieces = _left_aside([_clean(piece) for piece in pieces])
    # Somebody may number by hand inside bullets: "- 1 Answer within a day".
    _numbers_inside_bullets(pieces)
    pieces, titles = without_contents(pieces, above)
    titles |= headings
    if guess:
        pieces = _title_apart(pieces)
    _decide_numbers(pieces, titles, guess=guess)
    if guess:
        _guess_headings(pieces, titles)
    found = _outline(pieces, above)
    if not found.blocks:
        raise Unreadable(gettext_noop("There is no text in the file."))
    return found


def _clean(piece: Piece) -> Piece:
    return replace(
        piece,
        text=_EMPTY_LINK.sub(r"\1", _storable(piece.text)),
        more=[*map(_storable, piece.more)],
        notes=[*map(_storable, piece.notes)],
        left=[_clean(left) for left in piece.left],
    )


def _left_aside(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """(what is left out before all, the others): what is left out stands with the piece above it."""
    above: list[Piece] = []
    kept: list[Piece] = []
    for piece in pieces:
        if piece.kind == LEFT_OUT:
            (kept[-1].left if kept else above).append(piece)
        else:
            kept.append(piece)
    return above, kept


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
        if piece.kind == LEFT_OUT:
            continue
        length = len(piece.text) + sum(map(len, [*piece.more, *piece.notes]))
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


# --- Numbers: headings or rules ------------------------------------------------------------------------


def _decide_numbers(pieces: list[Piece], titles: set[str], *, guess: bool) -> None:
    for run in _runs(pieces):
        members = [pieces[at] for at in run]
        named = sum(key_of(as_printed(piece)) in titles for piece in members)
        if guess and (named * 2 > len(members) or _run_of_headings(pieces, run)):
            for piece in members:
                piece.level = piece.number.count(".") + 1 if piece.style != "-" else 9
                piece.text, piece.kind = as_printed(piece), HEADING
        elif len(run) > 1 or members[0].style or "." in members[0].number:
            for piece in members:
                piece.kind = ITEM
    for piece in pieces:
        if piece.kind == NUMBERED:  # a number that is part of no run: "24 hours is the limit"
            piece.text, piece.kind = as_printed(piece), TEXT


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
    # Two lines: never a heading itself.
    return [Piece(TEXT, title), replace(pieces[0], text=below, lines=2), *pieces[1:]]


# --- Headings told by their look ------------------------------------------------------------------------


def _guess_headings(pieces: list[Piece], titles: set[str]) -> None:
    marked_headings = [piece for piece in pieces if piece.kind == HEADING and not piece.number]
    if any(piece.level and not piece.number for piece in marked_headings[1:]):
        return  # the document marks its headings itself
    candidates = {at for at, piece in enumerate(pieces) if _may_be_heading(pieces, at, titles)}
    bold = {at for at in candidates if BOLD.match(pieces[at].text)}
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
    if key_of(piece.text) in titles:
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


# --- The outline ----------------------------------------------------------------------------------------

_TOGETHER = {CONTENTS, PAGE_EDGE, WEB_PAGE, OWN_COVER, DETAILS, PICTURE}  # many lines of one thing


def _outline(pieces: list[Piece], above: list[Piece]) -> Outline:
    blocks: list = []
    left: list[LeftOut] = []
    room = MAX_CHARACTERS  # for what is left out; beyond it, it is counted without its words
    for piece in [Piece(TEXT, "", left=above), *pieces]:
        made = _blocks(piece) if piece.text.strip() else []
        gone = [(piece.why, block, 1) for block in made if piece.why]
        blocks += [] if piece.why else made
        gone += [(one.why, Paragraph(one.text.strip()), one.times) for one in piece.left]
        for why, block, times in gone:
            text = block.text if len(block.text) <= min(room, MAX_BLOCK_CHARACTERS) else ""
            room -= len(text)
            last = left[-1] if left else None
            if last and (last.why, last.at) == (why, len(blocks)) and why in _TOGETHER and _fits(last, text):
                both = "\n".join(filter(None, [last.block.text, text]))
                left[-1] = replace(last, block=Paragraph(both), times=last.times + times)
            else:
                left.append(LeftOut(why, replace(block, text=text), len(blocks), times))
    return Outline(blocks, left)


def _fits(last: LeftOut, text: str) -> bool:
    return len(last.block.text) + len(text) < MAX_BLOCK_CHARACTERS


def _blocks(piece: Piece) -> list[Heading | Rule | Paragraph]:
    """The piece and its footnotes: those of a rule are more of it, those of a paragraph its last lines."""
    if piece.kind == HEADING:
        text = re.sub(r"\s+", " ", piece.text.replace("\n", " ")).strip()
        while match := BOLD.match(text):
            text = match[2].strip()
        if match := re.fullmatch(r"\*([^*]+)\*", text):
            text = match[1]
        return [Heading(max(1, min(piece.level, 6)), text), *map(Paragraph, piece.notes)]
    if piece.kind == ITEM:
        number = f"{piece.number})" if piece.number and piece.number.isalpha() else piece.number
        return [Rule(piece.text, number, piece.depth, (*piece.more, *piece.notes))]
    text = "\n".join([piece.text, *piece.more, *piece.notes])
    return [Paragraph(text, verbatim=piece.kind == VERBATIM, quote=piece.kind == QUOTE)]
