"""The scheduled checks of guidelines. `accounts.sweeps` names them beside its own; each is harmless when run twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from dataclasses import dataclass

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from governance.notices.models import Occasion, notices_for, tell_all
from governance.people.models import Person
from guidelines.texts import notices
from guidelines.texts.guidelines import Guideline
from guidelines.texts.links import Dead, OutsideLink, Used, dead_inside, keep_outside_links, links_in_force
from guidelines.texts.notices import tell_of_version
from guidelines.texts.outside import problem_of
from guidelines.texts.plans import Plan
from guidelines.texts.publication import carry_out
from guidelines.texts.readers import publishers
from guidelines.texts.versions import Text, Version

IMPORT_DAYS = 30
REMINDERS = (7, 21, 42)  # days after it was published
SECONDS = 20  # for looking at outside sources: the next run goes on with the rest

Counts = dict[str, int]


def publish_planned(now: dt.datetime) -> Counts:
    """Publish the drafts whose time has come."""
    plans = Plan.objects.filter(publish_at__lte=now).select_related("version__guideline", "planned_by")
    done = [carry_out(plan, now) for plan in plans]
    return {"published": done.count(True), "stuck": done.count(False)}


def review_due(now: dt.datetime) -> Counts:
    """Remind those who publish of each text whose own date to be looked at again has come, once a date."""
    due = Guideline.objects.published().filter(review_on__lte=timezone.localdate(now))
    people = list(publishers(now)) if due else []
    current = Version.objects.in_force().filter(guideline__in=due)
    for version in current.select_related("guideline").prefetch_related("texts"):
        day = version.guideline.review_on.isoformat()
        tell_of_version(
            version,
            people,
            notices.GUIDELINE_DUE,
            about=version.guideline,
            once=day,
            address="guidelines:guideline",
            now=now,
            review_on=day,
        )
    return {"due": len(due)}


def links(now: dt.datetime, *, seconds: float = SECONDS) -> Counts:
    """Find links that lead nowhere, and tell those who publish of each once."""
    used = links_in_force()
    keep_outside_links(used, now)
    inside = dead_inside(used)
    people = list(publishers(now))
    _tell(people, [_told_inside(dead) for dead in inside], now)
    looked, newly_dead = _look(used, people, now, seconds)
    return {"looked at": looked, "dead inside": len(inside), "dead outside": newly_dead}


@dataclass(frozen=True)
class _Told:
    """A link that leads nowhere, as people are told of it."""

    about: models.Model
    once: Occasion
    title: str
    link: str


def _tell(people: list[Person], told: list[_Told], now: dt.datetime) -> None:
    path = reverse("guidelines:links")
    tell_all(
        row
        for dead in told
        for row in notices_for(
            people,
            notices.GUIDELINE_LINK_DEAD,
            about=dead.about,
            once=dead.once,
            path=path,
            now=now,
            title=dead.title,
            link=dead.link[:200],
        )
    )


def _look(used: list[Used], people: list[Person], now: dt.datetime, seconds: float) -> tuple[int, int]:
    """Look at what is due, as long as there is time, and tell of what is dead: (how many, of them dead from now on)."""
    until, looked, dead = time.monotonic() + seconds, 0, 0
    texts = {one.target.outside: one.text for one in reversed(used)}  # the first that names it
    for link in OutsideLink.objects.due(now)[:500]:
        if time.monotonic() > until:
            break
        # Whoever moves the moment has the link: another worker leaves it, and a killed one comes back to it.
        again = now + dt.timedelta(hours=1)
        if not OutsideLink.objects.filter(pk=link.pk, next_look_at=link.next_look_at).update(next_look_at=again):
            continue
        looked += 1
        problem = problem_of(link.url)
        with transaction.atomic():  # a worker that is killed has neither found it nor told of it
            if link.found(problem, now):
                dead += 1
                if link.url in texts:  # else another worker has put it there, for a text that came since
                    _tell(people, [_told_outside(link, texts[link.url], now)], now)
    return looked, dead


def _told_inside(dead: Dead) -> _Told:
    mark = hashlib.sha256(dead.target.href.encode()).hexdigest()[:16]
    return _Told(dead.text.version, mark, _title(dead.text), dead.target.href)


def _told_outside(link: OutsideLink, text: Text, now: dt.datetime) -> _Told:
    return _Told(link, now, _title(text), link.url)


def _title(text: Text) -> str:
    """The same for all who are told: the text that holds the link, in the language it stands in."""
    return text.title or text.version.guideline.slug
