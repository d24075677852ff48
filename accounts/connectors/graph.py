"""Meta's Graph API, which Facebook Pages and Instagram share: signed calls, its error codes, its usage headers.

See https://developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting. Addresses of
next pages are never followed, since the answer could name any host: only their cursors are used.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import Activity, Checked, Credential, RemoteAccount, RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Answer, refused
from accounts.connectors.threads import NOT_THERE, UnderOwnPosts, bad_answer, listed, moment, naming_rights, needed

VERSION = "v26.0"
LIMITED = frozenset({4, 17, 32, 613, *range(80000, 80015)})
PASSING = frozenset({1, 2})
RIGHTS = frozenset({3, 10, *range(200, 300)})
# From here on (per cent of what is allowed) the token rests before Meta refuses it.
NEARLY_ALL = 95
REST = dt.timedelta(minutes=15)


class Graph(UnderOwnPosts):
    base_url = "https://graph.facebook.com"
    needed_rights: tuple[str, ...] = ()
    credentials = (
        Credential("page_id", _("Page ID"), _("A number. It stands under “About”, “Page transparency”.")),
        Credential("page_token", _("Page access token"), secret=True),
        Credential("app_id", _("App ID"), _("Of the app that you made at Meta for developers.")),
        Credential("app_secret", _("App secret"), _("Of the same app, under “App settings”, “Basic”."), secret=True),
    )

    def get(self, path: str, **params) -> dict:
        """One signed call. Raises ConnectorError."""
        token, secret = self.access.credentials["page_token"], self.access.credentials["app_secret"]
        proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        return self._call(path, token, appsecret_proof=proof, **params)

    def _call(self, path: str, token: str, **params) -> dict:
        answer = self.http.call(
            "GET",
            f"{self.base}/{VERSION}/{path}",
            params=params,
            headers={"Authorization": f"Bearer {token}"},
            statuses=frozenset({400, 401, 403, 404}),
        )
        self._heed_usage(answer.headers)
        body = _object(answer)
        if "error" in body:
            raise self._error(body["error"], answer)
        if answer.status >= 400:
            raise refused(answer.status, answer.headers, self.access.now)
        return body

    def _error(self, error: Any, answer: Answer) -> ConnectorError:
        code = error.get("code") if isinstance(error, dict) else None
        if not isinstance(code, int):
            return refused(answer.status, answer.headers, self.access.now)
        subcode = error.get("error_subcode")
        detail = f"{code}/{subcode}" if subcode else str(code)
        if code in LIMITED:
            return ConnectorError(ErrorCode.LIMITED, detail, retry_at=self.http.blocked_until)
        if code in PASSING or error.get("is_transient"):
            return ConnectorError(ErrorCode.UNREACHABLE, detail)
        if code in (102, 190):
            return ConnectorError(ErrorCode.CREDENTIALS, detail)
        if code in RIGHTS:
            return ConnectorError(ErrorCode.RIGHTS, detail)
        if code in (803, 2500):
            return ConnectorError(ErrorCode.GONE, detail)
        if code == 100 and subcode == 33:  # “does not exist, cannot be loaded due to missing permissions, or …”
            return ConnectorError(ErrorCode.UNSEEN, detail)
        # 2635: this version of the interface is over; 12: this part of it is.
        return ConnectorError(ErrorCode.UNSUPPORTED if code in (12, 2635) else ErrorCode.BAD_ANSWER, detail)

    def _heed_usage(self, headers: Mapping[str, str]) -> None:
        """Let the token rest before the platform makes it: headers hold per cent used, and minutes until it is over."""
        kinds = [_json(headers.get("x-app-usage"))]
        for uses in _json(headers.get("x-business-use-case-usage")).values():
            kinds += [use for use in uses if isinstance(use, dict)] if isinstance(uses, list) else []
        for use in kinds:
            used = max(_number(use.get(name)) for name in ("call_count", "total_cputime", "total_time"))
            minutes = _number(use.get("estimated_time_to_regain_access"))
            if used >= NEARLY_ALL or minutes:
                self.http.block(self.access.now + (dt.timedelta(minutes=minutes) if minutes else REST))

    def token_facts(self) -> tuple[dt.datetime | None, tuple[str, ...]]:
        """(when the token expires, rights it lacks), from Meta's own debugger. Raises ConnectorError."""
        credentials = self.access.credentials
        app = f"{credentials['app_id']}|{credentials['app_secret']}"
        data = self._call("debug_token", app, input_token=credentials["page_token"]).get("data")
        if not isinstance(data, dict):
            raise bad_answer("the token’s debugger says nothing")
        if not data.get("is_valid"):
            raise ConnectorError(ErrorCode.CREDENTIALS, "the token is not valid")
        if needed(data, "app_id") != credentials["app_id"]:
            raise ConnectorError(ErrorCode.CREDENTIALS, "the token belongs to another app")
        # 0 is “never”. Access to data ends by itself after 90 days, whatever the token says.
        ends = [moment(data.get(name)) for name in ("expires_at", "data_access_expires_at") if data.get(name)]
        scopes = data.get("scopes") or ()
        return min(ends, default=None), tuple(right for right in self.needed_rights if right not in scopes)

    def check(self) -> Checked:
        expires_at, missing = self.token_facts()
        return Checked(naming_rights(self.whose, missing), expires_at, missing)

    def not_there(self, problem: ConnectorError, external_id: str) -> RemoteAccount:
        """What the account is where a call for it met `problem`. Raises that, or RIGHTS with the rights that lack."""
        if problem.code not in NOT_THERE:
            raise problem
        state = RemoteState.GONE
        if problem.code == ErrorCode.UNSEEN:
            _expires_at, missing = self.token_facts()
            if missing:
                raise ConnectorError(ErrorCode.RIGHTS, ", ".join(missing)) from None
            state = RemoteState.UNSEEN
        return RemoteAccount(external_id, self.access.handle, state=state)

    def whose(self) -> RemoteAccount:
        """The account that the credentials lead to. Raises ConnectorError."""
        raise NotImplementedError

    def newest(self, edge: str, time: str) -> Activity:
        """When the newest of what the account published was. Raises ConnectorError."""
        rows = listed(self.get(edge, fields=f"id,{time}", limit=5), "data")
        return Activity(max((when for row in rows if (when := moment(row.get(time)))), default=None))


def after(answer: dict) -> str:
    """The cursor of the next page; empty where this is the last."""
    paging = answer.get("paging") or {}
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    return needed(paging.get("cursors"), "after")


def _object(answer: Answer) -> dict:
    try:
        body = answer.json()
    except ConnectorError:
        if answer.status < 400:
            raise
        return {}
    if not isinstance(body, dict):
        raise bad_answer("a list where an object should be")
    return body


def _json(text: str | None) -> dict:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> float:
    """A number of per cent or minutes; 0 for what is none, such as JSON’s NaN."""
    return value if isinstance(value, int | float) and 0 <= value < 100_000 else 0
