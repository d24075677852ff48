"""An account on Bluesky's own servers (worlds/bluesky.py)."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable
from typing import Any

import httpx
import pytest
from atproto import client_utils

from tests.connectors.world import Remark, World
from tests.connectors.worlds import bluesky
from tests.connectors.worlds.bluesky import Network

_numbers = itertools.count(1)


class OnBluesky(World):
    """One citizen says it all, whatever `author` is asked for."""

    platform, server, marks = "bluesky", "bluesky_network", (pytest.mark.postgresql,)
    backdates = False
    many, per_page, several = 30, 5, 7

    def begin(self, server: Network) -> str:
        self.network, self.there = server, bluesky.World(server)
        self.handle, self.external_id = self.there.handle, self.there.me
        self._said: dict[str, tuple[Any, Any]] = {}  # who said it, and what the network said of it
        return server.host

    external_id = ""  # filled by `begin`

    def end(self) -> None:
        pass  # the network is for the whole session

    @property
    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    @property
    def credentials(self) -> dict[str, str]:
        return {"host": self.proxy.address, "identifier": self.external_id, "password": self.there.password}

    def publish(self, text: str = "News", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.there.hall, text, None)

    def ask(
        self, text: str = "Hi", *, at: dt.datetime | None = None, to: Remark | None = None, author: str = ""
    ) -> Remark:
        return self._say(self.there.citizen, self._named(text), to)

    def ask_each(self, moments: Iterable[dt.datetime | None]) -> list[Remark]:
        """The network is waited for once."""
        citizen = self.there.citizen
        said = [citizen.send_post(self._named(f"Question {number}")) for number, _at in enumerate(moments)]
        self.network.settle()
        return [self._told(each, citizen, None) for each in said]

    def _named(self, text: str) -> client_utils.TextBuilder:
        return client_utils.TextBuilder().mention(f"@{self.handle}", self.external_id).text(f" {text}")

    def answer(self, to: Remark, text: str = "Hello", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.there.hall, text, to)

    def _say(self, who: Any, text: Any, to: Remark | None) -> Remark:
        above, root = (self._said[remote_id][1] for remote_id in (to.id, to.thread_id)) if to else (None, None)
        return self._told(self.there.say(who, text, to=above, root=root), who, to)

    def _told(self, said: Any, who: Any, to: Remark | None) -> Remark:
        self._said[said.uri] = who, said
        own = who is self.there.hall
        (view,) = told = who.get_posts([said.uri]).posts
        if not own and (to is None or self._said[to.thread_id][0] is not who):
            # The network dates a notification a moment apart from the post.
            told = self.there.hall.app.bsky.notification.list_notifications().notifications
        return Remark(
            said.uri,
            next(dt.datetime.fromisoformat(each.indexed_at) for each in told if each.uri == said.uri),
            view.record.text,
            kind="reply" if to else "mention",
            author=f"@{view.author.handle}",
            thread_id=to.thread_id if to else said.uri,
            parent_id=to.id if to else "",
            own=own,
        )

    def share(self, said: Collection[Remark]) -> dt.datetime:
        for remark in said:
            self.there.hall.repost(remark.id, self._said[remark.id][1].cid)
        self.network.settle()
        feed = self.there.hall.get_author_feed(self.external_id).feed
        return max(dt.datetime.fromisoformat(item.reason.indexed_at) for item in feed if item.reason)

    def remove(self, remark: Remark) -> None:
        self._said[remark.id][0].delete_post(remark.id)
        self.network.settle()

    def rename(self, handle: str) -> str:
        named = f"{handle}-{next(_numbers)}.test"
        self.there.hall.com.atproto.identity.update_handle({"handle": named})
        self.network.settle()
        return named

    def suspend(self) -> None:
        httpx.post(
            f"{self.network.host}/xrpc/com.atproto.admin.updateSubjectStatus",
            auth=("admin", "admin-pass"),  # of every such network
            json={
                "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": self.external_id},
                "takedown": {"applied": True, "ref": "test"},
            },
        ).raise_for_status()
        self.network.settle()

    def go_away(self) -> None:
        self.there.hall.com.atproto.server.deactivate_account({})
        self.network.settle()

    def revoke(self) -> None:
        self.there.hall.com.atproto.server.revoke_app_password({"name": "portal"})
        self.kept.clear()  # an access token goes on for two hours
