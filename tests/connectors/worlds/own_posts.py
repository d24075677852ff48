"""Facebook, Instagram, LinkedIn and TikTok alike: people write under the account's own posts, in flat threads."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from typing import Any

from tests.connectors.world import DAY, Remark, World
from tests.connectors.worlds.served import FakeServer


class OwnPosts(World):
    """`post` and `write` are the platform's; what people say stands under the newest post, or under a remark."""

    fake: FakeServer

    def begin(self, server: Any) -> str:
        self.fake = self.start()
        self.posts: list[str] = []
        return self.fake.url

    @abstractmethod
    def start(self) -> FakeServer: ...

    def end(self) -> None:
        self.fake.close()

    @abstractmethod
    def post(self, at: dt.datetime) -> str:
        """A post of the account; its id."""

    @abstractmethod
    def write(self, under: str, at: dt.datetime, text: str = "Hi", *, own=False, to: str = "", who="kari") -> str:
        """A comment under a post, or below a comment (`to`); its id."""

    @abstractmethod
    def unpublish(self, post: str) -> None: ...

    def author(self, who: str) -> str:
        """How the connector calls somebody."""
        return who

    def publish(self, text: str = "News", *, at: dt.datetime | None = None) -> Remark:
        self.posts.append(self.post(at or self.now))
        return Remark(self.posts[-1], at or self.now, text, own=True, thread_id=self.posts[-1])

    def ask(
        self, text: str = "Hi", *, at: dt.datetime | None = None, to: Remark | None = None, author: str = "kari"
    ) -> Remark:
        return self._say(text, at, to, author, own=False)

    def answer(self, to: Remark, text: str = "Hello", *, at: dt.datetime | None = None) -> Remark:
        return self._say(text, at, to, "fjordvik", own=True)

    def _say(self, text: str, at: dt.datetime | None, to: Remark | None, who: str, *, own: bool) -> Remark:
        if to is None and not self.posts:
            self.publish(at=self.now - 20 * DAY)
        under, at = to.thread_id if to else self.posts[-1], at or self.now
        # A reply to a reply hangs from the comment as well.
        parent = (to.parent_id or to.id) if to else ""
        said = self.write(under, at, text, own=own, to=parent, who=who)
        return Remark(said, at, text, "reply" if parent else "comment", self.author(who), under, parent, own)

    def remove(self, remark: Remark) -> None:
        self.fake.remove(remark.id)
