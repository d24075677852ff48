"""Codes that a room declares, with the words people read: what it tells people, and what it writes into the trail.

A room says so in its `notices.py` and `events.py`, and nowhere else; the columns hold the codes without `choices`,
so that a new one needs no migration. Every app loads those modules when Django starts: a worker that sends a mail
knows the notices of rooms it never imports otherwise.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured

MODULES = ("events", "notices")


class Declared(str):
    """A code as it stands in the database; being text, it is written, compared and filtered by as it is.

    `known` holds all of a class by code. Raises ImproperlyConfigured for a code that is declared already.
    """

    known: ClassVar[dict[str, Any]]
    label: Any  # text, put into the reader's language when it is shown

    def __init_subclass__(cls) -> None:
        cls.known = {}

    def __new__(cls, code: str, label: Any, **facts):
        if code in cls.known:
            raise ImproperlyConfigured(f"{cls.__name__} “{code}” is declared twice.")
        declared = cls.known[code] = super().__new__(cls, code)
        declared.label = label
        return declared

    def __reduce__(self):  # a copy is the very same one
        return self._declared, (str(self),)

    @classmethod
    def _declared(cls, code: str):
        return cls.known[code]

    @classmethod
    def label_of(cls, code: str) -> str:
        """The words of a code; of one that is no longer declared, the code: an old row must never break a page."""
        return str(cls.known[code].label) if code in cls.known else code


def load_rooms(app: str) -> None:
    """Import what the rooms of an app declare."""
    for room in pkgutil.iter_modules(import_module(app).__path__, f"{app}."):
        for name in MODULES:
            if room.ispkg and find_spec(f"{room.name}.{name}"):
                import_module(f"{room.name}.{name}")
