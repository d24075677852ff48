"""Who has taken a post on: claim, release, hand over. See `accounts.inbox`.

A claim says “I answer this”. It warns the others and forbids them nothing. It holds for eight hours after its holder
last did something with the post, and ends when the post closes; nothing has to clear it away, because `live` says
what holds at a moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.duty.presence import absentees
from accounts.inbox import events
from accounts.inbox.models import Post
from accounts.inbox.moves import PostConflict, tell_of_hand_over
from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount
from governance.access import HEADS
from governance.audit.models import record
from governance.people.models import Person, RoleGrant
from governance.units.models import Tree

HOLDS = dt.timedelta(hours=8)


def live(now: dt.datetime) -> Q:
    """Posts whose claim holds. See also `is_live`."""
    since_reopened = Q(reopened_at=None) | Q(claimed_at__gte=F("reopened_at"))
    return Q(since_reopened, closed_at=None, claimed_at__gt=now - HOLDS)


def is_live(post: Post, now: dt.datetime) -> bool:
    """Whether somebody's claim on the post holds at the moment. See also `live`."""
    if post.closed_at or not post.claimed_at or post.claimed_at <= now - HOLDS:
        return False
    return not post.reopened_at or post.claimed_at >= post.reopened_at


def holder(post: Post, now: dt.datetime) -> Person | None:
    """Whose claim on the post holds at the moment."""
    return post.claimed_by if is_live(post, now) else None


def claim(post: Post, *, by: Person, now: dt.datetime) -> bool:
    """Take an open post on. Returns False where one holds it already (the claim then counts from now).

    Raises PostConflict where somebody else holds it, or it is closed.
    """
    with transaction.atomic():
        free = Post.objects.open().filter(pk=post.pk).exclude(live(now))
        if free.update(claimed_by=by, claimed_at=now):
            record(events.POST_CLAIMED, post, by=by, now=now)
            return True
        if Post.objects.filter(live(now), pk=post.pk, claimed_by=by).update(claimed_at=now):
            return False
        raise PostConflict(_why_not(post, now))


def release(post: Post, *, by: Person, now: dt.datetime) -> bool:
    """Lay one's claim down. Returns False where nobody holds the post; raises PostConflict where another does."""
    with transaction.atomic():
        mine = Post.objects.filter(live(now), pk=post.pk, claimed_by=by)
        if mine.update(claimed_by=None, claimed_at=None):
            record(events.POST_RELEASED, post, by=by, now=now)
            return True
        if Post.objects.filter(live(now), pk=post.pk).exists():
            raise PostConflict(_why_not(post, now))
        return False


def hand_over(post: Post, *, to: Person, by: Person, now: dt.datetime) -> bool:
    """Give an open post to a colleague who answers on its account, whoever held it; they are told.

    Returns False where they hold it already. Raises ValidationError ({field: message}) where `to` does not answer
    on the account, PostConflict where the post is closed.
    """
    if not candidates([post.account_id], now).filter(pk=to.pk).exists():
        raise ValidationError(
            {"to": _("%(name)s does not answer for “%(account)s”.") % {"name": to.name, "account": post.account}}
        )
    with transaction.atomic():
        others = Post.objects.open().filter(pk=post.pk).exclude(live(now) & Q(claimed_by=to))
        if not others.update(claimed_by=to, claimed_at=now):
            if Post.objects.open().filter(pk=post.pk).exists():
                return False
            raise PostConflict(_why_not(post, now))
        record(events.POST_HANDED_OVER, post, by=by, now=now, after={"to": to.name})
        tell_of_hand_over(post, to, by=by, now=now)
    return True


def candidates(account_ids: Collection[int], now: dt.datetime) -> models.QuerySet:
    """To whom posts of these accounts can be handed over: those who answer on one of them, and the heads above it.

    Not those who are away. Costs two queries, and its own.
    """
    on = timezone.localdate(now)
    tree = Tree.load()
    units = OfficialAccount.objects.filter(pk__in=account_ids).values_list("unit", flat=True)
    above = {step for unit_id in units for step in tree.path_up(unit_id)}
    answering = Assignment.objects.current(on).filter(account__in=account_ids).values("person")
    heads = RoleGrant.objects.current(on).filter(role__in=HEADS, unit__in=above).values("person")
    people = Person.objects.filter(Q(pk__in=answering) | Q(pk__in=heads), is_active=True)
    return people.exclude(pk__in=absentees(now)).order_by("name", "pk")


def _why_not(post: Post, now: dt.datetime) -> str:
    current = Post.objects.select_related("claimed_by").get(pk=post.pk)
    if current.closed_at:
        return _("The post is closed: %(outcome)s.") % {"outcome": current.get_outcome_display()}
    return _("%(name)s has taken it on.") % {"name": holder(current, now) or "–"}
