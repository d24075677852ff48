"""A platform on this machine: an HTTP server on loopback that answers by one method and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    method: str
    path: str  # as it was sent, still encoded
    query: dict[str, str]
    headers: Mapping[str, str]  # case-blind
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def json(self) -> dict:
        return json.loads(self.body)


@dataclass
class Said:
    """An answer: JSON, or raw bytes as they are."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class FakeServer:
    """Subclasses answer. `faults` are answered first, one for each call."""

    def __init__(self):
        self.asked: list[Asked] = []
        self.faults: list[Said] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536  # head and body in one packet

            def handle_any(self):
                split = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                query = dict(parse_qsl(split.query, keep_blank_values=True))
                asked = Asked(self.command, split.path, query, self.headers, body)
                fake.asked.append(asked)
                said = fake.faults.pop(0) if fake.faults else fake.answer(asked)
                content = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
                self.send_response(said.status)
                headers = {"Content-Type": "application/json; charset=UTF-8"} | said.headers
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Served(FakeServer):
    """What a function says: `saying(path, query, headers)` gives status, body and, where there are some, headers."""

    def __init__(self, saying: Callable[..., tuple]):
        super().__init__()
        self.saying = saying

    def answer(self, asked: Asked) -> Said:
        status, body, *headers = self.saying(asked.path, asked.query, asked.headers)
        return Said(body, status, *headers)
