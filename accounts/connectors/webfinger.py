"""Where the accounts of a server really lie (RFC 7033): handles may have another domain than addresses.

Both sides are asked, so that neither can claim what is the other's: `fjordvik@fjordvik.no` lies at
`social.fjordvik.no` where both servers say so of the very same account.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from accounts.connectors.written import Written

MOST_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_PROFILE = "http://webfinger.net/rel/profile-page"


@dataclass(frozen=True)
class Finger:
    """`handle` as the server writes it, `name@domain`; `server` at which its addresses lie; `url` of its profile."""

    handle: str
    server: str
    url: str


def ask(handle: str, http: Http) -> Finger:
    """What the servers say of `name@server`. Raises ConnectorError, BAD_ANSWER where they contradict each other."""
    name, _at, server = handle.partition("@")
    said = _asked(server, handle, http)
    subject_server = said.handle.partition("@")[2].lower()
    if said.handle.partition("@")[0].lower() != name.lower():
        raise ConnectorError(ErrorCode.BAD_ANSWER, "the server answers for another account")
    if subject_server != server.lower() and _asked(subject_server, said.handle, http) != said:
        raise ConnectorError(ErrorCode.BAD_ANSWER, "the servers contradict each other")
    if said.server not in (server.lower(), subject_server) and _asked(said.server, said.handle, http) != said:
        raise ConnectorError(ErrorCode.BAD_ANSWER, "the servers contradict each other")
    return said


def _asked(server: str, handle: str, http: Http) -> Finger:
    scheme = "http" if settings.FETCH_LOOPBACK and server.partition(":")[0] in ("127.0.0.1", "localhost") else "https"
    address = f"{scheme}://{server}/.well-known/webfinger"
    params: dict[str, str] | None = {"resource": f"acct:{handle}"}
    for _number in range(MOST_REDIRECTS + 1):
        answer = http.call("GET", address, params=params, statuses=_MOVED)
        if answer.status not in _MOVED:
            return _understood(answer.json())
        address, params = urljoin(address, answer.headers.get("location") or ""), None
    raise ConnectorError(ErrorCode.BAD_ANSWER, "too many redirects")


def _understood(said: object) -> Finger:
    try:
        subject = said["subject"]
        links = {link.get("rel"): link.get("href") for link in said["links"] if isinstance(link, dict)}
        url = links.get(_PROFILE) or links["self"]
        written = Written.read(url)
        handle = subject.removeprefix("acct:")
        if not subject.startswith("acct:") or handle.count("@") != 1 or written is None:
            raise ValueError
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ConnectorError(ErrorCode.BAD_ANSWER, "no webfinger answer") from None
    return Finger(handle, written.server, url)
