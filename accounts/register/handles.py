"""From an address to the handle in it, and from a handle or id to an address, as far as a platform lets one tell."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from governance.platforms.models import Platform

# First steps of a path that are no handle.
_NO_HANDLE = frozenset(
    {"pages", "groups", "people", "profile.php", "channel", "user", "c", "in", "company", "watch", "playlist"}
    | {"posts", "p", "reel", "reels", "explore", "search"}
)
# Where the platform's own id gives an address.
_ADDRESS_OF_ID = {
    "facebook": "https://www.facebook.com/profile.php?id={id}",
    "youtube": "https://www.youtube.com/channel/{id}",
    "x": "https://x.com/i/user/{id}",
}


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def handle_in(platform: Platform, url: str) -> str:
    """The handle an address holds, or "" where it holds none. Mastodon's is `name@server`."""
    parts = urlsplit(url)
    steps = _steps(parts.path)
    if platform.code == "mastodon":
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
    return "" if handle.lower() in _NO_HANDLE else handle


def id_in(platform: Platform, url: str) -> str:
    """The platform's own id, where the address holds it instead of a handle."""
    parts = urlsplit(url)
    steps = _steps(parts.path)
    if platform.code == "youtube" and len(steps) > 1 and steps[0] == "channel":
        return steps[1]
    if platform.code == "facebook" and steps == ["profile.php"]:
        return parse_qs(parts.query).get("id", [""])[0]
    return ""


def address_for(platform: Platform, handle: str, external_id: str) -> str:
    """The address of an account known by its handle, or by its id alone; "" where none follows."""
    if handle and platform.code == "mastodon":
        name, _at, server = handle.partition("@")
        return f"https://{server.lower()}/@{name}" if server else ""
    if handle:
        return platform.address_of(handle)
    pattern = _ADDRESS_OF_ID.get(platform.code, "") if external_id else ""
    return pattern.replace("{id}", external_id)
