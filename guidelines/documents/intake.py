"""Starting a guideline, and bringing a real document into a draft: the page and the command do the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from governance.people.models import Person
from guidelines.documents.outline import Outline
from guidelines.texts.drafts import start
from guidelines.texts.versions import Text, Version, as_stored


@dataclass(frozen=True)
class Imported:
    text: Text
    changed: bool


def take_in(
    outline: Outline,
    *,
    title: str,
    language: str,
    audience: str,
    slug: str = "",
    revision: int | None = None,
    by: Person | None,
    now: dt.datetime,
) -> Imported:
    """Bring a document into the guideline's draft in one language. A second time with the same text changes nothing."""
    body = outline.markdown()
    with transaction.atomic():
        guideline = start(title=title, audience=audience, slug=slug, now=now)
        # What is in force already, and nobody has begun to change, needs no draft.
        standing = None if guideline.open_draft() else _standing(guideline.in_force(), language)
        if standing and (standing.title, standing.body) == (title.strip(), as_stored(body, standing)):
            return Imported(standing, changed=False)
        draft = guideline.draft(by=by, now=now)
        text, changed = draft.save_draft(language, title, body, revision=revision, by=by, now=now)
    return Imported(text, changed)


def _standing(version: Version | None, language: str) -> Text | None:
    return version.texts.filter(language=language).first() if version else None
