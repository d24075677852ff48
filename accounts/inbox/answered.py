"""Answered means answered: what the body itself said on the platform closes what it answers. See `accounts.inbox`.

The one rule of what answers what, and what follows for posts when replies come, change or go. It is worked out anew
from the stored replies each time, so that it does not matter in which order pages arrive.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q

from accounts.connectors import REGISTRY
from accounts.models import OfficialAccount, Post, Reply


def answers(reply: Reply, post: Post, *, parent_is_comment: bool) -> bool:
    """Whether a reply that is there answers the post (the reply's place, then its time).

    It does as a direct reply; in a private conversation as any later message; and on flat platforms, where replies
    to a comment share its id as parent, as a later one in the same place. `parent_is_comment`: the platform is flat,
    and what the post replies to is a comment, not what the body itself published: there its next words are for all.
    """
    if reply.removed_at or any(since and reply.posted_at <= since for since in (post.reopened_at, post.held_at)):
        return False
    if reply.parent_id == post.remote_id:
        return True  # whatever the clocks say: nobody replies to what is not there yet
    if not post.thread_id or reply.thread_id != post.thread_id or reply.posted_at <= post.posted_at:
        return False
    if post.kind == Post.Kind.MESSAGE:
        return True
    return bool(post.parent_id) and reply.parent_id == post.parent_id and parent_is_comment


def concerned(account: OfficialAccount, replies: Collection[Reply]) -> Q:
    """The posts whose answer these replies may be, or have been, and that no person has closed."""
    parents = {reply.parent_id for reply in replies} - {""}
    threads = {reply.thread_id for reply in replies} - {""}
    undecided = Q(closed_at=None) | Q(closed_by=None, answer__isnull=False)
    child = Q(remote_id__in=parents)
    sibling = Q(thread_id__in=threads) & (Q(parent_id__in=parents) | Q(kind=Post.Kind.MESSAGE))
    return Q(account=account) & undecided & (child | sibling)


def closed_by_reply(post: Post) -> bool:
    """Closed by what stands on the platform, not by a person: it opens again where that goes."""
    return bool(post.closed_at and post.answer_id and not post.closed_by_id)


def settle(account: OfficialAccount, posts: Iterable[Post], now: dt.datetime) -> None:
    """Close and open these (locked) posts as the stored replies have it, in memory. At most two queries.

    The first reply that answers closes a post, at the reply's own time. Where it is gone and no other one answers,
    the post is open as it was. What a person closed stays closed; what its author deleted is not opened for that.
    """
    waiting = [post for post in posts if not post.closed_at or closed_by_reply(post)]
    if not waiting:
        return
    by_parent, by_thread = _replies_near(account, waiting)
    connector = REGISTRY.get(account.platform.code)
    flat = bool(connector and connector.flat)
    doubtful = {post.parent_id for post in waiting if post.parent_id == post.thread_id and post.parent_id in by_parent}
    comments = set(account.posts.filter(remote_id__in=doubtful).values_list("remote_id", flat=True)) if doubtful else ()
    for post in waiting:
        near = [*by_parent.get(post.remote_id, ()), *by_parent.get(post.parent_id, ())]
        if post.kind == Post.Kind.MESSAGE:
            near += by_thread.get(post.thread_id, ())
        is_comment = flat and (post.parent_id != post.thread_id or post.parent_id in comments)
        found = [reply for reply in near if answers(reply, post, parent_is_comment=is_comment)]
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
    for reply in account.replies.filter(place, removed_at=None).defer("text", "url"):
        if reply.parent_id:
            by_parent[reply.parent_id].append(reply)
        if reply.thread_id in threads:
            by_thread[reply.thread_id].append(reply)
    return by_parent, by_thread
