"""Our own words as lists may hold them: in any language of the portal, by code, or as lists here call it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from governance.imports.rows import RowError, tidy
from governance.languages import LANGUAGES


def bare(text: str) -> str:
    """A word down to its letters: `E-post *`, `e_post` and `Epost:` are all `epost`."""
    return re.sub(r"[\W_]+", "", tidy(text).casefold())


def in_every_language(text) -> list[str]:
    """What the pages say for the text, bare, in each language of the portal."""
    words = []
    for language in LANGUAGES:
        with translation.override(language):
            words.append(bare(str(text)))
    return list(dict.fromkeys(words))


def named(choices: type[TextChoices], also: Mapping[Any, str] | None = None) -> dict[str, str]:
    """{bare word: value}; `also`: value -> further words of lists, in blanks."""
    words = {word: value for value, texts in (also or {}).items() for word in texts.split()}
    words |= {word: value for value, label in choices.choices for word in in_every_language(label)}
    return words | {bare(value): value for value in choices.values}


def read_choice(column: str, text: str, words: Mapping[str, str], choices: Mapping[str, object]) -> str:
    """The value that the text names, by `words` (see `named`), if it is one of `choices` (value -> label).

    Raises RowError, which tells the choices in the reader's language.
    """
    value = words.get(bare(text), "")
    if value in choices:
        return value
    raise RowError(
        column,
        _("“%(value)s” is not one of: %(choices)s.")
        % {"value": text[:40], "choices": ", ".join(str(label) for label in choices.values())},
    )
