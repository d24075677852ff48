"""Connecting an account on a page, and seeing how reading it goes."""

import datetime as dt
import logging

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.connectors import REGISTRY
from accounts.connectors.base import Activity, Capability, Checked, Connector, Credential, Guide, RemoteAccount
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.flags.models import Flag
from accounts.platforms import events
from accounts.platforms.connections import credentials_of
from accounts.platforms.models import Connection
from governance.audit.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SECRET = "hush-hush-4711"
LIST = reverse("accounts:connections")


class FakeConnector(Connector):
    platform = "facebook"
    capabilities = frozenset({Capability.ACTIVITY, Capability.COMMENTS})
    credentials = (
        Credential("page", "Page number"),
        Credential("token", "Token", secret=True),
        Credential("server", "Server", kind="url", required=False),
        Credential("monthly_ceiling", "Ceiling", kind="number", required=False),
    )
    guide = Guide(
        steps=("Make an app.", "Fetch a token."),
        rights=(("read_it", "read comments"),),
        note="Costs nothing.",
        link="https://platform.example/docs",
    )
    answer: Checked | ConnectorError

    def check(self):
        if isinstance(self.answer, ConnectorError):
            raise self.answer
        return self.answer

    def account(self):
        raise NotImplementedError

    def activity(self):
        return Activity(None)


@pytest.fixture(autouse=True)
def platform_says(monkeypatch, account):
    """`platform_says(handle, …)` or `platform_says(error)`: what trying the access comes to."""
    monkeypatch.setitem(REGISTRY, "facebook", FakeConnector)

    def say(answer=None, *, external_id="77", **more):
        if not isinstance(answer, ConnectorError):
            answer = Checked(RemoteAccount(external_id, answer or account.handle), **more)
        FakeConnector.answer = answer

    say()
    return say


@pytest.fixture
def moderator(login, cast, account):
    factories.assign(account, cast.moderator)
    return login(cast.moderator)


def url(name, account):
    return reverse(f"accounts:{name}", args=[account.pk])


def filled(**more):
    return {"page": "12", "token": SECRET, "backfill_days": "10"} | more


def text_of(answer) -> str:
    return answer.content.decode()


# --- connecting ---------------------------------------------------------------------------------------


def test_the_guide_and_the_form(moderator, account):
    page = moderator.get(url("connection_new", account))
    text = text_of(page)
    for words in ("Make an app.", "read_it", "read comments", "Costs nothing.", "https://platform.example/docs"):
        assert words in text
    assert 'type="password"' in text
    assert 'value="30"' in text
    assert "no-store" in page["Cache-Control"]


def test_connecting(moderator, account, caplog):
    caplog.set_level(logging.DEBUG)
    page = moderator.post(
        url("connection_new", account), filled(server="social.example", monthly_ceiling="500"), follow=True
    )
    assert page.redirect_chain[-1][0] == url("connection", account)
    assert "The account is connected" in text_of(page)
    found = Connection.objects.get()
    assert credentials_of(found) == {
        "page": "12",
        "token": SECRET,
        "server": "https://social.example",
        "monthly_ceiling": "500",
    }
    assert (found.connected_at - found.backfill_since).days == 10
    event = AuditEvent.objects.get(event=events.CONNECTION_MADE)
    pages = [text_of(moderator.get(address)) for address in (url("connection", account), LIST)]
    pages += [text_of(page), text_of(moderator.get(url("connection_new", account)))]
    everything = [*pages, caplog.text, str(event.after), str(found.settings), found.secrets]
    assert not [one for one in everything if SECRET in one]


@pytest.mark.parametrize("length", [101, 200])
def test_a_long_id_stays_the_same_account(moderator, account, platform_says, length):
    platform_says(external_id="7" * length)
    for _time in ("first", "anew"):
        page = moderator.post(url("connection_new", account), filled(), follow=True)
        assert "The account is connected" in text_of(page)
    account.refresh_from_db()
    assert account.external_id == Connection.objects.get().external_id == "7" * length


def test_an_id_longer_than_we_keep_is_refused(moderator, account, platform_says):
    platform_says(external_id="7" * 201)
    page = moderator.post(url("connection_new", account), filled())
    assert page.status_code == 422
    assert not Connection.objects.exists()


def test_connecting_anew_keeps_one(moderator, account):
    moderator.post(url("connection_new", account), filled())
    moderator.post(url("connection_new", account), filled(token="another"))
    assert credentials_of(Connection.objects.get())["token"] == "another"


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": ""},
        {"token": ""},
        {"server": "no address"},
        {"monthly_ceiling": "0"},
        {"backfill_days": "366"},
        {"backfill_days": "-1"},
    ],
)
def test_what_is_filled_in_wrong(moderator, account, wrong):
    page = moderator.post(url("connection_new", account), filled(**wrong))
    assert page.status_code == 422
    assert SECRET not in text_of(page)
    assert not Connection.objects.exists()


def test_the_platform_refuses(moderator, account, platform_says, caplog):
    platform_says(ConnectorError(ErrorCode.CREDENTIALS, "code 190"))
    page = moderator.post(url("connection_new", account), filled())
    assert page.status_code == 422
    assert "no-store" in page["Cache-Control"]
    text = text_of(page)
    assert "has expired or was withdrawn" in text
    assert "(code 190)" in text
    assert 'value="12"' in text
    assert SECRET not in text + caplog.text
    assert not Connection.objects.exists()


def test_another_account_is_asked_about(login, cast, account, platform_says):
    moderator = login(cast.principal)  # who answers on it does not say which account it is
    platform_says("impostor", external_id="88")
    page = moderator.post(url("connection_new", account), filled())
    assert page.status_code == 422
    text = text_of(page)
    assert "Yes, this is the account" in text
    assert "impostor" in text
    assert account.handle in text
    assert SECRET not in text
    assert not Connection.objects.exists()
    # Said of one account, it does not hold for a third.
    platform_says("third", external_id="99")
    page = moderator.post(url("connection_new", account), filled(same_account="88"))
    assert page.status_code == 422
    assert 'value="99"' in text_of(page)
    assert " checked" not in text_of(page)
    platform_says("impostor", external_id="88")
    assert moderator.post(url("connection_new", account), filled(same_account="88")).status_code == 302
    assert Connection.objects.get().external_id == "88"


def test_an_account_that_is_registered_twice(moderator, account, body, facebook):
    factories.account(unit=body.nordvik, platform=facebook, external_id="77")
    page = moderator.post(url("connection_new", account), filled())
    assert page.status_code == 422
    assert not Connection.objects.exists()


def test_missing_rights_are_told(moderator, account, platform_says):
    platform_says(missing_rights=("read_it",))
    text = text_of(moderator.post(url("connection_new", account), filled(), follow=True))
    assert "lacks these rights: read_it" in text
    assert Connection.objects.exists()


def test_where_there_is_no_connector(moderator, account, monkeypatch):
    monkeypatch.delitem(REGISTRY, "facebook")
    text = text_of(moderator.get(url("connection", account)))
    assert "cannot read this platform" in text
    assert f"{reverse('accounts:post_new')}?account={account.pk}" in text
    page = moderator.get(url("connection_new", account), follow=True)
    assert "cannot be connected" in text_of(page)


def test_an_account_out_of_use_is_not_connected(moderator, account):
    account.state, account.retired_at = "retired", timezone.now()
    account.save()
    page = moderator.post(url("connection_new", account), filled(), follow=True)
    assert "cannot be connected" in text_of(page)
    assert not Connection.objects.exists()


# --- how it goes --------------------------------------------------------------------------------------


def test_not_connected(moderator, account):
    text = text_of(moderator.get(url("connection", account)))
    assert "is not connected" in text
    assert url("connection_new", account) in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "The platform is read regularly."),
        ({"paused": True}, "Paused by Mona Moderator."),
        ({"stopped": True, "last_error": "rights", "failures": 3}, "Reading has stopped: The access lacks a right"),
        ({"failures": 1, "last_error": "limited"}, "is tried again: The platform asks us to wait"),
        ({"remote_state": "gone"}, "is tried again: Not found any more"),
        ({"expires": 3}, "the access expires soon"),
        ({"last_error": "bad_answer", "failures": 1, "last_error_detail": "no JSON"}, "no JSON"),
        ({"remote_handle": "fjordvik-now"}, "fjordvik-now"),
        ({"backfill_posts": 41}, "So far 41 read back to 15/01/2025"),
        ({}, "What is not measurable is never flagged."),
    ],
)
def test_the_state_in_words(moderator, account, cast, fields, words):
    now = timezone.now()
    fields = dict(fields)
    if fields.pop("paused", None):
        fields |= {"paused_at": now, "paused_by": cast.moderator}
    if fields.pop("stopped", None):
        fields["stopped_at"] = now
    if days := fields.pop("expires", None):
        fields["expires_at"] = now + days * DAY
    factories.connection(account, cast.moderator, **fields)
    assert words in text_of(moderator.get(url("connection", account)))


def test_the_archivist_sees_and_does_not_act(login, cast, account):
    factories.connection(account, cast.moderator)
    client = login(cast.archivist)
    text = text_of(client.get(url("connection", account)))
    assert "Read now" not in text
    assert "Disconnect" not in text
    assert client.post(url("connection_read", account)).status_code == 403
    assert client.get(url("connection_new", account)).status_code == 403
    client = login(cast.stranger)
    assert client.get(url("connection", account)).status_code == 404
    assert client.post(url("connection_disconnect", account)).status_code == 404


def test_read_now_pause_resume(moderator, account, cast):
    found = factories.connection(account, cast.moderator, next_fetch_at=timezone.now() + DAY)

    def post(name):
        return text_of(moderator.post(url(name, account), follow=True))

    assert "is read in a moment" in post("connection_read")
    assert "is read in a moment" in post("connection_read")
    found.refresh_from_db()
    assert found.next_fetch_at <= timezone.now()
    assert "Reading is paused." in post("connection_pause")
    assert "done already" in post("connection_pause")
    assert "Resume it first" in post("connection_read")
    assert "Reading goes on" in post("connection_resume")
    assert "done already" in post("connection_resume")
    assert AuditEvent.objects.filter(event=events.CONNECTION_PAUSED).count() == 1
    assert AuditEvent.objects.filter(event=events.CONNECTION_RESUMED).count() == 1


def test_disconnecting(moderator, account, cast):
    factories.connection(account, cast.moderator)
    address = url("connection_disconnect", account)
    assert "for good" in text_of(moderator.get(address))
    assert Connection.objects.exists()
    assert "is disconnected" in text_of(moderator.post(address, follow=True))
    assert not Connection.objects.exists()
    for again in (address, url("connection_read", account), url("connection_pause", account)):
        assert "is not connected" in text_of(moderator.post(again, follow=True))
    assert AuditEvent.objects.filter(event=events.CONNECTION_ENDED).count() == 1


# --- all of them --------------------------------------------------------------------------------------


def test_the_most_troubled_first(login, cast, body, facebook):
    now = timezone.now()
    kinds = {
        "healthy": {},
        "paused": {"paused_at": now, "paused_by": cast.section, "failures": 2},
        "expiring": {"expires_at": now + DAY},
        "partly": {"incomplete_since": now - 2 * DAY, "complete_until": now - 3 * DAY},
        "failing": {"failures": 1, "last_error": "limited"},
        "stopped": {"stopped_at": now, "last_error": "credentials"},
    }
    for name, fields in kinds.items():
        factories.connection(
            factories.account(unit=body.nordvik, platform=facebook, name=f"Account {name}"), cast.section, **fields
        )
    client = login(cast.section)
    page = client.get(LIST)
    order = [connection.account.name.split()[1] for connection, _health, _words in page.context["rows"]]
    assert order == ["stopped", "failing", "partly", "expiring", "paused", "healthy"]
    assert "1 account in use is not connected" in text_of(page)  # the fixture's own
    assert len(client.get(LIST, {"trouble": "on"}).context["rows"]) == 4
    assert text_of(login(cast.stranger).get(LIST)).count("Account ") == 0


@pytest.mark.parametrize("count", [1, 3])
def test_no_query_for_each_row(login, cast, body, facebook, django_assert_num_queries, count):
    for _number in range(count):
        factories.connection(factories.account(unit=body.nordvik, platform=facebook), cast.section)
    client = login(cast.section)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_what_is_read_in_part_says_so(moderator, account, cast):
    now = timezone.now()
    connection = factories.connection(account, cast.moderator, incomplete_since=now - DAY, complete_until=now - 2 * DAY)
    page = text_of(moderator.get(connection.get_absolute_url()))
    assert "Read in part" in page
    assert "No post is flagged as unanswered meanwhile." in page
    flag = Flag.objects.create(
        account=account, reason=Flag.Reason.CONNECTION, found={"incomplete_since_at": "2026-11-18T09:00:00+00:00"}
    )
    assert "cannot be read whole since 18/11/2026 10:00" in text_of(moderator.get(flag.get_absolute_url()))


def test_the_ways_there(moderator, account, cast):
    assert url("connection", account) in text_of(moderator.get(account.get_absolute_url()))
    assert LIST in text_of(moderator.get(reverse("accounts:accounts")))
    for reason in (Flag.Reason.CONNECTION, Flag.Reason.PLATFORM):
        flag = Flag.objects.create(account=account, reason=reason)
        assert url("connection", account) in text_of(moderator.get(flag.get_absolute_url()))
