"""Accounts on a Mastodon server of its own (mastodon_mock); everybody writes with Mastodon.py."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from mastodon import Mastodon as Client

from tests.connectors.world import Remark, World
from tests.connectors.worlds.processes import free_ports, running

HALLS, CITIZENS = 150, 8  # every test has a town hall of its own; citizens write to all of them


class Server:
    def __init__(self, url: str):
        self.url = url
        self._halls = (f"hall{n}" for n in range(HALLS))
        self._free = (f"citizen{n}" for n in range(CITIZENS))
        self._citizens: dict[str, Client] = {}

    def client(self, name: str) -> Client:
        return Client(api_base_url=self.url, access_token=f"{name}_token", version_check_mode="none")

    def hall(self) -> str:
        return next(self._halls)

    def citizen(self, who: str) -> Client:
        if who not in self._citizens:
            self._citizens[who] = self.client(next(self._free))
        return self._citizens[who]


@contextmanager
def mastodon(folder: Path) -> Iterator[Server]:
    """The server, while it runs."""
    people = (f"{role}{n}" for role, count in (("hall", HALLS), ("citizen", CITIZENS)) for n in range(count))
    seed = "".join(f'[[seed.accounts]]\nusername = "{name}"\naccess_token = "{name}_token"\n' for name in people)
    (folder / "mastodon.toml").write_text(f"[server]\n[seed]\n{seed}")
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/api/v1/instance").status_code == 200
        except httpx.HTTPError:
            return False

    program = Path(sys.executable).with_name("mastodon_mock")
    command = [str(program), "serve", "--config", "mastodon.toml", "--in-memory", "--port", str(port)]
    with running(command, answers, folder / "log", seconds=60, cwd=folder):
        yield Server(url)


class OnMastodon(World):
    platform, server = "mastodon", "mastodon_server"
    backdates = False
    many, per_page, several = 30, 5, 7
    elsewhere = frozenset({"go_away", "suspend"})

    def begin(self, server: Server) -> str:
        self.all, self.name = server, server.hall()
        self.hall, self.handle = server.client(self.name), f"{self.name}@localhost"
        self.external_id = str(self.hall.account_verify_credentials().id)
        self._authors: dict[str, Client] = {}  # by the post's id
        return server.url

    external_id = ""  # filled by `begin`

    def end(self) -> None:
        pass  # the server is for the whole session

    @property
    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    @property
    def credentials(self) -> dict[str, str]:
        return {"server": self.proxy.address, "token": f"{self.name}_token"}

    def publish(self, text: str = "News", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.hall, text, None)

    def ask(
        self, text: str = "Hi", *, at: dt.datetime | None = None, to: Remark | None = None, author: str = "kari"
    ) -> Remark:
        return self._say(self.all.citizen(author), f"@{self.name} {text}", to)

    def answer(self, to: Remark, text: str = "Hello", *, at: dt.datetime | None = None) -> Remark:
        return self._say(self.hall, text, to)

    def _say(self, who: Client, text: str, to: Remark | None, **rest: Any) -> Remark:
        said = who.status_post(text, in_reply_to_id=to.id if to else None, **rest)
        remote_id = str(said.id)
        self._authors[remote_id] = who
        return Remark(
            remote_id,
            said.created_at,
            text,
            kind="reply" if to else "mention",
            author=f"@{said.account.acct}",
            thread_id=to.thread_id if to else remote_id,
            parent_id=to.id if to else "",
            own=who is self.hall,
        )

    def share(self, said: Collection[Remark]) -> dt.datetime:
        return max(self.hall.status_reblog(remark.id).created_at for remark in said)

    def edit(self, remark: Remark, text: str) -> None:
        self._authors[remark.id].status_update(remark.id, text)

    def remove(self, remark: Remark) -> None:
        self._authors[remark.id].status_delete(remark.id)

    # The server of the tests knows neither; a real one answers so to every call.

    def go_away(self) -> None:
        self.proxy.always("404")

    def revoke(self) -> None:
        self.proxy.always("401")
