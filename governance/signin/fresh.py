"""A fresh log-in: for what would make somebody else a decider, a page left open is not enough."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings


def demand_fresh(request) -> None:
    """Unless the person gave their password in the last minutes, ask for it; what was sent is then done as sent.

    Raises ReauthenticationRequired, which allauth's middleware answers: the request waits in the session. Ask it
    before anything is written.
    """
    records = get_authentication_records(request, request.user)
    if not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        raise ReauthenticationRequired
