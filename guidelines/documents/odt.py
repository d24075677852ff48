"""OpenDocument text in."""

from __future__ import annotations

import re

from guidelines.documents.inline import Gone, escaped, raised, settled, tidy_inline, typed_by_hand
from guidelines.documents.odt_styles import LEFT_OUT_BLOCKS, OUTLINE, Styles, n, number_of
from guidelines.documents.outline import COMMENT, CONTENTS, DELETED, HIDDEN, PAGE_EDGE, PICTURE, Outline
from guidelines.documents.pieces import HEADING, ITEM, LEFT_OUT, QUOTE, Piece
from guidelines.documents.structure import recognise
from guidelines.documents.text import tidy
from guidelines.documents.zip_files import open_zip, parsed, read_part

_MAX_DEPTH = 150
_LIST, _ITEM, _HEADER = n("text:list"), n("text:list-item"), n("text:list-header")
_HIDDEN_FIELDS = {n("text:hidden-text"), n("text:hidden-paragraph")}


def read_odt(data: bytes) -> Outline:
    """An OpenDocument text. Raises Unreadable."""
    archive = open_zip(data)
    content = parsed(read_part(archive, "content.xml"))
    styles = parsed(read_part(archive, "styles.xml")) if "styles.xml" in archive.namelist() else None
    reader = _Reader(content, Styles([root for root in (styles, content) if root is not None]))
    body = content.find(f"{n('office:body')}/{n('office:text')}")
    reader.blocks(content if body is None else body, 0)
    if styles is not None:
        reader.page_edges(styles)
    headings = sum(piece.kind == HEADING for piece in reader.pieces)
    return recognise(reader.pieces, guess=headings <= 1)


class _Reader:
    def __init__(self, content, styles: Styles):
        self.styles = styles
        self.pieces: list[Piece] = []
        self.gone: Gone = []  # of the paragraph that is being read
        self.notes: list[str] = []
        self.boxes: list = []  # text boxes tied to it: they stand below it
        self.counts: dict[tuple[str, int], int] = {}  # (list, level) -> the number last given
        self.named: dict[str, str] = {}  # a list's own name -> the list whose numbers it carries on
        self.latest: dict[str, str] = {}  # list style -> the list that had it last
        self.deleted = {
            region.get(n("text:id"), region.get(n("xml:id"), "")): region.find(n("text:deletion"))
            for region in content.iter(n("text:changed-region"))
        }

    def blocks(self, node, depth: int) -> None:
        if depth > _MAX_DEPTH:
            self.pieces += typed_by_hand(tidy_inline(escaped(tidy(" ".join(node.itertext())))))
            return
        for child in node:
            if child.tag in LEFT_OUT_BLOCKS:
                lines = [_words(line) for line in child.iter(n("text:p"))]
                self.pieces += [Piece(LEFT_OUT, line, why=LEFT_OUT_BLOCKS[child.tag]) for line in lines if line]
            elif child.tag == n("text:section") and child.get(n("text:display")) == "none":
                self.pieces.append(Piece(LEFT_OUT, _lines(child), why=HIDDEN))
            elif child.tag == n("text:tracked-changes"):
                continue  # what was deleted is said where it stood
            elif child.tag in (n("text:h"), n("text:p")):
                self.paragraph(child, depth)
            elif child.tag == _LIST:
                self.listed(child, 1, "", depth)
            elif child.tag in (n("text:change"), n("office:annotation"), n("draw:frame")):
                self.piece_of_line(child, True, 0, "")
                self.settle("")
                self.below(depth)
            else:
                self.blocks(child, depth + 1)

    def paragraph(self, node, depth: int, *, lists: tuple[str, int] = ("", 0)) -> None:
        """A paragraph of its own, or a heading; `lists`: the list and level it stands in."""
        style = node.get(n("text:style-name"), "")
        called = self.styles.called(style)
        level = number_of(node.get(n("text:outline-level")), 1) if node.tag == n("text:h") else 0
        level = level or (1 if "Title" in called else self.styles.heading(style))
        text, why, notes = self.words(node, bold=not level)
        if text and self.styles.is_contents(style):
            self.pieces.append(Piece(LEFT_OUT, text, why=CONTENTS))
        elif text and level:
            number = self.heading_number(node, level, style, lists) if why != DELETED else ""
            text = f"{number} {text}" if number else text
            self.pieces.append(Piece(HEADING, text.replace("\n", " "), level=level, why=why, notes=notes))
        elif text and (named := self.styles.first("paragraph", style, "style:list-style-name")) in self.styles.lists:
            at = number_of(self.styles.first("paragraph", style, "style:list-level"), 1)
            self.item(text, why, notes, key=self.latest.setdefault(named, named), style=named, level=at)
        elif text and "Quotations" in called:
            self.pieces.append(Piece(QUOTE, text, lines=text.count("\n") + 1, why=why, notes=notes))
        elif text:
            made = typed_by_hand(text)
            for piece in made:
                piece.why = why
            made[-1].notes = notes
            self.pieces += made
        self.left()
        self.below(depth)

    def heading_number(self, node, level: int, style: str, lists: tuple[str, int]) -> str:
        if node.get(n("text:is-list-header")) == "true" or "Title" in self.styles.called(style):
            return ""
        own = self.styles.first("paragraph", style, "style:list-style-name")
        named, at = lists if lists[0] else (own, level) if own in self.styles.lists else (OUTLINE, level)
        if self.styles.numbered(named, at) is None:
            return ""
        return self.next(f"headings {named}", named, at)

    def next(self, key: str, style: str, level: int) -> str:
        """The next number of a list, as it is shown."""
        first = self.styles.numbered(style, level) or 1
        self.counts[key, level] = self.counts.get((key, level), first - 1) + 1
        for deeper in [at for of, at in self.counts if of == key and at > level]:
            del self.counts[key, deeper]
        return self.styles.printed(style, level, {at: count for (of, at), count in self.counts.items() if of == key})

    def listed(self, node, level: int, style: str, depth: int, key: str = "") -> None:
        style = node.get(n("text:style-name")) or style
        if depth > _MAX_DEPTH:
            return
        continued = node.get(n("text:continue-list"), node.get(n("xml:continue-list"), ""))
        if not key and continued in self.named:
            key = self.named[continued]
        elif not key and node.get(n("text:continue-numbering")) == "true":
            key = self.latest.get(style, style)
        key = key or f"{style} {len(self.named)} {len(self.pieces)}"
        self.latest[style] = key
        if name := node.get(n("xml:id")):
            self.named[name] = key
        for entry in node:
            if entry.tag not in (_ITEM, _HEADER):
                continue
            if start := number_of(entry.get(n("text:start-value")), 0):
                self.counts[key, level] = start - 1
            self.entry(entry, level, style, key, depth)

    def entry(self, entry, level: int, style: str, key: str, depth: int) -> None:
        item: Piece | None = None
        for child in entry:
            named = child.get(n("text:style-name"), "")
            if child.tag == n("text:h") or (child.tag == n("text:p") and self.styles.heading(named)):
                self.paragraph(child, depth, lists=(style, level) if entry.tag == _ITEM else ("", 0))
            elif child.tag == n("text:p"):
                text, why, notes = self.words(child)
                if text and item is None:
                    item = self.item(text, why, notes, key=key, style=style, level=level, marked=entry.tag == _ITEM)
                elif text and why:
                    self.pieces.append(Piece(LEFT_OUT, text, why=why))
                elif text and item is not None:
                    item.more += [text, *notes]
                self.left()
                self.below(depth)
            elif child.tag == _LIST:
                self.listed(child, level + 1, style, depth + 1, key)

    def item(self, text: str, why: str, notes: list[str], *, key: str, style: str, level: int, marked=True) -> Piece:
        numbered = marked and why != DELETED and self.styles.numbered(style, level) is not None
        number = self.next(key, style, level) if numbered else ""
        piece = Piece(ITEM, text, number=number, depth=level - 1, why=why, notes=notes)
        self.pieces.append(piece)
        return piece

    def words(self, node, *, bold: bool = True) -> tuple[str, str, list[str]]:
        """(inline Markdown, why all of it is left out or empty, its footnotes); `left` and `below` do the rest."""
        above = self.styles.why("paragraph", node.get(n("text:style-name"), "")) or ""
        if any(field.get(n("text:is-hidden")) == "true" for field in node.iter(n("text:hidden-paragraph"))):
            above = HIDDEN
        return self.settle(self.inline(node, bold=bold, why=above))

    def settle(self, text: str) -> tuple[str, str, list[str]]:
        text, why, self.gone = settled(tidy(text), [(why, tidy(words)) for why, words in self.gone])
        if not text:
            self.left()
        notes, self.notes = self.notes, []
        return text, why, notes

    def left(self) -> None:
        """What the paragraph left out stands below it."""
        self.pieces += [Piece(LEFT_OUT, words, why=why) for why, words in self.gone]
        self.gone = []

    def below(self, depth: int) -> None:
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box, depth + 1)

    def inline(self, node, *, bold: bool = True, depth: int = 0, why: str = "") -> str:
        """Inline Markdown; what is left out goes to `gone`."""
        parts = []
        for child in (None, *node):
            if child is not None:
                parts.append(self.piece_of_line(child, bold, depth, why))
            said = escaped((node.text if child is None else child.tail) or "")
            if why and said.strip():
                self.gone.append((why, said))
            else:
                parts.append(said)
        return "".join(parts)

    def piece_of_line(self, child, bold: bool, depth: int, why: str) -> str:
        tag = child.tag
        if tag == n("text:tracked-changes"):
            return ""
        if depth > _MAX_DEPTH:
            return escaped("".join(child.itertext()))
        if tag in (n("text:s"), n("text:tab"), n("text:line-break")):
            return {n("text:s"): " ", n("text:tab"): "\t"}.get(tag, "\n")
        if tag == n("text:note"):
            return self.note(child, why)
        if tag == n("text:change"):
            deletion = self.deleted.get(child.get(n("text:change-id"), ""))
            self.gone.append((DELETED, escaped(_lines(deletion)) if deletion is not None else ""))
            return ""
        if tag == n("office:annotation"):
            self.gone.append((COMMENT, escaped(_lines(child))))
            return ""
        if tag in _HIDDEN_FIELDS:
            said = child.get(n("text:string-value"), "") or "".join(child.itertext())
            self.gone.append((HIDDEN, escaped(said)))
            return ""
        if tag == n("draw:frame"):
            self.frame(child)
            return ""
        own = self.styles.why("text", child.get(n("text:style-name"), "")) if tag == n("text:span") else None
        inner = self.inline(child, bold=bold, depth=depth + 1, why=why if own is None else own or "")
        text = inner.strip()
        if text and tag == n("text:span") and bold and self.styles.bold(child.get(n("text:style-name"), "")):
            return inner.replace(text, f"**{text}**", 1)
        target = child.get(n("xlink:href"), "")
        if text and tag == n("text:a") and re.match(r"(?:https?://|mailto:)[^\s()<>]+$", target):
            return f"[{text}]({target})"
        return inner

    def note(self, node, why: str) -> str:
        citation, body = node.find(n("text:note-citation")), node.find(n("text:note-body"))
        mark = raised("".join(citation.itertext()) if citation is not None else "")
        said = [] if body is None else [_words(line) for line in body.iter(n("text:p"))]
        if not any(said):
            return ""
        note = escaped(f"{mark} " + "\n".join(filter(None, said)))
        if why:
            self.gone.append((why, f" {note}"))
            return ""
        self.notes.append(note)
        return escaped(mark)

    def frame(self, node) -> None:
        """A text box stands below the paragraph it is tied to; a picture is left out."""
        boxes = node.findall(n("draw:text-box"))
        self.boxes += boxes
        if not boxes:
            said = [node.find(n(f"svg:{name}")) for name in ("title", "desc")]
            alternative = next((_words(element) for element in said if element is not None), "")
            self.gone.append((PICTURE, escaped(alternative)))

    def page_edges(self, styles) -> None:
        edges = [n(f"style:{name}{side}") for name in ("header", "footer") for side in ("", "-left", "-first")]
        lines = dict.fromkeys(_words(line) for edge in edges for node in styles.iter(edge) for line in node)
        self.pieces += [Piece(LEFT_OUT, line, why=PAGE_EDGE) for line in lines if line]


def _words(node) -> str:
    """What stands in an element, on one line."""
    return " ".join("".join(node.itertext()).split())


def _lines(node) -> str:
    return "\n".join(filter(None, (_words(line) for kind in ("text:h", "text:p") for line in node.iter(n(kind)))))
