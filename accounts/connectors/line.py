"""The line of one call, cut where the call lasts too long, whatever it waits for.

A time-out of a socket begins anew with each byte: headers, the handshake of TLS or the head of something packed,
sent a byte now and then, would hold a worker for days.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress

import requests


class Line:
    """What one call says and hears through. From `seconds` after its making nothing more comes: then `was_cut`."""

    def __init__(self, seconds: float):
        self.was_cut = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Line:
        self._timer.start()
        return self

    def __exit__(self, *exc) -> None:
        self._timer.cancel()
        self._let_go()

    def runs_through(self, sock: socket.socket) -> None:
        # A second handle on the connection: TLS takes the first one away, and closing it does not close ours.
        handle = socket.socket(fileno=os.dup(sock.fileno()))
        self._let_go()
        with self._lock:
            self._socket = handle
        if self.was_cut:
            self._cut()

    def _cut(self) -> None:
        with self._lock, suppress(OSError):  # closed by the other end meanwhile
            self.was_cut = True
            if self._socket:
                self._socket.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        with self._lock:
            if self._socket:
                self._socket.close()
            self._socket = None


class Switchboard:
    """Tells the present call, `line`, through which connection it runs: a new one, or one kept from an earlier call."""

    def __init__(self, session: requests.Session):
        self.line: Line | None = None
        for adapter in session.adapters.values():
            pools = adapter.poolmanager
            pools.pool_classes_by_scheme = {
                scheme: type(pool.__name__, (pool,), {"ConnectionCls": self._telling(pool.ConnectionCls)})
                for scheme, pool in pools.pool_classes_by_scheme.items()
            }

    def _telling(board, connection_class: type) -> type:
        class Connection(connection_class):
            def _new_conn(self):
                sock = super()._new_conn()
                board.line.runs_through(sock)
                return sock

            def request(self, *args, **kwargs):
                if self.sock:
                    board.line.runs_through(self.sock)
                return super().request(*args, **kwargs)

        return Connection
