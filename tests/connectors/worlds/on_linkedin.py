"""An organisation's page on a fake LinkedIn. Nothing can be hidden there."""

from __future__ import annotations

import datetime as dt

from tests.connectors.world import Remark
from tests.connectors.worlds import fake_linkedin
from tests.connectors.worlds.fake_linkedin import FakeLinkedIn
from tests.connectors.worlds.own_posts import OwnPosts


class OnLinkedIn(OwnPosts):
    platform, external_id = "linkedin", fake_linkedin.ORGANIZATION

    def start(self) -> FakeLinkedIn:
        return FakeLinkedIn(self._now)

    @property
    def credentials(self) -> dict[str, str]:
        return self.fake.credentials

    def author(self, who: str) -> str:
        return ""

    def post(self, at: dt.datetime) -> str:
        return self.fake.publish(at)

    def write(self, under: str, at: dt.datetime, text: str = "Hi", *, own=False, to: str = "", who="kari") -> str:
        return self.fake.comment(under, at, text, fake_linkedin.URN if own else f"urn:li:person:{who}", to)

    def unpublish(self, post: str) -> None:
        del self.fake.posts[post]

    def edit(self, remark: Remark, text: str) -> None:
        self.fake.comments[remark.id]["message"]["text"] = text

    def rename(self, handle: str) -> str:
        self.fake.organization["vanityName"] = handle
        return handle

    def revoke(self) -> None:
        """Neither the token nor what renews it."""
        self.kept |= self.fake.credentials
        self.fake.tokens, self.fake.refresh = set(), "withdrawn"

    def go_away(self) -> None:
        self.fake.organization = None
