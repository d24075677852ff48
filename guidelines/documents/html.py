"""HTML and DOCX in. A DOCX becomes HTML first (mammoth), so both are read the same way."""

from __future__ import annotations

import io
import re

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PreformattedString, Tag

from guidelines.documents.numbering import MARKED, with_numbers
from guidelines.documents.outline import COVER, TITLE_STYLES, Outline, Unreadable, gettext_noop
from guidelines.documents.pieces import HEADING, ITEM, QUOTE, TEXT, Piece, marked
from guidelines.documents.structure import recognise
from guidelines.documents.text import decode, tidy
from guidelines.documents.zip_files import checked_parts

_SKIP = {"script", "style", "head", "nav", "aside", "footer", "form", "template", "svg", "iframe", "object", "noscript"}
_BLOCKS = {
    *("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main"),
    *("ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
_NOT_QUOTED = ["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"]  # around these, it only makes an indent
_MAX_DEPTH = 150  # of elements in one another; what lies deeper is read as plain text
_MAX_TAGS = 200_000

# Word's own names of styles are English in every language version; these are the ones that say something.
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1.document-title:fresh",
        "p[style-name='Tittel'] => h1.document-title:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        *(f"p[style-name='{name}'] => blockquote:fresh" for name in ("Quote", "Intense Quote", "Sitat", "Citat")),
        "p[style-name='TOC Heading'] => !",
        *(f"p[style-name='{name}'] => !" for name in TITLE_STYLES),
        *(f"p[style-name='toc {level}'] => !" for level in range(1, 10)),
        *(f"p[style-name='TOC {level}'] => !" for level in range(1, 10)),
        *(f"p[style-name='{name} {level}'] => h{level}:fresh" for name in ("Overskrift",) for level in range(1, 7)),
    ]
)


def read_html(data: bytes) -> Outline:
    """An HTML page: what its body says. Raises Unreadable."""
    charset = re.search(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]{1,30})", data[:4096], re.IGNORECASE)
    text = None
    if charset and charset[1].lower() not in (b"utf-8", b"utf8", b"utf-16"):
        try:
            text = data.decode(charset[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            text = None
    return read_markup(tidy(decode(data) if text is None else text))


def read_docx(data: bytes) -> Outline:
    """A Word document. Raises Unreadable."""
    import mammoth

    checked_parts(data)
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(with_numbers(data)),
            style_map=_STYLES,
            convert_image=lambda image: [],
        )
    except Exception as error:  # a damaged document makes mammoth fail in any of many ways
        raise Unreadable(
            gettext_noop("The Word document is damaged. Open it in Word, save it again and try once more.")
        ) from error
    return read_markup(tidy(result.value))


def read_markup(markup: str) -> Outline:
    if markup.count("<") > _MAX_TAGS:
        raise Unreadable(
            gettext_noop("The page has more than %(limit)d elements; that is more than can be taken in."),
            limit=_MAX_TAGS,
        )
    soup = BeautifulSoup(markup, "html.parser")
    walker = _Walker()
    walker.walk(soup.body or soup, 0)
    walker.flush()
    pieces = walker.pieces
    if soup.find("h1", class_="document-title"):
        for piece in pieces:
            if piece.kind == HEADING and not piece.style:
                piece.level += 1
    for piece in pieces:
        piece.style = "" if piece.kind == HEADING else piece.style
    return recognise(pieces, guess=sum(piece.kind == HEADING for piece in pieces) <= 1)


class _Walker:
    """Collects inline Markdown until a block ends, then makes a piece of it."""

    def __init__(self):
        self.pieces: list[Piece] = []
        self.inline: list[str] = []
        self.lists: list[dict] = []  # of the lists around: their tag and next number
        self.item: Piece | None = None  # the list item whose text is being read
        self.heading = 0
        self.title = False
        self.quoted = False

    def walk(self, node, depth: int) -> None:
        for child in node.children:
            if isinstance(child, Tag):
                if depth > _MAX_DEPTH:
                    self.inline.append(escaped(child.get_text(" ")))
                else:
                    self.tag(child, depth)
            elif isinstance(child, NavigableString) and (
                not isinstance(child, PreformattedString) or isinstance(child, CData)
            ):
                self.inline.append(escaped(re.sub(r"\s+", " ", str(child))))

    def tag(self, tag, depth: int) -> None:
        name = tag.name.lower()
        if name in _SKIP or tag.has_attr("hidden") or {"toc", "innholdsfortegnelse", COVER} & _names(tag):
            return
        if name == "br":
            self.inline.append("\n")
        elif name in _BLOCKS:
            self.block(name, tag, depth)
        else:
            self.inline_tag(name, tag, depth)

    def inline_tag(self, name: str, tag, depth: int) -> None:
        start = len(self.inline)
        self.walk(tag, depth + 1)
        if len(self.pieces) and start > len(self.inline):  # blocks inside an inline element: already flushed
            return
        inner = "".join(self.inline[start:])
        text = inner.strip()
        if not text or "\n" in text:
            return
        left, right = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        if name in ("strong", "b"):
            text = f"**{text}**" if not self.heading else text
        elif name in ("em", "i"):
            text = f"*{text}*" if not self.heading else text
        elif name == "a" and re.match(r"(?:https?://|mailto:)[^\s()<>]+$", str(tag.get("href", "")), re.IGNORECASE):
            text = f"[{text}]({tag['href']})" if not self.heading else text
        self.inline[start:] = [left + text + right]

    def block(self, name: str, tag, depth: int) -> None:
        self.flush()
        if name in ("ol", "ul"):
            start = str(tag.get("start", "1"))
            self.lists.append({"tag": name, "next": int(start) if re.fullmatch(r"\d{1,3}", start) else 1})
            outer, self.item = self.item, None
            self.walk(tag, depth + 1)
            self.flush()
            self.lists.pop()
            self.item = outer
        elif name == "li" and self.lists:
            around = self.lists[-1]
            value = str(tag.get("value", ""))
            if re.fullmatch(r"\d{1,3}", value):
                around["next"] = int(value)
            number = str(around["next"]) if around["tag"] == "ol" else ""
            around["next"] += 1
            self.item = Piece(ITEM, "", number=number, depth=len(self.lists) - 1)
            self.walk(tag, depth + 1)
            self.flush()
            self.item = None
        elif re.fullmatch(r"h[1-6]", name):
            self.heading, self.title = int(name[1]), "document-title" in _names(tag)
            self.walk(tag, depth + 1)
            self.flush()
            self.heading, self.title = 0, False
        elif name == "tr":
            self.row(tag, depth)
        elif name == "blockquote" and not tag.find(_NOT_QUOTED):
            self.quoted = True
            self.walk(tag, depth + 1)
            self.flush()
            self.quoted = False
        else:
            self.walk(tag, depth + 1)
            self.flush()

    def row(self, tag, depth: int) -> None:
        cells = tag.find_all(["td", "th"], recursive=False)
        if len(cells) == 1 or any(cell.find(["p", "li", "h1", "h2", "h3", "table"]) for cell in cells):
            for cell in cells:  # a table used for its looks
                self.walk(cell, depth + 1)
                self.flush()
            return
        texts = [escaped(re.sub(r"\s+", " ", cell.get_text(" "))).strip() for cell in cells]
        if any(texts):
            self.pieces.append(Piece(TEXT, " | ".join(texts)))

    def flush(self) -> None:
        text = tidy_inline("".join(self.inline))
        self.inline = []
        if self.item is None:
            text = MARKED.sub("", text)  # a heading, or a paragraph that is no list to Word's reader
        if not text:
            return
        if self.heading:
            self.pieces.append(
                Piece(HEADING, text.replace("\n", " "), level=self.heading, style="title" if self.title else "")
            )
        elif self.quoted and self.item is None:
            self.pieces.append(Piece(QUOTE, text, lines=text.count("\n") + 1))
        elif self.item is not None:
            if printed := MARKED.match(text):
                self.item.number, text = printed[1], text[printed.end() :].strip()
            if self.item.text:
                self.item.more.append(text)
            else:
                self.item.text = text
                self.pieces.append(self.item)
        else:
            self.pieces += typed_by_hand(text)


def typed_by_hand(text: str) -> list[Piece]:
    """A paragraph whose lines may carry bullets or numbers typed by hand."""
    lines = text.split("\n")
    found = [marked(line) for line in lines]
    if len(lines) > 1 and any(piece.kind != TEXT for piece in found):
        for piece in found[1:]:
            piece.tight = True
        return found
    piece = found[0] if len(lines) == 1 else Piece(TEXT, text, lines=len(lines))
    return [piece]


def tidy_inline(text: str) -> str:
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]+", " ", text))
    text = re.sub(r"\*\*\*\*|(?<=\S)\*\*(\s*)\*\*(?=\S)", r"\1", text)  # two bold stretches that touch
    return re.sub(r"\n{2,}", "\n", text).strip()


def escaped(text: str) -> str:
    """Text as Markdown that says just this."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def _names(tag) -> set[str]:
    classes = tag.get("class") or []
    return {str(name).lower() for name in ([classes] if isinstance(classes, str) else classes)} | {
        str(tag.get("id", "")).lower()
    }
