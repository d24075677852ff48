"""Real servers of platforms, started on loopback for a test session, and ended with it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on; held together, so that no two are the same."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


@contextmanager
def running(command: list[str], answers: Callable[[], bool], log: Path, *, seconds: int, **rest) -> Iterator[None]:
    """The process, from when it `answers` on. It ends however the session ends."""
    with log.open("wb") as out:
        # Whoever reads standard input sees its end when we die.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, **rest)
        try:
            until = time.monotonic() + seconds
            while not answers():
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{command[0]} does not answer: {log.read_text(errors='replace')[-2000:]}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdin.close()
