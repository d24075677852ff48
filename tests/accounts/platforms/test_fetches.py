"""One account's fetch, whose turn it is, and what a fetch that fails leaves behind."""

import datetime as dt

import pytest

from accounts.connectors.base import (
    Activity,
    Page,
)
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.flags.models import Flag
from accounts.inbox.models import Post
from accounts.platforms import fetches as fetching
from accounts.platforms.connections import (
    credentials_of,
    resume,
)
from accounts.platforms.models import Connection, Cursor, TokenLimit
from accounts.platforms.sweeps import connections
from governance.audit.models import AuditEvent
from governance.policy.models import set_policy
from tests import factories
from tests.accounts.platforms.in_memory import Platform, read, read_again, said

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def test_connecting_seals_the_secret_and_keeps_the_platforms_id(connection, account, now):
    account.refresh_from_db()
    assert account.external_id == "100"
    assert connection.settings == {"page": "100"}
    assert "very-secret-token" not in connection.secrets
    assert credentials_of(connection) == {"page": "100", "token": "very-secret-token"}
    assert "very-secret-token" not in str(list(AuditEvent.objects.values("before", "after")))


def test_a_whole_fetch(connection, account, platform, now):
    platform.pages = [[said(1, now), said(2, now)], [said(3, now)]]
    done = read(now)
    assert (done.error, done.unfinished, done.posts, done.created) == (None, False, 3, 3)
    connection.refresh_from_db()
    assert connection.complete_until == connection.activity_until == connection.backfilled_at == now
    assert connection.backfill_posts == 3
    assert connection.leased_until is None
    assert now < connection.next_fetch_at < now + 15 * MINUTE
    account.refresh_from_db()
    assert account.last_activity_at == now - HOUR
    assert read(connection.next_fetch_at).created == 0


def test_where_rereading_costs_it_is_done_now_and_then_and_before_anybody_is_flagged(
    connection, platform, monkeypatch, now
):
    monkeypatch.setattr(platform, "reread_interval", 6 * HOUR)
    reread = []
    monkeypatch.setattr(platform, "reread", lambda self, posts: reread.append({p.remote_id for p in posts}) or Page())
    platform.pages = [[said(1, now), said(2, now)]]

    def read_anew(moment) -> list:
        """What is read anew then, call by call; the fetch is whole all the same."""
        reread.clear()
        [claimed] = fetching.claim(moment, account_id=connection.account_id)
        assert fetching.fetch_one(claimed, moment).complete_until == moment
        return list(reread)

    assert read_anew(now) == [{"c1", "c2"}]
    Post.objects.filter(remote_id="c2").update(answer_due_at=now + 90 * MINUTE)
    assert read_anew(now + HOUR) == []
    assert read_anew(now + 2 * HOUR) == [{"c2"}], "flagged next, unless it is gone"
    assert read_anew(now + 3 * HOUR) == []
    assert read_anew(now + 6 * HOUR) == [{"c1", "c2"}]
    assert read_anew(now + 7 * HOUR) == []


def test_what_could_not_be_read_anew_whole_is_read_anew_next_time(connection, platform, monkeypatch, now):
    monkeypatch.setattr(platform, "reread_interval", 6 * HOUR)
    platform.pages = [[said(1, now)]]
    for whole in (False, True, True):
        again = Page((), complete=whole)
        monkeypatch.setattr(platform, "reread", lambda self, posts, again=again: self._do("reread") or again)
        [claimed] = fetching.claim(now, account_id=connection.account_id)
        fetching.fetch_one(claimed, now)
    assert platform.asked.count("reread") == 2


@pytest.mark.parametrize("call", ["account", "activity", "page 0", "page 1", "reread"])
@pytest.mark.parametrize("code", [ErrorCode.LIMITED, ErrorCode.UNREACHABLE, ErrorCode.BAD_ANSWER, ErrorCode.RIGHTS])
def test_a_fetch_that_fails_anywhere_proves_nothing(connection, platform, call, code, now):
    platform.pages = [[said(1, now)], [said(2, now)]]
    platform.faults = {call: ConnectorError(code, "why")}
    done = read(now)
    connection.refresh_from_db()
    assert done.error.code == connection.last_error == code
    assert (connection.failures, connection.leased_until) == (1, None)
    assert connection.next_fetch_at == now + 2 * MINUTE
    ends = code == ErrorCode.LIMITED or call == "account"
    assert connection.complete_until == (now if call == "activity" and not ends else None)
    assert (connection.activity_until is None) == (call in ("account", "activity"))


def test_a_call_that_fails_stops_only_itself(connection, platform, now, monkeypatch):
    monkeypatch.setattr(platform, "streams", ("comments", "messages"))
    platform.pages = [[said(1, now)]]
    platform.faults = {"activity": ConnectorError(ErrorCode.BAD_ANSWER, "nothing but reposts")}
    for number in range(9):
        done = read_again(connection, now + number * HOUR)
        assert (done.error.detail, done.in_part, done.complete_until) == (
            "nothing but reposts",
            True,
            now + number * HOUR,
        )
    assert connection.next_fetch_at < now + 9 * HOUR, "what can be read is read as often as ever"
    assert Post.objects.count() == 1
    platform.faults, platform.asked = {"page 0": ConnectorError(ErrorCode.RIGHTS)}, []
    done = read_again(connection, now + 9 * HOUR)
    assert platform.asked == ["account", "activity", "page 0", "page 0", "reread"]
    assert (done.complete_until, connection.activity_until, connection.stopped_at) == (None, now + 9 * HOUR, None)


@pytest.mark.parametrize("code", [ErrorCode.LIMITED, ErrorCode.CEILING, ErrorCode.CREDENTIALS])
def test_what_asks_for_rest_ends_the_fetch(connection, platform, now, code):
    platform.faults = {"activity": ConnectorError(code)}
    assert not read(now).in_part
    assert platform.asked[-1] == "activity"


def test_dates_that_cannot_be_read_are_said_and_prove_no_silence(connection, platform, now, monkeypatch):
    connection.account.last_activity_at = None
    connection.account.save()
    told = []

    def activity(self):
        told.append(self.access.noted)
        return Activity(now - 9 * DAY, undated=2, note=f"look {len(told)}")

    monkeypatch.setattr(platform, "activity", activity)
    for number in range(3):
        done = read_again(connection, now + number * HOUR)
        assert (done.error.code, done.complete_until) == (ErrorCode.UNDATED, now + number * HOUR)
    assert told == ["", "look 1", "look 2"]
    connection.account.refresh_from_db()
    assert (connection.account.last_activity_at, connection.activity_until) == (now - 9 * DAY, None)
    assert connections(now + 25 * HOUR)["flagged"] == 1
    assert Flag.objects.get().found == {"error": "undated"}
    monkeypatch.setattr(platform, "activity", lambda self: Activity(now))
    read_again(connection, now + 26 * HOUR)
    assert connections(now + 26 * HOUR)["closed"] == 1


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("published", [None, 3])
def test_sharing_is_activity_where_the_policy_says_so(
    connection, body, platform, cast, now, monkeypatch, counts, published
):
    set_policy(body.central, {"sharing_counts": counts}, by=cast.admin, now=now)
    own = published and now - published * DAY
    monkeypatch.setattr(platform, "activity", lambda self: Activity(own, now - DAY))
    before = connection.account.last_activity_at
    read(now)
    connection.refresh_from_db()
    connection.account.refresh_from_db()
    assert connection.account.last_activity_at == max(filter(None, (before, own, counts and now - DAY)))
    assert (connection.shared_at, connection.activity_until) == (now - DAY, now)


def test_it_goes_on_from_the_page_where_it_stopped(connection, platform, now):
    platform.pages = [[said(1, now)], [said(2, now)]]
    platform.faults = {"page 1": ConnectorError(ErrorCode.UNREACHABLE)}
    read(now)
    platform.faults, platform.asked = {}, []
    later = now + 5 * MINUTE
    assert read(later).error is None
    assert platform.asked == ["account", "activity", "page 1", "reread"]
    connection.refresh_from_db()
    assert connection.complete_until == now  # the walk began then
    assert Post.objects.count() == 2


def test_a_long_walk_goes_on_at_the_next_tick(connection, platform, now, monkeypatch):
    monkeypatch.setattr(fetching, "PAGES_A_FETCH", 2)
    platform.pages = [[said(number, now)] for number in range(5)]
    assert read(now).unfinished
    connection.refresh_from_db()
    assert (connection.next_fetch_at, connection.backfill_posts, connection.backfilled_at) == (now, 2, None)
    assert read(now + MINUTE).unfinished
    assert not read(now + 2 * MINUTE).unfinished
    assert Post.objects.count() == 5
    assert Cursor.objects.get().walking_since is None


def test_a_mistake_of_ours_is_an_error_of_that_account_alone(connection, platform, now):
    platform.faults = {"activity": ZeroDivisionError()}
    assert read(now).error.code == ErrorCode.BAD_ANSWER


def test_how_long_it_waits_after_errors(now):
    error = ConnectorError(ErrorCode.UNREACHABLE)
    waits = [fetching.back_off(failures, error, now) for failures in (1, 2, 5, 9, 500)]
    assert waits == [2 * MINUTE, 4 * MINUTE, 32 * MINUTE, 6 * HOUR, 6 * HOUR]
    asked = ConnectorError(ErrorCode.LIMITED, retry_at=now + HOUR)
    assert fetching.back_off(1, asked, now) == HOUR


def test_three_refusals_stop_it_and_resuming_starts_it(connection, platform, cast, now):
    platform.faults = {"account": ConnectorError(ErrorCode.CREDENTIALS)}
    for number in range(3):
        assert connection.stopped_at is None
        read(now + number * HOUR)
        connection.refresh_from_db()
    assert connection.stopped_at == now + 2 * HOUR
    assert fetching.claim(now + DAY) == []
    assert connections(now + DAY)["flagged"] == 1
    assert connections(now + DAY) == {"flagged": 0, "closed": 0}
    platform.faults = {}
    assert resume(connection, by=cast.moderator, now=now + DAY)
    assert read(now + DAY).error is None
    assert connections(now + DAY)["closed"] == 1


def test_failing_for_a_day_and_expiring_soon_are_flagged(connection, platform, now):
    platform.faults = {"account": ConnectorError(ErrorCode.UNREACHABLE)}
    read(now)
    assert connections(now + 23 * HOUR)["flagged"] == 0
    assert connections(now + 25 * HOUR)["flagged"] == 1
    Flag.objects.all().delete()
    Connection.objects.update(failures=0, expires_at=now + 10 * DAY)
    assert connections(now)["flagged"] == 1


def test_no_two_hold_one_account(connection, now):
    assert len(fetching.claim(now)) == 1
    assert fetching.claim(now) == []
    assert len(fetching.claim(now + fetching.LEASE)) == 1  # the first was killed


def test_a_token_at_rest_rests_for_all_its_accounts(connection, body, facebook, cast, platform, now):
    other = factories.account(unit=body.nordvik, platform=facebook)
    factories.connection(other, cast.moderator)
    Connection.objects.filter(account=other).update(token_key=connection.token_key, next_fetch_at=now)
    TokenLimit.objects.create(platform="facebook", token_key=connection.token_key, blocked_until=now + HOUR)
    assert fetching.claim(now) == []
    assert len(fetching.claim(now + HOUR)) == 2


def test_paid_calls_end_at_the_months_ceiling(connection, platform, now):
    Connection.objects.update(settings={"monthly_ceiling": 10})
    platform.units = 3
    assert read(now).error is None  # three calls: account, activity, one page; the reread has nothing to read
    assert TokenLimit.objects.get().units_used == 9
    Connection.objects.update(next_fetch_at=now)
    assert read(now + MINUTE).error.code == ErrorCode.CEILING
    Connection.objects.update(next_fetch_at=now)
    assert read(now + 20 * DAY).error is None


def test_a_hook_that_asks_meanwhile_is_heard(connection, platform, now):
    [claimed] = fetching.claim(now)
    Connection.objects.update(next_fetch_at=now + MINUTE)
    fetching.fetch_one(claimed, now)
    connection.refresh_from_db()
    assert connection.next_fetch_at == now + MINUTE


def test_the_next_fetch_comes_just_after_the_next_answer_is_due(connection, account, platform, now):
    factories.post(account, posted_at=now - 60 * DAY, answer_due_at=now + 2 * MINUTE)
    read(now)
    connection.refresh_from_db()
    assert connection.next_fetch_at == now + 2 * MINUTE + dt.timedelta(seconds=30)


def test_quiet_accounts_are_read_less_often_and_spread(connection, account, platform, now):
    Connection.objects.update(connected_at=now - 60 * DAY)
    connection.refresh_from_db()
    intervals = []
    for days in (0.5, 3, 20, 100):
        Post.objects.all().delete()
        factories.post(account, posted_at=now - days * DAY, closed_at=now, outcome="answered")
        intervals.append(fetching.next_fetch(connection, Platform, now, unfinished=False) - now)
    assert intervals == sorted(intervals)
    assert intervals[0] < 6 * MINUTE
    assert 5 * HOUR < intervals[3] < 7 * HOUR
    assert len({fetching._spread(number) for number in range(100)}) == 100
