"""Calls to YouTube's Data API v3: a unit of the daily quota each, and refusals with Google's reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from accounts.connectors.errors import ConnectorError, ErrorCode, understood
from accounts.connectors.http import Answer, Http

QUOTA_ZONE = ZoneInfo("America/Los_Angeles")  # where the quota's day begins

# Google's reasons, from `errors` and `details` of an answer.
REASONS = {
    "quotaExceeded": ErrorCode.LIMITED,
    "dailyLimitExceeded": ErrorCode.LIMITED,
    "rateLimitExceeded": ErrorCode.LIMITED,
    "userRateLimitExceeded": ErrorCode.LIMITED,
    "keyInvalid": ErrorCode.CREDENTIALS,
    "keyExpired": ErrorCode.CREDENTIALS,
    "API_KEY_INVALID": ErrorCode.CREDENTIALS,
    "API_KEY_EXPIRED": ErrorCode.CREDENTIALS,
    "CONSUMER_SUSPENDED": ErrorCode.CREDENTIALS,
    "authError": ErrorCode.CREDENTIALS,
    "channelNotFound": ErrorCode.GONE,
    "channelClosed": ErrorCode.GONE,
    "channelSuspended": ErrorCode.SUSPENDED,
}
OF_THE_DAY = frozenset({"quotaExceeded", "dailyLimitExceeded"})
STATUSES = {401: ErrorCode.CREDENTIALS, 403: ErrorCode.RIGHTS}


class Refused(ConnectorError):
    """The platform refused a call, and said why: `reasons`, in Google's words."""

    def __init__(self, code: ErrorCode, reasons: Sequence[str], *, retry_at: dt.datetime | None = None):
        super().__init__(code, ", ".join(reasons), retry_at=retry_at)
        self.reasons = frozenset(reasons)


class Api:
    def __init__(self, http: Http, base: str, key: str, now: dt.datetime):
        self._http, self._base, self._key, self._now = http, base, key, now

    def get(self, resource: str, **params: Any) -> dict:
        """One call; each costs one unit. Raises Refused with the platform's reasons."""
        self._http.spend(1)
        answer = self._http.call(
            "GET",
            f"{self._base}/youtube/v3/{resource}",
            params=params,
            headers={"X-Goog-Api-Key": self._key},  # not in the address
            statuses=frozenset({400, 401, 403, 404}),
        )
        if answer.status >= 400:
            raise self._refusal(answer)
        decoded = answer.json()
        if not isinstance(decoded, dict):
            raise ConnectorError(ErrorCode.BAD_ANSWER, "a list where an object belongs")
        return decoded

    def _refusal(self, answer: Answer) -> Refused:
        """The platform's own reasons decide; without any (a proxy's page, say) the status does."""
        reasons: list[str] = []
        with suppress(ConnectorError), understood():
            error = answer.json()["error"]
            named = [*(error.get("errors") or []), *(error.get("details") or [])]
            reasons = [str(part["reason"]) for part in named if part.get("reason")]
        codes = [REASONS[reason] for reason in reasons if reason in REASONS]
        code = codes[0] if codes else STATUSES.get(answer.status, ErrorCode.BAD_ANSWER)
        retry_at = None
        if OF_THE_DAY.intersection(reasons):
            retry_at = next_quota_day(self._now)
            self._http.block(retry_at)
        return Refused(code, [str(answer.status), *reasons], retry_at=retry_at)

    def by_id(self, resource: str, ids: Iterable[str], **rest: str) -> Sequence[dict]:
        """Those of the ids that are there. Missing ones are left out or, as documented, spoil the whole call."""
        ids = sorted(set(ids))
        if not ids:
            return []
        try:
            answer = self.get(resource, id=",".join(ids), **rest)
        except Refused as refused:
            if not refused.reasons & {"commentNotFound", "commentThreadNotFound"}:
                raise
            if len(ids) == 1:
                return []
            half = len(ids) // 2
            return [*self.by_id(resource, ids[:half], **rest), *self.by_id(resource, ids[half:], **rest)]
        with understood():
            return list(answer["items"])  # an answer without any says nothing about who is missing


def next_quota_day(now: dt.datetime) -> dt.datetime:
    """The quota begins anew at midnight, Pacific time."""
    tomorrow = now.astimezone(QUOTA_ZONE).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), QUOTA_ZONE).astimezone(dt.UTC)
