"""Tables of contents: the titles they name are known again as headings; they themselves are left out."""

from __future__ import annotations

import re

from guidelines.documents import outline
from guidelines.documents.pieces import (
    CONTENTS,
    HEADING,
    LEADERS,
    LEFT_OUT,
    PAGE_AT_END,
    TEXT,
    VERBATIM,
    Piece,
    as_printed,
    key_of,
    plain,
)

_WRAPPED = 5  # further lines that a title in a table of contents may have
_FEWEST = 3  # lines with rising page numbers below “Contents” before they count as such


def without_contents(pieces: list[Piece], above: list[Piece]) -> tuple[list[Piece], set[str]]:
    """The pieces without tables of contents, and the keys of the titles those named.

    What is left out stands with the piece above it; where there is none, it is added to `above`.
    """
    counts: dict[str, int] = {}
    for piece in pieces:
        key = key_of(as_printed(piece))
        counts[key] = counts.get(key, 0) + 1
    paged = _with_pages(pieces)
    kept: list[Piece] = []
    titles: set[str] = set()
    in_contents = False
    for at, piece in enumerate(pieces):
        printed = as_printed(piece)
        if piece.kind in (TEXT, HEADING) and CONTENTS.match(plain(piece.text)):
            in_contents = True
            kept.append(piece)
            continue
        entries = [
            _contents_entry(line, counts, in_contents=in_contents, paged=at in paged) for line in printed.split("\n")
        ]
        # Met once more, a title is no longer an entry: the contents are over and the text has begun.
        entries = [None if entry in titles and not LEADERS.match(printed) else entry for entry in entries]
        named = [entry for entry in entries if entry is not None]
        if piece.kind != VERBATIM and len(named) == len(entries) and not piece.more:
            titles |= set(named)
            gone = [Piece(LEFT_OUT, printed, why=outline.CONTENTS), *piece.left]
            if kept and CONTENTS.match(plain(kept[-1].text)):
                title = kept.pop()
                gone = [Piece(LEFT_OUT, title.text, why=outline.CONTENTS), *title.left, *gone]
            (kept[-1].left if kept else above).extend(gone)
            continue
        in_contents = False
        kept.append(piece)
    return kept, titles


def _with_pages(pieces: list[Piece]) -> set[int]:
    """Places of the lines below “Contents” that end in page numbers which never fall."""
    found: set[int] = set()
    for start, title in enumerate(pieces):
        if title.kind not in (TEXT, HEADING) or not CONTENTS.match(plain(title.text)):
            continue
        places, page, lines = [], 0, 0
        for at in range(start + 1, len(pieces)):
            ends = [PAGE_AT_END.match(plain(line)) for line in as_printed(pieces[at]).split("\n")]
            pages = [int(end["page"]) for end in ends if end]
            if len(pages) < len(ends) or [page, *pages] != sorted([page, *pages]):
                break
            places.append(at)
            page, lines = pages[-1], lines + len(pages)
        if lines >= _FEWEST:
            found |= set(places)
    return found


def _contents_entry(line: str, counts: dict[str, int], *, in_contents: bool, paged: bool) -> str | None:
    """The key of the title that a line of a table of contents names; None where it is no such line."""
    if (match := LEADERS.match(line.strip())) and (match["page"] or in_contents):
        return key_of(match["title"])
    text = plain(line)
    if not in_contents:
        return None
    if (match := PAGE_AT_END.match(text)) and (paged or counts.get(key_of(match["title"]))):
        return key_of(match["title"])
    if counts.get(key_of(text), 0) > 1 or re.fullmatch(r"\[[^\[\]]+\]\(#[^()\s]+\)", line.strip()):
        return key_of(text)
    return None


def contents_of_page(lines: list[str]) -> dict[int, str]:
    """Of a page's lines those that make a table of contents: place -> the title named there, empty within a title."""
    title = next((at for at, line in enumerate(lines) if CONTENTS.match(line.strip())), None)
    entries: dict[int, str] = {}
    page = 0
    for at, line in enumerate(lines):
        led = LEADERS.match(line)
        ends = PAGE_AT_END.match(line) if title is not None and at > title else None
        if led and led["page"]:
            entries[at] = led["title"]
        elif ends and int(ends["page"]) >= page:
            entries[at], page = ends["title"], int(ends["page"])
    if len(entries) < _FEWEST or (title is None and not any(map(LEADERS.match, lines))):
        return {}
    found: dict[int, str] = {}
    last = title if title is not None and 0 <= min(entries) - title <= _WRAPPED + 1 else min(entries)
    for at in [last, *sorted(entries)]:
        # A title may go over several lines, of which the last has the page.
        wrapped = range(last + 1, at) if at - last <= _WRAPPED + 1 else range(0)
        found |= dict.fromkeys(wrapped, "")
        found[at] = " ".join([*(lines[above] for above in wrapped), entries[at]]) if at in entries else ""
        last = at
    rest = range(last + 1, len(lines))
    if len(rest) <= _WRAPPED and len(found) > 2 * len(rest) and not any(lines[at].endswith(".") for at in rest):
        found |= dict.fromkeys(rest, "")  # what is left on a page of contents belongs to its last line
    return found if sum(map(bool, found.values())) >= _FEWEST else {}
