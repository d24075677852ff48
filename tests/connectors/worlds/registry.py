"""The worlds by the platform's code: one for each connector (see tests/connectors/world.py)."""

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
