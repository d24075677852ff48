"""Finding rules: in the reader's language, or the nearest a guideline has; slips of the finger are forgiven.

PostgreSQL stems by the language's own rules and uses an index (see the migration). Elsewhere the stems that
`guidelines.texts.words` makes are compared by their beginnings. Either way a word also finds compounds it begins.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import F, Prefetch, Q, QuerySet

from governance.languages import STEMMERS, nearest_first
from governance.people.models import Person
from guidelines.texts.guidelines import Guideline
from guidelines.texts.index import IndexedPassage
from guidelines.texts.versions import Text, Version
from guidelines.texts.words import nearest_word, stem, words_of

MAX_QUERY = 200  # characters
MAX_WORDS = 8


@dataclass(frozen=True)
class Found:
    hits: QuerySet
    words: list[str]  # that were searched for
    corrected: bool = False  # other words than were asked for: those gave nothing


def search(query: str, *, by: Person, language: str, audience: str = "") -> Found:
    """Passages that hold all the words, best first."""
    words = list(dict.fromkeys(words_of(query[:MAX_QUERY])))[:MAX_WORDS]
    texts = _texts_for(by, language, audience)
    hits = _holding(words, texts)
    if not words or hits.exists():
        return Found(hits, words)
    vocabulary = _vocabulary(texts)
    meant = [word if word in vocabulary else nearest_word(word, vocabulary) or word for word in words]
    if meant == words:
        return Found(hits, words)
    return Found(_holding(meant, texts), meant, corrected=True)


def _texts_for(by: Person, language: str, audience: str) -> dict[str, list[int]]:
    """Language -> versions to search in it: each version once, in the language its page would show."""
    guidelines = Guideline.objects.visible_to(by)
    if audience:
        guidelines = guidelines.filter(audience=audience)
    versions = Version.objects.in_force().filter(guideline__in=guidelines)
    there: dict[int, set[str]] = {}
    for version, code in versions.values_list("pk", "texts__language"):
        there.setdefault(version, set()).add(code)
    texts: dict[str, list[int]] = {}
    for version, codes in there.items():
        nearest = next(code for code in nearest_first(language) if code in codes)
        texts.setdefault(nearest, []).append(version)
    return texts


def _in(texts: dict[str, list[int]], **also) -> Q:
    """The passages of these texts; `also`: language -> a further condition on those in it."""
    wanted = Q(pk__in=[])
    for code, versions in texts.items():
        wanted |= Q(language=code, version__in=versions) & also.get(code, Q())
    return wanted


def _holding(words: list[str], texts: dict[str, list[int]]) -> QuerySet:
    passages = IndexedPassage.objects.select_related("version__guideline").prefetch_related(
        Prefetch("version__texts", Text.objects.only("version", "language", "title"))
    )
    if not words:
        return passages.none()
    if connection.vendor != "postgresql":
        conditions = {code: Q(*(Q(stems__contains=f" {stem(word, code)}") for word in words)) for code in texts}
        return passages.filter(_in(texts, **conditions)).order_by("-is_rule", "version", "position")
    # Words hold letters and digits only, so none of them can be mistaken for an operator.
    raw = " & ".join(f"{word}:*" for word in words)
    vectors = {config: SearchVector("words", config=config) for config in {STEMMERS[code] for code in texts}}
    queries = {config: SearchQuery(raw, config=config, search_type="raw") for config in vectors}
    passages = passages.alias(**vectors)
    conditions = {code: Q(**{STEMMERS[code]: queries[STEMMERS[code]]}) for code in texts}
    ranks = sum(SearchRank(F(config), queries[config]) for config in vectors)
    return passages.filter(_in(texts, **conditions)).alias(rank=ranks).order_by("-rank", "version", "position")


def _vocabulary(texts: dict[str, list[int]]) -> set[str]:
    known: set[str] = set()
    for words in IndexedPassage.objects.filter(_in(texts)).values_list("words", flat=True).iterator():
        known.update(words.split(" "))
    return known
