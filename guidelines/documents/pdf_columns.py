"""The order in which the lines of a PDF's page are read: columns one after the other, a side box below what it
stands beside, a contents page's numbers beside their titles.

A PDF says where each line stands, not what it belongs to. What was written without a break stays together (a
stretch); stretches side by side are columns or boxes, and those below one another follow one another.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from guidelines.documents.pieces import SURE_BULLETS

MARKER = re.compile(rf"(?:[{SURE_BULLETS}–*·o-]|\(?\d{{1,3}}[.)]|[a-z]\))$")
_PAGE_OF_ENTRY = re.compile(r"(?:[.…·_\s]*\d{1,4}|[.…·_\s]{3,})$")
_FARTHEST = 4  # times its size that a line may stand below the one before and go on with it
_BESIDE = 0.12  # of the width of the text: lines that begin closer together stand in one column
_FEWEST = 3  # lines that make a column; fewer are a label beside its text


@dataclass
class Line:
    text: str
    x: float
    y: float
    size: float
    bold: bool
    turned: bool = False  # the first of a column or a box: what stands above goes on only in mid-sentence


def in_reading_order(lines: list[Line]) -> list[Line]:
    """The page's lines as one reads them, those of further columns and boxes moved to the left edge of the text."""
    lines = _with_their_marks(lines)
    if not lines:
        return []
    left = min(line.x for line in lines)
    width = max(max(line.x for line in lines) - left, 1.0) + 100  # how far lines go is not known, only where they begin
    ordered: list[Line] = []
    for band in _bands(_stretches(lines, width)):
        for column in _columns(band, width):
            edge = min(line.x for line in column)
            if len(band) > 1 and len(column) >= _FEWEST:
                for line in column:
                    line.x -= edge - left
            if ordered:
                column[0].turned = column[0].y >= ordered[-1].y
            ordered += column
    return ordered


def _with_their_marks(lines: list[Line]) -> list[Line]:
    """Each bullet or number beside its text, each page number beside the title it belongs to."""

    def beside(mark: Line, others: list[Line], side: int) -> list[Line]:
        near = 2 + mark.size * 0.3
        return [line for line in others if abs(line.y - mark.y) <= near and (line.x - mark.x) * side > 0]

    marks = [line for line in lines if MARKER.match(line.text)]
    others = [line for line in lines if not MARKER.match(line.text)]
    titles = [line for line in others if not _PAGE_OF_ENTRY.match(line.text)]
    kept = []
    for line in others:
        near = beside(line, titles, -1) if _PAGE_OF_ENTRY.match(line.text) else []
        if near:
            title = max(near, key=lambda line: line.x)
            title.text = f"{title.text} {line.text}"
        else:
            kept.append(line)
    for mark in marks:
        if near := beside(mark, kept, 1):
            first = min(near, key=lambda line: line.x)
            first.text, first.x = f"{mark.text} {first.text}", mark.x
        else:
            kept.append(mark)
    return kept


def _stretches(lines: list[Line], width: float) -> list[list[Line]]:
    """Lines that follow one another down the page in the file too."""
    found: list[list[Line]] = []
    for line in lines:
        before = found[-1][-1] if found else None
        down = before.y - line.y if before else 0
        # Right below, a line goes on with the text even where a box had pushed the one above aside.
        right_below = before is not None and 0.5 * line.size < down <= 1.6 * line.size and line.size == before.size
        same_column = right_below or (before is not None and abs(before.x - line.x) < width * 0.4)
        if before and same_column and -0.4 * line.size <= down <= _FARTHEST * max(line.size, before.size):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _bands(stretches: list[list[Line]]) -> list[list[list[Line]]]:
    """Stretches from the top down, those side by side together."""
    found: list[list[list[Line]]] = []
    lowest = 0.0
    for stretch in sorted(stretches, key=lambda stretch: -stretch[0].y):
        top, bottom = stretch[0].y + 0.6 * stretch[0].size, min(line.y for line in stretch)
        if found and top > lowest:
            found[-1].append(stretch)
            lowest = min(lowest, bottom)
        else:
            found.append([stretch])
            lowest = bottom
    return found


def _columns(band: list[list[Line]], width: float) -> list[list[Line]]:
    """The columns of a band from the left; boxes in another size of type than most of it come last."""
    columns: list[list[list[Line]]] = []
    for stretch in sorted(band, key=lambda stretch: min(line.x for line in stretch)):
        at = min(line.x for line in stretch)
        if columns and at - min(line.x for line in columns[-1][0]) < width * _BESIDE:
            columns[-1].append(stretch)
        else:
            columns.append([stretch])
    usual = _size(line for stretch in band for line in stretch)
    lines = [
        [line for stretch in sorted(column, key=lambda stretch: -stretch[0].y) for line in stretch]
        for column in columns
    ]
    return sorted(lines, key=lambda column: abs(_size(column) - usual) > 0.12 * usual)


def _size(lines) -> float:
    letters: Counter = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    return letters.most_common(1)[0][0]
