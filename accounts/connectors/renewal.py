"""Tokens that live for a day or two months and are renewed with another one, as LinkedIn's and TikTok's."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from accounts.connectors.base import Connector
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.threads import bad_answer, needed

RENEWED_UNTIL = "refresh_until"  # among the credentials: when the refresh token itself ends, ISO 8601


class Renewing(Connector):
    """Renews once in the life of a connector, where the platform refuses the access token."""

    _renewed = False

    @abstractmethod
    def renewal(self) -> Mapping[str, Any]:
        """The platform's answer with the new tokens. Raises ConnectorError."""

    def renewing(self, call: Callable[[], Any]) -> Any:
        """What the call gives, with a new token where the old one is refused. Raises ConnectorError."""
        try:
            return call()
        except ConnectorError as problem:
            can = self.access.credentials.get("refresh_token") and not self._renewed
            if problem.code != ErrorCode.CREDENTIALS or not can:
                raise
        self.renew()
        return call()

    def renew(self) -> Mapping[str, Any]:
        """Get new tokens, and keep them before they are used: the old refresh token may be worthless now."""
        self._renewed = True
        answer = self.renewal()
        changed = {"access_token": needed(answer, "access_token")}
        if answer.get("refresh_token"):
            changed["refresh_token"] = needed(answer, "refresh_token")
        seconds = answer.get("refresh_token_expires_in")
        if isinstance(seconds, int) and seconds > 0:
            try:
                changed[RENEWED_UNTIL] = (self.access.now + dt.timedelta(seconds=seconds)).isoformat()
            except OverflowError:
                raise bad_answer("the refresh token ends beyond time") from None
        self.access.keep(changed)
        self.access.credentials.update(changed)
        return answer

    def ends_at(self) -> dt.datetime | None:
        """When the refresh token ends, as far as known: then a person must connect the account anew."""
        known = self.access.credentials.get(RENEWED_UNTIL)
        return dt.datetime.fromisoformat(known) if known else None
