"""Who has acknowledged which version, and what is still demanded of whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import models
from django.db.models import Count, Max, Q
from django.utils import timezone

from governance.people.models import Person
from guidelines.texts.versions import Version


class Acknowledgement(models.Model):
    """Somebody has read a version and says so."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="acknowledged_once")]


def demanded(now: dt.datetime, **of_guideline) -> dict[int, int]:
    """Guideline id -> the newest version number that must be acknowledged; later ones did not ask again."""
    return dict(
        Version.objects.published()
        .filter(must_acknowledge=True, published_at__lte=now, **of_guideline)
        .values_list("guideline")
        .annotate(Max("number"))
        .order_by()
    )


def satisfying(demands: dict[int, int], now: dt.datetime):
    """Acknowledgements that meet a demand: of the demanded version or a later one."""
    meets = Q(pk__in=[])
    for guideline, number in demands.items():
        meets |= Q(version__guideline=guideline, version__number__gte=number)
    return Acknowledgement.objects.filter(meets, at__lte=now)


def acknowledged_by(audience: str, now: dt.datetime) -> models.QuerySet | None:
    """Ids, for a subquery, of those who have acknowledged all that is demanded of the audience; None: nothing is."""
    demands = demanded(now, guideline__audience=audience)
    if not demands:
        return None
    people = satisfying(demands, now).order_by().values("person")
    met = people.annotate(met=Count("version__guideline", distinct=True)).filter(met=len(demands))
    return met.values_list("person", flat=True)


def acknowledged_person_ids(audience: str, now: dt.datetime, among: Collection[int] | None = None) -> set[int] | None:
    """Who has acknowledged all that is demanded of the audience, of these people or of all; None: nothing is."""
    people = acknowledged_by(audience, now)
    if people is not None and among is not None:
        people = people.filter(person__in=among)
    return None if people is None else set(people)


def has_acknowledged(person: Person, audience: str, now: dt.datetime) -> bool:
    """Whether the person has acknowledged all that is demanded of the audience; true where nothing is."""
    return not outstanding(person, now, guideline__audience=audience)


def outstanding(person: Person, now: dt.datetime, **of_guideline) -> set[int]:
    """Ids of the guidelines that the person has yet to acknowledge."""
    demands = demanded(now, **of_guideline)
    met = satisfying(demands, now).filter(person=person).values_list("version__guideline", flat=True)
    return set(demands) - set(met)
