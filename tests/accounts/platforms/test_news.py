"""What a platform says of an account, its alarms, and an access that was replaced."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.connectors.base import (
    Page,
    RemoteAccount,
    RemoteState,
)
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.flags.models import Flag
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
from accounts.platforms.models import Connection, Cursor, TokenLimit
from accounts.platforms.sweeps import connections
from tests import factories
from tests.accounts.platforms.in_memory import read, read_again, said

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


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
