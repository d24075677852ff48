"""Words and their stems, for searching where the database has no stemmer and for marking what was found.

The endings are the inflections of the portal's languages. Stems are compared by their beginnings, so cutting a
little too little does no harm; what matters is that the forms of a word are cut alike.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from governance.languages import STEMMERS

WORD = re.compile(r"[^\W_]+")
_ENDINGS = "ernes enes anes erne ene ane ende ande ers ens ets ere ar er en et a e s"
_ENGLISH_ENDINGS = "ings ies ied ing es ed e s y"
SNIPPET = 320  # characters of a hit that are shown


def words_of(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text).casefold())


def stem(word: str, language: str) -> str:
    """The word without its endings; three letters stay at least, four once an ending is gone."""
    endings, least = (_ENGLISH_ENDINGS if STEMMERS.get(language) == "english" else _ENDINGS).split(), 3
    while ending := next((end for end in endings if word.endswith(end) and len(word) - len(end) >= least), None):
        word, least = word[: -len(ending)], 4
    return word


def nearest_word(word: str, vocabulary: Iterable[str]) -> str | None:
    """The word that was meant, where one differs by no more than a slip of the finger or two."""
    if len(word) < 4:
        return None
    alike = sorted(known for known in vocabulary if abs(len(known) - len(word)) <= 2)
    close = difflib.get_close_matches(word, alike, n=1, cutoff=0.75)
    return close[0] if close else None


def with_marks(text: str, stems: list[str], language: str) -> SafeString:
    """The part of the text around the first word found, escaped, with the words found in <mark>."""
    found = [
        match
        for match in WORD.finditer(text)
        if any(stem(match[0].casefold(), language).startswith(wanted) for wanted in stems)
    ]
    start = max(0, found[0].start() - SNIPPET // 3) if found else 0
    if start:
        start = text.rfind(" ", 0, start) + 1
    end = start + SNIPPET
    if end < len(text):
        end = text.rfind(" ", start, end) if " " in text[start:end] else end
    parts, at = ["… " if start else ""], start
    for match in found:
        if match.end() <= end and match.start() >= at:
            parts += [escape(text[at : match.start()]), "<mark>", escape(match[0]), "</mark>"]
            at = match.end()
    parts += [escape(text[at:end]), " …" if end < len(text) else ""]
    return mark_safe("".join(parts))
