"""Fetches that are killed, and fetches that meet: real processes, PostgreSQL, and a platform on loopback."""

import datetime as dt
import json
import threading

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts import fetching
from accounts.connecting import connect, try_access
from accounts.models import Connection, Cursor, Post
from governance.models import Notice, Platform
from tests import factories
from tests.connectors.worlds.served import Served
from tests.faults.test_post_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PAGES, PER_PAGE = 3, 100
HOUR = dt.timedelta(hours=1)


class Busy:
    """A Bluesky server whose one account was mentioned 300 times. `asked`: the pages that were asked for.

    `hold()` keeps every answer back until `let_go()`; `held` says that somebody waits for one.
    """

    def __init__(self):
        self.asked, self.held, self._open = [], threading.Event(), threading.Event()
        self._open.set()
        moment = timezone.now() - HOUR
        self.posts = [
            {
                "uri": f"at://did:plc:c/app.bsky.feed.post/{number}",
                "author": {"did": "did:plc:c", "handle": "citizen.test"},
                "record": {"text": f"Question {number}"},
                "indexedAt": (moment - dt.timedelta(seconds=number)).isoformat(),
                "reason": "mention",
            }
            for number in range(PAGES * PER_PAGE)
        ]
        self.newest = moment
        self._served = Served(self._answer)
        self.url = self._served.url

    def hold(self):
        self._open.clear()

    def let_go(self):
        self._open.set()

    def close(self):
        self.let_go()
        self._served.close()

    def _answer(self, path, query, headers):
        if not self._open.is_set():
            self.held.set()
            self._open.wait(60)
        name = path.rpartition("/")[2]
        if name.endswith("createSession"):
            return 200, {"did": "did:plc:hall", "handle": "hall.test", "accessJwt": "a", "refreshJwt": "r"}
        if name.endswith("getProfile"):
            return 200, {"did": "did:plc:hall", "handle": "hall.test"}
        if name.endswith("getAuthorFeed"):
            return 200, {"feed": []}
        if name.endswith("getPosts"):
            return 200, {"posts": self.posts}
        assert name.endswith("listNotifications")
        page = int(query.get("cursor", 0))
        self.asked.append(page)
        rows = self.posts[page * PER_PAGE : (page + 1) * PER_PAGE]
        return 200, {"notifications": rows} | ({"cursor": str(page + 1)} if page + 1 < PAGES else {})


@pytest.fixture
def busy():
    server = Busy()
    yield server
    server.close()


@pytest.fixture
def reading(processes, body, cast, busy):
    """A connected account of that server, as the processes see it."""
    processes.environment["FETCH_LOOPBACK"] = "on"
    account = factories.account(
        unit=body.nordvik, platform=Platform.objects.get(code="bluesky"), name="Nordvik", handle="hall.test"
    )
    factories.assign(account, cast.moderator)
    filled = {"identifier": "hall.test", "password": "p", "host": busy.url}
    now = timezone.now()
    with override_settings(FETCH_LOOPBACK=True, SECRET_KEY=processes.environment["SECRET_KEY"]):
        checked, credentials = try_access(account, filled, now)
        return connect(account, credentials, checked, by=cast.moderator, now=now)


def fetch(processes):
    return processes.start("manage.py", "fetch")


def assert_read_once(busy, connection):
    """Every post once, whoever is on duty told as ever, nothing left in anybody's hands."""
    assert sorted(Post.objects.values_list("remote_id", flat=True)) == sorted(post["uri"] for post in busy.posts)
    assert Notice.objects.filter(event="post_arrived").count() == Notice.objects.values("key").distinct().count() > 0
    connection.refresh_from_db()
    assert (connection.leased_until, connection.failures, connection.last_error) == (None, 0, "")
    assert connection.backfill_posts == len(busy.posts)
    walks = dict(Cursor.objects.values_list("stream", "walking_since"))
    assert walks == {"notifications": None, "threads": None}
    known = json.loads(Cursor.objects.get(stream="notifications").value)
    assert (known["page"], dt.datetime.fromisoformat(known["known"])) == ("", busy.newest)


def test_a_fetch_killed_in_the_middle_of_a_page_goes_on_with_that_page(processes, reading, busy, barrier):
    wall = barrier("accounts_post", f"(SELECT count(*) FROM accounts_post) = {PER_PAGE + PER_PAGE // 2}")
    first = fetch(processes)
    wall.wait_until_reached()
    processes.kill(first)
    wall.open()
    # The first page stands with its cursor; the second is as if it had never been.
    assert Post.objects.count() == PER_PAGE
    cursor = Cursor.objects.get()
    assert json.loads(cursor.value)["page"] == "1"
    assert cursor.walking_since is not None
    reading.refresh_from_db()
    assert reading.leased_until > timezone.now()
    assert (reading.complete_until, reading.backfilled_at) == (None, None)

    # As long as the dead one's lease holds, nobody else reads; then the next one goes on.
    busy.asked.clear()
    processes.end(fetch(processes))
    assert busy.asked == []
    Connection.objects.update(leased_until=timezone.now())
    processes.end(fetch(processes))
    assert busy.asked == [1, 2]
    assert_read_once(busy, reading)
    assert reading.complete_until == cursor.walking_since


def test_of_two_fetchers_at_once_one_reads(processes, reading, busy):
    busy.hold()
    first = fetch(processes)
    assert busy.held.wait(60)
    second = fetch(processes)
    processes.end(second)  # while the first still waits for its first answer
    assert first.poll() is None
    assert "No account is due" in processes.log.read_text()
    busy.let_go()
    processes.end(first)
    assert busy.asked == [0, 1, 2]
    assert_read_once(busy, reading)


def test_two_fetchers_started_together(processes, reading, busy):
    for process in [fetch(processes) for _number in range(2)]:
        processes.end(process)
    assert busy.asked == [0, 1, 2]
    assert_read_once(busy, reading)


def test_claims_that_meet_never_hold_the_same_account(body, facebook, cast, now):
    for _number in range(30):
        factories.connection(factories.account(unit=body.nordvik, platform=facebook), cast.moderator)
    batches = at_once(*[lambda: fetching.claim(now)] * 4)
    held = [connection.pk for batch in batches for connection in batch]
    assert len(held) == len(set(held)) == Connection.objects.filter(leased_until=now + fetching.LEASE).count()
    assert len(held) == 30
    assert fetching.claim(now) == []
