"""A language as files name it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from governance.imports.rows import RowError

OTHER_NAMES_OF_LANGUAGES = {
    "en": "en-gb",
    "english": "en-gb",
    "engelsk": "en-gb",
    "no": "nb",
    "norsk": "nb",
    "nb-no": "nb",
    "bokmål": "nb",
    "nn-no": "nn",
    "nynorsk": "nn",
    "da-dk": "da",
    "dansk": "da",
}


def read_language(text: str) -> str:
    """A language of the portal by its code. Raises RowError."""
    code = text.lower().replace("_", "-")
    code = OTHER_NAMES_OF_LANGUAGES.get(code, code)
    known = [known for known, _label in settings.LANGUAGES]
    if code not in known:
        raise RowError(
            "language", _("“%(value)s” is not one of %(choices)s.") % {"value": text[:40], "choices": ", ".join(known)}
        )
    return code
