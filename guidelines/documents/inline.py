"""Inline Markdown of one paragraph, and what of the paragraph is left out."""

from __future__ import annotations

import re

from guidelines.documents.numbering import MARKED
from guidelines.documents.outline import DELETED, HIDDEN, PICTURE, STRUCK
from guidelines.documents.pieces import TEXT, Piece, marked

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
Gone = list[tuple[str, str]]  # why, and the words

# What is left when all but the number of a rule is struck out.
_MARK_ALONE = re.compile(r"[\W_]*(?:\d{1,3}(?:\.\d{1,3})*|[a-zæøå])?[.)]?[\W_]*$", re.IGNORECASE)


def raised(mark: str) -> str:
    """The mark of a note, in the text and before the note: ¹ or (a)."""
    mark = re.sub(r"[\s\[\]().:]", "", mark)
    return mark.translate(_RAISED) if mark.isdecimal() else f"({mark})" if mark else "*"


def settled(text: str, gone: Gone) -> tuple[str, str, Gone]:
    """(text, why all of it is left out or empty, what else is left out) of a paragraph.

    Where all is struck out or deleted, or all but its number, the paragraph stands for itself, so that the numbers
    around it still count on.
    """
    text, gone = tidy_inline(text), _by_reason(gone)
    if gone and gone[0][0] in (STRUCK, DELETED) and _MARK_ALONE.match(MARKED.sub("", text)):
        why, words = gone[0]
        return tidy_inline(f"{text} {words}" if text else words), why, gone[1:]
    return text, "", gone


def _by_reason(gone: Gone) -> Gone:
    """Neighbouring words that are left out for the same reason, as one."""
    found: Gone = []
    for why, words in gone:
        if found and found[-1][0] == why and why in (STRUCK, DELETED, HIDDEN):
            found[-1] = (why, found[-1][1] + words)
        else:
            found.append((why, words))
    return [(why, tidy_inline(words)) for why, words in found if words.strip() or why == PICTURE]


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
