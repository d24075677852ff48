"""An account on a fake X. Citizens name it in what they say, as they do there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.connectors.world import Remark, World
from tests.connectors.worlds.fake_x import FakeX
from tests.connectors.worlds.served import Served


class OnX(World):
    platform = "x"
    hands_out = 800
    answers_are_activity = True

    def begin(self, server: Any) -> str:
        self.fake = FakeX(self._now, remaining=10**6)
        self.credentials = {"token": self.fake.token, "monthly_ceiling": "100000"}
        self.served = Served(self.fake.answer)
        return self.served.url

    def end(self) -> None:
        self.served.close()

    credentials: dict[str, str] = {}

    @property
    def external_id(self) -> str:
        return self.fake.me

    def publish(self, text: str = "News", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.fake.me, text, at, None)

    def ask(
        self, text: str = "Hi", *, at: dt.datetime | None = None, to: Remark | None = None, author: str = "kari"
    ) -> Remark:
        return self._say(self.fake.user(author), f"@{self.handle} {text}", at, to)

    def answer(self, to: Remark, text: str = "Hello", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.fake.me, text, at, to)

    def _say(self, user: str, text: str, at: dt.datetime | None, to: Remark | None) -> Remark:
        at, own = at or self.now, user == self.fake.me
        said = self.fake.say(user, text, at, parent=to.id if to else "")
        return Remark(
            said,
            at,
            text,
            kind="reply" if own or (to and to.own) else "mention",
            # Whose the own posts are is known; their author's profile would cost.
            author="" if own else f"@{self.fake.users[user].username}",
            thread_id=to.thread_id if to else said,
            parent_id=to.id if to else "",
            own=own,
        )

    def edit(self, remark: Remark, text: str) -> None:
        self.fake.edit(remark.id, text, self.now)

    def remove(self, remark: Remark) -> None:
        self.fake.delete(remark.id)

    def rename(self, handle: str) -> str:
        self.fake.users[self.fake.me].username = handle
        return handle

    def suspend(self) -> None:
        self.fake.users[self.fake.me].state = "suspended"

    def go_away(self) -> None:
        self.fake.users[self.fake.me].state = "gone"

    def revoke(self) -> None:
        self.fake.token = "another"
