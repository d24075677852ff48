"""A whole Bluesky network on loopback (tests/connectors/bluesky_network), its people, and who reads it.

The package `atproto` is imported late: it takes a second, and most tests need none of this.
"""

import datetime as dt
import itertools
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.conf import settings
from django.test import override_settings

from accounts.connectors.base import Access
from accounts.connectors.bluesky import Bluesky
from accounts.connectors.http import Http
from tests.connectors.worlds.processes import free_ports, running
from tests.database import server_of, url_of

DAY = dt.timedelta(days=1)
FOLDER = Path(__file__).parents[1] / "bluesky_network"
PORTS = ("PLC", "PDS", "APPVIEW", "OZONE", "CONTROL")


@dataclass
class Network:
    host: str
    control: str

    def settle(self) -> None:
        """Wait until every part of the network knows what was written."""
        httpx.post(self.control, timeout=60).raise_for_status()


@pytest.fixture(scope="session")
def bluesky_network(tmp_path_factory):
    given = settings.DATABASES["default"]
    where = {**server_of(given), "user": given["USER"], "password": given["PASSWORD"]}
    name = f"bluesky_{os.getpid()}"
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    redis = urlsplit(os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/14"))
    # Where there was no Node, `make test` took it from a Python package.
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    environment = os.environ | {f"{part}_PORT": str(port) for part, port in ports.items()}
    environment["REDIS_HOST"] = f"{redis.hostname}:{redis.port or 6379}"
    environment["DB_POSTGRES_URL"] = url_of(given, name)
    log = tmp_path_factory.mktemp("bluesky") / "log"
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute(f'create database "{name}"')
        try:
            ready = lambda: "\nready\n" in "\n" + log.read_text(errors="replace")  # noqa: E731
            with running([node, "network.mjs"], ready, log, seconds=120, cwd=FOLDER, env=environment):
                yield Network(f"http://localhost:{ports['PDS']}", f"http://127.0.0.1:{ports['CONTROL']}/process")
        finally:
            server.execute(f'drop database if exists "{name}" with (force)')


_numbers = itertools.count(1)


class World:
    """A town hall with an app password, and a citizen: every test has its own."""

    def __init__(self, network: Network):
        from atproto import Client

        self.network, n = network, next(_numbers)
        self.hall, self.citizen = Client(base_url=network.host), Client(base_url=network.host)
        self.handle = f"hall{n}.test"
        for client, handle in ((self.hall, self.handle), (self.citizen, f"citizen{n}.test")):
            client.com.atproto.server.create_account(
                {"handle": handle, "email": f"{handle}@example.org", "password": "their-own"}
            )
        network.settle()
        self.hall.login(self.handle, "their-own")
        self.citizen.login(f"citizen{n}.test", "their-own")
        self.me = self.hall.me.did
        self.password = self.hall.com.atproto.server.create_app_password({"name": "portal"}).password
        self.kept = {}

    def say(self, client, text, *, to=None, root=None):
        from atproto import models as at

        reply = None
        if to is not None:
            parent = at.create_strong_ref(to)
            reply = at.AppBskyFeedPost.ReplyRef(parent=parent, root=at.create_strong_ref(root or to))
        said = client.send_post(text, reply_to=reply, langs=["nb"])
        self.network.settle()
        return said

    def ask(self, text):
        from atproto import client_utils

        return self.say(self.citizen, client_utils.TextBuilder().mention(f"@{self.handle}", self.me).text(f" {text}"))

    def reader(self, **credentials) -> Bluesky:
        now = dt.datetime.now(dt.UTC)
        given = {"host": self.network.host, "identifier": self.handle, "password": self.password}
        access = Access(given | self.kept | credentials, now, self.me, self.handle, keep=self.kept.update)
        return Bluesky(access, Http(now))

    def walk(self, stream, cursor="", *, since=DAY):
        """All pages from a cursor on: posts by id, and the new cursor."""
        found = {}
        for _page in range(100):
            reader = self.reader()
            page = reader.fetch(stream, cursor, since=reader.access.now - since)
            found |= {post.remote_id: post for post in page.posts}
            cursor = page.cursor
            if not page.more:
                return found, cursor
        raise AssertionError("a walk without end")


@pytest.fixture
def bluesky(bluesky_network):
    with override_settings(FETCH_LOOPBACK=True):
        yield World(bluesky_network)
