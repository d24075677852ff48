"""One conversation is one matter: what the same person says in the same place until it is answered.

A question in three posts, or two private messages in a row, has one clock, one flag and one row in the inbox: those of
the first word that is not answered yet. One answer closes all that was said before it. See `accounts.inbox.answers`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q

from accounts.inbox.flat import is_below, place_of
from accounts.inbox.incoming import Incoming
from accounts.inbox.models import Post, filled

# "1/3" at the start or the end, as people number what does not fit into one comment.
_PART = re.compile(r"^\W*(\d\d?)\s*/\s*(\d\d?)\b(?!\s*/)|(?<![\d/])(\d\d?)\s*/\s*(\d\d?)\W*$")


def linked(items: Iterable[Incoming]) -> Q:
    """What these answer, and what answers them, where no thread is known."""
    items = list(items)
    parents, ids = {item.parent_id for item in items} - {""}, {item.remote_id for item in items}
    return Q(remote_id__in=parents) | filled("parent_id", ids)


def assign(posts: Collection[Post], *, flat: bool) -> dict[str, str]:
    """Say in memory to which matter each post belongs; {the name one had: the name it has now} of those renamed.

    What somebody said whose words are gone stays where it belonged.
    """
    by_id = {post.remote_id: post for post in posts}
    renamed: dict[str, str] = {}
    for post in posts:
        first = _first_of_chain(post, by_id) if not flat else post
        settled = first.matter and (first is not post or not post.thread_id) and not flat
        name = first.matter if settled else _name_of(first, flat=flat)
        if name and name != post.matter:
            if post.matter:
                renamed[post.matter] = name
            post.matter = name
    return renamed


def rename(posts: Iterable[Post], renamed: Mapping[str, str]) -> None:
    for post in posts:
        seen: set[str] = set()
        while post.matter in renamed and post.matter not in seen:
            seen.add(post.matter)
            post.matter = renamed[post.matter]


def _first_of_chain(post: Post, by_id: Mapping[str, Post]) -> Post:
    """Where no thread is known: what the same person said above it, without a break."""
    seen = {post.remote_id}
    while not post.thread_id and (above := by_id.get(post.parent_id)) and above.remote_id not in seen:
        if above.thread_id or not _who(post) or _who(above) != _who(post):
            break
        seen.add(above.remote_id)
        post = above
    return post


def _who(post: Post) -> str:
    return post.author_id or post.author.strip().lstrip("@").casefold()


def _name_of(post: Post, *, flat: bool) -> str:
    """Without a trace of who it was."""
    if post.kind == Post.Kind.MESSAGE:
        parts = ["talk", post.thread_id] if post.thread_id else []
    elif not _who(post):
        parts = []
    elif flat:
        parts = ["place", _place(post), _who(post)]
    else:
        parts = ["thread", post.thread_id or post.parent_id or post.remote_id, _who(post)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest() if parts else ""


def _place(post: Post) -> str:
    """Of a comment its own id, unless it says itself that it is one part of several beside each other."""
    found = None if is_below(post) or not post.thread_id else _PART.search(post.text.strip())
    if found:
        part, parts = (int(number) for number in found.groups() if number)
        if 1 <= part <= parts and parts > 1:
            return f"{post.thread_id} in {parts}"
    return place_of(post)


def stand_for(posts: Iterable[Post]) -> None:
    """Of each matter, all of whose open posts are among these, say in memory which stands for the others.

    The first word that is not answered; one that is flagged already stays, and one that need not be answered waits.
    """
    matters = defaultdict(list)
    for post in posts:
        if post.matter and not post.closed_at:
            matters[post.matter].append(post)
        else:
            post.first_id = None
    for open_posts in matters.values():
        first = min(open_posts, key=_stands_first)
        for post in open_posts:
            post.first_id = None if post is first else first.pk


def _stands_first(post: Post):
    return not post.flagged_at, not post.answer_due_at, post.posted_at, post.pk
