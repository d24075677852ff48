"""Read and yet not whole; time that runs out; turns of platforms."""

import datetime as dt
from dataclasses import replace

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from accounts import tasks
from accounts.connectors import REGISTRY
from accounts.connectors.base import (
    Page,
    RemoteAccount,
    RemoteState,
)
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.flags.models import Flag
from accounts.platforms import fetches as fetching
from accounts.platforms.connections import (
    pause,
    resume,
)
from accounts.platforms.health import Health
from accounts.platforms.models import Connection
from accounts.platforms.sweeps import connections
from governance.operations.models import JobRun
from governance.platforms import usual
from tests import factories
from tests.accounts.platforms.in_memory import health_of, read_again, said

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


# --- read, and yet not whole ---


@pytest.fixture
def in_part(connection, platform, monkeypatch):
    """The platform answers, and each time something within the page cannot be read."""
    with monkeypatch.context() as patch:
        patch.setattr(platform, "fetch", lambda self, *rest, **more: Page([], "", False, complete=False))
        yield patch


def test_pages_that_are_never_whole_are_told_after_a_day(connection, in_part, platform, now):
    read_again(connection, now)
    read_again(connection, now + 12 * HOUR)
    assert (connection.failures, connection.complete_until, connection.incomplete_since) == (0, None, now)
    assert connections(now + 23 * HOUR)["flagged"] == 0
    assert health_of(connection, now + 23 * HOUR) == Health.HEALTHY
    read_again(connection, now + DAY)
    assert connections(now + DAY) == {"flagged": 1, "closed": 0}
    assert connections(now + DAY) == {"flagged": 0, "closed": 0}
    assert health_of(connection, now + DAY) == Health.IN_PART
    flag = Flag.objects.get()
    assert (flag.reason, flag.found) == (Flag.Reason.CONNECTION, {"incomplete_since_at": now.isoformat()})
    in_part.undo()
    read_again(connection, now + 25 * HOUR)
    assert (connection.complete_until, connection.incomplete_since) == (now + 25 * HOUR, None)
    assert connections(now + 25 * HOUR) == {"flagged": 0, "closed": 1}


def test_an_error_between_is_no_whole_reading(connection, in_part, platform, now):
    read_again(connection, now)
    platform.faults = {"account": ConnectorError(ErrorCode.UNREACHABLE)}
    read_again(connection, now + HOUR)
    platform.faults = {}
    read_again(connection, now + 2 * HOUR)
    assert (connection.failures, connection.incomplete_since) == (0, now)


def test_reading_back_far_is_not_incomplete_but_never_catching_up_is(connection, platform, now, monkeypatch):
    monkeypatch.setattr(fetching, "PAGES_A_FETCH", 1)
    platform.pages = [[said(number, now)] for number in range(3)]
    read_again(connection, now)
    assert connection.incomplete_since is None
    Connection.objects.update(backfilled_at=now)
    assert read_again(connection, now + MINUTE).unfinished
    assert connection.incomplete_since == now + MINUTE
    assert not read_again(connection, now + 2 * MINUTE).unfinished
    assert connection.incomplete_since is None


def test_what_is_gone_is_not_read_in_part(connection, platform, now):
    platform.known = RemoteAccount("100", "n", state=RemoteState.GONE)
    read_again(connection, now)
    assert connection.incomplete_since is None


def test_a_pause_begins_the_day_anew(connection, in_part, cast, now):
    read_again(connection, now)
    pause(connection, by=cast.moderator, now=now + HOUR)
    resume(connection, by=cast.moderator, now=now + 3 * DAY)
    read_again(connection, now + 3 * DAY)
    assert connection.incomplete_since == now + 3 * DAY


# --- time that runs out ---


@pytest.mark.parametrize("call", ["account", "page 1"])
def test_a_task_that_is_told_to_end_gives_back_what_it_held(body, facebook, connection, cast, platform, now, call):
    for _number in range(3):
        other = factories.account(unit=body.nordvik, platform=facebook)
        factories.connection(other, cast.moderator, secrets=connection.secrets, next_fetch_at=now + MINUTE)
    platform.pages = [[said(1, now)], [said(2, now)]]
    platform.faults = {call: SoftTimeLimitExceeded()}
    with pytest.raises(SoftTimeLimitExceeded):
        fetching.fetch_due("facebook", now + MINUTE, seconds=50)
    assert not Connection.objects.exclude(leased_until=None).exists()
    connection.refresh_from_db()
    assert (connection.failures, connection.last_error, connection.next_fetch_at) == (0, "", now + MINUTE)
    assert platform.asked[-1] == call  # none of the others was begun
    platform.faults, platform.asked = {}, []
    [again] = fetching.claim(now + 2 * MINUTE, account_id=connection.account_id)
    assert fetching.fetch_one(again, now + 2 * MINUTE).error is None
    assert ("page 0" in platform.asked) == (call == "account")


def test_one_turn_of_a_platform_at_a_time(connection, platform):
    started = timezone.now()
    JobRun.objects.create(name="fetch facebook", started_at=started)
    tasks.fetch_platform("facebook", 50)
    assert platform.asked == ["check"]
    assert JobRun.objects.get().started_at == started
    JobRun.objects.update(finished_at=timezone.now())
    tasks.fetch_platform("facebook", 50)
    assert "account" in platform.asked


def test_the_turn_of_one_that_was_killed_is_over_when_its_time_is(connection, platform):
    JobRun.objects.create(name="fetch facebook", started_at=timezone.now() - tasks.LONGEST)
    tasks.fetch_platform("facebook", 50)
    assert "account" in platform.asked


@pytest.fixture
def without_broker(settings, monkeypatch):
    """A task runs where it is asked for. What Celery read at its start may say otherwise: here it is called."""
    settings.CELERY_TASK_ALWAYS_EAGER = True
    monkeypatch.setattr(tasks.fetch_platform, "apply_async", lambda args, **how: tasks.fetch_platform(*args))


def test_without_a_broker_all_platforms_share_ten_seconds(body, cast, without_broker, monkeypatch, now):
    """The scheduler waits meanwhile. Whose account waits longest comes first, so that each gets its turn."""
    for number, code in enumerate(["x", "facebook", "tiktok", "youtube"]):
        other = factories.account(unit=body.nordvik, platform=factories.platform(code))
        factories.connection(other, cast.moderator, next_fetch_at=now + number * MINUTE)
    passed, turns, slow = [0], [], {"facebook": 6}
    monkeypatch.setattr(tasks.time, "monotonic", lambda: passed[0])

    def turn(platform, now, *, seconds):
        turns.append((platform, seconds))
        passed[0] += slow.get(platform, seconds)
        return {}

    monkeypatch.setattr(fetching, "fetch_due", turn)
    tasks.fetch()
    assert turns == [("x", 2.5), ("facebook", 2.5), ("tiktok", 0.75), ("youtube", 0.75)]
    turns.clear()
    slow["x"] = 11
    tasks.fetch()
    assert [platform for platform, _seconds in turns] == ["x"]


def test_every_platform_may_have_a_process_of_its_own():
    assert len(REGISTRY) <= usual.readers()


def test_a_platform_that_bears_two_readers_is_read_by_two(connection, settings, monkeypatch):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setitem(tasks.FACTS, "facebook", replace(tasks.FACTS["facebook"], readers=2))
    sent = []
    monkeypatch.setattr(tasks.fetch_platform, "apply_async", lambda args, **how: sent.append(args))
    Connection.objects.update(next_fetch_at=timezone.now())
    tasks.fetch()
    assert sent == [["facebook", tasks.SECONDS, 1], ["facebook", tasks.SECONDS, 2]]
