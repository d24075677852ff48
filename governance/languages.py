"""The portal's languages, and what differs from one to the next: the one place that knows their codes.

The settings are made from it, so it imports nothing of the project.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Language:
    code: str  # as Django and the folders of `locale` have it
    name: Promise  # in the language of whoever reads it
    own_name: str
    locale: str  # as documents name their language
    stemmer: str  # PostgreSQL's search configuration, named as its stemmer is
    nearest: tuple[str, ...]  # what a reader is shown where a text is not in this language, nearest first
    example: str  # the word that leads an example in a text
    other_spellings: tuple[str, ...] = ()  # in files and commands; in small letters, with hyphens


LANGUAGES = {
    language.code: language
    for language in [
        # A reader of bokmål rather meets nynorsk or Danish than English.
        Language(
            code="nb",
            name=_("Norwegian bokmål"),
            own_name="Bokmål",
            locale="nb-NO",
            stemmer="norwegian",
            nearest=("nn", "da", "en-gb"),
            example="Eksempel",
            other_spellings=("no", "nb-no", "norsk", "bokmål"),
        ),
        Language(
            code="nn",
            name=_("Norwegian nynorsk"),
            own_name="Nynorsk",
            locale="nn-NO",
            stemmer="norwegian",
            nearest=("nb", "da", "en-gb"),
            example="Døme",
            other_spellings=("nn-no", "nynorsk"),
        ),
        Language(
            code="da",
            name=_("Danish"),
            own_name="Dansk",
            locale="da-DK",
            stemmer="danish",
            nearest=("nb", "nn", "en-gb"),
            example="Eksempel",
            other_spellings=("da-dk", "dansk"),
        ),
        Language(
            code="en-gb",
            name=_("English"),
            own_name="English",
            locale="en-GB",
            stemmer="english",
            nearest=("nb", "nn", "da"),
            example="Example",
            other_spellings=("en", "english", "engelsk"),
        ),
    ]
}
DEFAULT = "nb"
SOURCE = "en-gb"  # what the code is written in
TRANSLATED = [code for code in LANGUAGES if code != SOURCE]
STEMMERS = {code: language.stemmer for code, language in LANGUAGES.items()}

_SPELLINGS = {spelling: code for code, language in LANGUAGES.items() for spelling in (code, *language.other_spellings)}


def code_of(spelling: str) -> str | None:
    """The code of the language that a file or a command names so; None where it is none of the portal's."""
    return _SPELLINGS.get(spelling.strip().lower().replace("_", "-"))


def nearest_first(code: str) -> tuple[str, ...]:
    """All languages, the reader's own first, then the nearest; of no language of ours, the default's."""
    language = LANGUAGES.get(code, LANGUAGES[DEFAULT])
    return (language.code, *language.nearest)
