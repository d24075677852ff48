"""The worlds that connectors are tried in."""

import pytest

from tests.connectors.world import opened


@pytest.fixture
def world(request, now):
    """One platform with an account of ours on it; which one says `on_all` (worlds/registry.py)."""
    kind = request.param
    server = request.getfixturevalue(kind.server) if kind.server else None
    with opened(kind, now, server) as world:
        yield world
