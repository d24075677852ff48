"""OpenDocument text in."""

from __future__ import annotations

import re

from guidelines.documents.html import escaped, tidy_inline, typed_by_hand
from guidelines.documents.outline import Outline
from guidelines.documents.pieces import HEADING, ITEM, QUOTE, Piece
from guidelines.documents.structure import recognise
from guidelines.documents.text import tidy
from guidelines.documents.zip_files import open_zip, parsed, read_part

_NS = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
_MAX_DEPTH = 150


def _n(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_NS[prefix]}}}{local}"


_SKIP = {_n("text:table-of-content"), _n("text:tracked-changes"), _n("text:note"), _n("office:annotation")}
_SKIP |= {_n(f"text:{kind}-index") for kind in ("alphabetical", "illustration", "table", "object", "user")}


def read_odt(data: bytes) -> Outline:
    """An OpenDocument text. Raises Unreadable."""
    archive = open_zip(data)
    content = parsed(read_part(archive, "content.xml"))
    styles = parsed(read_part(archive, "styles.xml")) if "styles.xml" in archive.namelist() else None
    reader = _Reader([root for root in (styles, content) if root is not None])
    body = content.find(f"{_n('office:body')}/{_n('office:text')}")
    reader.blocks(content if body is None else body, 0)
    headings = sum(piece.kind == HEADING for piece in reader.pieces)
    return recognise(reader.pieces, guess=headings <= 1)


class _Reader:
    def __init__(self, roots):
        self.pieces: list[Piece] = []
        self.bold: set[str] = set()
        self.title_styles = {"Title"}
        self.quote_styles = {"Quotations"}
        self.numbering: dict[str, dict[int, int | None]] = {}  # list style -> level -> first number, None: bullets
        for root in roots:
            self.learn(root)
        self.counters: dict[tuple[str, int], int] = {}

    def learn(self, root) -> None:
        for style in root.iter(_n("style:style")):
            name = style.get(_n("style:name"), "")
            properties = style.find(_n("style:text-properties"))
            if properties is not None and properties.get(_n("fo:font-weight")) == "bold":
                self.bold.add(name)
            if style.get(_n("style:parent-style-name")) == "Title":
                self.title_styles.add(name)
            if style.get(_n("style:parent-style-name")) == "Quotations":
                self.quote_styles.add(name)
        for style in root.iter(_n("text:list-style")):
            levels = self.numbering.setdefault(style.get(_n("style:name"), ""), {})
            for level in style:
                at = _number(level.get(_n("text:level")), 1)
                numbered = level.tag == _n("text:list-level-style-number") and level.get(
                    "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}num-format"
                )
                levels[at] = _number(level.get(_n("text:start-value")), 1) if numbered else None

    def blocks(self, node, depth: int) -> None:
        if depth > _MAX_DEPTH:
            self.pieces += typed_by_hand(tidy_inline(escaped(tidy(" ".join(node.itertext())))))
            return
        for child in node:
            if child.tag in _SKIP:
                continue
            if child.tag == _n("text:h"):
                self.heading(child, _number(child.get(_n("text:outline-level")), 1))
            elif child.tag == _n("text:p"):
                self.paragraph(child)
            elif child.tag == _n("text:list"):
                self.list(child, 1, "", depth)
            else:
                self.blocks(child, depth + 1)

    def heading(self, node, level: int) -> None:
        if text := self.inline(node, bold=False):
            self.pieces.append(Piece(HEADING, text.replace("\n", " "), level=level))

    def paragraph(self, node) -> None:
        text = self.inline(node)
        if node.get(_n("text:style-name")) in self.title_styles and text:
            self.pieces.append(Piece(HEADING, text.replace("\n", " "), level=1))
        elif text and node.get(_n("text:style-name")) in self.quote_styles:
            self.pieces.append(Piece(QUOTE, text, lines=text.count("\n") + 1))
        elif text:
            self.pieces += typed_by_hand(text)

    def list(self, node, level: int, style: str, depth: int) -> None:
        style = node.get(_n("text:style-name")) or style
        first = self.numbering.get(style, {}).get(level)
        if node.get(_n("text:continue-numbering")) != "true" and not node.get(
            "{http://www.w3.org/XML/1998/namespace}continue-list"
        ):
            self.counters[style, level] = first or 1
        if depth > _MAX_DEPTH:
            return
        for entry in node:
            if entry.tag not in (_n("text:list-item"), _n("text:list-header")):
                continue
            if start := _number(entry.get(_n("text:start-value")), 0):
                self.counters[style, level] = start
            self.entry(entry, level, style, numbered=first is not None, depth=depth)

    def entry(self, entry, level: int, style: str, *, numbered: bool, depth: int) -> None:
        item = None
        for child in entry:
            if child.tag == _n("text:h"):
                self.heading(child, _number(child.get(_n("text:outline-level")), 1))
            elif child.tag == _n("text:p") and (text := self.inline(child)):
                if item is not None:
                    item.more.append(text)
                    continue
                number = ""
                if numbered and entry.tag == _n("text:list-item"):
                    number = str(self.counters[style, level])
                    self.counters[style, level] += 1
                item = Piece(ITEM, text, number=number, depth=level - 1)
                self.pieces.append(item)
            elif child.tag == _n("text:list"):
                self.list(child, level + 1, style, depth + 1)

    def inline(self, node, *, bold: bool = True, depth: int = 0) -> str:
        """Inline Markdown of a paragraph."""
        parts = [escaped(node.text or "")]
        for child in node:
            parts.append(self.piece_of_line(child, bold, depth))
            parts.append(escaped(child.tail or ""))
        text = "".join(parts)
        return tidy_inline(tidy(text)) if depth == 0 else text

    def piece_of_line(self, child, bold: bool, depth: int) -> str:
        if child.tag in _SKIP or depth > _MAX_DEPTH:
            return ""
        if child.tag == _n("text:s"):
            return " "
        if child.tag == _n("text:tab"):
            return "\t"
        if child.tag == _n("text:line-break"):
            return "\n"
        inner = self.inline(child, bold=bold, depth=depth + 1)
        text = inner.strip()
        if text and child.tag == _n("text:span") and bold and child.get(_n("text:style-name")) in self.bold:
            return inner.replace(text, f"**{text}**", 1)
        target = child.get(_n("xlink:href"), "")
        if text and child.tag == _n("text:a") and re.match(r"(?:https?://|mailto:)[^\s()<>]+$", target):
            return f"[{text}]({target})"
        return inner


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,3}", value) else otherwise
