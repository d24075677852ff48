"""The platforms the portal can read, by the platform's code. Each module holds one connector."""

from __future__ import annotations

from accounts.connectors.base import Connector

REGISTRY: dict[str, type[Connector]] = {connector.platform: connector for connector in ()}
