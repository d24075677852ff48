"""Plain text and Markdown in. Both go the same way: what bodies call Markdown is often plain text with dashes."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import replace

from guidelines.documents.inline import Gone, raised, settled
from guidelines.documents.outline import COMMENT, DETAILS, MAX_CHARACTERS, STRUCK, Outline, Unreadable, gettext_noop
from guidelines.documents.pages import as_left_out, without_lone_page_numbers, without_page_furniture
from guidelines.documents.pieces import (
    HEADING,
    LEFT_OUT,
    TEXT,
    VERBATIM,
    Piece,
    marked,
)
from guidelines.documents.scan import scan
from guidelines.documents.structure import recognise

_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_GARBLED = re.compile("Ã[¦¸¥†˜…]|â€[“”™œ]")
_HTML_TAGS = (
    "a abbr b big blockquote br center div em font h[1-6] hr i img li ol p pre s small span strong sub sup u ul"
)
_KNOWN_TAG = re.compile(rf"</?(?:{'|'.join(_HTML_TAGS.split())})(?:\s[^<>]*)?/?>", re.IGNORECASE)
# What is struck out, in Markdown or with the tags of HTML.
_STRUCK = re.compile(
    r"~~(?=\S)(?P<marked>[^~\n]{1,2000})(?<=\S)~~|<(?P<tag>del|s|strike)>(?P<tagged>[^<]{1,2000})</(?P=tag)>",
    re.IGNORECASE,
)
_ASIDE, _ASIDE_END = "\ue010", "\ue011"
_ASIDE_SIGN = re.compile(f"{_ASIDE}(\\d+){_ASIDE_END}")
_NOTE, _NOTE_MARK = re.compile(r"\[\^([\w-]{1,20})\]:"), re.compile(r"\[\^([\w-]{1,20})\](?!:)")
MAX_MARKED_UP = 3 * MAX_CHARACTERS  # of a file: its contents, tables and marks are not all text


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, UTF-32 or Windows' Latin-1."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(
                    gettext_noop("The file says it is %(encoding)s, but is cut off or damaged at byte %(position)d."),
                    encoding=encoding.upper(),
                    position=error.start,
                ) from error
    if b"\x00" in data:
        return _without_mark(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and error.start and _has_wide(data[: error.start]):
            raise Unreadable(gettext_noop("The file is cut off in the middle of its last character.")) from error
    text = data.decode("cp1252", errors="replace").replace("\ufffd", " ")
    if _GARBLED.search(text):
        raise Unreadable(
            gettext_noop("The file mixes two encodings. Open it in a text editor and save it again as UTF-8.")
        )
    return text


def _has_wide(data: bytes) -> bool:
    return any(byte > 127 for byte in data)


def _without_mark(data: bytes) -> str:
    """UTF-16 without a byte order mark shows as every other byte zero; anything else with zeros is no text."""
    for encoding, zeros, others in (("utf-16-le", data[1::2], data[::2]), ("utf-16-be", data[::2], data[1::2])):
        if len(data) % 2 == 0 and zeros.count(0) > 0.9 * len(zeros) and not others.count(0):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    raise Unreadable(gettext_noop("The file is not text."))


def tidy(text: str) -> str:
    """One kind of line break and space; no invisible characters; form feeds stay, they part pages."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x85]", "\n", text)
    text = re.sub(r"[\u00a0\u2000-\u200a\u202f\u3000]", " ", text)
    text = re.sub(r"\u00ad(?=[ \t]*(?:\n|\Z))", "\u2010", text)  # here it is seen, and divides a word
    text = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]", "", text)
    text = "".join(c for c in text if c in "\n\t\f" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", text)


def read_text(data: bytes) -> Outline:
    """Plain text or Markdown. Raises Unreadable."""
    text = tidy(decode(data))
    if len(text) > MAX_MARKED_UP:
        raise Unreadable(
            gettext_noop("The text is %(length)d characters long; at most %(limit)d can be taken in."),
            length=len(text),
            limit=MAX_CHARACTERS,
        )
    controls = sum(data.count(byte) for byte in range(1, 9))
    if controls > max(2, len(data) // 200):
        raise Unreadable(gettext_noop("The file is not text."))
    details: list[Piece] = []
    if front := re.match(r"\s*---\n((?:.*\n)*?)---\n", text):
        details = [Piece(LEFT_OUT, line, why=DETAILS) for line in front[1].split("\n") if line.strip()]
        text = text[front.end() :]
    text, aside = _set_aside(re.sub(f"[{_ASIDE}{_ASIDE_END}]", "", text))
    text = _KNOWN_TAG.sub(" ", re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE))
    pages, edges = without_page_furniture([page.split("\n") for page in text.split("\f")])
    lines, numbers = without_lone_page_numbers([line for page in pages for line in [*page, ""]])
    pieces = with_notes([found for piece in scan(lines) for found in _restored(piece, aside)])
    marks_headings = any(piece.kind == HEADING for piece in pieces)
    return recognise([*details, *pieces, *as_left_out(edges + numbers)], guess=not marks_headings)


def _set_aside(text: str) -> tuple[str, Gone]:
    """(the text with signs for what is left out, what that is): comments and what Markdown strikes out."""
    aside: Gone = []

    def sign(why: str, words: str) -> str:
        aside.append((why, " ".join(words.split())))
        return f"{_ASIDE}{len(aside) - 1}{_ASIDE_END}"

    alone = re.compile(r"^[ \t]*<!--((?:(?!<!--|-->).)*)-->[ \t]*$", re.DOTALL | re.MULTILINE)
    text = alone.sub(lambda found: f"\n{sign(COMMENT, found[1])}\n", text)
    text = re.sub(r"<!--((?:(?!<!--).)*?)-->", lambda found: sign(COMMENT, found[1]), text, flags=re.DOTALL)
    return _STRUCK.sub(lambda found: sign(STRUCK, found["marked"] or found["tagged"]), text), aside


def _restored(piece: Piece, aside: Gone) -> list[Piece]:
    """The piece without what was set aside, and that behind it."""
    gone: Gone = []

    def take(found: re.Match) -> str:
        gone.append(aside[int(found[1])])
        return ""

    if piece.kind == VERBATIM:  # code says what it says
        piece.text = _ASIDE_SIGN.sub(lambda found: f"~~{aside[int(found[1])][1]}~~", piece.text)
        return [piece]
    piece.more = [_ASIDE_SIGN.sub(take, more) for more in piece.more]
    text = _ASIDE_SIGN.sub(take, piece.text)
    if not gone:
        return [piece]
    piece.text, piece.why, gone = settled(text, gone)
    if piece.why and piece.kind == TEXT:  # its number is struck out with it
        piece = replace(marked(piece.text), why=piece.why)
    return [*([piece] if piece.text else []), *(Piece(LEFT_OUT, words, why=why) for why, words in gone)]


def with_notes(pieces: list[Piece]) -> list[Piece]:
    """Footnotes of Markdown, `[^1]` and `[^1]: …`, with the pieces that refer to them."""
    notes = {found[1]: piece for piece in pieces if piece.kind == TEXT and (found := _NOTE.match(piece.text))}
    are_notes = {id(piece) for piece in notes.values()}
    told: set[str] = set()

    def mark(found: re.Match) -> str:
        return raised(found[1]) if found[1] in notes else found[0]

    for piece in pieces:
        if id(piece) in are_notes:
            continue
        for text in (piece.text, *piece.more):
            for name in _NOTE_MARK.findall(text):
                if name in notes and name not in told:
                    told.add(name)
                    piece.notes.append(f"{raised(name)} {notes[name].text[len(name) + 4 :].strip()}")
        piece.text = _NOTE_MARK.sub(mark, piece.text)
        piece.more = [_NOTE_MARK.sub(mark, more) for more in piece.more]
    gone = {id(notes[name]) for name in told}
    return [piece for piece in pieces if id(piece) not in gone]
