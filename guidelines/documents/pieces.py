"""A document's blocks as the readers meet them, and what a line's look says: a bullet, a number, a title."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

HEADING, ITEM, NUMBERED, TEXT, VERBATIM, QUOTE = "heading", "item", "numbered", "text", "verbatim", "quote"
LEFT_OUT = "left-out"  # what the document holds and does not say: `why` tells which way


@dataclass
class Piece:
    """One block as the reader met it."""

    kind: str
    text: str
    level: int = 0  # of a heading
    number: str = ""  # as printed, without the full stop or bracket
    style: str = ""  # what follows the number: ".", ")", "-", or nothing
    depth: int = 0
    tight: bool = False  # directly below the piece before, without a blank line
    lines: int = 1
    more: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # its footnotes, each with its mark
    why: str = ""  # it is left out, though its number counts: a rule that is struck out
    times: int = 1  # of what is left out: in how many lines or on how many pages
    left: list[Piece] = field(default_factory=list)  # what was left out in it or below it


_MONTHS = (
    "januar|februar|mars|marts|april|mai|maj|juni|juli|august|september|oktober|november|desember|december"
    "|january|february|march|may|june|july|october"
)
SURE_BULLETS = "•◦‣▪●○■□➢✓∙\uf0b7\uf0a7\uf0d8"
BULLET = re.compile(rf"(?:[{SURE_BULLETS}]\s*|(?:\\?[-*+]|[–—·])\s+|o(?:\t| {{2,}}))(?=\S)")
NUMBER = re.compile(
    rf"(?!\d+\.?\s+(?:{_MONTHS})\b)(?:"
    r"\((?P<bracketed>\d{1,3}|[a-zæøå])\)\s+"
    r"|(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})(?P<style>\s+[-–—](?=\s)|[.)](?=\s)|(?=\s))\s+"
    r"|(?P<letter>[a-zæøå])(?P<bracket>\))\s+)(?=\S)",
    re.IGNORECASE,
)
# "Heading ........ 7", "Heading\t7" with leaders, "Heading … 7"
LEADERS = re.compile(r"^(?P<title>.*?)\s*(?:(?:[.·_]\s?){4,}|…{2,}|…\s*(?=\d))[.…·_\s]*(?P<page>\d{0,4})$")
PAGE_AT_END = re.compile(r"^(?P<title>.*\S)\s+(?P<page>\d{1,3})$")
CONTENTS = re.compile(
    r"^(?:innhold(?:sfortegnelse|sliste|soversikt)?|innhald(?:sliste|soversikt|slista)?"
    r"|indhold(?:sfortegnelse|soversigt)?|(?:table of )?contents|index)\s*:?(?:\s+\d{1,3})?$",
    re.IGNORECASE,
)
PAGE_NUMBER = re.compile(
    r"^(?:[-–—|\s]*\d{1,4}[-–—|\s]*|(?:side|page|s\.|p\.)\s*\d{1,4}(?:\s*(?:av|af|of|/)\s*\d{1,4})?|\d{1,4}\s*(?:av|af|of|/)\s*\d{1,4})$",
    re.IGNORECASE,
)
_ABBREVIATED_END = re.compile(r"\b(?:m\.?\s?v|m\.?\s?m|etc|osv|o\.?\s?l|e\.?\s?l|m\.?\s?fl|o\.?\s?a)\.$", re.IGNORECASE)
_DATE_LINE = re.compile(rf"(?:\b(?:{_MONTHS})\s+\d{{4}}|\b\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{2,4}})$", re.IGNORECASE)
BOLD = re.compile(r"^(\*\*\*|\*\*|__)(?=\S)((?:(?!\*\*|__).)+)(?<=\S)\1$")
_SALUTATION = re.compile(r"(?:kjære|kære|hei|hej|dear)\b", re.IGNORECASE)
TITLE_LENGTH, TITLE_WORDS = 95, 14


def plain(text: str) -> str:
    """The text without emphasis, links and escapes: what the eye reads."""
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text)
    text = re.sub(r"(?<!\\)(?:\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|`)", "", text)
    return re.sub(r"\\([\\`*_\[\]<>#.)+-])", r"\1", text).strip()


def is_title_like(text: str, *, numbered: bool = False, before_list: bool = False) -> bool:
    """Whether a line of its own may be a heading, by its look alone."""
    text = plain(text)
    if not text or "\n" in text or len(text) > TITLE_LENGTH or len(text.split()) > TITLE_WORDS:
        return False
    if not any(map(str.isalpha, text)) or "@" in text or "://" in text:
        return False
    if _DATE_LINE.search(text) or _SALUTATION.match(text):
        return False
    ellipsis = text.endswith(("...", "…"))
    if text[-1] in ".;:," and not (ellipsis and before_list) and not _ABBREVIATED_END.search(text):
        return False
    if text[0] in "\"'“”„«([" and text[-1] in "\"'“”»)]":
        return False
    if text.endswith("!") and not (numbered or before_list):
        return False
    first = next(c for c in text if c.isalnum())
    if first.islower() and not before_list:
        return False
    return not re.search(r"[a-zæøå]{3,}[.!?] +[A-ZÆØÅ]", text)


def marked(text: str, **rest) -> Piece:
    """A piece from a line that may begin with a bullet or a number."""
    if match := BULLET.match(text):
        return Piece(ITEM, text[match.end() :].strip(), **rest)
    if match := NUMBER.match(text):
        number = match["number"] or match["bracketed"] or match["letter"]
        style = (match["style"] or "").strip().replace("–", "-").replace("—", "-")
        if not match["number"]:
            style = "()" if match["bracketed"] else ")"
        return Piece(NUMBERED, text[match.end() :].strip(), number=number.lower(), style=style, **rest)
    return Piece(TEXT, text, **rest)


def key_of(text: str) -> str:
    """What a title is known again by."""
    return re.sub(r"[\W_]+", " ", plain(text)).strip().casefold()


def as_printed(piece: Piece) -> str:
    """A numbered piece with its number, as the document has it."""
    if piece.kind != NUMBERED:
        return piece.text
    if piece.style == "()":
        return f"({piece.number}) {piece.text}"
    return f"{piece.number}{' -' if piece.style == '-' else piece.style} {piece.text}"
