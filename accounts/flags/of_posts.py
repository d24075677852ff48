"""The flags of posts follow the posts. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from accounts.flags.models import Flag
from accounts.inbox.models import Post
from governance.people.models import Person


def withdraw_flag(post: Post, why: Flag.Closed, *, by: Person, now: dt.datetime) -> list[str]:
    """Take a post that is no longer overdue off the board; the names of the fields to save."""
    if not post.flagged_at:
        return []
    close_flag(post, Flag.Reason.UNANSWERED, why, by=by, now=now)
    post.flagged_at = post.next_step_at = None
    post.ladder_step = 0
    return ["flagged_at", "next_step_at", "ladder_step"]


def close_flag(post: Post, reason: Flag.Reason, why: Flag.Closed, *, by: Person, now: dt.datetime) -> None:
    """Close one of the post's flags; the other stays."""
    Flag.objects.open().filter(post=post, reason=reason).update(closed_at=now, closed_by=by, close_reason=why)


def close_flags(
    post_ids: Iterable[int], *, by: Person | None, now: dt.datetime, why: Flag.Closed = Flag.Closed.POST_CLOSED
) -> None:
    """The flags of these posts are closed with them; the post's own history says how."""
    if post_ids:
        Flag.objects.open().filter(post__in=post_ids).update(closed_at=now, closed_by=by, close_reason=why)


def reopen_flags(post_ids: Iterable[int]) -> None:
    """The flags that were closed with these posts stand again."""
    if post_ids:
        closed = Flag.objects.filter(
            post__in=post_ids, reason=Flag.Reason.UNANSWERED, close_reason=Flag.Closed.POST_CLOSED
        )
        closed.update(closed_at=None, closed_by=None, close_reason="")
