"""What can go wrong in reading a platform."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ErrorCode(TextChoices):
    """What went wrong, in words for the account's page."""

    LIMITED = "limited", _("The platform asks us to wait before the next call.")
    UNREACHABLE = "unreachable", _("The platform does not answer, or answers that something is broken there.")
    BAD_ANSWER = "bad_answer", _("The platform’s answer could not be understood.")
    UNDATED = "undated", _("What is published there has no date that can be read, so nobody knows when it was.")
    TOO_LARGE = "too_large", _("The platform’s answer is larger than we take.")
    CEILING = "ceiling", _("The ceiling for paid calls this month is reached.")
    CREDENTIALS = "credentials", _("The access has expired or was withdrawn. Connect the account anew.")
    RIGHTS = "rights", _("The access lacks a right that is needed. Connect the account anew with all rights.")
    GONE = "gone", _("The account is not found on the platform.")
    UNSEEN = (
        "unseen",
        _(
            "The platform shows nothing there: the account is gone, or the access lacks a right. See on the platform "
            "whether the account is there; if it is, connect it anew with all rights."
        ),
    )
    SUSPENDED = "suspended", _("The platform has suspended the account.")
    REFUSED_ADDRESS = "refused_address", _("The address leads to a private network, or is no web address.")
    UNSUPPORTED = "unsupported", _("The platform no longer takes calls of this kind. The portal needs an update.")


# Trying again without a person doing something first is of no use.
PERMANENT = frozenset(
    {
        ErrorCode.CREDENTIALS,
        ErrorCode.RIGHTS,
        ErrorCode.GONE,
        ErrorCode.UNSEEN,
        ErrorCode.SUSPENDED,
        ErrorCode.REFUSED_ADDRESS,
        ErrorCode.UNSUPPORTED,
    }
)


class ConnectorError(Exception):
    """The platform could not be read. `detail` is for the log and the account's page: it holds no secret.

    `retry_at` is when the platform says it may be asked again; None: it does not say.
    """

    def __init__(self, code: ErrorCode, detail: str = "", *, retry_at: dt.datetime | None = None):
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code, self.detail, self.retry_at = code, detail[:300], retry_at

    @property
    def permanent(self) -> bool:
        return self.code in PERMANENT


@contextmanager
def understood() -> Iterator[None]:
    """Reading an answer's parts: whatever is not shaped as documented becomes a BAD_ANSWER."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, OverflowError) as problem:
        raise ConnectorError(ErrorCode.BAD_ANSWER, f"unexpected shape ({type(problem).__name__})") from None


def words(value: Any) -> str:
    """A text within an answer; a missing one is empty. Anything else is not `understood`."""
    if value is not None and not isinstance(value, str):
        raise TypeError("no text")
    return value or ""
