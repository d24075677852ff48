"""Notices about one version, each with the title in the language of whoever is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from governance.notices.models import NoticeEvent, notice_row, tell
from governance.people.models import Person
from guidelines.texts.readers import readers_of
from guidelines.texts.versions import Version


def tell_of_version(
    version: Version,
    people: Iterable[Person],
    event: NoticeEvent,
    *,
    key: str,
    address: str,
    now: dt.datetime,
    **params,
) -> None:
    """One notice a person; `address` is the name of a page of the guideline. In the transaction of what happened."""
    slug = version.guideline.slug
    titles = {}
    for code, _name in settings.LANGUAGES:
        text = version.text_in(code)
        titles[code] = text.title if text else slug
    tell(
        [
            notice_row(
                person.pk,
                event,
                key=key,
                path=reverse(address, args=[slug]),
                now=now,
                title=titles.get(person.language, titles[settings.LANGUAGE_CODE]),
                **params,
            )
            for person in people
        ]
    )


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
