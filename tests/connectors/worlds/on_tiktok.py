"""A business account on a fake TikTok, which never says whether an account is gone."""

from __future__ import annotations

import datetime as dt

from tests.connectors.world import DAY, Remark
from tests.connectors.worlds import fake_tiktok
from tests.connectors.worlds.fake_tiktok import FakeTikTok
from tests.connectors.worlds.own_posts import OwnPosts


class OnTikTok(OwnPosts):
    several = 40
    platform, external_id = "tiktok", fake_tiktok.BUSINESS

    def start(self) -> FakeTikTok:
        self.ends_at = self._now + 365 * DAY
        return FakeTikTok()

    @property
    def credentials(self) -> dict[str, str]:
        return self.fake.credentials

    def author(self, who: str) -> str:
        return who.title()

    def post(self, at: dt.datetime) -> str:
        return self.fake.publish(at)

    def write(self, under: str, at: dt.datetime, text: str = "Hi", *, own=False, to: str = "", who="kari") -> str:
        return self.fake.comment(under, at, text, who="" if own else who, parent=to)

    def unpublish(self, post: str) -> None:
        del self.fake.videos[post]

    def hide(self, remark: Remark) -> None:
        self.fake.comments[remark.id]["status"] = "HIDDEN"

    def edit(self, remark: Remark, text: str) -> None:
        self.fake.comments[remark.id]["text"] = text

    def rename(self, handle: str) -> str:
        self.fake.username = handle
        return handle

    def revoke(self) -> None:
        """Neither the token nor what renews it."""
        self.kept |= self.fake.credentials
        self.fake.access_token, self.fake.refresh_token = "act.none", "rft.none"
