"""Webhooks: the same call twice at once, two workers at once, a worker killed half-way. On PostgreSQL."""

import datetime as dt
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from accounts.inbox.models import Post
from accounts.platforms import webhooks as hooks
from accounts.platforms.models import HookDelivery, HookSource
from tests.accounts.platforms.test_hooks_of_meta import changed_feed, meta_signature

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(count, work):
    start = threading.Barrier(count)

    def run(_number):
        try:
            start.wait(timeout=20)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def waiting(account, cast, now):
    """Calls that hand in posts: `waiting(calls, posts)` of each."""

    def make(calls, posts):
        source, _secret = HookSource.issue(
            name="Chat", unit=account.unit, by=cast.section, now=now, expires_at=timezone.now() + dt.timedelta(days=1)
        )
        for call in range(calls):
            rows = [{"account": account.pk, "remote_id": f"{call}-{number}"} for number in range(posts)]
            HookDelivery.objects.create(
                platform="generic", delivery_id=str(call), source=source, body=json.dumps(rows), received_at=now
            )

    return make


def test_the_same_call_many_times_at_once_is_kept_once(db, settings):
    settings.META_APP_SECRET = "the-app’s-secret"
    body = changed_feed()
    now = timezone.now()
    kept = at_once(6, lambda: hooks.accept_meta("facebook", body, meta_signature(body), now=now))
    assert kept.count(True) == 1
    assert HookDelivery.objects.count() == 1


def test_workers_at_once_do_each_call_once(waiting, now):
    waiting(12, 5)
    counts = at_once(4, lambda: hooks.work_off(now))
    assert sum(count["done"] for count in counts) == 12
    assert sum(count["failed"] for count in counts) == 0
    assert Post.objects.count() == 60
    assert not HookDelivery.objects.filter(done_at=None).exists()


def test_a_worker_killed_half_way_leaves_it_to_the_next(waiting, processes, barrier, now):
    waiting(1, 30)
    gate = barrier("accounts_post", "NEW.remote_id = '0-17'")
    worker = processes.sweep("--only", "hooks")
    gate.wait_until_reached()
    # Meanwhile another worker passes over it.
    assert hooks.work_off(timezone.now())["done"] == 0
    processes.kill(worker)
    gate.open()
    assert not Post.objects.exists()
    row = HookDelivery.objects.get()
    assert (row.done_at, row.attempts) == (None, 1)
    processes.end(processes.sweep("--only", "hooks"))
    row.refresh_from_db()
    assert row.done_at
    assert (row.body, row.result) == ("", "created: 30")
    assert Post.objects.count() == 30
