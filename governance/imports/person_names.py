"""People as lists name them: by e-mail, or by a name that only one of them has."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError

from governance.imports.rows import lookup_key
from governance.people.emails import normal_email
from governance.people.models import Person


class PersonLookup:
    def __init__(self, people: Iterable[Person]):
        self._by_email: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._nearest: dict[str, list[str]] = {}
        for person in people:
            self._by_email[person.email] = person
            if person.is_active:
                self._by_name[lookup_key(person.name)].append(person)

    def find(self, text: str) -> Person | None:
        if "@" in text:
            try:
                return self._by_email.get(normal_email(text))
            except ValidationError:
                return None
        named = self._by_name.get(lookup_key(text), [])
        return named[0] if len(named) == 1 else None

    def near(self, text: str) -> list[str]:
        """E-mails of those it may mean, the nearest first."""
        key = lookup_key(text)
        if key not in self._nearest:
            pool = self._by_email if "@" in text else self._by_name
            close = difflib.get_close_matches(key[:100], pool, n=3, cutoff=0.7)
            found = [self._by_email[name] for name in close] if "@" in text else []
            found += [] if "@" in text else [person for name in close for person in self._by_name[name]]
            self._nearest[key] = [person.email for person in found[:3]]
        return self._nearest[key]
