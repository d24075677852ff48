"""Answered means answered: what the body itself said on the platform closes what it answers. See `accounts.inbox`.

The one rule of what answers what, and what follows for posts when replies come, change or go. It is worked out anew
from the stored replies each time, so that it does not matter in which order pages arrive.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q

from accounts.connectors import REGISTRY
from accounts.inbox.models import Post, Reply
from accounts.register.models import OfficialAccount


def answers(reply: Reply, post: Post, *, flat: bool, below_ours: bool) -> bool:
    """Whether a reply that is there answers the post (the reply's place, then its time).

    It does as a direct reply; in a private conversation as any later message; and on flat platforms, where replies
    to a comment share its id as parent, as a later one in the same place. `below_ours`: what the post replies to is
    the body's own. There many ask who have nothing to do with each other, and its next words are for whom they name.
    """
    if reply.removed_at or any(since and reply.posted_at <= since for since in (post.reopened_at, post.held_at)):
        return False
    if reply.parent_id == post.remote_id:
        return True  # whatever the clocks say: nobody replies to what is not there yet
    if not post.thread_id or reply.thread_id != post.thread_id or reply.posted_at <= post.posted_at:
        return False
    if post.kind == Post.Kind.MESSAGE:
        return True
    beside = flat and bool(post.parent_id) and reply.parent_id == post.parent_id
    return beside and (not below_ours or _names_author(reply, post))


def _names_author(reply: Reply, post: Post) -> bool:
    """Whether the reply begins with the author's name, as platforms write it there."""
    if not post.author:
        return post.answer_id == reply.pk  # gone meanwhile; whom it named has been seen
    name = re.escape(post.author.lstrip("@"))
    return bool(re.match(rf"\s*@*{name}(?!\w)", reply.text, re.IGNORECASE))


def concerned(account: OfficialAccount, replies: Collection[Reply]) -> Q:
    """The posts whose answer these replies may be, or have been, and that no person has closed."""
    parents = {reply.parent_id for reply in replies} - {""}
    threads = {reply.thread_id for reply in replies} - {""}
    undecided = Q(closed_at=None) | Q(closed_by=None, answer__isnull=False)
    near = Q(remote_id__in=parents)
    near |= Q(thread_id__in=threads) & (Q(parent_id__in=parents) | Q(kind=Post.Kind.MESSAGE))
    if is_flat(account):
        # What stands below one of them was taken for a citizen's thread until now.
        near |= Q(thread_id__in=threads, parent_id__in={reply.remote_id for reply in replies})
    return Q(account=account) & undecided & near


def is_flat(account: OfficialAccount) -> bool:
    connector = REGISTRY.get(account.platform.code)
    return bool(connector and connector.flat)


def _tells_names(account: OfficialAccount) -> bool:
    return REGISTRY[account.platform.code].tells_names


def closed_by_reply(post: Post) -> bool:
    """Closed by what stands on the platform, not by a person: it opens again where that goes."""
    return bool(post.closed_at and post.answer_id and not post.closed_by_id)


def settle(account: OfficialAccount, posts: Iterable[Post], now: dt.datetime) -> None:
    """Close and open these (locked) posts as the stored replies have it, in memory. At most two queries.

    The first reply that answers closes a post, at the reply's own time. Where it is gone and no other one answers,
    the post is open as it was. What a person closed stays closed; what its author deleted is not opened for that.
    Below the body's own comment, where the platform tells no names, a post is not measurable.
    """
    waiting = [post for post in posts if not post.closed_at or closed_by_reply(post)]
    if not waiting:
        return
    flat = is_flat(account)
    by_parent, by_thread = _replies_near(account, waiting)
    nameless = flat and not _tells_names(account)
    shared = {post.parent_id for post in waiting if flat and (nameless or post.parent_id in by_parent)}
    ours = set(account.replies.filter(remote_id__in=shared).values_list("remote_id", flat=True)) if shared else ()
    for post in waiting:
        near = [*by_parent.get(post.remote_id, ()), *by_parent.get(post.parent_id, ())]
        if post.kind == Post.Kind.MESSAGE:
            near += by_thread.get(post.thread_id, ())
        below_ours = post.parent_id == post.thread_id or post.parent_id in ours
        if nameless and post.parent_id in ours:
            post.measurable = False
        found = [reply for reply in near if answers(reply, post, flat=flat, below_ours=below_ours)]
        if found:
            reply = min(found, key=lambda reply: (reply.posted_at, reply.remote_id))
            post.answer, post.outcome = reply, Post.Outcome.ANSWERED
            post.closed_at = min(max(reply.posted_at, post.posted_at), now)
        elif post.closed_at and not post.removed_at:
            post.answer, post.outcome, post.closed_at = None, "", None


def _replies_near(account: OfficialAccount, posts: Collection[Post]) -> tuple[dict, dict]:
    """The replies that stand where an answer to these posts would: by their parent, and in conversations by thread."""
    parents = ({post.remote_id for post in posts} | {post.parent_id for post in posts}) - {""}
    threads = {post.thread_id for post in posts if post.kind == Post.Kind.MESSAGE} - {""}
    by_parent, by_thread = defaultdict(list), defaultdict(list)
    place = Q(parent_id__in=parents) | Q(thread_id__in=threads) if threads else Q(parent_id__in=parents)
    for reply in account.replies.filter(place, removed_at=None).defer("url"):
        if reply.parent_id:
            by_parent[reply.parent_id].append(reply)
        if reply.thread_id in threads:
            by_thread[reply.thread_id].append(reply)
    return by_parent, by_thread
