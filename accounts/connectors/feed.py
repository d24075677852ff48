"""News feeds and blogs: RSS and Atom. They tell when something was published (feed_dates.py), and nothing else.

A feed has nobody to answer: comments, mentions and the like are not measurable here.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from urllib.parse import urljoin, urlsplit

import feedparser
from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import (
    Access,
    Activity,
    Capability,
    Checked,
    Connector,
    Credential,
    Guide,
    RemoteAccount,
    RemoteState,
)
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.facts import Facts
from accounts.connectors.feed_dates import activity_of
from accounts.connectors.http import Answer, Http

MOVED = frozenset({301, 302, 303, 307, 308})
# Beyond these feedparser takes minutes. A tag may be of the HTML within a text, and each has a closing one.
MOST_TAGS, MOST_ATTRIBUTES = 100_000, 100
TAG = re.compile(rb"""<[^!?](?:[^<>"']+|"[^"<]*"|'[^'<]*')*""")
# What a whole document ends with, whatever faults it has inside.
CLOSING = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</channel>")


class Feed(Connector):
    """A feed is found by its address alone; its own id, or the site it belongs to, says which feed it is."""

    facts = Facts(code="feed", name="News feed (RSS, Atom)")
    capabilities = frozenset({Capability.ACTIVITY, Capability.STATE})
    credentials = (
        Credential(
            "address",
            _("Address of the feed"),
            _("The address of the feed itself (RSS or Atom), not of the web page."),
            kind="url",
        ),
    )
    guide = Guide(
        steps=(
            _("Open the web page whose news the feed carries, and look for a link called “RSS”, “Atom” or “feed”."),
            _("Copy that link’s address and paste it here. It is often the page’s address with /feed or /rss behind."),
        ),
        note=_("A feed needs no rights. It tells when something was published, but not who wrote to you."),
    )
    shortest_interval = dt.timedelta(hours=1)

    def __init__(self, access: Access, http: Http):
        super().__init__(access, http)
        self._feed: feedparser.FeedParserDict | None = None

    def check(self) -> Checked:
        return Checked(self._described(self._read()))

    def account(self) -> RemoteAccount:
        try:
            return self._described(self._read())
        except ConnectorError as error:
            if error.code != ErrorCode.GONE:
                raise
            access = self.access
            return RemoteAccount(access.external_id, access.handle, self._address, state=RemoteState.GONE)

    def activity(self) -> Activity:
        return activity_of(self._read().entries, self.access.noted, self.access.now)

    @classmethod
    def is_same(cls, known_id: str, found_id: str) -> bool:
        return known_id == found_id or (
            _is_web(known_id) and _is_web(found_id) and _place(known_id) == _place(found_id)
        )

    @property
    def _address(self) -> str:
        return self.access.credentials.get("address", "").strip()

    def _read(self) -> feedparser.FeedParserDict:
        """The feed, fetched once for everything that one fetch asks."""
        if self._feed is None:
            self._feed = parsed(self._fetched(), self._address)
        return self._feed

    def _fetched(self) -> Answer:
        accept = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
        answer = self.http.call("GET", self._address, headers={"Accept": accept}, statuses=MOVED)
        if answer.status in MOVED and _same_place(target := _led_to(self._address, answer), self._address):
            answer = self.http.call("GET", target, headers={"Accept": accept}, statuses=MOVED)
        if answer.status in MOVED:
            # Not followed: whoever connected the account said where it is, and somebody should look at the new place.
            target = _led_to(self._address, answer)
            host = urlsplit(target).hostname or "?"
            raise ConnectorError(ErrorCode.BAD_ANSWER, f"the feed has moved to {host}: connect it with its new address")
        return answer

    def _described(self, feed: feedparser.FeedParserDict) -> RemoteAccount:
        about = feed.feed
        link = about.get("link") or ""
        # urn:… and tag:… ids are no links; an id that merely is the address has nothing to say.
        external_id = about.get("id") or link or self._address
        host = urlsplit(link).hostname or urlsplit(self._address).hostname or ""
        return RemoteAccount(
            external_id[:200],
            _without_www(host)[:200],
            link if urlsplit(link).scheme in ("http", "https") else self._address,
            " ".join((about.get("title") or "").split())[:200],
        )


class Blog(Feed):
    """A blog is read by its feed."""

    facts = Facts(code="blog", name="Blog")


def _is_web(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https")


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


def _place(address: str) -> tuple:
    """What an address leads to, with or without https, `www.` and a last slash."""
    parts = urlsplit(address)
    return _without_www(parts.hostname or ""), parts.path.rstrip("/"), parts.query


def _led_to(address: str, answer: Answer) -> str:
    return urljoin(address, answer.headers.get("location") or "")


def _same_place(target: str, address: str) -> bool:
    """Whether one is led from the address to the same in another form, and not from https to http."""
    safe = urlsplit(target).scheme == "https" or urlsplit(target).scheme == urlsplit(address).scheme
    return target != address and safe and _is_web(target) and _place(target) == _place(address)


def parsed(answer: Answer, address: str) -> feedparser.FeedParserDict:
    """The feed in an answer. Raises ConnectorError BAD_ANSWER for whatever is none, is cut off or plays tricks.

    `feedparser` takes a text or bytes that look like an address or a file name for just that, and opens it: it only
    ever gets a stream of bytes.
    """
    headers = {"content-location": address, "content-type": answer.headers.get("content-type", "")}
    # As feedparser itself reads it: what is “<” depends on the encoding.
    _harmless(feedparser.encodings.convert_to_utf8(headers, answer.content, feedparser.FeedParserDict()))
    # Nothing of it is shown as HTML: cleaning texts would only cost time.
    feed = feedparser.parse(
        io.BytesIO(answer.content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version"):
        kind = headers["content-type"][:60] or "unknown type"
        raise ConnectorError(ErrorCode.BAD_ANSWER, f"neither RSS nor Atom ({kind})")
    if isinstance(feed.get("bozo_exception"), feedparser.exceptions.CharacterEncodingOverride):
        return feed  # the header and the document disagree about the characters; the dates are the same
    if feed.bozo and not _whole(answer.content):
        raise ConnectorError(ErrorCode.BAD_ANSWER, "the feed is cut off")
    return feed


def _harmless(document: bytes) -> None:
    """Raises ConnectorError where reading the document would take memory or time without end."""
    # No feed defines entities of its own; a few lines of them can grow to gigabytes.
    if b"<!entity" in document.lower():
        raise ConnectorError(ErrorCode.BAD_ANSWER, "the feed defines entities")
    if document.count(b"<") > MOST_TAGS:
        raise ConnectorError(ErrorCode.TOO_LARGE, f"more than {MOST_TAGS} tags")
    if any(tag.group().count(b"=") > MOST_ATTRIBUTES for tag in TAG.finditer(document)):
        raise ConnectorError(ErrorCode.TOO_LARGE, f"more than {MOST_ATTRIBUTES} attributes in a tag")


def _whole(content: bytes) -> bool:
    """Whether ill-formed XML (a stray “&” will do) is all there at least: half a feed may lack the newest entry."""
    tail = content.replace(b"\0", b"")[-1000:].lower()
    return any(end in tail for end in CLOSING)
