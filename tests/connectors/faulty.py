"""A proxy on loopback that stands before a platform's test server and spoils the answers it is told to."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

PRIVATE = ("http://169.254.169.254/", "http://10.0.0.1/")
# Of the connection to one neighbour: “keep-alive”, passed on, would promise what the proxy does not keep.
KEPT_BACK = {
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "content-encoding",
    "accept-encoding",
}


class FaultyProxy:
    """Passes calls on to `target` (changeable) and back; `next` and `always` name the faults. `close` ends it."""

    def __init__(self, target: str):
        self.target, self.calls = target, []
        self._queue, self._always, self._lock = deque(), None, threading.Lock()
        self._closed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def next(self, *faults: str, path: str = "") -> None:
        """Spoil the next calls, one fault each; only those whose path matches the pattern `path`."""
        self._queue.extend((fault, re.compile(path)) for fault in faults)

    def always(self, fault: str) -> None:
        self._always = fault

    def calm(self) -> None:
        self._queue.clear()
        self._always = None

    def close(self) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def fault(self, path: str) -> str | None:
        with self._lock:
            self.calls.append(path)
            if self._queue and self._queue[0][1].search(path):
                return self._queue.popleft()[0]
            return self._always

    def hang(self, seconds: float) -> None:
        self._closed.wait(seconds)


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultyProxy

    def log_message(self, *args):
        pass

    def _any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.proxy.fault(self.path)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the caller had enough
            self._spoil(fault) if fault else self._pass_on(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _any

    def _pass_on(self, body: bytes):
        target = self.proxy.target
        sent = {name: value for name, value in self.headers.items() if name.lower() not in KEPT_BACK}
        got = requests.request(
            self.command, target + self.path, headers=sent, data=body, allow_redirects=False, timeout=60
        )
        kept = [
            (n, v.replace(target, self.proxy.address)) for n, v in got.headers.items() if n.lower() not in KEPT_BACK
        ]
        self._answer(got.status_code, got.content.replace(target.encode(), self.proxy.address.encode()), kept)

    def _answer(self, status: int, body: bytes = b"", headers=(), length: int | None = None):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _spoil(self, fault: str):
        json_type = [("Content-Type", "application/json")]
        if fault == "429":
            self._answer(429, b"{}", json_type)
        elif fault == "429-retry-after":
            self._answer(429, b"{}", [*json_type, ("Retry-After", "120")])
        elif fault in ("401", "404"):
            self._answer(int(fault), b'{"error": "no"}', json_type)
        elif fault == "500":
            self._answer(500, b"oops")
        elif fault == "timeout":
            self.proxy.hang(60)
        elif fault == "half":
            self._answer(200, b'{"half": ', json_type, length=5000)
        elif fault == "broken-json":
            self._answer(200, b'{"broken": ', json_type)
        elif fault == "html":
            self._answer(200, b"<html><title>Sign in</title></html>", [("Content-Type", "text/html")])
        elif fault.startswith("redirect-private"):
            self._answer(302, b"", [("Location", PRIVATE[fault.endswith("-10")])])
        elif fault in ("huge", "slow-drip"):
            self.send_response_only(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            while True:
                self.wfile.write(b" " * (65536 if fault == "huge" else 1))
                self.wfile.flush()
                time.sleep(0.05 if fault == "slow-drip" else 0)
        else:
            raise ValueError(fault)
