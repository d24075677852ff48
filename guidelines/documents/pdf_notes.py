"""Footnotes of a PDF: small lines at the foot of a page that begin with the mark that stands in its text."""

from __future__ import annotations

import re

from guidelines.documents.inline import raised
from guidelines.documents.pdf_columns import Line
from guidelines.documents.pieces import Piece
from guidelines.documents.scan import joined

_SMALL = 0.93  # of the size of the text its mark stands in: a footnote is set smaller
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_BEGINS = re.compile(rf"(?:(?P<raised>[{_RAISED}]{{1,3}})|(?P<plain>\d{{1,2}})[.)]?(?=\s))\s*(?=\S)")
_MARK = re.compile(rf"(?<=\S)[{_RAISED}]{{1,3}}")
_SIGN, _SIGN_END = "\ue012", "\ue013"
_SIGNED = re.compile(f"{_SIGN}(\\d+){_SIGN_END}")


def take_notes(pages: list[list[Line]]) -> tuple[list[list[Line]], list[tuple[str, str]]]:
    """(pages without their footnotes and with signs for their marks, (mark, note) by the sign's number)."""
    notes: list[tuple[str, str]] = []
    kept = []
    for page in pages:
        sizes = [line.size for line in page if _MARK.search(line.text)]
        start = len(page)
        while start and sizes and page[start - 1].size < _SMALL * max(sizes):
            start -= 1
        marks = {mark for line in page[:start] for mark in _MARK.findall(line.text)}
        found: dict[str, list[str]] = {}
        lines = page[:start]
        mark = ""
        for line in page[start:]:
            begins = _BEGINS.match(line.text)
            named = (begins["raised"] or raised(begins["plain"])) if begins else ""
            if begins and named in marks and named not in found:
                mark = named
                found[mark] = [line.text[begins.end() :]]
            elif mark:
                found[mark].append(line.text)
            else:
                lines.append(line)  # small print that is no note
        numbers = {}
        for mark, said in found.items():
            numbers[mark] = len(notes)
            notes.append((mark, joined(said)))
        for line in lines:
            line.text = _signed(line.text, numbers)
        kept.append(lines)
    return kept, notes


def _signed(text: str, numbers: dict[str, int]) -> str:
    return _MARK.sub(
        lambda found: f"{_SIGN}{numbers[found[0]]}{_SIGN_END}" if found[0] in numbers else found[0],
        text,
    )


def with_notes(pieces: list[Piece], notes: list[tuple[str, str]]) -> list[Piece]:
    """Each note with the piece its mark stands in; where there is more than one such mark, with the first."""
    told: set[int] = set()
    for piece in pieces:

        def take(sign: re.Match, piece=piece) -> str:
            number = int(sign[1])
            if number >= len(notes):
                return ""
            mark, said = notes[number]
            if number not in told:
                told.add(number)
                piece.notes.append(f"{mark} {said}")
            return mark

        piece.text = _SIGNED.sub(take, piece.text)
        piece.more = [_SIGNED.sub(take, more) for more in piece.more]
    return pieces
