"""Secrets at rest: encrypted with a key from the environment, never shown again, never logged.

`SECRETS_KEYS` holds one or more keys; the first encrypts, all decrypt, so that a key can be replaced. Without it the
key follows from SECRET_KEY.
"""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class SecretsLost(Exception):
    """None of the keys opens this: it was written with another one."""


def _box() -> MultiFernet:
    phrases = settings.SECRETS_KEYS or [settings.SECRET_KEY]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"secrets:" + phrase.encode()).digest())) for phrase in phrases]
    )


def seal(values: dict[str, str]) -> str:
    """The values as text that only this installation can open."""
    return _box().encrypt(json.dumps(values, sort_keys=True).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """What was sealed; empty where nothing was. Raises SecretsLost."""
    if not sealed:
        return {}
    try:
        return json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken:
        raise SecretsLost from None


def seal_bytes(data: bytes) -> bytes:
    """A file as only this installation can open it."""
    return _box().encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """The file that was sealed. Raises SecretsLost."""
    try:
        return _box().decrypt(sealed)
    except InvalidToken:
        raise SecretsLost from None


class SealedField(models.TextField):
    """A column of sealed text. Read and written through `seal` and `unseal`, so that nobody opens it by chance."""

    def __init__(self, **kwargs):
        super().__init__(**{"blank": True, "default": "", "editable": False} | kwargs)
