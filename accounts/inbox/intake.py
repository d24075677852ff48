"""Posts in: by hand, from files, through the API, from the platforms. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.clock import Clock
from accounts.connectors.base import FetchedPost
from accounts.inbox.arrivals import Bell
from accounts.inbox.store import BATCH, Incoming, Stored, store
from accounts.models import OfficialAccount, Post
from accounts.models.register import State
from governance.models import Person
from governance.models.audit import Event, record

TEXT_CAP = 20_000
AUTHOR_CAP = 200
TAKES_POSTS = frozenset({State.ACTIVE, State.PAUSED, State.RETIRING})


class Result(models.TextChoices):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class ItemResult:
    """What became of one item. `field` and `reason` say why it was rejected."""

    remote_id: str
    result: Result
    post_id: int | None = None
    field: str = ""
    reason: str = ""


def ingest(
    account: OfficialAccount,
    items: Sequence[Incoming],
    *,
    source: Post.Source,
    now: dt.datetime,
    clock: Clock | None = None,
    by: Person | None = None,
) -> list[ItemResult]:
    """Take in posts said to one account; one result for each item, in order.

    Repeatable: what is there already is changed where the platform's copy changed, and otherwise left alone.
    `answered_at` closes an open post as answered. What a person triaged, closed or reopened stays as they left
    it. Pass a `clock` that knows the account when calling for several accounts. Whoever is on duty is told of new
    posts, unless it is they (`by`) who bring them.
    """
    results: list[ItemResult] = []
    clock = clock or Clock([account])
    bell = Bell(account, now, not_to=by, backfill=source == Post.Source.IMPORT)
    for start in range(0, len(items), BATCH):
        results += _ingest_batch(account, items[start : start + BATCH], source, now, clock, bell)
    return results


def _ingest_batch(account, items, source, now, clock, bell) -> list[ItemResult]:
    wanted: dict[str, Incoming] = {}
    rejected: dict[int, ValidationError] = {}
    for place, item in enumerate(items):
        try:
            clean = _cleaned(account, item, now)
            if wanted.setdefault(clean.remote_id, clean) != clean:
                raise ValidationError({"remote_id": _("This id stands twice in the list, with different content.")})
        except ValidationError as error:
            rejected[place] = error
    done = store(account, wanted, {}, source=source, now=now, clock=clock, bell=bell)
    results, seen = [], set()
    for place, item in enumerate(items):
        if place in rejected:
            field, messages = next(iter(rejected[place].message_dict.items()))
            results.append(ItemResult(item.remote_id, Result.REJECTED, None, field, " ".join(messages)))
            continue
        remote_id = item.remote_id.strip()
        result = Result.UNCHANGED
        if remote_id not in seen:
            result = _result(done, remote_id)
        seen.add(remote_id)
        results.append(ItemResult(item.remote_id, result, done.ids.get(remote_id)))
    return results


def _result(done: Stored, remote_id: str) -> Result:
    if remote_id in done.created:
        return Result.CREATED
    return Result.CHANGED if remote_id in done.changed else Result.UNCHANGED


_check_url = URLValidator(schemes=["http", "https"])


def _cleaned(account: OfficialAccount, item: Incoming, now: dt.datetime) -> Incoming:
    """The item as it will be stored. Raises ValidationError ({field: message})."""
    if account.state not in TAKES_POSTS:
        raise ValidationError(
            {
                "account": _("“%(name)s” takes no posts: it is %(state)s.")
                % {"name": account, "state": account.get_state_display().lower()}
            }
        )
    ids = {name: getattr(item, name).strip() for name in ("remote_id", "thread_id", "parent_id")}
    if not ids["remote_id"]:
        raise ValidationError({"remote_id": _("The platform’s id of the post is missing.")})
    for name, value in ids.items():
        if len(value) > 200 or "\x00" in value:
            raise ValidationError({name: _("An id has at most 200 characters, none of them a control character.")})
    if item.kind not in Post.Kind.values:
        kinds = ", ".join(Post.Kind.values)
        raise ValidationError({"kind": _("The kind must be one of %(kinds)s.") % {"kinds": kinds}})
    if item.url:
        try:
            _check_url(item.url)
        except ValidationError:
            raise ValidationError({"url": _("This is not a web address.")}) from None
        if len(item.url) > 500:
            raise ValidationError({"url": _("An address has at most 500 characters.")})
    # The clock starts at the platform's own time, but never later than when we first saw it.
    posted_at = min(item.posted_at or now, now)
    answered_at = item.answered_at and min(item.answered_at, now)
    if answered_at and answered_at < posted_at:
        raise ValidationError({"answered_at": _("The answer is older than the post.")})
    return replace(
        item,
        **ids,
        text=item.text.replace("\x00", "").strip()[:TEXT_CAP],
        author=item.author.replace("\x00", "").strip()[:AUTHOR_CAP],
        posted_at=posted_at if item.posted_at else None,
        answered_at=answered_at,
    )


@dataclass
class Taken:
    """What a fetch brought: counts of posts, and of the body's own words."""

    created: int = 0
    changed: int = 0
    replies: int = 0


def take_in(
    account: OfficialAccount,
    posts: Sequence[FetchedPost],
    *,
    answers_seen: Collection[str],
    now: dt.datetime,
    backfill: bool = False,
    clock: Clock | None = None,
) -> Taken:
    """What a connector fetched: citizens' posts and the body's own replies, in any order, as often as it likes.

    `answers_seen`: kinds of posts whose answers the connector sees; others are not measurable. What cannot be stored is
    left out: a platform's oddities must not hold up the rest.
    """
    taken, clock = Taken(), clock or Clock([account])
    bell = Bell(account, now, backfill=backfill)
    for start in range(0, len(posts), BATCH):
        said, own = {}, {}
        for post in posts[start : start + BATCH]:
            try:
                clean = _cleaned(account, _incoming(post, answers_seen), now)
            except ValidationError:
                continue
            (own if post.own else said)[clean.remote_id] = clean
        done = store(account, said, own, source=Post.Source.PLATFORM, now=now, clock=clock, bell=bell)
        taken.created += len(done.created)
        taken.changed += len(done.changed)
        taken.replies += done.replies
    return taken


def _incoming(post: FetchedPost, answers_seen: Collection[str]) -> Incoming:
    return Incoming(
        remote_id=post.remote_id,
        text=_whole(post.text),
        author=_whole(post.author),
        author_id=post.author_id[:200],
        url=post.url if len(post.url) <= 500 else "",
        kind=post.kind,
        posted_at=post.posted_at,
        thread_id=post.thread_id,
        parent_id=post.parent_id,
        language=post.language[:10],
        private=post.private,
        measurable=post.kind in answers_seen,
        removed=post.removed,
        hidden=post.hidden,
    )


def _whole(text: str) -> str:
    """Half a pair, as where an emoji was cut in two, becomes the sign for a character that is missing."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


REOPENED_WITHIN = dt.timedelta(days=14)


def to_reread(account: OfficialAccount, now: dt.datetime, limit: int) -> list[FetchedPost]:
    """Posts whose state on the platform matters: the open ones, soonest due first, those flagged already after the
    others, then those a reply closed lately.

    Their ids and nothing else, for a connector's `reread`. One query.
    """
    lately = Q(closed_at__gte=now - REOPENED_WITHIN, answer__isnull=False, closed_by=None)
    rows = (
        account.posts.filter(Q(closed_at=None) | lately, source=Post.Source.PLATFORM, removed_at=None)
        .order_by(
            F("closed_at").asc(nulls_first=True),
            F("flagged_at").asc(nulls_first=True),
            F("answer_due_at").asc(nulls_last=True),
            "pk",
        )
        .values_list("remote_id", "kind", "posted_at", "thread_id", "parent_id")[:limit]
    )
    return [
        FetchedPost(remote_id=remote_id, kind=kind, posted_at=posted_at, thread_id=thread_id, parent_id=parent_id)
        for remote_id, kind, posted_at, thread_id, parent_id in rows
    ]


def register_by_hand(account: OfficialAccount, item: Incoming, *, by: Person, now: dt.datetime) -> tuple[Post, bool]:
    """A post that a person types in; (post, whether it is new). The same remote id twice gives one post.

    Raises ValidationError ({field: message}).
    """
    with transaction.atomic():
        [result] = ingest(account, [item], source=Post.Source.HAND, now=now, by=by)
        if result.result == Result.REJECTED:
            raise ValidationError({result.field: result.reason})
        post = Post.objects.select_related("account").get(pk=result.post_id)
        created = result.result == Result.CREATED
        if created:
            record(Event.POST_REGISTERED, post, by=by, now=now, after={"kind": post.kind})
    return post, created
