"""What is known of a platform before anything is read there: its hosts, its handles, and what its addresses look like.

Each connector states its own (`facts = Facts(...)`); `known.py` holds those of platforms that no connector reads.
What a body decides about a platform, and what it calls it, is its row in the database; these are no one's decision.

Addresses are written as patterns. A pattern begins with `/` and holds on each of the platform's hosts, or names the
one host where it holds (`youtu.be/{post}`); a query may follow. In it stand `{handle}`, `{id}` (the platform's own id
of an account, which never changes), `{post}` (of one post), and `{name}` for what says nothing by itself. A step such
as `@{handle}` has its sign in the address, not in the handle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

_PLACE = re.compile(r"\{(handle|id|post|name)\}")
ANYTHING = r"[^/]+"


@dataclass(frozen=True)
class Facts:
    """One platform. Forms are regular expressions of the whole text, tried without regard to case."""

    code: str  # Platform.code
    name: str
    # The first is the one the platform itself shows. A path means the same account on all of them.
    hosts: tuple[str, ...] = ()
    # Hosts that only lead on to an address on another: no account can be told from a path there, unless a pattern
    # names the host.
    short_hosts: tuple[str, ...] = ()
    # Anyone may run a server, so any host may be one. A handle is then `name@server`; in addresses `{handle}` is the
    # name alone.
    own_servers: bool = False
    handle: str = ANYTHING
    # Where handles differ in these characters alone they are one and the same, and so they are with another case.
    handle_ignores: str = ""
    case_matters: bool = False
    id: str = ANYTHING
    post: str = ANYTHING
    # The address of a profile by its handle, and by its id, as the portal writes it. Empty: none follows.
    profile: str = ""
    profile_of_id: str = ""
    # What names a profile, the closest pattern first. Pages below such an address belong to the profile too.
    profiles: tuple[str, ...] = ()
    # Addresses of one post, whole.
    posts: tuple[str, ...] = ()
    # First steps of a path that look like a handle and are none.
    no_handle: frozenset[str] = frozenset()
    # How many tasks may read it at the same time.
    readers: int = 1

    def owns(self, host: str) -> bool:
        """Whether it is one of the platform's hosts, or one below; another's server is never owned."""
        host = host.lower().rstrip(".")
        return any(host == known or host.endswith(f".{known}") for known in (*self.hosts, *self.short_hosts))

    def profile_in(self, url: str) -> dict[str, str]:
        """What the address says of the profile it leads to, or lies below: `handle`, `id`; {} where it says nothing."""
        return self._first(self._profiles, url)

    def post_in(self, url: str) -> dict[str, str]:
        """`post`, and `handle` or `id` of whose it is where that stands there; {} where it is no post's address."""
        return self._first(self._posts, url)

    @property
    def shown_hosts(self) -> list[str]:
        """For a body's list of platforms: without hosts below another of them, which count in any case."""
        hosts = (*self.hosts, *self.short_hosts)
        return [host for host in hosts if not any(host.endswith(f".{other}") for other in hosts)]

    def address_of_id(self, external_id: str) -> str:
        return self.profile_of_id.replace("{id}", external_id) if external_id else ""

    def _first(self, patterns: Iterable[_Pattern], url: str) -> dict[str, str]:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().rstrip(".")
        if not (self.owns(host) or (self.own_servers and host)):
            return {}
        on_short = any(host == short or host.endswith(f".{short}") for short in self.short_hosts)
        path, query = unquote(parts.path).rstrip("/"), parse_qs(parts.query)
        holding = (pattern for pattern in patterns if pattern.host == host or not (pattern.host or on_short))
        readings = (pattern.read(path, query) for pattern in holding)
        return next(
            (found for found in readings if found and found.get("handle", "").lower() not in self.no_handle), {}
        )

    @cached_property
    def _profiles(self) -> tuple[_Pattern, ...]:
        return tuple(_Pattern(text, self, whole=False) for text in self.profiles)

    @cached_property
    def _posts(self) -> tuple[_Pattern, ...]:
        return tuple(_Pattern(text, self, whole=True) for text in self.posts)


class _Pattern:
    """One pattern, ready to be held against addresses."""

    def __init__(self, text: str, facts: Facts, *, whole: bool):
        before, _mark, query = text.partition("?")
        self.host, slash, path = before.partition("/")
        self._path = re.compile(_expression(slash + path, facts) + ("" if whole else "(?:/.*)?"), re.IGNORECASE)
        wanted = (part.partition("=") for part in query.split("&") if part)
        self._query = {key: re.compile(_expression(value, facts), re.IGNORECASE) for key, _sign, value in wanted}

    def read(self, path: str, query: dict[str, list[str]]) -> dict[str, str]:
        """What stands in the places of the pattern; {} where the address is another."""
        values = [(expression, query.get(key, [""])[0]) for key, expression in self._query.items()]
        found: dict[str, str] = {}
        for expression, text in [(self._path, path), *values]:
            match = expression.fullmatch(text)
            if match is None:
                return {}
            found |= match.groupdict()
        return found


def _expression(text: str, facts: Facts) -> str:
    forms = {"handle": facts.handle, "id": facts.id, "post": facts.post}
    parts = _PLACE.split(text)
    return "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>{forms[part]})" if part in forms else ANYTHING
        for index, part in enumerate(parts)
    )
