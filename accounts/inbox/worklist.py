"""Which posts a person chose to see in the inbox, and in which order: the list, its pages and its saved views."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.duty.models import TakeOver
from accounts.duty.presence import answered_by, may_be_on_duty
from accounts.duty.roster import Roster
from accounts.inbox import claims
from accounts.inbox.models import Post
from accounts.register.models import OfficialAccount
from accounts.register.queries import any_case
from governance.access import Permission, can
from governance.people.models import Person
from governance.units.models import Tree

DUE_SOON = dt.timedelta(hours=4)
# What may be said instead of a tone, and of whether somebody has taken a post on.
NOT_YET, CLAIMED, FREE = "none", "yes", "no"


class Scope(models.TextChoices):
    MINE = "mine", pgettext_lazy("posts", "Mine now")
    ACCOUNTS = "accounts", _("My accounts")
    ALL = "all", _("All I may see")
    SECTION = "section", _("The information section’s")


class Show(models.TextChoices):
    OPEN = "", _("Still open")
    OVERDUE = "overdue", _("Past their time")
    DUE_SOON = "due_soon", _("Due soon")
    NOT_MEASURABLE = "not_measurable", _("Open, answer cannot be measured")
    CLOSED = "closed", _("Already closed")
    ALL = "all", _("All")


def opening_scope(person: Person, now: dt.datetime) -> Scope:
    """Whose posts the inbox opens with: their own, for whoever is on duty now on an account they answer for.

    A head or the information section is on duty only where nobody else is; they open with all.
    """
    held = OfficialAccount.objects.held_by(person, timezone.localdate(now)).values_list("pk", flat=True)
    taken_over = TakeOver.objects.standing(now).filter(person=person).values_list("account", flat=True)
    own = {*held, *taken_over}
    return Scope.MINE if own and not own.isdisjoint(on_duty_for(person, now)) else Scope.ALL


def posts_of(chosen: dict, person: Person, now: dt.datetime) -> models.QuerySet:
    """The posts of a choice (`chosen()`) that the person may see, in the order they are shown.

    Of a conversation that waits, the one that stands for it.
    """
    posts = Post.objects.visible_to(person, now=now)
    posts = _in_scope(posts, chosen.get("scope", ""), person, now)
    posts = _narrowed(posts, chosen, now)
    show = chosen.get("state", "")
    if show == Show.CLOSED:
        return posts.closed().order_by("-closed_at", "-pk")
    if show == Show.ALL:
        return posts.order_by("-posted_at", "-pk")
    posts = posts.open()
    # What is looked for, or was given to the section, may be any of a conversation's posts.
    if not chosen.get("q") and chosen.get("scope") != Scope.SECTION:
        posts = posts.standing_alone()
    if show == Show.OVERDUE:
        posts = posts.overdue(now)
    elif show == Show.DUE_SOON:
        posts = posts.filter(answer_due_at__gt=now, answer_due_at__lte=now + DUE_SOON)
    elif show == Show.NOT_MEASURABLE:
        posts = posts.filter(Q(measurable=False) | Q(pk__in=Post.objects.unseen(now).values("pk")))
    return posts.order_by(F("answer_due_at").asc(nulls_last=True), "pk")


def with_what_follows(posts: models.QuerySet) -> models.QuerySet:
    """With what else waits of each one's conversation: `newest`, its last words, and `further`, how many there are."""
    following = Post.objects.open().filter(first=OuterRef("pk"))
    newest = following.order_by("-posted_at", "-pk").values("text")[:1]
    further = following.order_by().values("first").annotate(count=Count("pk")).values("count")
    return posts.annotate(newest=Subquery(newest), further=Coalesce(Subquery(further), 0))


def _in_scope(posts: models.QuerySet, scope: str, person: Person, now: dt.datetime) -> models.QuerySet:
    if scope == Scope.MINE:
        return posts.filter(Q(claims.live(now), claimed_by=person) | Q(account__in=on_duty_for(person, now)))
    if scope == Scope.ACCOUNTS:
        return posts.filter(account__in=answered_by(person, now).values("pk"))
    if scope == Scope.SECTION and can(person, Permission.ANSWER_FOR_SECTION, now=now):
        return posts.filter(section_since__isnull=False)
    return posts


def on_duty_for(person: Person, now: dt.datetime) -> list[int]:
    """Ids of the accounts on which the person is on duty at the moment. A constant number of queries.

    Asks the roster of those accounts alone on which that may be. Remembered on the person object, as `access.reach` is:
    the page asks for what it opens with, and then for the list.
    """
    remembered = getattr(person, "_on_duty", None)
    if remembered is None or remembered[0] != now:
        roster = Roster(now, now, may_be_on_duty(OfficialAccount.objects.to_answer_on(person, now), person, now))
        duties = ((account_id, roster.of(account_id, now).person) for account_id in roster.accounts)
        mine = [account_id for account_id, on_duty in duties if on_duty and on_duty.pk == person.pk]
        remembered = person._on_duty = (now, mine)
    return remembered[1]


def _narrowed(posts: models.QuerySet, chosen: dict, now: dt.datetime) -> models.QuerySet:
    same = {"account": "account", "platform": "account__platform", "kind": "kind"}
    posts = posts.filter(**{field: chosen[name] for name, field in same.items() if chosen.get(name)})
    if chosen.get("unit"):
        posts = posts.filter(account__unit__in=Tree.load().below(chosen["unit"].pk))
    if tone := chosen.get("tone"):
        posts = posts.filter(tone="" if tone == NOT_YET else tone)
    if chosen.get("concern"):
        # As text: SQLite cannot look into a list.
        posts = posts.annotate(touches=Cast("concerns", TextField())).filter(touches__contains=f'"{chosen["concern"]}"')
    if chosen.get("claimed") == CLAIMED:
        posts = posts.filter(claims.live(now))
    elif chosen.get("claimed") == FREE:
        posts = posts.exclude(claims.live(now))
    if chosen.get("since"):
        start = dt.datetime.combine(chosen["since"], dt.time.min, timezone.get_default_timezone())
        posts = posts.filter(posted_at__gte=start)
    if chosen.get("q"):
        posts = posts.filter(any_case(["text", "author"], chosen["q"]))
    return posts
