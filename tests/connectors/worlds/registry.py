"""The worlds by the platform's code: one for each connector (see tests/connectors/world.py)."""

from tests.connectors.world import World
from tests.connectors.worlds.on_feed import OnBlog, OnFeed
from tests.connectors.worlds.on_linkedin import OnLinkedIn
from tests.connectors.worlds.on_meta import OnFacebook, OnInstagram
from tests.connectors.worlds.on_tiktok import OnTikTok

WORLDS: dict[str, type[World]] = {
    world.platform: world for world in (OnFacebook, OnInstagram, OnLinkedIn, OnTikTok, OnFeed, OnBlog)
}
