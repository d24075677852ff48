"""Every way in which an answer can be bad ends in a ConnectorError that says what to do; nothing private is reached."""

import datetime as dt

import pytest

from accounts.connectors import http as http_module
from accounts.connectors.base import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from tests.connectors.faulty import FaultyProxy


@pytest.fixture
def proxy(settings, monkeypatch):
    settings.FETCH_LOOPBACK = True
    monkeypatch.setattr(http_module, "READ_SECONDS", 0.5)
    monkeypatch.setattr(http_module, "WHOLE_CALL_SECONDS", 1)
    proxy = FaultyProxy("http://127.0.0.1:1")
    yield proxy
    proxy.close()


@pytest.mark.parametrize(
    ("fault", "code", "wait"),
    [
        ("429", ErrorCode.LIMITED, None),
        ("429-retry-after", ErrorCode.LIMITED, 120),
        ("500", ErrorCode.UNREACHABLE, None),
        ("timeout", ErrorCode.UNREACHABLE, None),
        ("half", ErrorCode.UNREACHABLE, None),
        ("slow-drip", ErrorCode.UNREACHABLE, None),
        ("huge", ErrorCode.TOO_LARGE, None),
        ("broken-json", ErrorCode.BAD_ANSWER, None),
        ("html", ErrorCode.BAD_ANSWER, None),
        ("redirect-private", ErrorCode.BAD_ANSWER, None),
        ("redirect-private-10", ErrorCode.BAD_ANSWER, None),
    ],
)
def test_each_fault_is_told_apart(proxy, now, fault, code, wait):
    proxy.always(fault)
    with Http(now) as http, pytest.raises(ConnectorError) as caught:
        http.get(f"{proxy.address}/?token=hush", headers={"Authorization": "Bearer hush"})
    assert caught.value.code == code
    assert caught.value.retry_at == (wait and now + dt.timedelta(seconds=wait))
    assert "hush" not in str(caught.value)
    assert len(proxy.calls) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "http://8.8.8.8/",
        "file:///etc/passwd",
    ],
)
def test_private_addresses_and_other_schemes_are_refused(settings, now, address):
    settings.FETCH_LOOPBACK = False
    with Http(now) as http, pytest.raises(ConnectorError) as caught:
        http.get(address)
    assert caught.value.code == ErrorCode.REFUSED_ADDRESS
