"""The real thing on a free port: it starts, answers and leaves no process behind, however it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
START = "import subprocess, sys; subprocess.call(sys.argv[1:])"


@pytest.fixture
def environment(tmp_path):
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'serve.sqlite3'}",
        "REDIS_URL": "",
        "SECRET_KEY": "only-for-this-test-" * 4,
        "WEB_CONCURRENCY": "1",
        "PORT": "0",
        "BIND": "127.0.0.1",
        "DEMO": "on",
        "HTTPS": "off",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def portal(environment):
    """`(process, address, what it printed)`, once it has greeted."""
    process = start(environment)
    printed = ""
    for line in process.stdout:
        printed += line
        if "Ctrl-C" in line:
            break
    port = re.search(r"http://127\.0\.0\.1:(\d+)/", printed)[1]
    yield process, f"http://127.0.0.1:{port}", printed
    everyone = family(process.pid)
    process.kill()
    process.wait()
    process.stdout.close()
    for pid in everyone:
        end(pid)
    for left in (ROOT / "var").glob(f"scheduler-{port}*"):
        left.unlink()


def start(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def family(pid: int) -> set[int]:
    """The process ids of all descendants."""
    lines = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children = {}
    for line in lines.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, set()).add(child)
    found, todo = set(), [pid]
    while todo:
        new = children.get(todo.pop(), set())
        found |= new
        todo.extend(new)
    return found


def end(pid: int) -> None:
    if pid in alive({pid}):
        os.kill(pid, signal.SIGKILL)


def alive(pids: set[int]) -> set[int]:
    if not pids:
        return set()
    command = ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids))]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    return {int(line.split()[0]) for line in lines if not line.split()[1].startswith("Z")}


def all_gone(pids: set[int], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not alive(pids)


def test_serve_answers_and_says_who_can_log_in(portal):
    _, address, printed = portal
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        assert answer.status == 200
    assert "talerstol-demo" in printed
    assert "infosjef@fjordvik.example" in printed
    assert "Stop with Ctrl-C" in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_of_it_with_status_0(portal, number):
    process, _, _ = portal
    everyone = family(process.pid)
    assert len(everyone) >= 3  # the web, its worker, the scheduler
    process.send_signal(number)
    assert process.wait(timeout=30) == 0
    assert all_gone(everyone)


def test_killed_outright_it_leaves_no_orphans(portal):
    process, _, _ = portal
    everyone = family(process.pid)
    process.kill()
    process.wait()
    assert all_gone(everyone)


def test_a_part_that_dies_ends_the_rest_with_status_1_and_is_named(portal):
    process, _, _ = portal
    everyone = family(process.pid)
    command = ["ps", "-o", "pid=,args=", "-p", ",".join(map(str, everyone))]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    scheduler = next(int(line.split()[0]) for line in lines if " beat " in line)
    os.kill(scheduler, signal.SIGKILL)
    assert process.wait(timeout=30) == 1
    assert "The scheduler ended by itself" in process.stdout.read()
    assert all_gone(everyone)


def test_a_port_in_use_is_said_before_anything_starts(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = start(environment | {"PORT": port})
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Cannot open 127.0.0.1:{port}" in printed
    assert "Traceback" not in printed


def test_started_by_make_it_ends_when_make_is_killed(environment):
    starter = subprocess.Popen(
        [sys.executable, "-c", START, sys.executable, "manage.py", "serve", "--end-with-parent"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in starter.stdout:
        if "Ctrl-C" in line:
            break
    everyone = family(starter.pid)
    starter.kill()
    starter.wait()
    assert all_gone(everyone)
    starter.stdout.close()
