"""Starting a guideline, and bringing a real document into a draft: the page and the command do the same."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Person
from guidelines.documents import Outline
from guidelines.markdown import slug_of
from guidelines.models import Audience, Guideline, GuidelineError, Text, Version
from guidelines.models.versions import as_stored

_LANGUAGES = {code: code for code, _name in settings.LANGUAGES} | {"en": "en-gb", "no": "nb"}

_TAKEN = {"new", "ready-texts", "starter", "links"}  # pages of their own


def known_language(code: str) -> str:
    """One of the portal's languages; "en" means British English. Raises GuidelineError."""
    found = _LANGUAGES.get(code.strip().lower().replace("_", "-"))
    if found is None:
        raise GuidelineError(
            _("“%(code)s” is not a language of the portal. Use one of these: %(known)s.")
            % {"code": code, "known": ", ".join(dict(settings.LANGUAGES))}
        )
    return found


def start(*, title: str, audience: str, slug: str = "", now: dt.datetime) -> Guideline:
    """A new guideline, or the one that stands at this address already for the same audience.

    Raises GuidelineError where the address is taken by a guideline for others.
    """
    slug = slug or slug_of(title, "guideline")
    if not re.fullmatch(r"[a-z0-9-]{1,80}", slug) or slug in _TAKEN:
        raise GuidelineError(
            _("The address “%(slug)s” cannot be used: write other words, in small letters a to z, digits and hyphens.")
            % {"slug": slug}
        )
    guideline, _created = Guideline.objects.get_or_create(
        slug=slug, defaults={"audience": Audience(audience), "created_at": now}
    )
    if guideline.audience != audience:
        raise GuidelineError(
            _("The address “%(slug)s” belongs to a guideline for another audience (%(audience)s). Choose another one.")
            % {"slug": slug, "audience": guideline.get_audience_display()}
        )
    return guideline


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
