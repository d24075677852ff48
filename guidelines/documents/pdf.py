"""PDF in: lines by their place on the page, headings by their size, paragraphs by the gaps between lines."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from dataclasses import replace

from pypdf import PdfReader

from guidelines.documents.contents import contents_of_page
from guidelines.documents.inline import raised
from guidelines.documents.outline import (
    CONTENTS,
    MAX_CHARACTERS,
    MAX_PAGES,
    PICTURE,
    Outline,
    Unreadable,
    gettext_noop,
)
from guidelines.documents.pages import as_left_out, without_page_furniture
from guidelines.documents.pdf_columns import MARKER, Line, in_reading_order
from guidelines.documents.pdf_notes import take_notes, with_notes
from guidelines.documents.pieces import HEADING, LEFT_OUT, TEXT, Piece, is_title_like, key_of
from guidelines.documents.scan import joined, scan
from guidelines.documents.structure import recognise
from guidelines.documents.text import tidy


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
        pictures = _pictures(reader)
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
    return outline_of(pages, pictures)


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
        for text in (text for text in part.text.split("\n") if text.strip()):
            piece = replace(part, text=text)
            if rows and _on_one_line(rows[-1], piece):
                rows[-1].append(piece)
            else:
                rows.append([piece])
    return in_reading_order([_row(row) for row in rows])


def _on_one_line(row: list[Line], part: Line) -> bool:
    """Whether a part goes on with the line; a small one may be raised, as the mark of a footnote is."""
    raised_mark = part.size < 0.8 * row[-1].size and 0 < part.y - row[0].y < 0.7 * row[0].size
    return raised_mark or any(abs(other.y - part.y) <= max(2.0, part.size * 0.3) for other in (row[0], row[-1]))


def _row(parts: list[Line]) -> Line:
    for part in [part for part in parts[1:] if part.x < parts[0].x and MARKER.match(part.text.strip())]:
        parts = [replace(part, text=f"{part.text} "), *(other for other in parts if other is not part)]
    weight: Counter[float] = Counter()
    for part in parts:
        weight[part.size] += len(part.text.strip())
    size = weight.most_common(1)[0][0]
    said: list[str] = []
    for part in parts:
        # A small number behind a word, or before the line: the mark of a footnote.
        is_mark = part.size < 0.8 * size and part.text.strip().isdecimal()
        is_mark = is_mark and (not said or re.search(r"[^\W\d_][.,;:!?)»”]?$", said[-1]))
        said.append(raised(part.text) if is_mark else part.text)
    text = re.sub(r"\s+", " ", tidy("".join(said))).strip()
    letters = sum(len(part.text.strip()) for part in parts)
    bold = sum(len(part.text.strip()) for part in parts if part.bold)
    base = next(part for part in parts if part.size == size)
    return Line(text, min(part.x for part in parts), base.y, size, bold > 0.9 * letters)


def _pictures(reader: PdfReader) -> int:
    """How many different pictures the pages show."""
    found = set()
    for page in reader.pages:
        resources = page.get("/Resources")
        drawn = resources.get_object().get("/XObject") if resources is not None else None
        if drawn is None:
            continue
        for name, place in drawn.get_object().items():
            if place.get_object().get("/Subtype") == "/Image":
                found.add(getattr(drawn.get_object().raw_get(name), "idnum", name))
    return len(found)


def outline_of(pages: list[list[Line]], pictures: int = 0) -> Outline:
    body = _usual_size([line for page in pages for line in page])
    gap = _usual_gap(pages, body)
    pages, edges = without_page_furniture(
        pages,
        text=lambda line: line.text,
        look=lambda line: line.size,
        apart=lambda page, at: _apart(page, at, gap),
    )
    pages, notes = take_notes(pages)
    lines = [line for page in pages for line in page]
    body = _usual_size(lines)  # without the notes, which may be longer than the text
    gap = _usual_gap(pages, body)
    pieces, titles = _Layout(pages, lines, body, gap).pieces()
    pieces = with_notes(pieces, notes)
    marked = sum(piece.kind == HEADING for piece in pieces)
    pieces += as_left_out(edges)
    if pictures:
        pieces.append(Piece(LEFT_OUT, "", why=PICTURE, times=pictures))
    return recognise(pieces, guess=marked == 0, headings=titles)


def _apart(page: list[Line], at: int, gap: float) -> bool:
    """Whether a line at the top or foot of a page stands apart from the text: further off, or in another size."""
    inner = at + 1 if at < len(page) / 2 else at - 1
    if not 0 <= inner < len(page):
        return True
    line, other = page[at], page[inner]
    apart = abs(line.y - other.y) > gap * 1.3 or abs(line.size - other.size) > 0.08 * other.size
    return apart or (at in (0, len(page) - 1) and len(page) > 2 and _apart(page, inner, gap))


class _Layout:
    """Pieces from lines: headings by their size, paragraphs by the gaps between lines."""

    def __init__(self, pages: list[list[Line]], lines: list[Line], body: float, gap: float):
        self.pages, self.body, self.gap = pages, body, gap
        self.levels: dict[float, int] = {}
        before = 0.0
        for size in sorted({line.size for line in lines if _larger(line, body)}, reverse=True):
            alike = before and size > 0.96 * before  # the same heading, on a page that is turned or scaled
            self.levels[size] = len(set(self.levels.values())) + (0 if alike else 1)
            before = size
        self.left = min(line.x for line in lines)
        self.found: list[Piece] = []
        self.block: list[str] = []

    def pieces(self) -> tuple[list[Piece], set[str]]:
        """(pieces, the keys of the titles that contents pages name)."""
        titles: set[str] = set()
        before: Line | None = None
        for page in self.pages:
            contents = contents_of_page([line.text for line in page])
            titles |= {key_of(title) for title in contents.values() if title}
            for at, line in enumerate(page):
                if at in contents:
                    self.close()
                    self.found.append(Piece(LEFT_OUT, line.text, why=CONTENTS))
                else:
                    self.line(page, at, before)
                before = line
        self.close()
        for piece in self.found:
            # Whole sentences in large type are a box beside the text, not a heading.
            if piece.kind == HEADING and piece.lines > 1 and (piece.text.endswith((".", "!", "?")) or piece.lines > 4):
                piece.kind, piece.level = TEXT, 0
        return self.found, titles

    def close(self) -> None:
        self.found += scan(self.block, placed=True)
        self.block = []

    def line(self, page: list[Line], at: int, before: Line | None) -> None:
        line = page[at]
        far = before is not None and at > 0 and before.y - line.y > self.gap * 1.35
        if _larger(line, self.body) and any(map(str.isalpha, line.text)):
            level = min(6, self.levels[line.size])
            self.close()
            last = self.found[-1] if self.found else None
            wraps = at > 0 and not line.turned and last and last.kind == HEADING and last.level == level
            if wraps and last and before and before.size == line.size and before.y - line.y < line.size * 1.6:
                last.text, last.lines = joined([last.text, line.text]), last.lines + 1
            else:
                self.found.append(Piece(HEADING, line.text, level=level))
        elif line.bold and (far or before is None or at == 0 or line.turned) and _stands_alone(page, at):
            self.close()
            self.found.append(Piece(HEADING, line.text, level=min(6, len(set(self.levels.values())) + 1)))
        else:
            # A page or a column may end in the middle of a sentence: only then does the paragraph go on.
            turned = (at == 0 or line.turned) and before is not None
            if far or (turned and self.block and re.search(r"[.!?:]$", self.block[-1])):
                self.block.append("")
            self.block.append(" " * min(40, int((line.x - self.left) / (self.body * 0.5))) + _escaped(line.text))


def _usual_size(lines: list[Line]) -> float:
    letters: Counter = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    return letters.most_common(1)[0][0]


def _usual_gap(pages: list[list[Line]], size: float) -> float:
    gaps = Counter(
        round(above.y - below.y, 1)
        for page in pages
        for above, below in itertools.pairwise(page)
        if 0 < above.y - below.y < 60 and above.size == below.size == size
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
