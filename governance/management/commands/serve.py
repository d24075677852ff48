"""The whole portal with one command: web, scheduler and, where a broker is set, a worker, side by side."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance.platforms.usual import readers
from governance.signin.login import DEMO_PASSWORD, DEMO_PEOPLE

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_START = 60
SECONDS_TO_END = 15
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Runs web, scheduler and (where REDIS_URL is set) a worker together until Ctrl-C or SIGTERM."

    def add_arguments(self, parser):
        parser.add_argument(
            "--end-with-parent", action="store_true", help="also end when the process that started this one is gone"
        )

    def handle(self, *, end_with_parent: bool, **options):
        if end_with_parent:
            follow(os.getppid())
        door = open_door(settings.BIND, settings.PORT)
        port = door.getsockname()[1]
        with door:
            household = Household(commands(door.fileno(), port), door.fileno())
        try:
            household.wait_for_answer(settings.BIND, port)
            if not household.told_to_end:
                self.stdout.write(greeting(settings.BIND, port))
                self.stdout.flush()
            household.wait_for_end()
        finally:
            household.end()
        self.stdout.write("Talerstol has stopped.")


def open_door(host: str, port: int) -> socket.socket:
    """The listening socket, opened before anything starts: two portals never share a port."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(2048)
    except OSError as error:
        raise CommandError(
            f"Cannot open {host}:{port} ({error.strerror or error}). Nothing was started. "
            "Stop what uses the port, or choose another with PORT=…"
        ) from error
    return door


def commands(door: int, port: int) -> dict[str, list[str]]:
    """What runs side by side, by name. Threads, since a browser's idle connection would hold a sync worker."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "--app", "governance"]
    quietly = ["--loglevel", "WARNING"]
    parts = {
        "web": [
            *[*python, "gunicorn", "governance.wsgi", "--bind", f"fd://{door}"],
            *["--workers", os.environ.get("WEB_CONCURRENCY", "2"), "--worker-class", "gthread", "--threads", "4"],
            *["--graceful-timeout", "10", "--log-level", "warning", "--no-control-socket"],
        ],
        # The port keeps the schedules of two portals in one checkout apart.
        "scheduler": [*celery, "beat", "--schedule", str(settings.VAR_DIR / f"scheduler-{port}"), *quietly],
    }
    if settings.REDIS_URL:
        parts["worker"] = [*celery, "worker", "--queues", "celery", "--concurrency", "2", *quietly]
        # Apart from the checks: platforms may be slow, deadlines are not. A process for each platform with
        # something to read, so that none waits for another.
        most = ["--autoscale", f"{readers()},1"]
        parts["reader"] = [*celery, "worker", "--queues", "fetch", *most, "-n", "reader@%h", *quietly]
    return parts


def follow(parent: int) -> None:
    """SIGTERM to this process when its parent dies, even by SIGKILL. Linux only; elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os.kill(os.getpid(), signal.SIGTERM)


class Household:
    """The running parts. Each leads a session of its own: Ctrl-C reaches this process alone, which ends them."""

    def __init__(self, commands: dict[str, list[str]], door: int):
        self.told_to_end = 0
        for number in ENDINGS:
            signal.signal(number, self._told)
        settings.VAR_DIR.mkdir(exist_ok=True)
        self.parts = {
            name: subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                pass_fds=[door] if name == "web" else [],
                start_new_session=True,
                preexec_fn=partial(follow, os.getpid()),
            )
            for name, command in commands.items()
        }

    def _told(self, number, frame):
        self.told_to_end += 1

    def wait_for_answer(self, host: str, port: int) -> None:
        """Until the web answers, or we are told to end. Raises CommandError where a part dies or nobody answers."""
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.told_to_end and not answers(host, port):
            self._all_alive()
            if time.monotonic() > deadline:
                raise CommandError(f"The web did not answer within {SECONDS_TO_START} seconds; everything is stopped.")
            time.sleep(0.2)

    def wait_for_end(self) -> None:
        """Until we are told to end. Raises CommandError naming the part that died before."""
        while not self.told_to_end:
            self._all_alive()
            time.sleep(0.2)

    def _all_alive(self) -> None:
        for name, process in self.parts.items():
            if process.poll() is not None and not self.told_to_end:
                raise CommandError(f"The {name} ended by itself (status {process.returncode}); the rest is stopped.")

    def end(self) -> None:
        """Asks each part to finish, and kills what is left of its session after a while or at a second signal."""
        for process in self.parts.values():
            process.terminate()
        deadline = time.monotonic() + SECONDS_TO_END
        while time.monotonic() < deadline and self.told_to_end < 2:
            if all(process.poll() is not None for process in self.parts.values()):
                break
            time.sleep(0.1)
        for process in self.parts.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # all gone, as it should be
            process.wait()


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(reachable(host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0  # whatever it says: somebody is there
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable(host: str) -> str:
    """The address to visit where the portal listens on all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def greeting(host: str, port: int) -> str:
    shown = reachable(host)
    lines = ["", f"Talerstol answers at http://{f'[{shown}]' if ':' in shown else shown}:{port}/"]
    if settings.DEMO:
        lines += ["", f"Log in as one of these, with the password {DEMO_PASSWORD}:"]
        lines += [f"  {email:30} {role.value.replace('_', ' ')}" for email, role in DEMO_PEOPLE]
    return "\n".join([*lines, "", "Stop with Ctrl-C."])
