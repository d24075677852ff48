"""Whoever is on duty hears of posts that come in, and of those that open again. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import cached_property

from accounts.duty.roster import Roster
from accounts.inbox import notices
from accounts.inbox.deadlines import is_history
from accounts.inbox.models import Post
from accounts.register.models import OfficialAccount
from governance.notices.kinds import NoticeKind
from governance.notices.models import Notice, notices_for, tell_all
from governance.people.models import Person

# Nobody wants a thousand mails after a night of comments: the rest is seen in the inbox.
MOST_SINGLE_NOTICES = 20
OLD_AT_BACKFILL = dt.timedelta(days=1)


class Bell:
    """Rings for one account during one call, however many batches that has: the roster is loaded once, if at all.

    `not_to`: who brought the posts in by hand knows them. `backfill`: old posts are then no news.
    """

    def __init__(
        self, account: OfficialAccount, now: dt.datetime, *, not_to: Person | None = None, backfill: bool = False
    ):
        self.account, self.now, self.not_to, self.backfill = account, now, not_to, backfill
        self._left = MOST_SINGLE_NOTICES

    def arrived(self, posts: Collection[Post]) -> None:
        """Each new post that waits for an answer, once, those due soonest first."""
        news_since = self.now - OLD_AT_BACKFILL
        waiting = [
            post
            for post in posts
            if not post.closed_at and post.answer_due_at and (post.posted_at >= news_since or not self.backfill)
            # What is long past its time is told of when it is flagged.
            if not is_history(post, self.now)
        ]
        if not self._left or not waiting or not self._on_duty or self._on_duty == self.not_to:
            return
        waiting = sorted(waiting, key=lambda post: (post.answer_due_at, post.pk))[: self._left]
        self._left -= len(waiting)
        tell_all(
            row
            for post in waiting
            for row in self._notices(post, notices.POST_ARRIVED, due_at=post.answer_due_at.isoformat())
        )

    def reopened(self, posts: Collection[Post]) -> None:
        """Posts whose answer is gone on the platform. That may happen twice, so each time is told."""
        if posts and self._on_duty:
            tell_all(row for post in posts for row in self._notices(post, notices.POST_REOPENED, once=self.now))

    def _notices(self, post: Post, kind: NoticeKind, **params) -> list[Notice]:
        return notices_for([self._on_duty], kind, about=post, now=self.now, account=self.account.name, **params)

    @cached_property
    def _on_duty(self) -> Person | None:
        return Roster(self.now, self.now, [self.account]).of(self.account.pk, self.now).person
