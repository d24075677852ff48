"""Every way in which an answer can be bad ends in a ConnectorError that says what to do; nothing private is reached."""

import datetime as dt
import socket
import threading
import time

import pytest

from accounts.connectors import http as http_module
from accounts.connectors.errors import ConnectorError, ErrorCode
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


class Dripping:
    """Answers call by call `at_once`, then a byte now and then, until it is hung up on or three seconds are over."""

    def __init__(self, *at_once: bytes):
        self.hung_up = threading.Event()
        self._at_once, self._server = at_once, socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._drip, daemon=True)
        self._thread.start()

    def _drip(self):
        with self._server, self._server.accept()[0] as line:
            try:
                for answer in self._at_once:
                    line.recv(65536)
                    line.sendall(answer)
                for _times in range(60):
                    time.sleep(0.05)
                    line.sendall(b"x")
            except OSError:
                self.hung_up.set()

    def close(self):
        self._thread.join()


HEAD = b"HTTP/1.1 200 OK\r\n"
UNPACKED = HEAD + b"Content-Encoding: gzip\r\n\r\n"


@pytest.mark.parametrize(
    ("scheme", "at_once"),
    [
        ("http", HEAD + b"X-Endless: "),
        ("http", UNPACKED + b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"),  # a file name is to follow, up to a zero
        ("http", HEAD + b"\r\n"),
        ("https", b"\x16\x03\x03\x40\x00"),  # a record of the handshake, 16384 bytes long
    ],
    ids=["headers", "gzip header", "body", "handshake"],
)
def test_a_byte_now_and_then_holds_nobody_up(settings, monkeypatch, now, scheme, at_once):
    settings.FETCH_LOOPBACK = True
    monkeypatch.setattr(http_module, "WHOLE_CALL_SECONDS", 0.3)
    server = Dripping(at_once)
    with Http(now) as http, pytest.raises(ConnectorError) as caught:
        http.get(f"{scheme}://127.0.0.1:{server.port}/")
    server.close()
    assert caught.value.code == ErrorCode.UNREACHABLE
    assert server.hung_up.is_set()


def test_nor_on_a_line_that_was_used_before(settings, monkeypatch, now):
    settings.FETCH_LOOPBACK = True
    monkeypatch.setattr(http_module, "WHOLE_CALL_SECONDS", 0.3)
    server = Dripping(HEAD + b"Content-Length: 2\r\n\r\n{}", HEAD + b"X-Endless: ")
    with Http(now) as http:
        assert http.get(f"http://127.0.0.1:{server.port}/") == {}
        time.sleep(0.5)  # between calls nothing is cut
        with pytest.raises(ConnectorError) as caught:
            http.get(f"http://127.0.0.1:{server.port}/")
    server.close()
    assert caught.value.code == ErrorCode.UNREACHABLE
    assert server.hung_up.is_set()


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
