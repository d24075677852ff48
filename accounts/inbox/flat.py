"""What answers what in flat threads, where all that is said below a comment has that comment for its parent.

There the parent does not say whom an answer is for. It is for whom it names at its start, as people and platforms
write it; where it names nobody, for the newest question that was open then. See `accounts.inbox.answers`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache

from accounts.inbox.models import Post, Reply

_GREETING = r"(?:(?:hei|hej|heisann|hallo|halla|hi|hello|dear|kjære|kære|takk|tak|god\s?dag|goddag)\s*,?\s+)?"
_NAMED = re.compile(rf"\s*{_GREETING}@\w", re.IGNORECASE)


def place_of(post: Post) -> str:
    """The id of the comment below which it stands, or which it is."""
    return post.parent_id if is_below(post) else post.remote_id


def is_below(post: Post) -> bool:
    return bool(post.parent_id) and post.parent_id != post.thread_id


def counts(reply: Reply, post: Post) -> bool:
    """Not what was there before somebody opened the post again, and no holding reply."""
    return not any(since and reply.posted_at <= since for since in (post.reopened_at, post.held_at))


def answered_in_thread(posts: Collection[Post], replies: Collection[Reply]) -> dict[int, Reply]:
    """{post id: the reply that answered it}; `posts` are whole places. One pass through the replies, oldest first."""
    threads, places, in_matter = defaultdict(list), defaultdict(list), defaultdict(list)
    by_id = {post.remote_id: post for post in posts}
    for post in sorted(posts, key=_when):
        threads[post.thread_id].append(post)
        places[place_of(post)].append(post)
        in_matter[post.matter].append(post)
    found: dict[int, Reply] = {}
    for reply in sorted(replies, key=_when):
        asked = by_id.get(reply.parent_id)
        aside = not asked and reply.parent_id == reply.thread_id  # a comment of its own, beside the others
        scope = threads[reply.thread_id] if aside else places[place_of(asked) if asked else reply.parent_id]
        target = asked if asked and is_below(asked) else _meant(reply, scope, found, aside=aside)
        if target is None:
            continue
        with_it = in_matter[target.matter] if target.matter else ()
        for post in [target, *(post for post in with_it if post.posted_at < reply.posted_at)]:
            if post.pk not in found and counts(reply, post):
                found[post.pk] = reply
    return found


def _meant(reply: Reply, scope: list[Post], found: dict, *, aside: bool) -> Post | None:
    """Whose question the reply is for; `scope`: those it may be for, oldest first."""
    waiting = [post for post in scope if post.pk not in found and _was_open(post, reply)]
    # Gone meanwhile: whom it named has been seen.
    seen = [post for post in scope if post.answer_id == reply.pk and not post.author and _is_gone(post)]
    if seen:
        return seen[-1]
    if named := _named(reply.text, scope):
        authors = {(post.author_id, post.author) for post in named}
        mine = [post for post in waiting if (post.author_id, post.author) in authors]
        return mine[-1] if mine else None
    if aside or _NAMED.match(reply.text):
        return None  # for everybody, or for somebody who is not here
    if waiting:
        return waiting[-1]
    # Clocks differ: nobody replies to what is not there yet.
    first = [post for post in scope if post.remote_id == reply.parent_id and post.pk not in found]
    return first[0] if first and first[0].posted_at >= reply.posted_at else None


def _was_open(post: Post, reply: Reply) -> bool:
    before = post.closed_at is not None and post.closed_at <= reply.posted_at
    decided = post.closed_by_id or not post.answer_id
    return post.posted_at < reply.posted_at and not (before and decided)


def _is_gone(post: Post) -> bool:
    return bool(post.content_removed_at or post.removed_at)


def _named(text: str, posts: list[Post]) -> list[Post]:
    """The posts whose author the text names at its start: by the whole name, or else by the first name and a pause."""
    text = unicodedata.normalize("NFC", text.replace("\u00a0", " ").replace("\u200b", ""))
    for way in (_whole_name, _first_name):
        named = [post for post in posts if (name := way(post.author)) and name.match(text)]
        if named:
            return named
    return []


@lru_cache(maxsize=2000)
def _whole_name(author: str) -> re.Pattern | None:
    name = unicodedata.normalize("NFC", author.strip().lstrip("@"))
    return re.compile(rf"\s*{_GREETING}@*{re.escape(name)}(?!\w)", re.IGNORECASE) if name else None


@lru_cache(maxsize=2000)
def _first_name(author: str) -> re.Pattern | None:
    first, space, _rest = unicodedata.normalize("NFC", author.strip()).partition(" ")
    return re.compile(rf"\s*{_GREETING}@*{re.escape(first)}\s*[,:!–-]", re.IGNORECASE) if space else None


def _when(one: Post | Reply):
    return one.posted_at, one.remote_id
