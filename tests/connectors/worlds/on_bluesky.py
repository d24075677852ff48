"""Accounts on Bluesky's own servers (tests/connectors/bluesky_network); everybody writes with the package `atproto`."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from atproto import Client, client_utils
from atproto import models as at_models
from django.conf import settings

from tests.connectors.world import Remark, World
from tests.connectors.worlds.processes import free_ports, running

FOLDER = Path(__file__).parent.parent / "bluesky_network"
PORTS = ("PLC", "PDS", "APPVIEW", "OZONE", "CONTROL")
_numbers = itertools.count(1)


class Network:
    def __init__(self, host: str, control: str):
        self.host, self._control = host, control
        self._citizens: dict[str, Client] = {}

    def settle(self) -> None:
        """Wait until every part of the network knows what was written."""
        httpx.post(self._control, timeout=60).raise_for_status()

    def citizen(self, who: str) -> Client:
        if who not in self._citizens:
            self._citizens[who] = self.join(f"{who}.test")
        return self._citizens[who]

    def join(self, handle: str) -> Client:
        """A new account; its own client."""
        client = Client(base_url=self.host)
        client.com.atproto.server.create_account(
            {"handle": handle, "email": f"{handle}@example.org", "password": "their-own"}
        )
        self.settle()
        client.login(handle, "their-own")
        return client

    def take_down(self, did: str) -> None:
        """As whoever runs the network suspends an account."""
        httpx.post(
            f"{self.host}/xrpc/com.atproto.admin.updateSubjectStatus",
            auth=("admin", "admin-pass"),  # of every such network
            json={
                "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": did},
                "takedown": {"applied": True, "ref": "test"},
            },
        ).raise_for_status()
        self.settle()


@contextmanager
def bluesky(folder: Path) -> Iterator[Network]:
    """The network, while it runs, in a database of its own."""
    given = settings.DATABASES["default"]
    where = {"host": given["HOST"], "port": given["PORT"] or 5432, "user": given["USER"], "password": given["PASSWORD"]}
    name = f"bluesky_{os.getpid()}"
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    redis = urlsplit(os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/14"))
    # Where there was no Node, `make test` took it from a Python package.
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    environment = os.environ | {f"{part}_PORT": str(port) for part, port in ports.items()}
    environment["REDIS_HOST"] = f"{redis.hostname}:{redis.port or 6379}"
    secret = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    environment["DB_POSTGRES_URL"] = f"postgres://{where['user']}{secret}@{where['host']}:{where['port']}/{name}"
    log = folder / "log"
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute(f'create database "{name}"')
        try:
            ready = lambda: "\nready\n" in "\n" + log.read_text(errors="replace")  # noqa: E731
            with running([node, "network.mjs"], ready, log, seconds=120, cwd=FOLDER, env=environment):
                yield Network(f"http://localhost:{ports['PDS']}", f"http://127.0.0.1:{ports['CONTROL']}/process")
        finally:
            server.execute(f'drop database if exists "{name}" with (force)')


class OnBluesky(World):
    platform, server, marks = "bluesky", "bluesky_network", (pytest.mark.postgresql,)
    backdates = False
    many = 120

    def begin(self, server: Network) -> str:
        self.network, self.handle = server, f"hall{next(_numbers)}.test"
        self.hall = server.join(self.handle)
        self.external_id = self.hall.me.did
        self.password = self.hall.com.atproto.server.create_app_password({"name": "portal"}).password
        self._said: dict[str, tuple[Client, Any]] = {}  # who said it, and how a reply names it
        return server.host

    external_id = ""  # filled by `begin`

    def end(self) -> None:
        pass  # the network is for the whole session

    @property
    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    @property
    def credentials(self) -> dict[str, str]:
        return {"host": self.proxy.address, "identifier": self.external_id, "password": self.password}

    def publish(self, text: str = "News", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.hall, text, None)

    def ask(
        self, text: str = "Hi", *, at: dt.datetime | None = None, to: Remark | None = None, author: str = "kari"
    ) -> Remark:
        named = client_utils.TextBuilder().mention(f"@{self.handle}", self.external_id).text(f" {text}")
        return self._say(self.network.citizen(author), named, to)

    def answer(self, to: Remark, text: str = "Hello", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.hall, text, to)

    def _say(self, who: Client, text, to: Remark | None) -> Remark:
        reply = None
        if to is not None:
            parent, root = (self._said[remote_id][1] for remote_id in (to.id, to.thread_id))
            reply = at_models.AppBskyFeedPost.ReplyRef(parent=parent, root=root)
        said = who.send_post(text, reply_to=reply, langs=["nb"])
        self._said[said.uri] = who, at_models.create_strong_ref(said)
        self.network.settle()
        (view,) = who.get_posts([said.uri]).posts
        told = view
        if who is not self.hall and (to is None or not self._is_ours(to.thread_id)):
            # The network dates the notification a moment apart from the post.
            rows = self.hall.app.bsky.notification.list_notifications().notifications
            told = next(row for row in rows if row.uri == said.uri)
        return Remark(
            said.uri,
            dt.datetime.fromisoformat(told.indexed_at),
            view.record.text,
            kind="reply" if to else "mention",
            author=f"@{view.author.handle}",
            thread_id=to.thread_id if to else said.uri,
            parent_id=to.id if to else "",
            own=who is self.hall,
        )

    def _is_ours(self, remote_id: str) -> bool:
        return self._said[remote_id][0] is self.hall

    def remove(self, remark: Remark) -> None:
        self._said[remark.id][0].delete_post(remark.id)
        self.network.settle()

    def rename(self, handle: str) -> str:
        named = f"{handle}{next(_numbers)}.test"
        self.hall.com.atproto.identity.update_handle({"handle": named})
        self.network.settle()
        return named

    def suspend(self) -> None:
        self.network.take_down(self.external_id)

    def go_away(self) -> None:
        self.hall.com.atproto.server.deactivate_account({})
        self.network.settle()

    def revoke(self) -> None:
        self.hall.com.atproto.server.revoke_app_password({"name": "portal"})
        self.kept.clear()  # an access token goes on for two hours
