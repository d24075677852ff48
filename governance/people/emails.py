"""One form of an e-mail address, so that nobody exists twice: the one place."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST_CHARACTERS = 500  # with a name around it
# What spreadsheets, address books and web pages put around an address, or into it.
_AROUND = re.compile(r"(?:mailto:)?\s*(?:[^<>]*<\s*(?:mailto:)?)?([^<>]*?)\s*>?[.,;]?", re.IGNORECASE)


def normal_email(text: str) -> str:
    """The address in small letters, without what nobody sees; the domain as mail servers write it (`xn--…`).

    `Kari <Kari.N@Fjørdvik.example>` is `kari.n@xn--fjrdvik-r1a.example`. Raises ValidationError where it is none.
    """
    visible = "".join(
        letter
        for letter in unicodedata.normalize("NFKC", text or "")
        if unicodedata.category(letter) not in ("Cf", "Cc") and letter != "\u034f"
    )
    found = _AROUND.fullmatch(visible.strip()) if len(visible) < MOST_CHARACTERS else None
    name, sign, domain = (found[1] if found else visible.strip()).rpartition("@")
    domain = domain.strip().rstrip(".").lower()
    with suppress(UnicodeError):  # empty or endless parts: said by the validator
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    address = f"{name.strip().lower()}{sign}{domain}"
    validate_email(address)
    return address


def as_typed(text: str) -> str:
    """The same for looking somebody up: what is no address stays as it is, in small letters."""
    try:
        return normal_email(text)
    except ValidationError:
        return text.strip().lower()
