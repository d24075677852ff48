"""The demo body's guidelines: the starter set, published."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from governance.people.models import Person
from guidelines.starter import texts
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.publication import publish

# Whom the portal cannot tell from others is not asked to acknowledge.
_ACKNOWLEDGED = {Audience.OFFICIAL, Audience.EMPLOYEES, Audience.MODERATORS}


def load(by: Person, now: dt.datetime) -> list[Guideline]:
    """The starter set, published at `now` by `by`. Guidelines that stand already stay as they are."""
    with transaction.atomic():
        preset = texts.preset_of_the_body()
        return [_published(slug, preset, by, now) for slug in texts.AUDIENCES]


def _published(slug: str, preset: str, by: Person, now: dt.datetime) -> Guideline:
    texts.begin(slug, preset, by=by, now=now)
    guideline = Guideline.objects.get(slug=slug)
    if guideline.in_force() is None:
        publish(guideline.open_draft(), must_acknowledge=guideline.audience in _ACKNOWLEDGED, by=by, now=now)
    return guideline
