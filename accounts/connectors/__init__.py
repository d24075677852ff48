"""The platforms the portal can read, by the platform's code. Each module holds one connector."""

from __future__ import annotations

from accounts.connectors.base import Connector
from accounts.connectors.feed import Blog, Feed
from accounts.connectors.x import X
from accounts.connectors.youtube import YouTube

REGISTRY: dict[str, type[Connector]] = {
    connector.platform: connector
    for connector in (
        Feed,
        Blog,
        YouTube,
        X,
    )
}
