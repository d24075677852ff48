"""The worlds that connectors are tried in."""

import pytest

from tests.connectors.world import opened
from tests.connectors.worlds.on_bluesky import bluesky
from tests.connectors.worlds.on_mastodon import mastodon
from tests.connectors.worlds.registry import WORLDS


@pytest.fixture(params=[pytest.param(kind, id=code, marks=kind.marks) for code, kind in WORLDS.items()])
def world(request, now):
    """Every platform in turn, with an account of ours on it."""
    kind = request.param
    server = request.getfixturevalue(kind.server) if kind.server else None
    with opened(kind, now, server) as world:
        yield world


@pytest.fixture(scope="session")
def mastodon_server(tmp_path_factory):
    with mastodon(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


@pytest.fixture(scope="session")
def bluesky_network(tmp_path_factory):
    with bluesky(tmp_path_factory.mktemp("bluesky")) as network:
        yield network
