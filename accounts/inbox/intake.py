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

from accounts.connectors.base import FetchedPost
from accounts.inbox import events
from accounts.inbox.addresses import key_of
from accounts.inbox.arrivals import Bell
from accounts.inbox.deadlines import Clock
from accounts.inbox.incoming import Incoming
from accounts.inbox.models import Post, Reply
from accounts.inbox.store import BATCH, Stored, store
from accounts.register.models import OfficialAccount, State
from governance.audit.models import record
from governance.people.models import Person

TEXT_CAP = 20_000
AUTHOR_CAP = 200
KINDS = frozenset(Post.Kind.values)
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
    if item.kind not in KINDS:
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
        # Whoever looks up what is gone often no longer learns whose it was; the stored reply says so.
        gone = [remote_id for remote_id, item in said.items() if item.removed]
        if gone:
            ours = account.replies.filter(remote_id__in=gone).values_list("remote_id", flat=True)
            own |= {remote_id: said.pop(remote_id) for remote_id in ours}
        done = store(account, said, own, source=Post.Source.PLATFORM, now=now, clock=clock, bell=bell)
        taken.created += len(done.created)
        taken.changed += len(done.changed)
        taken.replies += done.replies
    return taken


def _incoming(post: FetchedPost, answers_seen: Collection[str]) -> Incoming:
    words = {name: _whole(getattr(post, name)) for name in ("remote_id", "text", "author", "thread_id", "parent_id")}
    return Incoming(
        **words,
        author_id=_whole(post.author_id)[:200],
        url=_url_or_nothing(_whole(post.url)),
        kind=post.kind,
        posted_at=post.posted_at,
        language=_whole(post.language)[:10],
        private=post.private,
        measurable=post.kind in answers_seen,
        removed=post.removed,
        hidden=post.hidden,
    )


def _whole(text: str) -> str:
    """Half a pair, as where an emoji was cut in two, becomes the sign for a character that is missing; NUL goes."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _url_or_nothing(url: str) -> str:
    """A question is worth more than its address."""
    try:
        _check_url(url)
    except ValidationError:
        return ""
    return url if len(url) <= 500 else ""


REOPENED_WITHIN = dt.timedelta(days=14)


def to_reread(
    account: OfficialAccount, now: dt.datetime, limit: int, *, due_since: dt.datetime | None = None
) -> list[FetchedPost]:
    """What matters as it is on the platform now: open posts, soonest due first, those flagged already after the others,
    then those a reply closed lately.

    Each of the latter after its answer, which is looked up by its own id: that it is gone must be said, not be
    concluded from silence. Their ids and nothing else, for a connector's `reread`. One query, at most `limit` in all.
    `due_since`: only the open posts that have fallen due since then and are flagged next.
    """
    lately = Q(closed_at__gte=now - REOPENED_WITHIN, answer__removed_at=None, answer__isnull=False, closed_by=None)
    wanted = Q(closed_at=None) | lately
    if due_since:
        wanted = Q(closed_at=None, answer_due_at__gt=due_since, answer_due_at__lte=now)
    rows = (
        account.posts.filter(wanted, source=Post.Source.PLATFORM, removed_at=None)
        .order_by(
            F("closed_at").desc(nulls_first=True),
            F("flagged_at").asc(nulls_first=True),
            F("answer_due_at").asc(nulls_last=True),
            "pk",
        )
        .select_related("answer")
        .only("kind", "closed_at", *PLACE, *(f"answer__{name}" for name in PLACE))[:limit]
    )
    found: dict[str, FetchedPost] = {}
    for post in rows:
        if post.closed_at and post.answer:
            found.setdefault(post.answer.remote_id, _ids_of(post.answer, Post.Kind.REPLY, own=True))
        found[post.remote_id] = _ids_of(post, post.kind, own=False)
    return list(found.values())[:limit]


PLACE = ("remote_id", "thread_id", "parent_id", "posted_at")


def _ids_of(row: Post | Reply, kind: str, *, own: bool) -> FetchedPost:
    return FetchedPost(row.remote_id, kind, row.posted_at, thread_id=row.thread_id, parent_id=row.parent_id, own=own)


class AlreadyHere(Exception):
    """What somebody types in has come in before, as `post`."""

    def __init__(self, post: Post):
        super().__init__(post)
        self.post = post


def register_by_hand(account: OfficialAccount, item: Incoming, *, by: Person, now: dt.datetime) -> tuple[Post, bool]:
    """A post that a person types in; (post, whether it is new). The same remote id twice gives one post.

    Raises AlreadyHere where the post at that address is here under another id, and changes nothing then;
    ValidationError ({field: message}).
    """
    with transaction.atomic():
        account.lock()
        key = key_of(account, item)
        there = account.posts.filter(address_key=key).first() if key else None
        if there and not account.posts.filter(remote_id=item.remote_id).exists():
            raise AlreadyHere(there)
        [result] = ingest(account, [item], source=Post.Source.HAND, now=now, by=by)
        if result.result == Result.REJECTED:
            raise ValidationError({result.field: result.reason})
        post = Post.objects.select_related("account").get(pk=result.post_id)
        created = result.result == Result.CREATED
        if created:
            record(events.POST_REGISTERED, post, by=by, now=now, after={"kind": post.kind})
    return post, created
