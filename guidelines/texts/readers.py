"""Whom a guideline is for, and who of them has yet to acknowledge it.

Guidelines do not know official accounts, so an app that knows better who belongs to an audience says so with
`readers_are` when it starts; until then an audience is everyone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone

from governance.access import Permission, holders
from governance.people.models import Person
from governance.units.models import Tree
from guidelines.texts.guidelines import Audience

_readers: dict[Audience, Callable[[dt.datetime], QuerySet]] = {}


def readers_are(audience: Audience, people: Callable[[dt.datetime], QuerySet]) -> None:
    """From now on `people(now)`, a queryset of Person, is who the audience's guidelines are for."""
    _readers[audience] = people


def readers_of(audience: str, now: dt.datetime) -> QuerySet:
    """Active people the audience's guidelines are for."""
    people = _readers.get(Audience(audience))
    return (people(now) if people else Person.objects.all()).filter(is_active=True)


def publishers(now: dt.datetime) -> QuerySet:
    """Active people who publish guidelines: those who keep the texts."""
    roots = [unit.pk for unit in Tree.load().roots()]
    return holders(Permission.PUBLISH_GUIDELINES, roots, timezone.localdate(now))
