"""A channel on a fake YouTube, with comments below its videos."""

from __future__ import annotations

import datetime as dt

from tests.connectors.world import Remark
from tests.connectors.worlds.fake_youtube import FakeYouTube
from tests.connectors.worlds.own_posts import OwnPosts
from tests.connectors.worlds.served import Served


class OnYouTube(OwnPosts):
    platform, many = "youtube", 10_000
    rereading_finds_more = True  # a new reply does not bring its thread to the front

    def start(self) -> Served:
        self.tube = FakeYouTube(quota=10**6)
        self.credentials = {"key": self.tube.key, "channel": self.tube.channel}
        return Served(self.tube.answer)

    credentials: dict[str, str] = {}

    @property
    def external_id(self) -> str:
        return self.tube.channel

    def author(self, who: str) -> str:
        return f"@{who}"

    def post(self, at: dt.datetime) -> str:
        video = f"v{len(self.posts) + 1}"
        self.tube.videos[video] = at
        return video

    def write(self, under: str, at: dt.datetime, text: str = "Hi", *, own=False, to: str = "", who="kari") -> str:
        channel = self.tube.channel if own else f"UC{who}"
        return self.tube.say(channel, text, at, parent=to, video=under, author=self.author(who))

    def unpublish(self, post: str) -> None:
        del self.tube.videos[post]

    def edit(self, remark: Remark, text: str) -> None:
        self.tube.edit(remark.id, text, self.now)

    def remove(self, remark: Remark) -> None:
        self.tube.delete(remark.id)

    def rename(self, handle: str) -> str:
        self.tube.handle = f"@{handle}"
        return handle

    def suspend(self) -> None:
        self.tube.state = "suspended"

    def go_away(self) -> None:
        self.tube.state = "gone"

    def revoke(self) -> None:
        self.tube.key = "another"
