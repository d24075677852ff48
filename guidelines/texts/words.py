"""Words and their stems, for searching where the database has no stemmer and for marking what was found.

Snowball cuts the endings, the very rules that PostgreSQL has; but as often as it can, where PostgreSQL does so once
and then takes "kommentar" for the plural of a "komment". Stems are compared by their beginnings: whatever PostgreSQL
finds is found so too, and a little more.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from governance.languages import STEMMERS

WORD = re.compile(r"[^\W_]+")
_LEAST = 3  # letters stay
SNIPPET = 320  # characters of a hit that are shown


def words_of(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text).casefold())


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The word without its endings; `language` is one of the portal's."""
    # One of its own: it keeps the word it works on, and the server has many threads.
    snowball = snowballstemmer.stemmer(STEMMERS[language])
    norwegian = STEMMERS[language] == "norwegian"
    if norwegian and word.endswith("anes"):  # "elevanes": Snowball knows this of "-enes" only
        word = word[:-1]
    while True:
        shorter = snowball.stemWord(word)
        if norwegian and shorter.endswith("ern"):  # "lederne": of "-erne" it leaves "-ern"
            shorter = shorter[:-1]
        if shorter == word or len(shorter) < _LEAST:
            return word
        word = shorter


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
