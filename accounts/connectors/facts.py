"""What is known of a platform before anything is read there: its hosts, its handles, and what its addresses look like.

Each connector states its own (`facts = Facts(...)`); `known.py` holds those of platforms that no connector reads.
What a body decides about a platform, and what it calls it, is its row in the database; these are no one's decision.

Addresses are written as patterns. A pattern begins with `/` and holds on each of the platform's hosts, or names the
one host where it holds (`youtu.be/{post}`); a query may follow. In it stand `{handle}`, `{id}` (the platform's own id
of an account, which never changes), `{post}` (of one post), `{comment}` (of one below it), `{server}` (another, in a
view of it), and `{name}` for what says nothing by itself. A step such as `@{handle}` has its sign in the address, not
in the handle. What fits no pattern names no profile: nothing is taken for a handle because it stands where one might.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from accounts.connectors.written import Written

_PLACE = re.compile(r"\{(handle|id|post|comment|server|name)\}")
ANYTHING = r"[^/]+"
SERVER = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d+)?"
# Hosts that show the same as the one they stand before: mobile ones, and languages (`no.`, `nb-no.`).
_BEFORE_HOST = re.compile(r"(www\d?|m|mobile|touch|mbasic|web|[a-z]{2}(-[a-z]{2})?)\.")


@dataclass(frozen=True)
class Facts:
    """One platform. Forms are regular expressions of the whole text, tried without regard to case."""

    code: str  # Platform.code
    name: str
    # The first is the one the platform itself shows. A path means the same account on all of them, and on their
    # mobile and language hosts.
    hosts: tuple[str, ...] = ()
    # Hosts that only lead on to an address on another: no account can be told from a path there, unless a pattern
    # names the host.
    short_hosts: tuple[str, ...] = ()
    # Anyone may run a server, so any host may be one. A handle is then `name@server`; in addresses `{handle}` is the
    # name alone.
    own_servers: bool = False
    handle: str = ANYTHING
    # Letters of any language; otherwise those of ASCII alone, whatever looks like them.
    any_letters: bool = False
    # Handles that differ in these characters alone are one and the same, and so they are with another case.
    handle_ignores: str = ""
    # First steps before a handle that make it another's: `/c/nordvik` need not be `/@nordvik`. The handle has the step.
    spaces: tuple[str, ...] = ()
    id: str = ANYTHING
    post: str = ANYTHING
    # The address of a profile by its handle, and by its id, as the portal writes it. Empty: none follows.
    profile: str = ""
    profile_of_id: str = ""
    # Other addresses that the platform itself shows and the portal therefore keeps.
    shown: tuple[str, ...] = ()
    # What names a profile, the closest pattern first.
    profiles: tuple[str, ...] = ()
    # Last steps behind a profile's address that show part of the same profile.
    tabs: frozenset[str] = frozenset()
    # Addresses of one post, whole.
    posts: tuple[str, ...] = ()
    # What in the query of such an address names one comment below the post, the innermost first.
    comment_in: tuple[str, ...] = ()
    # Where the step that is `{post}` holds more than the post's id: the id in it.
    post_id: str = ""
    # What is said in answer to a post is a post with an address of its own, and not known by that of the other.
    answers_are_posts: bool = False
    # First steps of a path that look like a handle and are none.
    no_handle: frozenset[str] = frozenset()
    # How many tasks may read it at the same time.
    readers: int = 1
    # The promise: a connected account is read whole, to the end of every stream, at least once within this time.
    whole_within: dt.timedelta = dt.timedelta(days=1)

    def owns(self, host: str) -> bool:
        """Whether it is one of the platform's hosts, or one below; another's server is never owned."""
        host = host.lower().rstrip(".")
        return any(host == known or host.endswith(f".{known}") for known in (*self.hosts, *self.short_hosts))

    def profile_in(self, address: str | Written) -> dict[str, str]:
        """What the address says of the profile it shows: `handle`, `id`, `server`; {} where it shows none."""
        return self._first(self._profiles, address)

    def post_in(self, address: str | Written) -> dict[str, str]:
        """`post`, and `handle` or `id` of whose it is where that stands there; {} where it is no post's address."""
        return self._first(self._posts, address)

    def one_post(self, written: Written) -> str:
        """What all addresses of one post have in common, or those of one comment below it; "" where it is neither's."""
        found = self.post_in(written)
        if not found:
            return ""
        said = dict(written.query)
        if comment := found.get("comment") or next((said[name] for name in self.comment_in if said.get(name)), ""):
            return f"{self.code}//{comment}"
        inner = re.search(self.post_id, found["post"]) if self.post_id else None
        server = f"{found.get('server') or written.server}/" if self.own_servers else ""
        return f"{self.code}/{server}{inner[1] if inner else found['post']}"

    def shown_as(self, written: Written) -> str:
        """The one of the `shown` patterns that the address is written by; "" where it is none of them."""
        return next((pattern.text for pattern in self._shown if pattern.read(written)), "")

    def handle_in(self, text: str) -> str:
        """The text where the platform allows it as a handle; otherwise ""."""
        space, slash, name = text.rpartition("/")
        if slash and space not in self.spaces:
            return ""
        return text if self._handle.fullmatch(name) and name.lower() not in self.no_handle and _plain(name) else ""

    def id_in(self, text: str) -> str:
        return text if self.id != ANYTHING and re.fullmatch(self.id, text, re.ASCII) else ""

    def key(self, handle: str) -> str:
        """What handles of one and the same account have in common."""
        return unicodedata.normalize("NFC", handle.translate({ord(sign): None for sign in self.handle_ignores}).lower())

    @property
    def shown_hosts(self) -> list[str]:
        """For a body's list of platforms: without hosts below another of them, which count in any case."""
        hosts = (*self.hosts, *self.short_hosts)
        return [host for host in hosts if not any(host.endswith(f".{other}") for other in hosts)]

    def address_of_id(self, external_id: str) -> str:
        return self.profile_of_id.replace("{id}", external_id) if external_id else ""

    def host_of(self, host: str) -> str:
        """The one of the platform's hosts that this one shows; "" where it is none of them."""
        known = {*self.hosts, *self.short_hosts}
        before = _BEFORE_HOST.match(host)
        inner = host[before.end() :] if before else ""
        return host if host in known else inner if inner in known else ""

    def is_short(self, host: str) -> bool:
        return self.host_of(host) in self.short_hosts

    def _first(self, patterns: Iterable[_Pattern], address: str | Written) -> dict[str, str]:
        written = Written.read(address) if isinstance(address, str) else address
        if written is None:
            return {}
        host = self.host_of(written.host)
        if not self.own_servers and (written.port or not host):
            return {}
        short = bool(host) and host in self.short_hosts
        for pattern in patterns:
            if pattern.host != host if pattern.host else short:
                continue
            found = pattern.read(written)
            if not self._speaks_for(written, found.get("server", "")):
                continue
            handle = found.get("handle", "")
            if found and (not handle or (handle.lower() not in self.no_handle and _plain(handle))):
                if pattern.space:
                    found["handle"] = f"{pattern.space}/{handle}"
                return found
        return {}

    def _speaks_for(self, written: Written, server: str) -> bool:
        """Whether what stands at the address is the other server's account. Whoever runs a server may show anything
        under that name, so only those that are known are believed."""
        return not server or written.server in (*self.hosts, server.lower())

    @cached_property
    def says_who(self) -> frozenset[str]:
        """Keys of queries that name a profile, in any pattern. Of two the platform takes one, who knows which."""
        queries = [text.partition("?")[2] for text in (*self.profiles, *self.posts)]
        parts = [part.partition("=") for query in queries for part in query.split("&")]
        return frozenset(key for key, _sign, value in parts if value in ("{handle}", "{id}"))

    @cached_property
    def _handle(self) -> re.Pattern:
        return re.compile(self.handle, re.IGNORECASE if self.any_letters else re.IGNORECASE | re.ASCII)

    @cached_property
    def _profiles(self) -> tuple[_Pattern, ...]:
        return tuple(_Pattern(text, self, tabs=True) for text in self.profiles)

    @cached_property
    def _shown(self) -> tuple[_Pattern, ...]:
        return tuple(_Pattern(text, self, tabs=True) for text in self.shown)

    @cached_property
    def _posts(self) -> tuple[_Pattern, ...]:
        return tuple(_Pattern(text, self, tabs=False) for text in self.posts)


def _plain(text: str) -> bool:
    """Whether no letter is only another's look (full width, the sign for Kelvin)."""
    return unicodedata.normalize("NFKC", text) == text


class _Pattern:
    """One pattern, ready to be held against addresses."""

    def __init__(self, text: str, facts: Facts, *, tabs: bool):
        self.text = text
        before, _mark, query = text.partition("?")
        self.host, slash, path = before.partition("/")
        steps = path.split("/")
        self.space = steps[0] if "{handle}" in path and steps[0] in facts.spaces else ""
        # Of the platform's own words case says nothing; ids are read as they are written.
        self._letters = re.IGNORECASE if facts.any_letters else re.IGNORECASE | re.ASCII
        last = f"(?:/(?:{'|'.join(map(re.escape, sorted(facts.tabs)))}))?" if tabs and facts.tabs else ""
        self._path = re.compile(_expression(slash + path, facts) + last, self._letters)
        wanted = (part.partition("=") for part in query.split("&") if part)
        self._query = {key: re.compile(_expression(value, facts), self._letters) for key, _sign, value in wanted}
        self._others = facts.says_who - self._query.keys() if self._query else frozenset()

    def read(self, written: Written) -> dict[str, str]:
        """What stands in the places of the pattern; {} where the address is another."""
        values = []
        if any(name in self._others for name, _value in written.query):
            return {}
        for key, expression in self._query.items():
            said = [value for name, value in written.query if name == key]
            if len(said) != 1:  # of two the platform takes one, and nobody knows which
                return {}
            values.append((expression, said[0]))
        found: dict[str, str] = {}
        for expression, text in [(self._path, written.path), *values]:
            match = expression.fullmatch(text)
            if match is None:
                return {}
            found |= match.groupdict()
        return found


def _expression(text: str, facts: Facts) -> str:
    forms = {"handle": facts.handle, "id": f"(?-i:{facts.id})", "post": facts.post, "comment": r"\d+", "server": SERVER}
    parts = _PLACE.split(text)
    return "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>{forms[part]})" if part in forms else ANYTHING
        for index, part in enumerate(parts)
    )
