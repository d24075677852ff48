"""PDF in: lines by their place on the page, headings by their size, paragraphs by the gaps between lines."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass

from pypdf import PdfReader

from guidelines.documents.outline import MAX_CHARACTERS, MAX_PAGES, Outline, Unreadable, gettext_noop
from guidelines.documents.pieces import HEADING, SURE_BULLETS, Piece, is_title_like
from guidelines.documents.structure import recognise
from guidelines.documents.text import scan, tidy, without_page_furniture

_MARKER = re.compile(rf"(?:[{SURE_BULLETS}–*·o-]|\(?\d{{1,3}}[.)]|[a-z]\))$")


@dataclass
class Line:
    text: str
    x: float
    y: float
    size: float
    bold: bool


def read_pdf(data: bytes) -> Outline:
    """A PDF with a text layer. Raises Unreadable."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(gettext_noop("The PDF is protected by a password. Save it without and try again."))
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise Unreadable(
                gettext_noop("The PDF has %(count)d pages; at most %(limit)d can be taken in."),
                count=count,
                limit=MAX_PAGES,
            )
        pages = [_lines(page) for page in reader.pages]
    except Unreadable:
        raise
    except Exception as error:  # a damaged PDF makes pypdf fail in any of many ways
        raise Unreadable(gettext_noop("The PDF is damaged or only half of it arrived.")) from error
    if sum(len(line.text) for page in pages for line in page) > MAX_CHARACTERS:
        raise Unreadable(gettext_noop("The PDF holds more text than can be taken in."))
    if not any(page for page in pages):
        raise Unreadable(
            gettext_noop("The PDF holds pictures of pages, not text. Use the document it was made from instead.")
        )
    return outline_of(pages)


def _lines(page) -> list[Line]:
    """The page's lines from the top down."""
    found: list[Line] = []

    def visit(text, cm, tm, font, size):
        if not text.strip():
            return
        scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[1]) or 1.0
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        name = str((font or {}).get("/BaseFont", ""))
        found.append(Line(text, x, y, round((size or 0) * scale, 1), bool(re.search("bold|black|heavy", name, re.I))))

    page.extract_text(visitor_text=visit)
    rows: list[list[Line]] = []
    for part in found:
        for piece in [p for p in part.text.split("\n") if p.strip()] or []:
            piece_line = Line(piece, part.x, part.y, part.size, part.bold)
            if rows and abs(rows[-1][-1].y - part.y) <= max(2.0, part.size * 0.3):
                rows[-1].append(piece_line)
            else:
                rows.append([piece_line])
    return _in_reading_order([_row(row) for row in rows])


def _in_reading_order(lines: list[Line]) -> list[Line]:
    """From the top down, each bullet or number beside its text; columns stay as the PDF has them."""
    markers = [line for line in lines if _MARKER.match(line.text)]
    others = [line for line in lines if not _MARKER.match(line.text)]
    for marker in markers:
        beside = [line for line in others if abs(line.y - marker.y) <= 2 + marker.size * 0.3 and line.x > marker.x]
        if beside:
            first = min(beside, key=lambda line: line.x)
            first.text, first.x = f"{marker.text} {first.text}", marker.x
        else:
            others.append(marker)
    rows = Counter(round(line.y) for line in others)
    side_by_side = sum(times > 1 for times in rows.values())
    if side_by_side * 5 > len(rows):
        return others
    return sorted(others, key=lambda line: (-line.y, line.x))


def _row(parts: list[Line]) -> Line:
    text = re.sub(r"\s+", " ", tidy("".join(part.text for part in parts))).strip()
    weight = Counter()
    for part in parts:
        weight[part.size] += len(part.text.strip())
    letters = sum(len(part.text.strip()) for part in parts)
    bold = sum(len(part.text.strip()) for part in parts if part.bold)
    return Line(text, min(part.x for part in parts), parts[0].y, weight.most_common(1)[0][0], bold > 0.9 * letters)


def outline_of(pages: list[list[Line]]) -> Outline:
    pages = without_page_furniture(pages, text=lambda line: line.text, look=lambda line: line.size)
    lines = [line for page in pages for line in page]
    body = _usual_size(lines)
    gap = _usual_gap(pages)
    sizes = sorted({line.size for line in lines if _larger(line, body)}, reverse=True)
    left = min(line.x for line in lines)
    pieces: list[Piece] = []
    block: list[str] = []

    def close():
        nonlocal block
        pieces.extend(scan(block, placed=True))
        block = []

    before: Line | None = None
    for page in pages:
        for at, line in enumerate(page):
            far = before is not None and at > 0 and before.y - line.y > gap * 1.35
            if _larger(line, body) and any(map(str.isalpha, line.text)):
                level = min(6, sizes.index(line.size) + 1)
                close()
                wraps = at > 0 and pieces and pieces[-1].kind == HEADING and pieces[-1].level == level
                if wraps and before.size == line.size and before.y - line.y < line.size * 1.6:
                    pieces[-1].text += f" {line.text}"
                else:
                    pieces.append(Piece(HEADING, line.text, level=level))
            elif line.bold and (far or before is None or at == 0) and _stands_alone(page, at):
                close()
                pieces.append(Piece(HEADING, line.text, level=min(6, len(sizes) + 1)))
            else:
                # A page may end in the middle of a sentence: only then does the paragraph go on.
                turned = at == 0 and before is not None and block and re.search(r"[.!?:]$", block[-1])
                if far or turned:
                    block.append("")
                block.append(" " * min(40, int((line.x - left) / (body * 0.5))) + _escaped(line.text))
            before = line
    close()
    marked = sum(piece.kind == HEADING for piece in pieces)
    return recognise(pieces, guess=marked == 0)


def _usual_size(lines: list[Line]) -> float:
    letters: Counter = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    return letters.most_common(1)[0][0]


def _usual_gap(pages: list[list[Line]]) -> float:
    gaps = Counter(
        round(above.y - below.y, 1)
        for page in pages
        for above, below in itertools.pairwise(page)
        if 0 < above.y - below.y < 60 and above.size == below.size
    )
    # The smallest gap that is common, not the commonest: short documents have few wrapped lines.
    common = [gap for gap, times in gaps.items() if times * 20 >= max(gaps.values())]
    return min(common, default=15.0)


def _larger(line: Line, body: float) -> bool:
    return line.size > body * 1.12


def _stands_alone(page: list[Line], at: int) -> bool:
    line = page[at]
    below = page[at + 1] if at + 1 < len(page) else None
    return is_title_like(line.text, numbered=True) and below is not None and not below.bold


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_<>])(?!\s)", r"\\\1", text)
