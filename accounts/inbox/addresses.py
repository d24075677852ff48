"""A post is also known by its address, however that is written: one post, one clock. See `accounts.inbox`."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from accounts.connectors.written import Written, tidied
from accounts.inbox.deadlines import Clock, set_due
from accounts.inbox.incoming import Incoming
from accounts.inbox.models import Post
from accounts.register.identity import facts_of, key_of_page
from accounts.register.models import OfficialAccount

# What stands below a post of another, and has an address of its own only where the platform gives it one.
BELOW = frozenset({Post.Kind.COMMENT, Post.Kind.REPLY})
_PAGE = "page/"
TYPED = "hand-"  # begins the id that the portal invents for what somebody types in


def key_of(account: OfficialAccount, item: Incoming) -> str:
    """What all addresses of this one post have in common; "" where the address is not its own.

    As the platform's facts read it: the post's id, or that of the comment. Otherwise that of the page, without what
    says who passed it on. A comment that has only the address of what it stands under is known by that and its words
    together; a message is not known by its conversation, and nothing by a profile. Holds no names: it stays where what
    was written is gone. No query.
    """
    written = Written.read(item.url) if item.url else None
    if written is None or item.kind == Post.Kind.MESSAGE:
        return ""
    facts = facts_of(account.platform)
    one = facts.one_post(written)
    if facts.posts and item.kind in BELOW and not facts.answers_are_posts and "//" not in one:
        words = " ".join(f"{item.author}: {item.text}".casefold().split())
        return _hashed("words/", one or key_of_page(written), words) if item.text.strip() else ""
    if one:
        return one
    page = key_of_page(written)
    whole = page.partition("?")
    if (not written.steps and not whole[2]) or facts.profile_in(written) or page == _page_of(account.url):
        return ""
    place = urlsplit(tidied(item.url)).fragment
    return _hashed(_PAGE, page, place)


def _hashed(sort: str, *parts: str) -> str:
    return sort + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _page_of(url: str) -> str:
    written = Written.read(url) if url else None
    return key_of_page(written) if written else ""


def is_page(key: str) -> bool:
    """Whether the key is that of a page no platform's facts can read: several posts may stand there."""
    return key.startswith(_PAGE)


_KNOWS = ("hand", "import", "api", "platform")


def rank(post: Post) -> int:
    """How well whoever brought it knows a post: the platform best."""
    return _KNOWS.index(post.source)


def take_from_address(post: Post, item: Incoming, source: Post.Source, clock: Clock) -> None:
    """Of the same post under another id: the better-known id, words and time, in memory.

    The platform's own id replaces any other one, and any replaces one that was invented for what was typed in. What
    the platform says is no edit of what somebody typed.
    """
    if _KNOWS.index(source) <= rank(post):
        return
    if source == Post.Source.PLATFORM or post.remote_id.startswith(TYPED):
        post.remote_id = item.remote_id
    if not post.content_removed_at and not post.removed_at:
        for name in ("text", "author", "author_id", "url", "thread_id", "parent_id"):
            setattr(post, name, getattr(item, name) or getattr(post, name))
    post.kind = item.kind
    if item.posted_at and item.posted_at <= post.first_seen_at and item.posted_at != post.posted_at:
        post.posted_at = item.posted_at
        if not (post.closed_at or post.deadline_moved_at or post.flagged_at):
            set_due(post, clock.due_of(post))
