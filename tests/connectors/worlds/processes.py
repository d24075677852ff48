"""Real servers of platforms, started on loopback for a test session, and ended with it."""

from __future__ import annotations

import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on; held together, so that no two are the same.

    Below those that the system gives to outgoing calls: one of these could be taken before the server listens. And by
    the system's own chance, as the tests of two workers draw the same.
    """
    held, chance = {}, random.SystemRandom()
    while len(held) < count:
        port = chance.randrange(20_000, 32_000)
        with suppress(OSError):
            held[port] = socket.create_server(("127.0.0.1", port))
    for each in held.values():
        each.close()
    return list(held)


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
