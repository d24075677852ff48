"""The demo body's guidelines: the starter texts, published."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from governance.models import Person
from guidelines import starter
from guidelines.models import Guideline


def load(by: Person, now: dt.datetime) -> list[Guideline]:
    """The starter guidelines, published at `now` by `by`. Those that stand already stay as they are."""
    with transaction.atomic():
        return [_published(slug, audience, by, now) for slug, audience in starter.AUDIENCES.items()]


def _published(slug: str, audience: str, by: Person, now: dt.datetime) -> Guideline:
    guideline, _new = Guideline.objects.get_or_create(slug=slug, defaults={"audience": audience, "created_at": now})
    if guideline.in_force() is None:
        draft = guideline.draft(by=by, now=now)
        for language, (title, body) in starter.texts(slug).items():
            draft.save_draft(language, title, body, revision=None, by=by, now=now)
        draft.publish(must_acknowledge=True, by=by, now=now)
    return guideline
