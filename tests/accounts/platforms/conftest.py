"""An account that is connected to a platform in memory."""

import datetime as dt

import pytest

from accounts.connectors import REGISTRY
from accounts.connectors.base import (
    RemoteAccount,
)
from accounts.platforms.connections import (
    connect,
    try_access,
)
from tests.accounts.platforms.in_memory import Platform

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def platform(monkeypatch):
    monkeypatch.setitem(REGISTRY, "facebook", Platform)
    for name, value in {"pages": [], "faults": {}, "asked": [], "units": 0, "known": RemoteAccount("100", "n")}.items():
        monkeypatch.setattr(Platform, name, value)
    return Platform


@pytest.fixture
def connection(account, cast, platform, now):
    account.handle = "n"
    account.save()
    filled = {"page": "100", "token": "very-secret-token"}
    checked, credentials = try_access(account, filled, now)
    return connect(account, credentials, checked, by=cast.moderator, now=now)
