"""One batch of posts and own replies into the database, whoever brought it. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from accounts.flags.models import Flag
from accounts.flags.moves import close as close_flags
from accounts.flags.moves import reopen as reopen_flags
from accounts.inbox import events, matters
from accounts.inbox.addresses import is_page, key_of, take_from_address
from accounts.inbox.answers import around, concerned, is_flat, settle
from accounts.inbox.arrivals import Bell
from accounts.inbox.deadlines import Clock, set_due
from accounts.inbox.incoming import Incoming
from accounts.inbox.models import Post, Reply, filled
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent, audit_row, json_value
from governance.rows import insert_rows, update_rows

BATCH = 1000
# What was gone and is there again is believed only after this time: until then it is a copy that lags behind.
LAG = dt.timedelta(hours=1)

# The address too: platforms write the author's name into it.
CONTENT = ("text", "author", "author_id", "url")
COPIED = ("kind", *CONTENT, "thread_id", "parent_id", "language")
REPLY_COPIED = ("text", "url", "thread_id", "parent_id")
SEEN = ("source", "private", "measurable", "edited_at", "hidden_at", "removed_at")
CLOSING = ("outcome", "closed_at", "answer")
PLACED = ("remote_id", "address_key", "posted_at")
WRITTEN = (*PLACED, *COPIED, *SEEN, *CLOSING, "matter", "first", "answer_due_at", "reminded_at")
SETTLED = (*CLOSING, "measurable", "matter", "first")


@dataclass
class Stored:
    """What became of a batch, by remote id. `ids`: those of posts."""

    ids: dict[str, int] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    replies: int = 0  # of the body's own words, how many were new or changed


def store(
    account: OfficialAccount,
    posts: Mapping[str, Incoming],
    own: Mapping[str, Incoming],
    *,
    source: Post.Source,
    now: dt.datetime,
    clock: Clock,
    bell: Bell | None,
) -> Stored:
    """Write a batch, in one transaction and a fixed number of statements; what is there already writes nothing.

    `own` holds what the body itself said. Posts are then closed and opened as the replies have it
    (`accounts.inbox.answers`), the flags with them, and `bell` tells whoever is on duty.
    """
    done = Stored()
    with transaction.atomic():
        # Two that read one account at once queue here, so that a question and its answer cannot miss each other.
        account.lock()
        spoken = _store_replies(account, own, now, done) if own else []
        keys = {remote_id: key_of(account, item) for remote_id, item in posts.items()}
        touched = Q(account=account, remote_id__in=posts)
        if addresses := set(keys.values()) - {""}:
            touched |= Q(account=account) & filled("address_key", addresses)
        if spoken:
            touched |= concerned(account, spoken)
        if threadless := [item for item in posts.values() if not item.thread_id]:
            touched |= Q(account=account, thread_id="") & matters.linked(threadless)
        # In order, so that two who bring the same posts queue instead of deadlocking.
        known = list(Post.objects.filter(touched).select_for_update().order_by("remote_id"))
        before = {post.pk: _state(post) for post in known}
        there = set(before)
        brought, fresh = _brought(account, posts, keys, known, source, now, clock)
        new = _insert(account, fresh)
        done.created = {post.remote_id for post in fresh}
        before |= {post.pk: _state(post) for post in new}
        renamed = matters.assign([*known, *new], flat=is_flat(account))
        others = around(account, [*known, *new], renamed)
        before |= {post.pk: _state(post) for post in others}
        there |= {post.pk for post in others}
        known += others
        matters.rename(known, renamed)
        settle(account, [*known, *new], now)
        matters.stand_for([*known, *new])
        written = [post for post in [*known, *new] if _state(post) != before[post.pk]]
        _follow_up(account, written, before, now, clock, bell)
        # A post just written has only that to be added which was settled: far fewer values than of one that was there.
        update_rows([post for post in written if post.pk in there], WRITTEN)
        update_rows([post for post in written if post.pk not in there], SETTLED)
        if bell and new:
            bell.arrived([post for post in new if not post.first_id])
        note_activity(account, [item.answered_at for item in posts.values() if item.answered_at])
        changed = {post.remote_id for post in written}
        done.changed = (changed | {given for given, kept in brought.items() if kept in changed}) - done.created
        done.ids = {post.remote_id: post.pk for post in [*known, *new]}
        done.ids |= {given: done.ids[kept] for given, kept in brought.items() if kept in done.ids}
    return done


def _brought(
    account, posts: Mapping[str, Incoming], keys: dict[str, str], known: list[Post], source, now, clock: Clock
) -> tuple[dict[str, str], list[Post]]:
    """What is there brought up to date; {id given: id kept} of all, and the posts that are new, unsaved.

    A post is found by its id, or by its address under another id: whichever came first is kept.
    """
    by_id = {post.remote_id: post for post in known}
    by_address = {post.address_key: post for post in known if post.address_key}
    fresh: list[Post] = []
    found: dict[str, Post] = {}
    for remote_id, item in sorted(posts.items()):
        key = keys[remote_id]
        post = by_id.get(remote_id)
        if post:
            _bring_up_to_date(post, item, source, now)
        elif post := _at_address(by_address.get(key), item, key, source):
            take_from_address(post, item, source, clock)
            _bring_up_to_date(post, item, source, now)
        elif item.removed:
            continue
        else:
            post = _new_post(account, item, source, now, clock)
            fresh.append(post)
        if key and not post.address_key and key not in by_address:
            post.address_key, by_address[key] = key, post
        found[remote_id] = by_id[post.remote_id] = post
    return {given: post.remote_id for given, post in found.items()}, fresh


def _at_address(post: Post | None, item: Incoming, key: str, source: Post.Source) -> Post | None:
    """The post at that address, where it may be the same under another id."""
    if post is None or post.source == source == Post.Source.PLATFORM:
        return None  # the platform itself tells them apart
    typed = Post.Source.HAND in (post.source, source)
    other_words = post.text and item.text and post.text != item.text
    return None if is_page(key) and other_words and not typed else post


def _insert(account, posts: list[Post]) -> list[Post]:
    """The new posts as they stand in the database then: one that somebody wrote meanwhile is theirs."""
    if not posts:
        return []
    if insert_rows(posts, key=("remote_id",)) and all(post.pk for post in posts):
        return posts
    return list(account.posts.filter(remote_id__in=[post.remote_id for post in posts]).order_by("remote_id"))


def _state(post: Post) -> list:
    return [getattr(post, f"{name}_id" if name in ("answer", "first") else name) for name in WRITTEN]


def _new_post(account, item: Incoming, source, now, clock: Clock) -> Post:
    post = Post(
        account=account,
        remote_id=item.remote_id,
        source=source,
        posted_at=item.posted_at or now,
        first_seen_at=now,
        private=item.private,
        measurable=item.measurable is not False,
        hidden_at=now if item.hidden else None,
        **{name: getattr(item, name) for name in COPIED},
    )
    post.answer_due_at = clock.due_at(account.pk, post.posted_at)
    _take_answer(post, item)
    return post


def _bring_up_to_date(post: Post, item: Incoming, source: Post.Source, now: dt.datetime) -> None:
    """What the bearer's copy says anew about a known post. What is gone for good stays gone."""
    if item.removed:
        _take_away(post, now)
        return
    if post.removed_at and item.removed is False:
        if now - post.removed_at < LAG:
            return
        post.removed_at = None
        if post.outcome == Post.Outcome.WITHDRAWN and not post.closed_by_id:
            post.outcome, post.closed_at = "", None
    elsewhere = post.remote_id != item.remote_id  # others know it better: what they say stands
    if post.text and item.text not in ("", post.text) and not post.content_removed_at and not elsewhere:
        post.edited_at = now
    for name in COPIED:
        gone = (post.content_removed_at or post.removed_at) and name in CONTENT
        kept = elsewhere and getattr(post, name)
        # One stream may call a mention what another calls a comment: the first one stays.
        wavers = name == "kind" and source == Post.Source.PLATFORM
        if getattr(item, name) and not gone and not kept and not wavers:
            setattr(post, name, getattr(item, name))
    post.private = post.private or item.private
    if item.hidden is not None and item.hidden != bool(post.hidden_at):
        post.hidden_at = now if item.hidden else None
    if item.measurable or (item.measurable is False and post.source == Post.Source.PLATFORM):
        # From now on the platform says how it goes on, also where a person had typed the post in.
        post.source, post.measurable = source, item.measurable
    _take_answer(post, item)


def _take_away(post: Post, now: dt.datetime) -> None:
    """Its author has deleted it: nothing of it is kept, and nobody waits for an answer any more."""
    if post.removed_at:
        return
    post.removed_at = now
    for name in CONTENT:
        setattr(post, name, "")
    if not post.closed_at:
        post.outcome, post.closed_at = Post.Outcome.WITHDRAWN, now


def _take_answer(post: Post, item: Incoming) -> None:
    known_before_reopening = post.reopened_at and item.answered_at and item.answered_at <= post.reopened_at
    if item.answered_at and not post.closed_at and not known_before_reopening:
        post.outcome, post.closed_at, post.closed_by = Post.Outcome.ANSWERED, item.answered_at, None


def _follow_up(account, posts: list[Post], before: dict, now, clock: Clock, bell: Bell | None) -> None:
    """Flags, trail and notices of the posts that closed or opened; `before` has their states."""
    was_closed = {pk: state[WRITTEN.index("closed_at")] for pk, state in before.items()}
    closed = [post.pk for post in posts if post.closed_at and not was_closed[post.pk]]
    if closed:
        close_flags(Flag.objects.filter(post__in=closed), Flag.Closed.POST_CLOSED, by=None, now=now)
    opened = [post for post in posts if not post.closed_at and was_closed[post.pk]]
    if not opened:
        return
    # The flags that were closed with these posts stand again.
    with_them = Flag.objects.filter(reason=Flag.Reason.UNANSWERED, close_reason=Flag.Closed.POST_CLOSED)
    reopen_flags(with_them.filter(post__in=[post.pk for post in opened]), by=None, now=now)
    trail = []
    for post in opened:
        post.account = account
        if not post.deadline_moved_at and not post.flagged_at:
            # Counted from the post's own time, as ever; a pause may have been set meanwhile.
            set_due(post, clock.due_of(post))
        old = dict(zip(WRITTEN, before[post.pk], strict=True))
        trail.append(
            audit_row(
                events.POST_REOPENED,
                post,
                by=None,
                now=now,
                before={"outcome": old["outcome"], "closed_at": json_value(old["closed_at"])},
                after={"outcome": "", "closed_at": None},
            )
        )
    AuditEvent.objects.bulk_create(trail, batch_size=BATCH)
    if bell:
        bell.reopened([post for post in opened if not post.first_id])


def _store_replies(account, own: Mapping[str, Incoming], now: dt.datetime, done: Stored) -> list[Reply]:
    """The replies of the batch as they stand then, locked in order."""
    known = {
        reply.remote_id: reply
        for reply in account.replies.select_for_update().filter(remote_id__in=own).order_by("remote_id")
    }
    changed = [reply for reply in known.values() if _refresh_reply(reply, own[reply.remote_id], now)]
    update_rows(changed, [*REPLY_COPIED, "removed_at"])
    fresh = [
        Reply(
            account=account,
            remote_id=remote_id,
            posted_at=item.posted_at or now,
            first_seen_at=now,
            **{name: getattr(item, name) for name in REPLY_COPIED},
        )
        for remote_id, item in sorted(own.items())
        if remote_id not in known and not item.removed
    ]
    Reply.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    note_activity(account, [reply.posted_at for reply in fresh])
    done.replies = len(changed) + len(fresh)
    return [*known.values(), *fresh]


def _refresh_reply(reply: Reply, item: Incoming, now: dt.datetime) -> bool:
    if item.removed:
        if reply.removed_at:
            return False
        reply.removed_at = now
        return True
    if reply.removed_at and now - reply.removed_at < LAG:
        return False
    before = [reply.removed_at, *(getattr(reply, name) for name in REPLY_COPIED)]
    reply.removed_at = None
    for name in REPLY_COPIED:
        setattr(reply, name, getattr(item, name) or getattr(reply, name))
    return before != [reply.removed_at, *(getattr(reply, name) for name in REPLY_COPIED)]


def note_activity(account: OfficialAccount, moments: Iterable[dt.datetime]) -> None:
    """The body's own answers are signs of life; its newest one stands on the account."""
    newest = max(moments, default=None)
    if newest:
        older = Q(last_activity_at=None) | Q(last_activity_at__lt=newest)
        OfficialAccount.objects.filter(older, pk=account.pk).update(last_activity_at=newest)
