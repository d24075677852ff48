"""HTML in; a Word document comes here too, since `docx.py` makes HTML of it first."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import CData, Comment, NavigableString, PreformattedString, Tag

from guidelines.documents.inline import Gone, escaped, settled, tidy_inline, typed_by_hand
from guidelines.documents.notes import Note, take_notes
from guidelines.documents.numbering import MARKED
from guidelines.documents.outline import (
    COMMENT,
    CONTENTS,
    COVER,
    DELETED,
    HIDDEN,
    MAX_CHARACTERS,
    OWN_COVER,
    PAGE_EDGE,
    PICTURE,
    STRUCK,
    WEB_PAGE,
    Outline,
    Unreadable,
    gettext_noop,
)
from guidelines.documents.pieces import HEADING, ITEM, LEFT_OUT, NUMBERED, QUOTE, TEXT, Piece, as_printed
from guidelines.documents.structure import recognise
from guidelines.documents.text import decode, tidy

_SILENT = {"script", "style", "head", "template", "svg"}  # says nothing to a reader
_AROUND = {"nav", "aside", "footer", "form", "iframe", "object", "noscript"}
# What our own readers and common word processors call it in a class or an id.
_CLASSES = {
    **{f"left-{why}": why for why in (STRUCK, HIDDEN, DELETED, COMMENT, CONTENTS, PAGE_EDGE, OWN_COVER)},
    **dict.fromkeys(("toc", "innholdsfortegnelse", "msotocheading"), CONTENTS),
    **{f"msotoc{level}": CONTENTS for level in range(1, 10)},
    COVER: OWN_COVER,
}
_WORD_LEVEL = re.compile(r"mso-list:\s*l\d+\s+level([1-9])")
_STRIKES = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
_SHEET = re.compile(r"(?:^|[\s,}])[\w*]{0,20}([.#][\w-]{1,80})\s*(?=[,{])[^{}]{0,500}\{([^{}]{0,2000})\}")
_MACHINE_COMMENT = re.compile(r"\[if\b|\[endif|StartFragment|EndFragment")
_BLOCKS = {
    *("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main"),
    *("ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
_NOT_QUOTED = ["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"]  # around these, it only makes an indent
_MAX_DEPTH = 150  # of elements in one another; what lies deeper is read as plain text
_MAX_TAGS = 200_000


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


def read_markup(markup: str) -> Outline:
    if markup.count("<") > _MAX_TAGS:
        raise Unreadable(
            gettext_noop("The page has more than %(limit)d elements; that is more than can be taken in."),
            limit=_MAX_TAGS,
        )
    soup = BeautifulSoup(markup, "html.parser")
    walker = _Walker(take_notes(soup), _classes_of(soup))
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


def _classes_of(soup) -> dict[str, str]:
    """Classes and ids that the page's own style sheets strike out or hide: name -> why."""
    found = dict(_CLASSES)
    for sheet in soup.find_all("style"):
        text = re.sub(r"/\*.*?\*/|<!--|-->", " ", sheet.get_text()[:MAX_CHARACTERS], flags=re.DOTALL)
        text = re.sub(r"@[^{};]{0,500}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", " ", text)  # for paper or narrow screens alone
        for name, declared in _SHEET.findall(text):
            if why := _why_declared(declared):
                found.setdefault(name[1:].lower(), why)
    return found


def _why_declared(declared: str) -> str:
    declared = declared.lower()
    return HIDDEN if _HIDES.search(declared) else STRUCK if _STRIKES.search(declared) else ""


class _Walker:
    """Collects inline Markdown until a block ends, then makes a piece of it."""

    def __init__(self, notes: dict[int, Note], classes: dict[str, str]):
        self.notes, self.classes = notes, classes
        self.pieces: list[Piece] = []
        self.inline: list[str] = []
        self.gone: Gone = []  # (why, words) of this block that are left out
        self.notes_said: list[str] = []
        self.why = ""  # of what is struck out around
        self.lists: list[dict] = []  # of the lists around: their tag and next number
        self.item: Piece | None = None  # the list item whose text is being read
        self.heading = 0
        self.title = False
        self.quoted = False

    def walk(self, node, depth: int) -> None:
        for child in node.children:
            if isinstance(child, Tag):
                if depth > _MAX_DEPTH:
                    self.say(child.get_text(" "))
                else:
                    self.tag(child, depth)
            elif isinstance(child, Comment):
                if re.search(r"\w", child) and not _MACHINE_COMMENT.search(child):
                    self.gone.append((COMMENT, escaped(" ".join(child.split()))))
            elif isinstance(child, NavigableString) and (
                not isinstance(child, PreformattedString) or isinstance(child, CData)
            ):
                self.say(re.sub(r"\s+", " ", str(child)))

    def say(self, text: str) -> None:
        if self.why:
            self.gone.append((self.why, escaped(text)))
        else:
            self.inline.append(escaped(text))

    def why_of(self, tag) -> str:
        """Why what the element holds is left out; empty where it is not."""
        name = tag.name.lower()
        for named in _names(tag):
            if named in self.classes:
                return self.classes[named]
        if name in _AROUND:
            return WEB_PAGE
        if name in ("del", "s", "strike"):
            return STRUCK
        return HIDDEN if tag.has_attr("hidden") else _why_declared(str(tag.get("style", "")))

    def tag(self, tag, depth: int) -> None:
        name = tag.name.lower()
        if name in _SILENT:
            return
        if note := self.notes.get(id(tag)):
            self.note(note)
        elif why := self.why_of(tag):
            self.leave_out(why, tag, depth)
        elif name == "br":
            self.say("\n")
        elif name == "img":
            if tag.get("alt") != "":  # an empty one says that it is there for its looks
                self.gone.append((PICTURE, " ".join(str(tag.get("alt", "")).split())))
        elif name in _BLOCKS:
            self.block(name, tag, depth)
        else:
            self.inline_tag(name, tag, depth)

    def leave_out(self, why: str, tag, depth: int) -> None:
        """Deleted rules keep their numbers and stand for themselves; of the rest the words are enough."""
        blocks = tag.name.lower() in _BLOCKS | _AROUND or tag.find(list(_BLOCKS))
        if why in (STRUCK, DELETED):
            before, self.why = self.why, self.why or why
            if tag.name.lower() in _BLOCKS:
                self.block(tag.name.lower(), tag, depth)
            else:
                self.walk(tag, depth + 1)
            if blocks:
                self.flush()
            self.why = before
            return
        if blocks:
            self.flush()
        lines = [" ".join(line.split()) for line in tag.get_text("\n" if blocks else "").split("\n")]
        said = [self.notes[id(inner)] for inner in tag.find_all("a") if id(inner) in self.notes]
        lines += [text for note in said for text in self.words_of(note)]
        self.gone.append((why, escaped("\n".join(filter(None, lines)))))
        if blocks:
            self.flush()

    def note(self, note: Note) -> None:
        if self.why:
            self.gone.append((self.why, " ".join(self.words_of(note))))
            return
        self.inline.append(escaped(note.mark))
        self.notes_said += self.words_of(note)

    def words_of(self, note: Note) -> list[str]:
        """What the note says, with its mark, in a list of one; empty the second time."""
        if note.told:
            return []
        note.told = True
        reader = _Walker(self.notes, self.classes)
        reader.walk(note.block, 1)
        reader.flush()
        self.gone += [(left.why, left.text) for left in reader.pieces if left.kind == LEFT_OUT]
        said = [" ".join([as_printed(piece), *piece.notes]) for piece in reader.pieces if piece.kind != LEFT_OUT]
        return [f"{escaped(note.mark)} " + "\n".join(said).lstrip("↑↩^ ")] if any(said) else []

    def inline_tag(self, name: str, tag, depth: int) -> None:
        start, pieces = len(self.inline), len(self.pieces)
        self.walk(tag, depth + 1)
        if len(self.pieces) > pieces and start > len(self.inline):  # blocks inside an inline element: already flushed
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
            before = len(self.pieces)
            self.walk(tag, depth + 1)
            self.flush()
            if level := _WORD_LEVEL.search(str(tag.get("style", ""))):  # pasted from Word: numbers stand as text
                for piece in self.pieces[before:]:
                    if piece.kind in (ITEM, NUMBERED):
                        piece.kind, piece.depth = ITEM, int(level[1]) - 1

    def row(self, tag, depth: int) -> None:
        cells = tag.find_all(["td", "th"], recursive=False)
        if len(cells) == 1 or any(cell.find(["p", "li", "h1", "h2", "h3", "table"]) for cell in cells):
            for cell in cells:  # a table used for its looks
                self.walk(cell, depth + 1)
                self.flush()
            return
        texts = []
        for cell in cells:
            reader = _Walker(self.notes, self.classes)
            reader.why = self.why
            reader.walk(cell, depth + 1)
            if reader.pieces:  # blocks in the cell
                reader.flush()
            said = [*(as_printed(piece) for piece in reader.pieces if not piece.why), "".join(reader.inline)]
            texts.append(tidy_inline(" ".join(said)).replace("\n", " "))
            self.gone += [*((piece.why, piece.text) for piece in reader.pieces if piece.why), *reader.gone]
            self.notes_said += [*(note for piece in reader.pieces for note in piece.notes), *reader.notes_said]
        if any(texts):
            self.pieces.append(Piece(TEXT, " | ".join(texts), notes=self.notes_said))
            self.notes_said = []
        self.flush()

    def flush(self) -> None:
        text, why, gone = settled("".join(self.inline), self.gone)
        notes = self.notes_said
        self.inline, self.gone, self.notes_said = [], [], []
        if why and self.item is not None and self.item.text:
            gone.insert(0, (why, text))  # a further paragraph of a rule that stands
        elif text:
            before = len(self.pieces)
            self.piece(text)
            for piece in self.pieces[before:]:
                piece.why = why
            (self.item or self.pieces[-1]).notes.extend(notes)
        self.pieces += [Piece(LEFT_OUT, words, why=reason) for reason, words in gone]

    def piece(self, text: str) -> None:
        if self.heading:
            style = "title" if self.title else ""
            text = MARKED.sub("", text).replace("\n", " ")
            self.pieces.append(Piece(HEADING, text, level=self.heading, style=style))
        elif printed := MARKED.match(text):
            text = text[printed.end() :].strip()
            self.pieces.append(Piece(ITEM, text, number=printed["number"], depth=int(printed["depth"])))
        elif self.quoted and self.item is None:
            self.pieces.append(Piece(QUOTE, text, lines=text.count("\n") + 1))
        elif self.item is not None and self.item.text:
            self.item.more.append(text)
        elif self.item is not None:
            self.item.text = text
            self.pieces.append(self.item)
        else:
            self.pieces += typed_by_hand(text)


def _names(tag) -> set[str]:
    classes = tag.get("class") or []
    return {str(name).lower() for name in ([classes] if isinstance(classes, str) else classes)} | {
        str(tag.get("id", "")).lower()
    }
