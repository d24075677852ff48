"""Notices about one version, each with the title in the language of whoever is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from governance.models import Person
from governance.models.notices import NoticeEvent, notice_row, tell

if TYPE_CHECKING:
    from guidelines.models import Version


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
