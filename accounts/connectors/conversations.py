"""What Bluesky and Mastodon share: people are told of what is said to them, and conversations hang from any post.

Notifications are quick, but some get lost, and the body's own replies are not among them. So what the account wrote
in the last days is walked as well, with all that hangs from it.
"""

from __future__ import annotations

import datetime as dt
import json
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.connectors.base import Connector, FetchedPost, Page
from accounts.connectors.errors import ConnectorError, ErrorCode

OWN_BACK = dt.timedelta(days=14)
CONVERSATIONS = 10  # read within one page of the stream


@dataclass
class Own:
    """One page of what the account wrote: its replies to others, and the ids of all that was replied to."""

    replies: list[FetchedPost] = field(default_factory=list)
    replied_to: list[str] = field(default_factory=list)
    next: str = ""


class Conversing(Connector):
    """Reads notifications, and the conversations below what the account wrote."""

    streams = ("notifications", "threads")
    reread_at_most = 20

    @abstractmethod
    def notified(self, cursor: str, since: dt.datetime) -> Page:
        """One page of what others said to the account. Raises ConnectorError."""

    @abstractmethod
    def written(self, after: str, oldest: dt.datetime) -> Own:
        """One page of what the account wrote, newest first, down to `oldest`. Raises ConnectorError."""

    @abstractmethod
    def below(self, remote_id: str) -> list[FetchedPost]:
        """All that hangs from one post. Raises ConnectorError, GONE where the post is."""

    def fetch(self, stream: str, cursor: str, *, since: dt.datetime) -> Page:
        if stream == "notifications":
            page = self.notified(cursor, since)
        elif stream == "threads":
            page = self._threads(cursor)
        else:
            raise NotImplementedError(stream)
        new = [post for post in page.posts if post.posted_at is None or post.posted_at >= since]
        return Page(new, page.cursor, page.more, page.complete)

    def _threads(self, cursor: str) -> Page:
        left, following = _walk_from(cursor)
        posts: list[FetchedPost] = []
        if left:
            for remote_id in left[:CONVERSATIONS]:
                posts += self.below_if_there(remote_id)
            left = left[CONVERSATIONS:]
        else:
            own = self.written(following, self.access.now - OWN_BACK)
            if own.next and own.next == following:
                raise ConnectorError(ErrorCode.BAD_ANSWER, "a page that is followed by itself")
            posts, left, following = own.replies, own.replied_to, own.next
        more = bool(left or following)
        return Page(posts, json.dumps([left, following]) if more else "", more)

    def below_if_there(self, remote_id: str, **how: int) -> Sequence[FetchedPost]:
        try:
            return self.below(remote_id, **how)
        except ConnectorError as problem:
            if problem.code != ErrorCode.GONE:
                raise
            return ()  # deleted since it was listed


def removed(post: FetchedPost) -> FetchedPost:
    return FetchedPost(
        post.remote_id, post.kind, None, thread_id=post.thread_id, parent_id=post.parent_id, removed=True
    )


def _walk_from(cursor: str) -> tuple[list[str], str]:
    """What is left to look below, and where the list of own posts goes on."""
    try:
        left, following = json.loads(cursor or '[[], ""]')
        return [str(remote_id) for remote_id in left], str(following)
    except (ValueError, TypeError):
        return [], ""  # written by another version: walk from the start
