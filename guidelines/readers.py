"""Whom a guideline is for, and who of them has yet to acknowledge it.

Guidelines do not know official accounts, so an app that knows better who belongs to an audience says so with
`readers_are` when it starts; until then an audience is everyone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from governance.access import Permission, holders
from governance.models import Person, Tree
from governance.models.notices import NoticeEvent, notice_row, tell
from guidelines.models import Acknowledgement, Audience, Guideline, Version, demanded, outstanding

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


def with_acknowledgement(version: Version, now: dt.datetime) -> QuerySet:
    """Those the version is for, each with `has_acknowledged`: this version, or an older one that still counts."""
    enough = demanded(now, guideline=version.guideline_id).get(version.guideline_id, version.number)
    known = Acknowledgement.objects.filter(
        person=OuterRef("pk"),
        version__guideline=version.guideline_id,
        version__number__gte=min(enough, version.number),
    )
    return readers_of(version.guideline.audience, now).annotate(has_acknowledged=Exists(known))


def tell_of_publishing(version: Version, *, now: dt.datetime) -> None:
    """One notice a reader, naming the title in their language; part of the publishing transaction."""
    path, key = version.guideline.get_absolute_url(), f"guideline:{version.guideline_id}:{version.number}"
    titles = {code: version.text_in(code).title for code, _name in settings.LANGUAGES}
    people = readers_of(version.guideline.audience, now).order_by("pk").values_list("pk", "language")
    rows = [
        notice_row(
            pk,
            NoticeEvent.GUIDELINE_PUBLISHED,
            key=key,
            path=path,
            now=now,
            title=titles.get(language) or version.text_in(settings.LANGUAGE_CODE).title,
        )
        for pk, language in people
    ]
    tell(rows)
