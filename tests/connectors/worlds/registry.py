"""The worlds by the platform's code: one for each connector (see tests/connectors/world.py)."""

import pytest

from tests.connectors.world import World
from tests.connectors.worlds.on_bluesky import OnBluesky
from tests.connectors.worlds.on_feed import OnBlog, OnFeed
from tests.connectors.worlds.on_linkedin import OnLinkedIn
from tests.connectors.worlds.on_mastodon import OnMastodon
from tests.connectors.worlds.on_meta import OnFacebook, OnInstagram
from tests.connectors.worlds.on_tiktok import OnTikTok
from tests.connectors.worlds.on_x import OnX
from tests.connectors.worlds.on_youtube import OnYouTube

WORLDS: dict[str, type[World]] = {
    world.platform: world
    for world in (
        OnFacebook,
        OnInstagram,
        OnLinkedIn,
        OnTikTok,
        OnYouTube,
        OnX,
        OnMastodon,
        OnBluesky,
        OnFeed,
        OnBlog,
    )
}


def on_all(*knowing: str, **being: object):
    """Try this in every world that knows all that, such as `on_all("hide")`, and is so (`backdates=True`)."""
    fitting = {
        code: kind
        for code, kind in WORLDS.items()
        if kind.knows(*knowing) and all(getattr(kind, name) == value for name, value in being.items())
    }
    params = [pytest.param(kind, id=code, marks=kind.marks) for code, kind in fitting.items()]
    return pytest.mark.parametrize("world", params, indirect=True)
