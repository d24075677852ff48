"""Links of the texts in force: which lead nowhere, inside the portal and outside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidelines.texts.markdown import links_of
from guidelines.texts.parts import parts_of
from guidelines.texts.targets import PAGES, Target
from guidelines.texts.versions import Text, Version

LONGEST = 2000  # of an address that is looked at
MISSES_UNTIL_DEAD = 3  # an address that is only unreachable is given this many days


class Problem(models.TextChoices):
    NONE = "", _("None")
    GONE = "gone", _("The page is gone")
    UNREACHABLE = "unreachable", _("Nothing has answered for days")
    NO_ADDRESS = "no_address", _("This is no web address")
    PRIVATE = "private", _("Within the body’s own network: not looked at")
    NO_RULE = "no_rule", _("There is no such rule or guideline")
    NO_PAGE = "no_page", _("The portal has no page of this name")


class OutsideLinkQuerySet(models.QuerySet):
    def due(self, now: dt.datetime):
        return self.filter(next_look_at__lte=now).order_by("next_look_at", "pk")

    def dead(self):
        return self.exclude(dead_since=None)


class OutsideLink(models.Model):
    """An outside source that a text in force links to."""

    url = models.CharField(max_length=LONGEST, unique=True)
    next_look_at = models.DateTimeField(default=timezone.now, db_index=True)
    looked_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, choices=Problem, blank=True)
    misses = models.PositiveSmallIntegerField(default=0)  # looks in a row that found a problem
    dead_since = models.DateTimeField(null=True)

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        ordering = [F("dead_since").desc(nulls_last=True), "url"]

    def __str__(self):
        return self.url

    def found(self, problem: Problem, now: dt.datetime) -> bool:
        """Keep what a look gave. Returns whether the link is dead since this look."""
        bad = problem not in (Problem.NONE, Problem.PRIVATE)
        misses = min(self.misses + 1, MISSES_UNTIL_DEAD) if bad else 0
        dead = bad and (problem != Problem.UNREACHABLE or misses >= MISSES_UNTIL_DEAD)
        newly = dead and self.dead_since is None
        since = (self.dead_since or now) if dead else None
        again = dt.timedelta(days=1 if bad else 7)
        OutsideLink.objects.filter(pk=self.pk).update(
            problem=problem, misses=misses, dead_since=since, looked_at=now, next_look_at=now + again
        )
        return newly


@dataclass(frozen=True)
class Used:
    """A link in a text."""

    text: Text
    target: Target


@dataclass(frozen=True)
class Dead:
    """A link that leads nowhere in the portal, and the text it stands in."""

    text: Text
    target: Target
    problem: Problem


def links_in_force() -> list[Used]:
    texts = Text.objects.filter(version__in=Version.objects.in_force()).select_related("version__guideline")
    return [Used(text, target) for text in texts for target in links_of(text.body)]


def dead_inside(used: Iterable[Used]) -> list[Dead]:
    """Those whose rule, guideline or page is not there, told at once from what stands in the database."""
    used = list(used)
    slugs = {one.target.rule[0] for one in used if one.target.rule}
    anchors: dict[str, set[str]] = {}
    known = Text.objects.filter(version__in=Version.objects.in_force(), version__guideline__slug__in=slugs)
    for slug, body in known.values_list("version__guideline__slug", "body"):
        anchors.setdefault(slug, set()).update(_anchors(body))
    own: dict[int, set[str]] = {}  # text -> its anchors
    for one in used:
        if one.target.rule and one.text.pk not in own:
            own[one.text.pk] = _anchors(one.text.body)
    dead = []
    for one in used:
        if one.target.rule and not _has_rule(one, own[one.text.pk], anchors):
            dead.append(Dead(one.text, one.target, Problem.NO_RULE))
        elif (one.target.page and one.target.page not in PAGES) or one.target.href == "page:":
            dead.append(Dead(one.text, one.target, Problem.NO_PAGE))
    return dead


def dead_inside_version(version: Version) -> list[Dead]:
    """For whoever writes: what of this version leads nowhere."""
    texts = list(version.texts.all())
    for text in texts:
        text.version = version
    return dead_inside(Used(text, target) for text in texts for target in links_of(text.body))


def _has_rule(one: Used, own: set[str], anchors: dict[str, set[str]]) -> bool:
    slug, anchor = one.target.rule
    if slug in ("", one.text.version.guideline.slug):
        # A text's links to itself are held against itself: the draft may bring the rule that it names.
        return bool(slug or anchor) and (not anchor or anchor in own)
    return slug in anchors and (not anchor or anchor in anchors[slug])


def _anchors(body: str) -> set[str]:
    return {part.anchor for part in parts_of(body) if part.anchor}


def keep_outside_links(used: Iterable[Used], now: dt.datetime) -> None:
    """A row for each outside source in use; those no text names any more go."""
    urls = {one.target.outside for one in used if one.target.outside and len(one.target.outside) <= LONGEST}
    known = dict(OutsideLink.objects.values_list("url", "pk"))
    OutsideLink.objects.bulk_create(
        [OutsideLink(url=url, next_look_at=now) for url in sorted(urls - known.keys())], ignore_conflicts=True
    )
    gone = [pk for url, pk in known.items() if url not in urls]
    if gone:
        OutsideLink.objects.filter(pk__in=gone).delete()
