"""What people are told of guidelines: each in one version, with its title in the language of whoever is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind
from governance.notices.models import Occasion, notices_for, tell_all
from governance.people.models import Person
from guidelines.texts.versions import Version

REVIEWS = {"approved": _("approved"), "returned": _("sent back with a comment")}

GUIDELINE_PUBLISHED = NoticeKind(
    "guideline_published",
    _("A guideline must be acknowledged"),
    subject=_("A guideline to acknowledge: %(title)s"),
    body=_("The guideline “%(title)s” has a new version. Read it and confirm in the portal that you have."),
    group=Group.GUIDELINES,
)
GUIDELINE_REVIEW_ASKED = NoticeKind(
    "guideline_review_asked",
    _("You are asked to review a guideline"),
    subject=_("You are asked to review a guideline: %(title)s"),
    body=_("%(person)s asks you to review the draft of “%(title)s”. Approve it, or say what must change."),
    group=Group.GUIDELINES,
)
GUIDELINE_REVIEWED = NoticeKind(
    "guideline_reviewed",
    _("A guideline draft was reviewed"),
    subject=_("A draft was reviewed: %(title)s"),
    body=_("%(person)s has reviewed the draft of “%(title)s”: %(review)s."),
    group=Group.GUIDELINES,
    words={"review": REVIEWS},
)
GUIDELINE_ROUND = NoticeKind(
    "guideline_round",
    _("A guideline draft may be commented"),
    subject=_("Say what you think of a draft: %(title)s"),
    body=_("The draft of “%(title)s” may be read and commented until %(until_at)s."),
    group=Group.GUIDELINES,
)
GUIDELINE_PLAN_STUCK = NoticeKind(
    "guideline_plan_stuck",
    _("A guideline could not be published as planned"),
    subject=_("Not published as planned: %(title)s"),
    body=_("“%(title)s” should have been published now, but could not be. See in the portal why."),
    group=Group.GUIDELINES,
)
GUIDELINE_DUE = NoticeKind(
    "guideline_due",
    _("A guideline is to be looked at again"),
    subject=_("Look at a guideline again: %(title)s"),
    body=_("The guideline “%(title)s” was to be looked at again by %(review_on)s. Is it still right?"),
    group=Group.GUIDELINES,
)
GUIDELINE_LINK_DEAD = NoticeKind(
    "guideline_link_dead",
    _("A link in a guideline leads nowhere"),
    subject=_("A link leads nowhere: %(title)s"),
    body=_("In the guideline “%(title)s” this link leads nowhere: %(link)s"),
    group=Group.GUIDELINES,
)


def tell_of_version(
    version: Version,
    people: Iterable[Person],
    kind: NoticeKind,
    *,
    about: models.Model,
    address: str,
    now: dt.datetime,
    once: Occasion | tuple[Occasion, ...] = (),
    **params,
) -> None:
    """One notice a person; `address` is the name of a page of the guideline, the rest as in `notices_for`.

    In the transaction of what happened.
    """
    slug = version.guideline.slug
    titles = {}
    for code, _name in settings.LANGUAGES:
        text = version.text_in(code)
        titles[code] = text.title if text else slug
    by_title: dict[str, list[Person]] = {}
    for person in people:
        by_title.setdefault(titles.get(person.language, titles[settings.LANGUAGE_CODE]), []).append(person)
    path = reverse(address, args=[slug])
    tell_all(
        row
        for title, readers in by_title.items()
        for row in notices_for(readers, kind, about=about, once=once, path=path, now=now, title=title, **params)
    )
