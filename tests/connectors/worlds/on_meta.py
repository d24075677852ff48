"""A Facebook page, and the Instagram account that belongs to it, on a fake of Meta's Graph API."""

from __future__ import annotations

import datetime as dt

from accounts.connectors.base import RemoteState
from tests.connectors.world import DAY, Remark
from tests.connectors.worlds import fake_graph
from tests.connectors.worlds.fake_graph import FakeGraph
from tests.connectors.worlds.own_posts import OwnPosts


class OnGraph(OwnPosts):
    gone = RemoteState.UNSEEN  # Meta says the same of what may not be seen
    credentials: dict[str, str] = fake_graph.CREDENTIALS

    def start(self) -> FakeGraph:
        self.credentials = dict(fake_graph.CREDENTIALS)
        self.ends_at = self._now + 40 * DAY
        fake = FakeGraph()
        fake.expires_at = int((self._now + 50 * DAY).timestamp())
        fake.data_access_expires_at = int(self.ends_at.timestamp())
        return fake

    def unpublish(self, post: str) -> None:
        self.fake.remove(post)

    def revoke(self) -> None:
        self.fake.token_valid = False

    def go_away(self) -> None:
        del self.fake.nodes[self.external_id]

    def rename(self, handle: str) -> str:
        self.fake.nodes[self.external_id]["username"] = handle
        return handle


class OnFacebook(OnGraph):
    several = 60
    platform, external_id = "facebook", fake_graph.PAGE

    def author(self, who: str) -> str:
        return who.title()

    def post(self, at: dt.datetime) -> str:
        return self.fake.add("post", fake_graph.PAGE, "published_posts", at, message="News")

    def write(self, under: str, at: dt.datetime, text: str = "Hi", *, own=False, to: str = "", who="kari") -> str:
        author = {"id": fake_graph.PAGE, "name": "Fjordvik"} if own else {"id": f"psid-{who}", "name": who.title()}
        more = {"parent": to} if to else {}
        url = f"https://www.facebook.com/{under}"
        return self.fake.add(
            "comment",
            to or under,
            "comments",
            at,
            message=text,
            **{"from": author, "is_hidden": False, "permalink_url": url} | more,
        )

    def hide(self, remark: Remark) -> None:
        self.fake.nodes[remark.id]["is_hidden"] = True

    def edit(self, remark: Remark, text: str) -> None:
        self.fake.nodes[remark.id]["message"] = text


class OnInstagram(OnGraph):
    several = 60
    platform, external_id = "instagram", fake_graph.INSTAGRAM

    def post(self, at: dt.datetime) -> str:
        url = "https://www.instagram.com/p/abc/"
        return self.fake.add("media", fake_graph.INSTAGRAM, "media", at, permalink=url)

    def write(self, under: str, at: dt.datetime, text: str = "Hi", *, own=False, to: str = "", who="kari") -> str:
        # Without advanced access `from` is missing; `user` is there on what the account wrote, and there alone.
        user = {"user": {"id": fake_graph.INSTAGRAM}} if own else {}
        name, edge = "fjordvik" if own else who, "replies" if to else "comments"
        return self.fake.add("ig comment", to or under, edge, at, text=text, username=name, hidden=False, **user)

    def hide(self, remark: Remark) -> None:
        self.fake.nodes[remark.id]["hidden"] = True

    def edit(self, remark: Remark, text: str) -> None:
        self.fake.nodes[remark.id]["text"] = text
