"""The worlds that connectors are tried in."""

import pytest

from tests.connectors.world import opened
from tests.connectors.worlds.on_mastodon import mastodon


@pytest.fixture
def world(request, now):
    """One platform with an account of ours on it; which one says `on_all` (worlds/registry.py)."""
    kind = request.param
    server = request.getfixturevalue(kind.server) if kind.server else None
    with opened(kind, now, server) as world:
        yield world


@pytest.fixture(scope="session")
def mastodon_server(tmp_path_factory):
    with mastodon(tmp_path_factory.mktemp("mastodon")) as server:
        yield server
