"""What Facebook, Instagram, LinkedIn and TikTok share: people write under the account's own posts, in flat threads.

There is no list of everything said to the account. So its posts of the last months are walked, newest first, and what
is written under each. A comment is `comment`, what stands below a comment `reply`; all replies below one comment share
its id as their parent. The body's own new comment beside a question answers nothing: it says so to nobody.
"""

from __future__ import annotations

import datetime as dt
import json
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from accounts.connectors.base import Connector, FetchedPost, Page, RemoteAccount
from accounts.connectors.errors import ConnectorError, ErrorCode

# People comment on posts of last month, hardly ever on those of last year.
POSTS_BACK = dt.timedelta(days=90)
# A thread whose first comment is older than this is not looked through for new replies; open questions are reread.
THREADS_BACK = dt.timedelta(days=14)
# A thread longer than this is not read to its end.
MOST_PAGES = 20
# Of a post or a comment: deleted, unless the access has lost a right.
NOT_THERE = frozenset({ErrorCode.GONE, ErrorCode.UNSEEN})


@dataclass
class Written:
    """One page of what is written under a post. `next` continues it; empty: that was all."""

    posts: Sequence[FetchedPost] = ()
    next: str = ""
    complete: bool = True


@dataclass
class OwnPosts:
    """One page of the account's own posts: ids to look under, and what came along with the list already."""

    ids: list[tuple[str, str]] = field(default_factory=list)  # with where to go on in each
    posts: list[FetchedPost] = field(default_factory=list)
    next: str = ""
    complete: bool = True


class UnderOwnPosts(Connector):
    """Reads what is written under the account's own posts."""

    streams = ("comments",)
    flat = True
    reread_at_most = 25

    @abstractmethod
    def own_posts(self, after: str, oldest: dt.datetime, since: dt.datetime) -> OwnPosts:
        """A page of the account's posts, newest first, down to `oldest`. Raises ConnectorError."""

    @abstractmethod
    def written_under(self, post_id: str, after: str, since: dt.datetime) -> Written:
        """A page of what is written under one post. Raises ConnectorError."""

    @abstractmethod
    def thread(self, post_id: str, comment_id: str) -> Written:
        """One comment and everything below it. Raises ConnectorError, GONE where the comment is."""

    def fetch(self, stream: str, cursor: str, *, since: dt.datetime) -> Page:
        # What is left to look under, and the next page of own posts; None: the list is at its end.
        left, following = _from_cursor(cursor)
        if left:
            (post_id, after), *left = left
            try:
                found = self.written_under(post_id, after, since)
            except ConnectorError as problem:
                if problem.code not in NOT_THERE:
                    raise
                found = Written()  # the post was deleted since we saw it in the list
            if found.next:
                left.insert(0, (post_id, found.next))
            posts, complete = found.posts, found.complete
        else:
            listed = self.own_posts(following or "", since - POSTS_BACK, since)
            left, following = listed.ids, listed.next or None
            posts, complete = listed.posts, listed.complete
        more = bool(left or following)
        # The body's own words, however old: a reply below its comment is read otherwise than below a citizen's.
        new = [post for post in posts if post.posted_at is None or post.posted_at >= since or post.own]
        return Page(new, _to_cursor(left, following) if more else "", more, complete)

    def reread(self, posts: Sequence[FetchedPost]) -> Page:
        # What others handed in may have ids of their own: not found would not mean deleted.
        asked = {post.remote_id: post for post in posts if post.thread_id}
        found: dict[str, FetchedPost] = {}
        complete, gone = True, False
        for post_id, root in dict.fromkeys(
            (post.thread_id, post.parent_id or post.remote_id) for post in asked.values()
        ):
            try:
                read = self.thread(post_id, root)
            except ConnectorError as problem:
                if problem.code not in NOT_THERE:
                    raise
                gone = True
                continue
            complete = complete and read.complete
            found |= {post.remote_id: post for post in read.posts if post.own or post.remote_id in asked}
        missing = [post for remote_id, post in asked.items() if remote_id not in found]
        if gone and missing:
            # Platforms also say “not found” to whoever lost a right. If so, this raises, and nothing counts as removed.
            self.activity()
        if complete:
            found |= {post.remote_id: replace(post, text="", author="", removed=True) for post in missing}
        return Page(list(found.values()), complete=complete)


def naming_rights(call: Callable[[], RemoteAccount], missing: Sequence[str]) -> RemoteAccount:
    """What the call gives. Raises ConnectorError, which names the rights known to be missing where one is needed."""
    try:
        return call()
    except ConnectorError as problem:
        if problem.code not in (ErrorCode.RIGHTS, ErrorCode.UNSEEN) or not missing:
            raise
        raise ConnectorError(ErrorCode.RIGHTS, ", ".join(missing)) from None


def _to_cursor(left: list[tuple[str, str]], following: str | None) -> str:
    return json.dumps([left, following], separators=(",", ":"))


def _from_cursor(cursor: str) -> tuple[list[tuple[str, str]], str | None]:
    if not cursor:
        return [], ""
    try:
        left, following = json.loads(cursor)
        return [(str(post_id), str(after)) for post_id, after in left], following
    except (ValueError, TypeError):
        return [], ""  # written by another version: walk from the start


def bad_answer(detail: str) -> ConnectorError:
    return ConnectorError(ErrorCode.BAD_ANSWER, detail)


def listed(answer: Any, name: str) -> list[dict]:
    """The list of objects with that name. Raises ConnectorError: what has the wrong shape proves nothing."""
    rows = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise bad_answer(f"no list “{name}”")
    return rows


def told(row: Any, name: str) -> str:
    """A value as text; empty where it is not there."""
    value = row.get(name) if isinstance(row, dict) else None
    return "" if value is None or isinstance(value, dict | list) else str(value)


def needed(row: Any, name: str) -> str:
    """The same, of what must be there. Raises ConnectorError."""
    if value := told(row, name):
        return value
    raise bad_answer(f"“{name}” is missing")


def moment(value: Any, *, milliseconds: bool = False) -> dt.datetime | None:
    """ISO 8601 or seconds (milliseconds) since 1970, in UTC; None where it is missing. Raises ConnectorError."""
    if value in (None, ""):
        return None
    try:
        if milliseconds or str(value).isdigit():
            return dt.datetime.fromtimestamp(int(value) / (1000 if milliseconds else 1), dt.UTC)
        found = dt.datetime.fromisoformat(str(value))
    except (ValueError, TypeError, OverflowError, OSError):
        raise bad_answer("a time cannot be read") from None
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
