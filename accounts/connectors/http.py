"""Calls to platforms: time-outs, a size cap, no private addresses, and errors told apart. Imports no models.

The resolved address is pinned for each connection and redirects are not followed (requests-hardened), so neither a
name nor an answer can lead into the body's own network.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from django.conf import settings
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.line import Line, Switchboard

CONNECT_SECONDS, READ_SECONDS = 5, 15
WHOLE_CALL_SECONDS = 30
MOST_BYTES = 8 * 1024 * 1024
LONGEST_WAIT = dt.timedelta(days=1)
USER_AGENT = "Talerstol (+social media governance of a public body)"


def error(code: str, detail: str = "", *, retry_at: dt.datetime | None = None) -> ConnectorError:
    return ConnectorError(ErrorCode(code), detail, retry_at=retry_at)


class Answer:
    """A whole answer: `status`, `headers` (case-blind), `content` in bytes."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes):
        self.status, self.headers, self.content = status, headers, content

    def json(self) -> Any:
        """The decoded body. Raises ConnectorError BAD_ANSWER for anything that is no JSON object or list."""
        try:
            decoded = json.loads(self.content)
        except (ValueError, RecursionError):
            kind = self.headers.get("content-type", "unknown type")
            raise error("bad_answer", f"no JSON ({self.status}, {kind[:60]})") from None
        if not isinstance(decoded, dict | list):
            raise error("bad_answer", "JSON, but neither an object nor a list")
        return decoded


class Http:
    """The calls of one fetch. `calls` and `units` count what it cost; `blocked_until` is when the token may go on.

    `units_left` None: no ceiling. A connector adds to `units` through `spend` before it makes a paid call.
    """

    def __init__(self, now: dt.datetime, *, units_left: int | None = None):
        self.now, self.units_left = now, units_left
        self.calls = self.units = 0
        self.blocked_until: dt.datetime | None = None
        config = Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=settings.FETCH_LOOPBACK,
            never_redirect=True,
            default_timeout=(CONNECT_SECONDS, READ_SECONDS),
            user_agent_override=USER_AGENT,
        )
        self._session = Manager(config).get_session()
        self._session.trust_env = False  # no proxy and no .netrc that the environment happens to name
        self._switchboard = Switchboard(self._session)

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *exc) -> None:
        self._session.close()

    def spend(self, units: int) -> None:
        """Note what the next call costs. Raises ConnectorError CEILING where it would go beyond the ceiling."""
        if self.units_left is not None and self.units + units > self.units_left:
            raise error("ceiling", retry_at=_next_month(self.now))
        self.units += units

    def block(self, until: dt.datetime | None) -> None:
        """The platform says how long this token must rest; the longest of what it said counts."""
        if until and (self.blocked_until is None or until > self.blocked_until):
            self.blocked_until = min(until, self.now + LONGEST_WAIT)

    def call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        statuses: frozenset[int] = frozenset(),
    ) -> Answer:
        """Make one call; the whole answer where its status is 2xx or one of `statuses`.

        Raises ConnectorError: LIMITED (429, with `retry_at` where the platform says), UNREACHABLE (network, time-outs,
        5xx, cut off), CREDENTIALS (401), RIGHTS (403), GONE (404, 410), BAD_ANSWER (other statuses, redirects),
        TOO_LARGE, REFUSED_ADDRESS. A platform whose statuses mean something else names them in `statuses`.
        """
        self.calls += 1
        if not url.startswith("https://") and not (settings.FETCH_LOOPBACK and url.startswith("http://")):
            raise error("refused_address", "only https addresses are fetched")
        self._switchboard.line = Line(WHOLE_CALL_SECONDS)
        try:
            with (
                self._switchboard.line as line,
                self._session.request(
                    method,
                    url,
                    params={name: value for name, value in (params or {}).items() if value is not None},
                    headers=dict(headers or {}),
                    json=json_body,
                    data=form,
                    stream=True,
                ) as response,
            ):
                answer = Answer(response.status_code, response.headers, _body(response))
        except InvalidIPAddress:
            raise error("refused_address", "the address is private") from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
            raise error("refused_address", "this is no web address") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            # The class alone: messages of requests hold the address, and that may hold a token.
            raise error("unreachable", type(problem).__name__) from None
        if line.was_cut:  # where a body has no length, that looks like its end
            raise error("unreachable", "the answer took too long")
        if answer.status == 429 and 429 not in statuses:
            retry_at = retry_after(answer.headers, self.now)
            self.block(retry_at)
            raise error("limited", "429", retry_at=retry_at)
        if 200 <= answer.status < 300 or answer.status in statuses:
            return answer
        raise refused(answer.status, answer.headers, self.now)

    def get(self, url: str, **rest) -> Any:
        """The JSON of a GET, as `call`."""
        return self.call("GET", url, **rest).json()


def _body(response: requests.Response) -> bytes:
    """The whole body within the cap of size, and all of it: half a body is an error."""
    parts, size = [], 0
    while part := response.raw.read1(65536, decode_content=True):
        size += len(part)
        if size > MOST_BYTES:
            raise error("too_large", f"more than {MOST_BYTES // 1024 // 1024} MiB")
        parts.append(part)
    return b"".join(parts)


def refused(status: int, headers: Mapping[str, str], now: dt.datetime) -> ConnectorError:
    if status >= 500:
        return error("unreachable", str(status), retry_at=retry_after(headers, now))
    code = {401: "credentials", 403: "rights", 404: "gone", 410: "gone"}.get(status, "bad_answer")
    return error(code, str(status))


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> dt.datetime | None:
    """`Retry-After` as a moment (RFC 9110: seconds or a date); None where it is missing or nonsense."""
    value = (headers.get("retry-after") or "").strip()
    try:
        moment = now + dt.timedelta(seconds=float(value)) if value[:1].isdigit() else parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return min(max(moment, now), now + LONGEST_WAIT)


def _next_month(now: dt.datetime) -> dt.datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + dt.timedelta(days=32)).replace(day=1)
