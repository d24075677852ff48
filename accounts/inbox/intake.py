"""Posts in: by hand, from files, through the API, from the platforms. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.clock import Clock
from accounts.inbox.flags import close_flags
from accounts.models import OfficialAccount, Post
from accounts.models.register import State
from governance.models import Person
from governance.models.audit import Event, record

BATCH = 1000
TEXT_CAP = 20_000
AUTHOR_CAP = 200
TAKES_POSTS = frozenset({State.ACTIVE, State.PAUSED, State.RETIRING})


@dataclass(frozen=True)
class Incoming:
    """One post as it comes in. Moments are aware; `posted_at` None: not known, so it counts from now."""

    remote_id: str
    text: str = ""
    author: str = ""
    url: str = ""
    kind: str = Post.Kind.COMMENT
    posted_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    thread_id: str = ""
    parent_id: str = ""


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
) -> list[ItemResult]:
    """Take in posts said to one account; one result for each item, in order.

    Repeatable: what is there already is changed where the platform's copy changed, and otherwise left alone.
    `answered_at` closes an open post as answered. What a person triaged, closed or reopened stays as they left
    it. Pass a `clock` that knows the account when calling for several accounts.
    """
    results: list[ItemResult] = []
    clock = clock or Clock([account])
    for start in range(0, len(items), BATCH):
        results += _ingest_batch(account, items[start : start + BATCH], source, now, clock)
    return results


def _ingest_batch(account, items, source, now, clock) -> list[ItemResult]:
    wanted: dict[str, Incoming] = {}
    rejected: dict[int, ValidationError] = {}
    for place, item in enumerate(items):
        try:
            clean = _cleaned(account, item, now)
            if wanted.setdefault(clean.remote_id, clean) != clean:
                raise ValidationError({"remote_id": _("This id stands twice in the list, with different content.")})
        except ValidationError as error:
            rejected[place] = error
    with transaction.atomic():
        # In order, so that two ingests of the same posts queue instead of deadlocking.
        known = {
            post.remote_id: post
            for post in account.posts.select_for_update().filter(remote_id__in=wanted).order_by("remote_id")
        }
        new = [
            _new_post(account, item, source, now, clock)
            for remote_id, item in sorted(wanted.items())
            if remote_id not in known
        ]
        Post.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
        touched = [post for post in known.values() if _bring_up_to_date(post, wanted[post.remote_id])]
        Post.objects.bulk_update(touched, [*PLATFORM_FIELDS, *CLOSING_FIELDS], batch_size=200)
        close_flags([post.pk for post in touched if post.closed_at], by=None, now=now)
        note_activity(account, [item.answered_at for item in wanted.values() if item.answered_at])
        ids = dict(account.posts.filter(remote_id__in=wanted).values_list("remote_id", "pk"))
    changed = {post.remote_id for post in touched}
    results, seen = [], set()
    for place, item in enumerate(items):
        if place in rejected:
            field, messages = next(iter(rejected[place].message_dict.items()))
            results.append(ItemResult(item.remote_id, Result.REJECTED, None, field, " ".join(messages)))
            continue
        remote_id = item.remote_id.strip()
        if remote_id in seen or (remote_id in known and remote_id not in changed):
            result = Result.UNCHANGED
        else:
            result = Result.CHANGED if remote_id in known else Result.CREATED
        seen.add(remote_id)
        results.append(ItemResult(item.remote_id, result, ids.get(remote_id)))
    return results


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


PLATFORM_FIELDS = ["kind", "text", "author", "url", "thread_id", "parent_id"]
CLOSING_FIELDS = ["outcome", "closed_at"]


def _new_post(account, item: Incoming, source, now, clock: Clock) -> Post:
    post = Post(
        account=account,
        remote_id=item.remote_id,
        source=source,
        posted_at=item.posted_at or now,
        first_seen_at=now,
        **{name: getattr(item, name) for name in PLATFORM_FIELDS},
    )
    post.answer_due_at = clock.due_at(account.pk, post.posted_at)
    _take_answer(post, item)
    return post


def _bring_up_to_date(post: Post, item: Incoming) -> bool:
    """Whether the platform's copy says something new about a known post. An empty value says nothing."""
    before = [getattr(post, name) for name in [*PLATFORM_FIELDS, *CLOSING_FIELDS]]
    for name in PLATFORM_FIELDS:
        gone = post.content_removed_at and name in ("text", "author")
        if getattr(item, name) and not gone:
            setattr(post, name, getattr(item, name))
    _take_answer(post, item)
    return before != [getattr(post, name) for name in [*PLATFORM_FIELDS, *CLOSING_FIELDS]]


def _take_answer(post: Post, item: Incoming) -> None:
    known_before_reopening = post.reopened_at and item.answered_at and item.answered_at <= post.reopened_at
    if item.answered_at and not post.closed_at and not known_before_reopening:
        post.outcome, post.closed_at, post.closed_by = Post.Outcome.ANSWERED, item.answered_at, None


def note_activity(account: OfficialAccount, moments: Iterable[dt.datetime]) -> None:
    """The body's own answers are signs of life; its newest one stands on the account."""
    newest = max(moments, default=None)
    if newest:
        older = Q(last_activity_at=None) | Q(last_activity_at__lt=newest)
        OfficialAccount.objects.filter(older, pk=account.pk).update(last_activity_at=newest)


def register_by_hand(account: OfficialAccount, item: Incoming, *, by: Person, now: dt.datetime) -> tuple[Post, bool]:
    """A post that a person types in; (post, whether it is new). The same remote id twice gives one post.

    Raises ValidationError ({field: message}).
    """
    with transaction.atomic():
        [result] = ingest(account, [item], source=Post.Source.HAND, now=now)
        if result.result == Result.REJECTED:
            raise ValidationError({result.field: result.reason})
        post = Post.objects.select_related("account").get(pk=result.post_id)
        created = result.result == Result.CREATED
        if created:
            record(Event.POST_REGISTERED, post, by=by, now=now, after={"kind": post.kind})
    return post, created
