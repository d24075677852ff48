"""One account's fetch, whose turn it is, and what a fetch that fails leaves behind."""

import datetime as dt
from dataclasses import replace

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts import tasks
from accounts.connectors import REGISTRY
from accounts.connectors.base import (
    Activity,
    Capability,
    Checked,
    Connector,
    Credential,
    FetchedPost,
    Guide,
    Page,
    RemoteAccount,
    RemoteState,
)
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.flags.models import Flag
from accounts.inbox.models import Post
from accounts.platforms import fetches as fetching
from accounts.platforms.connections import (
    connect,
    credentials_of,
    disconnect,
    is_another,
    keep,
    pause,
    resume,
    try_access,
)
from accounts.platforms.health import Health, with_health
from accounts.platforms.models import Connection, Cursor, TokenLimit
from accounts.platforms.sweeps import connections
from governance.audit.models import AuditEvent
from governance.operations.models import JobRun
from governance.platforms import usual
from governance.policy.models import set_policy
from tests import factories

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class Platform(Connector):
    """A platform in memory. `pages` are those of its one stream; `faults` are raised at the call of that name."""

    platform = "facebook"
    capabilities = frozenset({Capability.ACTIVITY, Capability.COMMENTS, Capability.OWN_REPLIES, Capability.STATE})
    answers_seen = frozenset({"comment"})
    credentials = (Credential("page", "Page"), Credential("token", "Token", secret=True))
    guide = Guide(steps=("Make a token",))
    streams = ("comments",)
    reread_at_most = 10

    known = RemoteAccount("100", "nordvik")
    pages: list = []
    faults: dict = {}
    asked: list = []
    units = 0

    def _do(self, call):
        self.asked.append(call)
        self.http.spend(self.units)
        if call in self.faults:
            raise self.faults[call]

    def check(self):
        self._do("check")
        return Checked(self.known)

    def account(self):
        self._do("account")
        return self.known

    def activity(self):
        self._do("activity")
        return Activity(self.access.now - HOUR)

    def fetch(self, stream, cursor, *, since):
        place = int(cursor or 0)
        self._do(f"page {place}")
        more = place + 1 < len(self.pages)
        posts = self.pages[place] if self.pages else ()
        return Page(posts, str(place + 1) if more else "", more)

    def reread(self, posts):
        self._do("reread")
        return Page()


@pytest.fixture
def platform(monkeypatch):
    monkeypatch.setitem(REGISTRY, "facebook", Platform)
    for name, value in {"pages": [], "faults": {}, "asked": [], "units": 0, "known": RemoteAccount("100", "n")}.items():
        monkeypatch.setattr(Platform, name, value)
    return Platform


@pytest.fixture
def connection(account, cast, platform, now):
    account.handle = "n"
    account.save()
    filled = {"page": "100", "token": "very-secret-token"}
    checked, credentials = try_access(account, filled, now)
    return connect(account, credentials, checked, by=cast.moderator, now=now)


def said(number, now):
    return FetchedPost(f"c{number}", "comment", now - HOUR, text=f"Question {number}")


def read(now):
    [claimed] = fetching.claim(now)
    return fetching.fetch_one(claimed, now)


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


@pytest.mark.parametrize("by_error", [True, False])
def test_gone_is_news_once_and_over_when_it_is_back(connection, platform, cast, now, by_error):
    if by_error:
        platform.faults = {"account": ConnectorError(ErrorCode.GONE)}
    else:
        platform.known = RemoteAccount("100", "n", state=RemoteState.GONE)
    read(now)
    connection.refresh_from_db()
    Connection.objects.update(next_fetch_at=now)
    read(now + HOUR)
    [flag] = Flag.objects.filter(reason=Flag.Reason.PLATFORM)
    assert flag.found == {"state": "gone"}
    connection.refresh_from_db()
    assert (connection.complete_until, connection.stopped_at) == (None, None)
    platform.faults, platform.known = {}, RemoteAccount("100", "n")
    Connection.objects.update(next_fetch_at=now)
    read(now + 2 * HOUR)
    flag.refresh_from_db()
    assert flag.closed_at == now + 2 * HOUR


def test_renamed_is_news(connection, platform, now):
    platform.known = RemoteAccount("100", "taken.over")
    read(now)
    assert Flag.objects.get(reason=Flag.Reason.PLATFORM).found == {"old_handle": "n", "new_handle": "taken.over"}
    connection.refresh_from_db()
    assert connection.remote_handle == "taken.over"


@pytest.mark.parametrize("meanwhile", [["taken.over"], ["handle.invalid"], ["two", "three"]])
def test_an_alarm_closes_by_itself_when_its_cause_is_gone(connection, platform, now, meanwhile):
    for number, handle in enumerate([*meanwhile, "N"]):
        platform.known = RemoteAccount("100", handle)
        read_again(connection, now + number * HOUR)
    flag = Flag.objects.get(reason=Flag.Reason.PLATFORM)
    assert (flag.close_reason, flag.found["old_handle"]) == (Flag.Closed.AS_IT_WAS, "n")
    assert connection.remote_handle == "N"


def test_a_name_that_the_platform_cannot_tell_is_no_news(connection, platform, now):
    for number, handle in enumerate(["", "n", "N", ""]):
        platform.known = RemoteAccount("100", handle)
        read_again(connection, now + number * HOUR)
    assert not Flag.objects.exists()
    assert connection.remote_handle == "N"


def test_of_two_alarms_the_one_whose_cause_stands_stays(connection, platform, now):
    platform.known = RemoteAccount("100", "taken.over")
    read_again(connection, now)
    platform.known = RemoteAccount("100", "", state=RemoteState.UNSEEN)
    read_again(connection, now + HOUR)
    flag = Flag.objects.get(reason=Flag.Reason.PLATFORM)
    assert flag.found == {"old_handle": "n", "new_handle": "taken.over", "state": "unseen"}
    platform.known = RemoteAccount("100", "taken.over")
    read_again(connection, now + 2 * HOUR)
    flag.refresh_from_db()
    assert (flag.closed_at, flag.found) == (None, {"old_handle": "n", "new_handle": "taken.over"})


def test_paused_and_disconnected_are_not_read(connection, cast, now):
    assert pause(connection, by=cast.moderator, now=now)
    assert not pause(connection, by=cast.moderator, now=now)
    assert fetching.claim(now) == []
    assert resume(connection, by=cast.moderator, now=now)
    assert disconnect(connection, by=cast.moderator, now=now)
    assert not disconnect(connection, by=cast.moderator, now=now)
    assert fetching.claim(now) == []


def test_a_slow_platform_ends_its_turn(connection, platform, now, monkeypatch):
    platform.pages = [[said(number, now)] for number in range(50)]
    clock = iter(range(0, 10_000, 8))
    monkeypatch.setattr(fetching.time, "monotonic", lambda: next(clock))
    assert fetching.fetch_due("facebook", now, seconds=50)["fetched"] == 1
    assert Cursor.objects.get().walking_since == now
    assert Connection.objects.get().leased_until is None


def test_the_command(connection, account, platform, capsys):
    call_command("fetch", "--account", str(account.pk), "--json")
    assert '"error": ""' in capsys.readouterr().out
    platform.faults = {"account": ConnectorError(ErrorCode.UNREACHABLE, "502")}
    with pytest.raises(CommandError):
        call_command("fetch", "--account", str(account.pk))
    assert "unreachable: 502" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no connected account"):
        call_command("fetch", "--account", "999999")


def test_a_page_that_was_not_whole_is_remembered_over_several_fetches(connection, platform, now, monkeypatch):
    monkeypatch.setattr(fetching, "PAGES_A_FETCH", 1)
    platform.pages = [[said(1, now)], [said(2, now)]]
    whole = Page([said(1, now)], "1", True, complete=False)
    monkeypatch.setattr(platform, "fetch", lambda self, *rest, **more: whole)
    read(now)
    monkeypatch.setattr(platform, "fetch", lambda self, *rest, **more: Page([said(2, now)], "", False))
    read(now + MINUTE)
    connection.refresh_from_db()
    assert connection.complete_until is None
    Connection.objects.update(next_fetch_at=now)
    read(now + HOUR)
    connection.refresh_from_db()
    assert connection.complete_until == now + HOUR


def test_not_found_of_a_page_says_nothing_about_the_account(connection, platform, now):
    platform.faults = {"page 0": ConnectorError(ErrorCode.GONE)}
    read(now)
    connection.refresh_from_db()
    assert connection.remote_state == RemoteState.ACTIVE
    assert not Flag.objects.exists()


def test_what_a_platform_replaced_never_overwrites_a_new_connection(connection, account, platform, cast, now):
    [claimed] = fetching.claim(now)
    checked, credentials = try_access(account, {"page": "100", "token": "new-token"}, now)
    connect(account, credentials, checked, by=cast.moderator, now=now + MINUTE)
    keep(claimed, {"token": "old-and-rotated"})
    assert credentials_of(Connection.objects.get())["token"] == "new-token"


def test_a_fetch_that_ends_after_a_new_access_was_kept_says_nothing_of_it(connection, account, cast, platform, now):
    """Otherwise the other account would count as read back, whole and without error, before anybody has read it."""
    [claimed] = fetching.claim(now)
    platform.known = RemoteAccount("200", "other")
    checked, credentials = try_access(account, {"page": "200", "token": "t"}, now)
    connect(account, credentials, checked, confirmed=True, by=cast.section, now=now + MINUTE)
    platform.known = RemoteAccount("100", "renamed")
    fetching.fetch_one(claimed, now)
    after = Connection.objects.get()
    assert (after.complete_until, after.backfilled_at, after.last_fetch_at) == (None, None, None)
    assert (after.remote_handle, after.next_fetch_at) == ("other", now + MINUTE)
    assert not Flag.objects.exists()


def test_the_access_to_another_account_starts_from_the_beginning(connection, account, cast, platform, now):
    """The register follows, so that it is asked about once; how far to read back is what was said this time."""
    read(now)
    Connection.objects.update(reread_at=now, remote_state=RemoteState.SUSPENDED)
    later = now + 300 * DAY
    platform.known = RemoteAccount("200", "n")
    checked, credentials = try_access(account, {"page": "200", "token": "t"}, later)
    connect(account, credentials, checked, backfill_days=7, confirmed=True, by=cast.section, now=later)
    after = Connection.objects.get()
    assert (after.backfill_since, after.backfill_posts, after.reread_at) == (later - 7 * DAY, 0, None)
    assert after.remote_state == RemoteState.ACTIVE
    account.refresh_from_db()
    assert account.external_id == "200"
    assert not is_another(account, checked)


def test_another_account_is_taken_only_when_somebody_says_so(account, platform, cast, now):
    checked, credentials = try_access(account, {"page": "100", "token": "t"}, now)
    with pytest.raises(ValidationError, match="another account"):
        connect(account, credentials, checked, by=cast.moderator, now=now)
    assert connect(account, credentials, checked, confirmed=True, by=cast.section, now=now).external_id == "100"


def test_the_day_on_which_an_access_expires_is_the_one_in_its_readers_calendar(connection, now):
    Connection.objects.update(expires_at=now.replace(hour=23, minute=30))
    connections(now)
    assert Flag.objects.get().found == {"expires_on": "2026-11-19"}


def test_a_token_that_must_rest_in_the_middle_of_a_batch_rests(connection, body, facebook, cast, platform, now):
    other = factories.account(unit=body.nordvik, platform=facebook)
    factories.connection(other, cast.moderator)
    Connection.objects.update(token_key="shared", next_fetch_at=now, secrets=connection.secrets)
    platform.faults = {"account": ConnectorError(ErrorCode.LIMITED)}
    TokenLimit.objects.create(platform="facebook", token_key="shared")

    def limited(self):
        self.http.block(now + HOUR)
        raise ConnectorError(ErrorCode.LIMITED, retry_at=now + HOUR)

    platform.account, real = limited, platform.account
    try:
        assert fetching.fetch_due("facebook", now, seconds=5) == {"fetched": 0, "failed": 1, "posts": 0}
    finally:
        platform.account = real
    assert Connection.objects.filter(leased_until__isnull=False).count() == 0


# --- read, and yet not whole ---


@pytest.fixture
def in_part(connection, platform, monkeypatch):
    """The platform answers, and each time something within the page cannot be read."""
    with monkeypatch.context() as patch:
        patch.setattr(platform, "fetch", lambda self, *rest, **more: Page([], "", False, complete=False))
        yield patch


def read_again(connection, now):
    Connection.objects.update(next_fetch_at=now)
    done = read(now)
    connection.refresh_from_db()
    return done


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


def health_of(connection, now):
    return Health(with_health(Connection.objects.filter(pk=connection.pk), now).get().health)


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
