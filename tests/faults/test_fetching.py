"""Fetches that are killed, and fetches that meet: real processes, PostgreSQL, and a platform on loopback."""

import datetime as dt
import json
import re
import threading

import pytest
import redis
from celery import Celery
from django.test import override_settings
from django.utils import timezone

from accounts.inbox.models import Post
from accounts.platforms import fetches as fetching
from accounts.platforms.connections import connect, try_access
from accounts.platforms.models import Connection, Cursor
from governance.notices.models import Notice
from governance.platforms.models import Platform
from governance.platforms.usual import readers
from governance.secrets import seal
from tests import factories
from tests.connectors.worlds.served import Served
from tests.faults.conftest import REDIS, wait_for
from tests.faults.test_post_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PAGES, PER_PAGE = 3, 100
HOUR = dt.timedelta(hours=1)


class Busy:
    """A Bluesky server whose one account was mentioned 300 times. `asked`: the pages that were asked for."""

    def __init__(self):
        self.asked = []
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

    def close(self):
        self._served.close()

    def _answer(self, path, query, headers):
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


def test_of_two_fetchers_at_once_one_reads(processes, reading, busy, barrier):
    wall = barrier("accounts_post", "(SELECT count(*) FROM accounts_post) = 10")
    first = fetch(processes)
    wall.wait_until_reached()
    second = fetch(processes)
    processes.end(second)  # while the first is in the middle of its first page
    assert first.poll() is None
    assert "No account is due" in processes.log.read_text()
    wall.open()
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


FEED = b"""<rss version="2.0"><channel><title>News</title><link>http://127.0.0.1/</link>
<item><title>One</title><pubDate>Wed, 18 Nov 2026 09:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.fixture
def two_that_hang(processes, body, cast):
    """More accounts than one batch on each of two platforms that answer nothing, and a feed that answers."""
    waits = threading.Event()
    silent = Served(lambda path, query, headers: waits.wait(60) and (503, {}))
    quick = Served(lambda path, query, headers: (200, FEED, {"Content-Type": "application/rss+xml"}))
    processes.environment["FETCH_LOOPBACK"] = "on"
    given = {
        "bluesky": ({"identifier": "hall.test", "host": silent.url}, {"password": "p"}, fetching.BATCH + 2),
        "mastodon": ({"server": silent.url}, {"token": "t"}, fetching.BATCH + 2),
        "feed": ({"address": f"{quick.url}/feed"}, {}, 1),
    }
    with override_settings(SECRET_KEY=processes.environment["SECRET_KEY"]):
        for code, (plain, secrets, count) in given.items():
            platform = Platform.objects.get(code=code)
            for _number in range(count):
                account = factories.account(unit=body.nordvik, platform=platform)
                factories.connection(account, cast.moderator, settings=plain, secrets=seal(secrets))
    yield
    waits.set()
    processes.end_all()
    for served in (silent, quick):
        served.close()


def test_platforms_that_hang_hold_up_no_other(two_that_hang, processes):
    """A real worker, and the ticks of three minutes at once."""
    redis.Redis.from_url(REDIS).flushdb()
    queue = Celery(broker=REDIS)
    on = {code: Connection.objects.filter(account__platform__code=code) for code in ("bluesky", "mastodon", "feed")}
    on["feed"].update(next_fetch_at=timezone.now())  # due last of all
    processes.worker("--queues", "fetch", "--autoscale", f"{readers()},1")
    for _tick in range(3):
        queue.send_task("accounts.tasks.fetch", queue="fetch")
    wait_for(lambda: on["feed"].get().last_fetch_at)
    # The later ticks found both platforms in somebody's hands.
    ended = re.compile(r"fetch_platform\[\S+\] succeeded")
    wait_for(lambda: len(ended.findall(processes.log.read_text())) >= 5)
    for code in ("bluesky", "mastodon"):
        # One turn each, however many ticks there were; and that one is not over.
        begun = on[code].exclude(leased_until=None, last_fetch_at=None).count()
        assert begun == fetching.BATCH > on[code].exclude(last_fetch_at=None).count()
    queue.close()
    redis.Redis.from_url(REDIS).flushdb()
