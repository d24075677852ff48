"""The platforms the portal can read, by the platform's code. Each module holds one connector."""

from __future__ import annotations

from accounts.connectors.base import Connector
from accounts.connectors.bluesky import Bluesky
from accounts.connectors.facebook import Facebook
from accounts.connectors.feed import Blog, Feed
from accounts.connectors.instagram import Instagram
from accounts.connectors.linkedin import LinkedIn
from accounts.connectors.mastodon import Mastodon
from accounts.connectors.tiktok import TikTok
from accounts.connectors.x import X
from accounts.connectors.youtube import YouTube

REGISTRY: dict[str, type[Connector]] = {
    connector.platform: connector
    for connector in (
        Bluesky,
        Facebook,
        Instagram,
        LinkedIn,
        Mastodon,
        TikTok,
        Feed,
        Blog,
        YouTube,
        X,
    )
}
