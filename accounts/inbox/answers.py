"""Answered means answered: what the body itself said on the platform closes what it answers. See `accounts.inbox`.

The one rule of what answers what, and what follows for posts when replies come, change or go. It is worked out anew
from the stored replies each time, so that it does not matter in which order pages arrive.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import F, Q

from accounts.connectors import REGISTRY
from accounts.inbox.flat import answered_in_thread, counts, place_of
from accounts.inbox.models import Post, Reply, filled
from accounts.register.models import OfficialAccount

UNDECIDED = Q(closed_at=None) | Q(closed_by=None, answer__isnull=False)


def answers(reply: Reply, post: Post) -> bool:
    """Whether a reply that is there answers the post: directly, or in a private conversation as any later message.

    On flat platforms a parent says less than that: see `accounts.inbox.flat`.
    """
    if not counts(reply, post):
        return False
    if reply.parent_id and reply.parent_id == post.remote_id:
        return True  # whatever the clocks say: nobody replies to what is not there yet
    in_talk = post.kind == Post.Kind.MESSAGE and bool(post.thread_id) and reply.thread_id == post.thread_id
    return in_talk and reply.posted_at > post.posted_at


def concerned(account: OfficialAccount, replies: Collection[Reply]) -> Q:
    """The posts whose answer these replies may be, or have been: `around` finds those that follow from them."""
    parents = {reply.parent_id for reply in replies} - {""}
    threads = {reply.thread_id for reply in replies} - {""}
    near = Q(thread_id__in=threads) & (Q(parent_id__in=parents) | Q(kind=Post.Kind.MESSAGE))
    if is_flat(account):
        # What stands below one of them was taken for a citizen's thread until now.
        near |= Q(thread_id__in=threads, parent_id__in={reply.remote_id for reply in replies})
        aside = {reply.thread_id for reply in replies if reply.parent_id == reply.thread_id} - {""}
        near |= Q(thread_id__in=aside)
    return Q(account=account) & (Q(remote_id__in=parents) | UNDECIDED & near)


def around(account: OfficialAccount, posts: Collection[Post], also: Collection[str] = ()) -> list[Post]:
    """What must be known besides to say how these posts stand, locked: the rest of their threads and conversations.

    `also`: the names of further conversations. On flat platforms that is the whole of each place, and of the places
    that conversations reach into: two or three queries, one elsewhere.
    """
    flat, new = is_flat(account), list(posts)
    found: list[Post] = []
    near = _beside_ours(account, posts) if flat and posts else Q()
    matters: set[str] = set()
    places = {""}
    while new:
        wanted = {*also, *(post.matter for post in new)} - matters - {""}
        below = {place_of(post) for post in new if flat and post.kind != Post.Kind.MESSAGE} - places
        matters, places = matters | wanted, places | below
        if wanted:
            near |= filled("matter", wanted) & (~Q(kind=Post.Kind.MESSAGE) | UNDECIDED)
        if below:
            near |= Q(remote_id__in=below) | filled("parent_id", below)
        if not near:
            break
        new = _others(account, [*posts, *found], near)
        found += new
        near = Q()
        if not flat:
            break
    return found


def _beside_ours(account: OfficialAccount, posts: Collection[Post]) -> Q:
    """What waits in threads where the body has said something to everybody, and perhaps named somebody."""
    threads = {post.thread_id for post in posts} - {""}
    aside = account.replies.filter(thread_id__in=threads, parent_id=F("thread_id"), removed_at=None)
    return Q(thread_id__in=set(aside.values_list("thread_id", flat=True))) & UNDECIDED


def _others(account: OfficialAccount, posts: Collection[Post], near: Q) -> list[Post]:
    known = {post.pk for post in posts}
    rows = account.posts.filter(near).select_for_update().order_by("remote_id")
    return [post for post in rows if post.pk not in known]


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

    `posts` are all that `around` finds too. The first reply that answers closes a post, at the reply's own time, and
    with it what the same person said before it in the same conversation. Where it is gone and no other one answers,
    the post is open as it was. What a person closed stays closed; what its author deleted is not opened for that.
    Below the body's own comment, where the platform tells no names, a post is not measurable.
    """
    posts = list(posts)
    waiting = [post for post in posts if not post.closed_at or closed_by_reply(post)]
    if not waiting:
        return
    flat = is_flat(account)
    in_threads = [post for post in posts if flat and post.kind != Post.Kind.MESSAGE]
    if flat and not _tells_names(account):
        _note_unmeasurable(account, in_threads, waiting)
    found = _answered_directly(account, [post for post in posts if not flat or post.kind == Post.Kind.MESSAGE])
    found |= answered_in_thread(in_threads, _replies_in(account, in_threads)) if in_threads else {}
    for post in waiting:
        reply = found.get(post.pk)
        if reply:
            post.answer, post.outcome = reply, Post.Outcome.ANSWERED
            post.closed_at = min(max(reply.posted_at, post.posted_at), now)
        elif post.closed_at and not post.removed_at:
            post.answer, post.outcome, post.closed_at = None, "", None
    _follow_what_was_told(posts, waiting)


def _follow_what_was_told(posts: list[Post], waiting: list[Post]) -> None:
    """Where others say that a post was answered, what was said before that in its conversation was so too."""
    told: dict[str, list[dt.datetime]] = defaultdict(list)
    for post in posts:
        by_others = post.outcome == Post.Outcome.ANSWERED and not post.closed_by_id and not post.answer_id
        if post.matter and post.closed_at and by_others:
            told[post.matter].append(post.closed_at)
    for post in waiting:
        since = max(at for at in (post.posted_at, post.reopened_at, post.held_at) if at)
        moments = [moment for moment in told.get(post.matter, ()) if moment > since]
        if moments and not post.closed_at:
            post.outcome, post.closed_at = Post.Outcome.ANSWERED, min(moments)


def _note_unmeasurable(account: OfficialAccount, posts: list[Post], waiting: list[Post]) -> None:
    parents = {post.parent_id for post in posts} - {""}
    ours = set(account.replies.filter(remote_id__in=parents).values_list("remote_id", flat=True)) if parents else ()
    for post in waiting:
        if post.parent_id in ours:
            post.measurable = False


def _answered_directly(account: OfficialAccount, posts: list[Post]) -> dict[int, Reply]:
    """{post id: the first reply that answers it}, or what the same person said after it in the same conversation."""
    if not posts:
        return {}
    parents = {post.remote_id for post in posts}
    talks = {post.thread_id for post in posts if post.kind == Post.Kind.MESSAGE} - {""}
    place = Q(parent_id__in=parents) | Q(thread_id__in=talks) if talks else Q(parent_id__in=parents)
    by_parent, by_talk = defaultdict(list), defaultdict(list)
    for reply in account.replies.filter(place, removed_at=None).defer("url"):
        by_parent[reply.parent_id].append(reply)
        by_talk[reply.thread_id].append(reply)
    direct = {post.pk: by_parent[post.remote_id] for post in posts}
    in_matter: dict[str, list[Reply]] = defaultdict(list)
    for post in posts:
        if post.matter and post.kind != Post.Kind.MESSAGE:
            in_matter[post.matter] += direct[post.pk]
    found = {}
    for post in posts:
        near = direct[post.pk] + (by_talk[post.thread_id] if post.kind == Post.Kind.MESSAGE else [])
        fits = [reply for reply in near if answers(reply, post)]
        fits += [r for r in in_matter[post.matter] if r.posted_at > post.posted_at and counts(r, post)]
        if fits:
            found[post.pk] = min(fits, key=lambda reply: (reply.posted_at, reply.remote_id))
    return found


def _replies_in(account: OfficialAccount, posts: list[Post]) -> list[Reply]:
    """The body's own words in the places of these posts, and those beside them that may name their authors."""
    places = {post.remote_id for post in posts} | {place_of(post) for post in posts}
    threads = {post.thread_id for post in posts} - {""}
    beside = Q(thread_id__in=threads, parent_id=F("thread_id"))
    return list(account.replies.filter(Q(parent_id__in=places) | beside, removed_at=None).defer("url"))
