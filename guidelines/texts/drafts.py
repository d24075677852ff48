"""Starting a guideline, and bringing a real document into a draft: the page and the command do the same."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from governance.languages import LANGUAGES, code_of
from guidelines.texts.errors import GuidelineError
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.markdown import slug_of

# Pages of their own.
_TAKEN = {
    "acknowledgements",
    "aids",
    "ask",
    "links",
    "new",
    "notes",
    "questions",
    "ready-texts",
    "search",
    "starter",
}


def known_language(code: str) -> str:
    """One of the portal's languages; "en" means British English. Raises GuidelineError."""
    found = code_of(code)
    if found is None:
        raise GuidelineError(
            _("“%(code)s” is not a language of the portal. Use one of these: %(known)s.")
            % {"code": code, "known": ", ".join(LANGUAGES)}
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
