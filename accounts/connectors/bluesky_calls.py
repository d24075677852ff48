"""Calls to Bluesky’s servers: signing in, renewing tokens, and the network's refusals by their names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from accounts.connectors.base import Access
from accounts.connectors.conversations import Conversing
from accounts.connectors.errors import ConnectorError, ErrorCode, understood, words
from accounts.connectors.http import Answer, Http, refused, retry_after

# The network names its refusals; the statuses (400, 401, 403) say little.
CODES = {
    "AccountTakedown": ErrorCode.SUSPENDED,
    "AccountSuspended": ErrorCode.SUSPENDED,
    "AccountDeactivated": ErrorCode.GONE,
    "AccountNotFound": ErrorCode.GONE,
    "NotFound": ErrorCode.GONE,
    "ExpiredToken": ErrorCode.CREDENTIALS,
    "InvalidToken": ErrorCode.CREDENTIALS,
    "AuthFactorTokenRequired": ErrorCode.CREDENTIALS,
}


class Signed(Conversing):
    """Asks as the account that the credentials open."""

    def __init__(self, access: Access, http: Http):
        super().__init__(access, http)
        named = access.credentials.get("host", "").strip() or self.base
        parts = urlsplit(named if "://" in named else f"https://{named}")
        self.host = f"{parts.scheme}://{parts.netloc}"
        self._renewed = False

    def _get(self, name: str, **params: Any) -> dict:
        """The answer to a query, with new tokens where the old ones are refused. Raises ConnectorError."""
        if not self.access.credentials.get("access_token"):
            self._renew()
        try:
            return self._query(name, params)
        except ConnectorError as problem:
            if problem.code != ErrorCode.CREDENTIALS or self._renewed:
                raise
        self._renew()
        return self._query(name, params)

    def _query(self, name: str, params: Mapping[str, Any]) -> dict:
        answer = self._call("GET", name, token="access_token", params=params)
        if answer.headers.get("ratelimit-remaining") == "0":
            self.http.block(_reset(answer))
        return self._understood(answer)

    def _renew(self) -> None:
        """New tokens: by the refresh token, which costs nothing, else by the password. Sign-ins are few a day."""
        if self.access.credentials.get("refresh_token"):
            try:
                name = "com.atproto.server.refreshSession"
                self._keep(self._understood(self._call("POST", name, token="refresh_token")))
                return
            except ConnectorError as problem:
                if problem.code != ErrorCode.CREDENTIALS:
                    raise
        self._sign_in()

    def _sign_in(self) -> dict:
        given = self.access.credentials
        body = {
            "identifier": given.get("identifier", "").strip().removeprefix("@"),
            "password": given.get("password", "").strip(),
        }
        session = self._understood(self._call("POST", "com.atproto.server.createSession", json_body=body))
        self._keep(session)
        return session

    def _keep(self, session: Mapping[str, Any]) -> None:
        self._renewed = True
        with understood():
            changed = {
                "access_token": needed(session, "accessJwt"),
                "refresh_token": needed(session, "refreshJwt"),
            }
        self.access.keep(changed)
        self.access.credentials.update(changed)

    def _call(self, method: str, name: str, *, token: str = "", **rest: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.access.credentials[token]}"} if token else {}
        statuses = frozenset({400, 401, 403, 429})
        return self.http.call(method, f"{self.host}/xrpc/{name}", headers=headers, statuses=statuses, **rest)

    def _understood(self, answer: Answer) -> dict:
        """The answer's object. Raises ConnectorError for a refusal, by its name."""
        if answer.status == 429:
            until = retry_after(answer.headers, self.access.now) or _reset(answer)
            self.http.block(until)
            raise ConnectorError(ErrorCode.LIMITED, "429", retry_at=until)
        if answer.status >= 400:
            raise _refusal(answer, self.access.now)
        decoded = answer.json()
        if not isinstance(decoded, dict):
            raise ConnectorError(ErrorCode.BAD_ANSWER, "no object")
        return decoded


def _refusal(answer: Answer, now: dt.datetime) -> ConnectorError:
    try:
        told = answer.json()
    except ConnectorError:
        told = None  # somebody else's page
    told = told if isinstance(told, dict) else {}
    name = str(told.get("error") or "")
    if told.get("message") == "Profile not found":
        return ConnectorError(ErrorCode.GONE, name)
    if code := CODES.get(name):
        return ConnectorError(code, name)
    return refused(answer.status, answer.headers, now)


def _reset(answer: Answer) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(int(answer.headers.get("ratelimit-reset") or ""), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def needed(row: Mapping[str, Any], name: str) -> str:
    found = words(row[name])
    if not found:
        raise ValueError(f"no {name}")
    return found


def moment_of(written: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(dt.UTC)
