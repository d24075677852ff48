"""A platform's interface on loopback: what an `answer` function says, over real HTTP."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit


class Served:
    """`answer(path, query, headers)` gives status, body (bytes, or what becomes JSON) and headers."""

    def __init__(self, answer: Callable):
        outer = self
        self.answer = answer

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536  # head and body in one packet

            def do_GET(self):
                split = urlsplit(self.path)
                status, body, *rest = outer.answer(split.path, dict(parse_qsl(split.query)), self.headers)
                headers = {"Content-Type": "application/json; charset=UTF-8"} | (rest[0] if rest else {})
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                self.do_GET()

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
