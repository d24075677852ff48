"""Who an account is on its platform: one function for whatever people write, another for a row of the register.

Two addresses, handles or ids name the same account where their identities are equal, and in no other case. What fits
no documented form names no profile (`NoProfile`, with words about what to paste instead). Knows no rows but platforms.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

from accounts.connectors import FACTS
from accounts.connectors.facts import SERVER, Facts
from accounts.connectors.written import Written, tidied
from accounts.register.refusals import NoProfile, Wrong, wrong_page
from governance.platforms.models import Platform

# Names under which people still know a platform.
OTHER_NAMES = {
    "twitter": "x",
    "x_twitter": "x",
    "x_(twitter)": "x",
    "x_(formerly_twitter)": "x",
    "twitter_(x)": "x",
    "twitter/x": "x",
    "x/twitter": "x",
    "fb": "facebook",
    "facebook_side": "facebook",
    "insta": "instagram",
    "ig": "instagram",
    "yt": "youtube",
    "you_tube": "youtube",
    "linked_in": "linkedin",
    "tik_tok": "tiktok",
    "bsky": "bluesky",
    "snap": "snapchat",
}
# Hosts at which many keep a site of their own: the host alone is nobody's.
SHARED_HOSTS = frozenset(
    {"blogger.com", "blogspot.com", "linktr.ee", "medium.com", "sites.google.com", "substack.com", "tumblr.com"}
    | {"wixsite.com", "wordpress.com"}
)
_AT_SERVER = re.compile(rf"@?([^@\s/:]+)@({SERVER})", re.IGNORECASE | re.ASCII)
_AS_IT_IS = "/@:+,;=~!$&'()*"
# Nothing in these says which page it is.
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|igsh|igshid|mc_[ce]id|mibextid|ref|ref_.*", re.IGNORECASE)


@dataclass(frozen=True)
class Identity:
    """Handles as all writings of them have in common, ids with their case. What is not known is empty."""

    platform: str
    server: str = ""
    handle: str = ""
    external_id: str = ""
    # Where a platform’s accounts are known by their web address alone (a blog, a feed).
    address: str = ""

    @property
    def handle_key(self) -> str:
        return f"{self.handle}@{self.server}" if self.handle and self.server else self.handle


@dataclass(frozen=True)
class Reading:
    """What a text names: the identity, and the handle and address as the portal would write them."""

    identity: Identity
    handle: str = ""
    url: str = ""
    # It is the address of one post: the identity is whose it seems to be.
    is_post: bool = False


@dataclass(frozen=True)
class Settled:
    """What the register keeps of an account that was given by any of these."""

    handle: str
    external_id: str
    url: str
    identity: Identity
    address_server: str = ""


@dataclass(frozen=True)
class Known:
    """The facts of all platforms of the body, by code: those the house knows, and those the body has added."""

    facts: dict[str, Facts] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Known:
        """One query."""
        return cls({platform.code: facts_of(platform) for platform in Platform.objects.all()})

    def named(self, name: str) -> Facts | None:
        plain = "_".join(name.lower().replace("-", " ").split())
        code = OTHER_NAMES.get(plain, plain)
        return self.facts.get(code) or next((one for one in self.facts.values() if one.name.lower() == plain), None)

    def owner_of(self, host: str) -> Facts | None:
        """Whose host it is. On a server that anyone may run there is no owner."""
        return next((one for one in self.facts.values() if not one.own_servers and one.owns(host)), None)

    @property
    def of_servers(self) -> list[Facts]:
        return [one for one in self.facts.values() if one.own_servers]


def facts_of(platform: Platform) -> Facts:
    """What the house knows of a platform; of one that the body added, what its row says."""
    known = FACTS.get(platform.code)
    if known and (known.profiles or not platform.address):
        return known
    return _facts_of_row(platform.code, platform.name, tuple(platform.hosts), platform.address)


@lru_cache(maxsize=200)
def _facts_of_row(code: str, name: str, hosts: tuple[str, ...], address: str) -> Facts:
    path = urlsplit(address).path if hosts else ""
    patterns = (path.rstrip("/"),) if "{handle}" in path else ()
    return Facts(
        code,
        name,
        hosts=tuple(host.lower().removeprefix("www.") for host in hosts),
        handle=r"[\w.-]{1,100}" if patterns else ".{1,100}",
        any_letters=True,
        profile=address if patterns else "",
        profiles=patterns,
    )


# --- what people write ---------------------------------------------------------------------------------------


def read(text: str, platform: Platform | None = None, *, known: Known | None = None) -> Reading:
    """The one thing that an address, `@handle`, `platform:handle`, `user@server` or `acct:` names.

    Raises NoProfile. `platform`: where the account is said to be.
    """
    return readings(text, platform, known=known)[0]


def readings(text: str, platform: Platform | None = None, *, known: Known | None = None) -> list[Reading]:
    """All that the text may name where no platform is given: a host alone may be a handle, or a site. At least one."""
    known = known or Known.load()
    stated = facts_of(platform) if platform else None
    text = tidied(text)
    if not text:
        raise NoProfile(Wrong.EMPTY, stated)
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() == "acct":
        text = rest
    elif text.lower().startswith("at://"):
        text = "https://bsky.app/profile/" + text[5:].replace("/app.bsky.feed.post/", "/post/")
    elif colon and not rest.startswith("/") and not rest[:1].isdigit() and (named := known.named(scheme)):
        if stated and named.code != stated.code:
            raise NoProfile(Wrong.OTHER, stated, found=named.name)
        stated, text = named, rest.strip()
    for facts in [stated] if stated else known.facts.values():
        if facts.id_in(text) and not text.isdigit() and ":" in text:  # did:plc:…
            return [_by_id(facts, text)]
    if stated and stated.profiles and not _is_address(text, stated):
        return [_handle(text, stated)]
    if not stated and _AT_SERVER.fullmatch(text):
        return [_handle(text, facts) for facts in known.of_servers]
    return _address(text, stated, known)


def _is_address(text: str, facts: Facts) -> bool:
    written = Written.read(text)
    if written and facts.owns(written.host):
        return True
    if facts.handle_in(text.removeprefix("@")):
        return False
    return "/" in text or (not _AT_SERVER.fullmatch(text) and "." in text and bool(written))


def _by_id(facts: Facts, external_id: str) -> Reading:
    return Reading(Identity(facts.code, external_id=external_id), "", facts.address_of_id(external_id))


def _handle(text: str, facts: Facts) -> Reading:
    if facts.own_servers:
        name, _at, server = text.removeprefix("@").rpartition("@")
        if not _at and facts.handle_in(server):
            raise NoProfile(Wrong.SERVER, facts, field="handle", raw=server)
        if not facts.handle_in(name) or not re.fullmatch(SERVER, server, re.IGNORECASE | re.ASCII):
            raise NoProfile(Wrong.HANDLE, facts, field="handle", raw=text)
        return _named(facts, name, server)
    handle = facts.handle_in(text.removeprefix("@"))
    if handle:
        return _named(facts, handle)
    # Lists have the end of an address among the handles: `100064512345`, `Badet-100064512345`.
    at = Written.read(f"https://{facts.hosts[0]}/{text}") if facts.hosts and re.fullmatch(r"[\w.-]+", text) else None
    found = facts.profile_in(at) if at else None
    if found and found.get("id"):
        return _by_id(facts, found["id"])
    raise NoProfile(Wrong.HANDLE, facts, field="handle", raw=text)


def _named(facts: Facts, handle: str, server: str = "", *, pattern: str = "", is_post: bool = False) -> Reading:
    server = server.lower()
    if server:
        shown, url = f"{handle}@{server}", f"https://{server}/@{handle}"
    else:
        shown = handle
        if "/" in handle:
            url = f"https://www.{facts.hosts[0]}/{quote(handle)}"
        elif pattern in facts.shown:
            url = f"https://www.{facts.hosts[0]}{pattern.replace('{handle}', quote(handle))}/"
        else:
            url = facts.profile.replace("{handle}", quote(handle, safe="&'._-"))
    return Reading(Identity(facts.code, server=server, handle=facts.key(handle)), shown, url, is_post)


def _address(text: str, stated: Facts | None, known: Known) -> list[Reading]:
    written = Written.read(text)
    if written is None or (not stated and "." not in written.host):
        name = text.removeprefix("@")
        if not stated and name and "/" not in name and " " not in name:
            raise NoProfile(Wrong.PLATFORM, field="handle", raw=name)
        raise NoProfile(Wrong.NO_ADDRESS, stated, raw=text)
    owner = known.owner_of(written.host)
    if owner and stated and owner.code != stated.code:
        raise NoProfile(Wrong.OTHER, stated, found=owner.name)
    if owner and (owner.profiles or owner.hosts):
        return [_on_platform(written, owner) if owner.profiles else _site(written, owner)]
    found = []
    if not stated and not written.steps and not written.port and written.server == text.lower():
        found += [
            _handle(text, facts) for facts in known.facts.values() if facts.code == "bluesky" and facts.handle_in(text)
        ]
    for facts in [stated] if stated else known.of_servers:
        if facts.own_servers and (reading := _read_patterns(written, facts)):
            found.append(reading)
    if stated and stated.own_servers and not found:
        raise NoProfile(wrong_page(written, stated), stated)
    if stated and stated.profiles and not stated.own_servers:
        raise NoProfile(Wrong.ELSEWHERE, stated, hosts=", ".join(stated.shown_hosts))
    if not stated or not stated.profiles:
        found += [
            _site(written, facts)
            for facts in ([stated] if stated else known.facts.values())
            if not facts.profiles and not facts.hosts
        ]
    return found


def _on_platform(written: Written, facts: Facts) -> Reading:
    reading = _read_patterns(written, facts)
    if reading is None:
        raise NoProfile(wrong_page(written, facts), facts, raw=written.steps[-1] if written.steps else "")
    return reading


def _read_patterns(written: Written, facts: Facts) -> Reading | None:
    """What the platform’s patterns make of the address; of a post whose author it does not name, NoProfile."""
    found, is_post = facts.profile_in(written), False
    if not found:
        found, is_post = facts.post_in(written), True
    if not found:
        return None
    if found.get("handle"):
        server = (found.get("server") or written.server) if facts.own_servers else ""
        return _named(facts, found["handle"], server, pattern=facts.shown_as(written), is_post=is_post)
    if found.get("id"):
        identity = Identity(facts.code, external_id=found["id"])
        return Reading(identity, "", facts.address_of_id(found["id"]), is_post)
    raise NoProfile(Wrong.POST, facts)


def _site(written: Written, facts: Facts) -> Reading:
    """A web address that is itself what the account is known by: the same host, path and query, whoever asks."""
    if not written.steps and written.host.removeprefix("www.") in SHARED_HOSTS:
        raise NoProfile(Wrong.BARE_HOST, facts)
    asked, key = _asked(written), key_of_page(written)
    url = f"https://{written.server}{quote(written.path, safe=_AS_IT_IS)}{asked}"
    return Reading(Identity(facts.code, address=key), "", url)


def _asked(written: Written) -> str:
    query = [(key, value) for key, value in written.query if not _TRACKING.fullmatch(key)]
    return f"?{urlencode(sorted(query))}" if query else ""


def key_of_page(written: Written) -> str:
    """What the addresses of one page have in common, whoever passed them on: host, path and what is asked for."""
    path = written.path.replace("?", "%3F") if written.steps else ""  # it begins no query there
    return written.server.removeprefix("www.") + path + _asked(written)


# --- what the register keeps ----------------------------------------------------------------------------------


def settle(
    platform: Platform,
    *,
    handle: str = "",
    url: str = "",
    external_id: str = "",
    address_server: str = "",
    known: Known,
) -> Settled:
    """What handle, address and id together name, each in its best form. Raises NoProfile, also where they disagree.

    `address_server`: where the handle's own server has said that its addresses lie.
    """
    facts = facts_of(platform)
    at = _read_in("url", url, platform, known) if tidied(url) else None
    if at and at.is_post:
        raise NoProfile(Wrong.POST, facts)
    external_id = tidied(external_id)
    if not facts.profiles:
        handle = tidied(handle).removeprefix("@")
        identity = Identity(facts.code, handle=unicodedata.normalize("NFC", handle).lower(), external_id=external_id)
        if at:
            identity = Identity(facts.code, "", identity.handle, external_id, at.identity.address)
        return Settled(handle, external_id, at.url if at else "", identity)
    by = _said_handle(handle, facts, platform, at, known) if tidied(handle) else None
    one_server = bool(at and by and address_server) and at.identity == replace(by.identity, server=address_server)
    if at and by and at.identity.handle and at.identity.handle_key != by.identity.handle_key and not one_server:
        raise NoProfile(Wrong.DIFFER, facts, one=at.handle, other=by.handle)
    ids = [one.identity.external_id for one in (at, by) if one and one.identity.external_id]
    for named in ids:
        if external_id and named != external_id:
            raise NoProfile(Wrong.IDS_DIFFER, facts, field="external_id", one=named, other=external_id)
        external_id = external_id or named
    named = by if by and by.identity.handle else at if at and at.identity.handle else None
    address = at.url if at and at.identity.handle else named.url if named else facts.address_of_id(external_id)
    identity = Identity(
        facts.code,
        named.identity.server if named else "",
        named.identity.handle if named else "",
        external_id,
    )
    return Settled(named.handle if named else "", external_id, address, identity, address_server if one_server else "")


def _said_handle(handle: str, facts: Facts, platform: Platform, at: Reading | None, known: Known) -> Reading:
    """What stands where the handle is asked for: also an address, or a name whose server the address says."""
    text = tidied(handle)
    if facts.own_servers and at and at.identity.server and facts.handle_in(text.removeprefix("@")):
        return _named(facts, text.removeprefix("@"), at.identity.server)
    reading = _read_in("handle", text, platform, known)
    if reading.is_post:
        raise NoProfile(Wrong.POST, facts, field="handle")
    return reading


def _read_in(field: str, text: str, platform: Platform, known: Known) -> Reading:
    try:
        return read(text, platform, known=known)
    except NoProfile as problem:
        problem.field = field
        raise


def of_row(platform: Platform, handle: str, external_id: str, url: str) -> Identity:
    """The identity of a row as it stands; what the platform’s grammar does not allow is empty there."""
    try:
        return settle(platform, handle=handle, url=url, external_id=external_id, known=_alone(platform)).identity
    except NoProfile:
        pass
    for said in ({"handle": handle}, {"url": url}):
        try:
            return settle(platform, external_id=external_id, known=_alone(platform), **said).identity
        except NoProfile:
            continue
    return Identity(platform.code, external_id=external_id)


def _alone(platform: Platform) -> Known:
    """Without a query: of a row that was registered it is known that its address is no other platform’s."""
    return Known({**FACTS, platform.code: facts_of(platform)})


def key_of_handle(platform: Platform, handle: str) -> str:
    """The canonical key of a handle, as a platform itself names it; "" where its grammar does not allow it."""
    return of_row(platform, handle, "", "").handle_key if handle else ""
