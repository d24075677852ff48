"""Real processes on the test's own PostgreSQL database, killed where it hurts most."""

import asyncio
import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from governance.calendar.hours import next_sending_time
from tests.database import url_of

ROOT = Path(__file__).resolve().parents[2]
# How PostgreSQL knows our processes from the test's own sessions, such as those of the live server.
UNDER_TEST = "talerstol under test"
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/14")


def wait_for(what, seconds=60):
    """Poll until `what()` is true; fails the test where it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def database_url() -> str:
    return url_of(connection.settings_dict, connection.settings_dict["NAME"])


class PostOffice:
    """A real mail server on this machine. `stall_at`: the mail after whose arrival it says nothing any more."""

    def __init__(self):
        self.received = []
        self.stall_at = None
        self.stalled = threading.Event()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope):
        self.received.append(envelope)
        if len(self.received) == self.stall_at:
            self.stalled.set()
            await asyncio.sleep(60)
        return "250 OK"

    def ids(self):
        """The Message-ID of every mail received, in order."""
        return [
            line.split(b":", 1)[1].strip().decode()
            for envelope in self.received
            for line in envelope.content.splitlines()
            if line.lower().startswith(b"message-id:")
        ]

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *exc):
        self._controller.stop()


@pytest.fixture
def post_office():
    with PostOffice() as office:
        yield office


class Processes:
    """Starts commands of the project on the test database; ends them all, whatever the test did."""

    def __init__(self, post_office, log: Path):
        self.environment = os.environ | {
            "DATABASE_URL": database_url(),
            "PGAPPNAME": UNDER_TEST,
            "EMAIL_URL": f"smtp://127.0.0.1:{post_office.port}",
            "SECRET_KEY": "of-the-tests",
            "SITE_URL": "http://testserver",
            "REDIS_URL": "",
            "DEBUG": "off",
            "HTTPS": "off",
        }
        self.log, self._running = log, []

    def start(self, *command: str, **environment: str) -> subprocess.Popen:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def sweep(self, *args: str) -> subprocess.Popen:
        return self.start("manage.py", "sweep", *args)

    def by_day(self) -> dt.datetime:
        """Now, or the coming morning where the tests run at night or on a holiday: then mails are sent."""
        return next_sending_time(timezone.now(), "NO", timezone.get_default_timezone())

    def deliver(self) -> subprocess.Popen:
        return self.sweep("--only", "deliver", "--at", self.by_day().isoformat())

    def worker(self, *options: str) -> subprocess.Popen:
        marks = self.log.read_text().count(" ready.") if self.log.exists() else 0
        options = options or ("-c", "1")
        command = ("-m", "celery", "-A", "governance.celery", "worker", *options, "--loglevel", "INFO")
        process = self.start(*command, "--without-gossip", "--without-mingle", "--without-heartbeat", REDIS_URL=REDIS)
        wait_for(lambda: self.log.read_text().count(" ready.") > marks)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL to the process and its children: nothing is tidied up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, process: subprocess.Popen) -> None:
        assert process.wait(timeout=90) == 0, self.log.read_text()[-3000:]

    def end_all(self) -> None:
        for process in self._running:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def processes(transactional_db, post_office, tmp_path):
    running = Processes(post_office, tmp_path / "log")
    yield running
    running.end_all()
    _wait_until_others_are_gone()


def _others():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, wait_event_type, wait_event FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [UNDER_TEST],
        )
        return cursor.fetchall()


def _wait_until_others_are_gone():
    wait_for(lambda: not _others())


class Barrier:
    """Holds an advisory lock that a trigger asks for: whoever writes there waits until `open()`."""

    KEY = 4711

    def __init__(self, table: str, condition: str):
        self.table = table
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE FUNCTION barrier() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN PERFORM pg_advisory_xact_lock({self.KEY}); END IF; RETURN NEW; END $$"
            )
            cursor.execute(f"CREATE TRIGGER barrier BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION barrier()")
        self._holder = psycopg.connect(database_url(), autocommit=True)
        self._holder.execute(f"SELECT pg_advisory_lock({self.KEY})")

    def wait_until_reached(self):
        wait_for(lambda: any((kind, name) == ("Lock", "advisory") for _pid, kind, name in _others()))

    def open(self):
        """Let through, and wait until the sessions of the dead are over."""
        self._holder.close()
        _wait_until_others_are_gone()
        self._drop()

    def _drop(self):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS barrier ON {self.table}")
            cursor.execute("DROP FUNCTION IF EXISTS barrier()")


@pytest.fixture
def barrier(processes):
    """`barrier(table, condition)` sets one up; it is taken down whatever the test did."""
    made = []

    def build(table, condition):
        made.append(Barrier(table, condition))
        return made[-1]

    yield build
    processes.end_all()
    for one in made:
        one._holder.close()
        _wait_until_others_are_gone()
        one._drop()
