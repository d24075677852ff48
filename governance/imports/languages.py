"""A language as files name it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from governance.imports.rows import RowError
from governance.languages import LANGUAGES, code_of


def read_language(text: str) -> str:
    """A language of the portal by its code. Raises RowError."""
    code = code_of(text)
    if code is None:
        choices = ", ".join(str(language.name) for language in LANGUAGES.values())
        raise RowError(
            "language", _("“%(value)s” is not one of: %(choices)s.") % {"value": text[:40], "choices": choices}
        )
    return code
