"""Whom a guideline is for, and who of them has yet to acknowledge it.

Guidelines do not know official accounts, so an app that knows better who belongs to an audience says so with
`readers_are` when it starts; until then an audience is everyone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from governance.access import Permission, can, units_where
from governance.people.models import Person
from guidelines.reading.acknowledgements import Acknowledgement, demanded, outstanding, satisfying
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.readers import _readers, readers_of
from guidelines.texts.versions import Version


def to_acknowledge(person: Person, now: dt.datetime) -> QuerySet:
    """Versions in force that the person has yet to acknowledge, for home and the list."""
    waiting = outstanding(person, now)
    mine = [
        audience
        for audience in set(Guideline.objects.filter(pk__in=waiting).values_list("audience", flat=True))
        if Audience(audience) not in _readers or readers_of(audience, now).filter(pk=person.pk).exists()
    ]
    return (
        Version.objects.in_force()
        .filter(guideline__in=waiting, guideline__audience__in=mine)
        .select_related("guideline")
        .prefetch_related("texts")
    )


def may_follow_up(person: Person) -> bool:
    """Whether the person sees who has acknowledged what: the section of everybody, a leader of the own people."""
    return can(person, Permission.PUBLISH_GUIDELINES) or can(person, Permission.LEAD_PEOPLE)


def followed_up_by(person: Person, people: QuerySet) -> QuerySet:
    """Those of `people` whose acknowledgements the person may see."""
    if can(person, Permission.PUBLISH_GUIDELINES):
        return people
    return people.filter(unit__in=units_where(person, Permission.LEAD_PEOPLE))


@dataclass(frozen=True)
class Followed:
    """A guideline that demands an acknowledgement, and how far it has come among some people."""

    version: Version
    total: int
    done: int

    @property
    def missing(self) -> int:
        return self.total - self.done


def follow_up(person: Person, now: dt.datetime) -> list[Followed]:
    """Every demand and how far it has come among those the person follows up. Two queries an audience, however many."""
    current = Version.objects.in_force().select_related("guideline").prefetch_related("texts")
    by_audience: dict[str, list[Version]] = {}
    demands = demanded(now)
    for version in current.filter(guideline__in=demands):
        by_audience.setdefault(version.guideline.audience, []).append(version)
    found = []
    for audience, versions in by_audience.items():
        people = followed_up_by(person, readers_of(audience, now))
        total = people.count()
        done = dict(
            satisfying({version.guideline_id: demands[version.guideline_id] for version in versions}, now)
            .filter(person__in=people.values("pk"))
            .values_list("version__guideline")
            .annotate(Count("person", distinct=True))
            .order_by()
        )
        found += [Followed(version, total, done.get(version.guideline_id, 0)) for version in versions]
    return found


def with_acknowledgement(version: Version, now: dt.datetime) -> QuerySet:
    """Those the version is for, each with `has_acknowledged`: this version, or an older one that still counts."""
    enough = demanded(now, guideline=version.guideline_id).get(version.guideline_id, version.number)
    known = Acknowledgement.objects.filter(
        person=OuterRef("pk"),
        version__guideline=version.guideline_id,
        version__number__gte=min(enough, version.number),
    )
    return readers_of(version.guideline.audience, now).annotate(has_acknowledged=Exists(known))
