"""A feed of news, and a blog: what is published there is all that can be known."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.connectors.world import Remark, World
from tests.connectors.worlds.served import Served

SITE = "https://fjordvik.example/"


class OnFeed(World):
    platform, external_id, handle = "feed", SITE, "fjordvik.example"

    def begin(self, server: Any) -> str:
        self.entries: list[tuple[str, dt.datetime]] = []
        self.status, self.site = 200, SITE
        self.fake = Served(lambda path, query, headers: (self.status, self.page(), {"Content-Type": "application/xml"}))
        return self.fake.url

    def end(self) -> None:
        self.fake.close()

    @property
    def credentials(self) -> dict[str, str]:
        return {"address": f"{self.proxy.address}/feed"}

    def page(self) -> bytes:
        items = "".join(
            f"<item><title>{escape(text)}</title><guid>{number}</guid><pubDate>{format_datetime(at)}</pubDate></item>"
            for number, (text, at) in enumerate(self.entries)
        )
        head = f"<title>News</title><link>{self.site}</link>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    def publish(self, text: str = "News", *, at: dt.datetime | None = None) -> Remark:
        self.entries.append((text, at or self.now))
        return Remark(str(len(self.entries) - 1), at or self.now, text, own=True)

    def unresolve(self) -> None:
        self.site = "http://www.fjordvik.example"

    def go_away(self) -> None:
        self.status = 410

    def revoke(self) -> None:
        self.status = 401


class OnBlog(OnFeed):
    platform = "blog"
