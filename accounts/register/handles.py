"""From an address to the handle in it, and from a handle or id to an address, as far as a platform lets one tell."""

from __future__ import annotations

from urllib.parse import urlsplit

from accounts.connectors import FACTS
from accounts.connectors.facts import Facts
from governance.platforms.models import Platform

# First steps of a path that are a handle on no platform, for those of which nothing more is known.
_NO_HANDLE = frozenset(
    {"pages", "groups", "people", "profile.php", "channel", "user", "c", "in", "company", "watch", "playlist"}
    | {"posts", "p", "reel", "reels", "explore", "search"}
)


def _facts(platform: Platform) -> Facts:
    return FACTS.get(platform.code) or Facts(platform.code, platform.name)


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def handle_in(platform: Platform, url: str) -> str:
    """The handle an address holds, or "" where it holds none. Where anyone may run a server, it is `name@server`."""
    parts, facts = urlsplit(url), _facts(platform)
    steps = _steps(parts.path)
    if facts.own_servers:
        return f"{steps[0][1:]}@{parts.hostname}" if steps and steps[0].startswith("@") and parts.hostname else ""
    pattern = _steps(urlsplit(platform.address).path) if platform.owns(url) else []
    place = next((index for index, step in enumerate(pattern) if "{handle}" in step), None)
    if place is None or len(steps) <= place:
        return ""
    if [step.lower() for step in steps[:place]] != [step.lower() for step in pattern[:place]]:
        return ""
    if pattern[place].startswith("@") and not steps[place].startswith("@"):
        return ""
    handle = steps[place].lstrip("@")
    return "" if handle.lower() in _NO_HANDLE | facts.no_handle or id_in(platform, url) else handle


def id_in(platform: Platform, url: str) -> str:
    """The platform's own id, where the address holds it instead of a handle."""
    return _facts(platform).profile_in(url).get("id", "")


def address_for(platform: Platform, handle: str, external_id: str) -> str:
    """The address of an account known by its handle, or by its id alone; "" where none follows."""
    facts = _facts(platform)
    if handle and facts.own_servers:
        name, _at, server = handle.partition("@")
        return f"https://{server.lower()}/@{name}" if server else ""
    if handle:
        return platform.address_of(handle)
    return facts.address_of_id(external_id)
