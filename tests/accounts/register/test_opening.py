"""From planned to open by hand, the statement's page, and pauses by hand."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.register.checklists import OPENING_ITEMS, Check
from accounts.register.choices import Part
from accounts.register.gates import opening_gates
from accounts.register.models import OfficialAccount, Pause
from governance.access import Permission, can
from governance.audit.models import AuditEvent
from tests import factories


@pytest.fixture
def planned(body, facebook, cast):
    account = factories.account(
        unit=body.nordvik, platform=facebook, state="planned", handle="", url="", editor=cast.employee
    )
    OfficialAccount.objects.filter(pk=account.pk).update(handle="", url="")
    account.refresh_from_db()
    return account


def page_of(account, name="account_opening"):
    return reverse(f"accounts:{name}", args=[account.pk])


def test_opening_by_hand_from_first_to_last(login, planned, cast):
    client = login(cast.employee)  # the applicant, who is the editor
    page = client.get(page_of(planned))
    assert "Register the account’s real address" in page.text
    assert "Missing" in page.text
    assert "Something is still missing" in client.post(page_of(planned, "account_open"), follow=True).text
    address = {
        "url": "facebook.com/NordvikVGS",
        "contact_email": "nordvik@sosiale-medier.example",
        "web_page_url": "https://fjordvik.example/nordvik",
    }
    response = client.post(page_of(planned), address, follow=True)
    assert "Does the body own that address?" in response.text  # a hint, no refusal
    planned.refresh_from_db()
    assert (planned.url, planned.handle) == ("https://www.facebook.com/NordvikVGS", "NordvikVGS")
    assert AuditEvent.objects.get(event="account.changed").after["handle"] == "NordvikVGS"
    for item in OPENING_ITEMS:
        client.post(page_of(planned, "account_check"), {"item": item, "done": "yes"})
    factories.assign(planned, cast.moderator)
    factories.assign(planned, cast.deputy, Part.DEPUTY)
    assert "Everything is in place" in client.get(page_of(planned)).text
    assert "The account is open" in client.post(page_of(planned, "account_open"), follow=True).text
    assert "open already" in client.post(page_of(planned, "account_open"), follow=True).text
    assert "open already" in client.get(page_of(planned), follow=True).text
    planned.refresh_from_db()
    assert planned.state == "active"


def test_the_domain_of_the_body_gets_no_hint(login, planned, cast):
    address = {"url": "https://www.facebook.com/x", "contact_email": "post@fjordvik.example"}
    assert "Does the body own" not in login(cast.employee).post(page_of(planned), address, follow=True).text


def test_a_wrong_address_is_said_and_stays(login, planned, cast):
    response = login(cast.employee).post(page_of(planned), {"url": "https://example.com/me"})
    assert "This is not an address on Facebook" in response.text
    assert 'value="https://example.com/me"' in response.text


@pytest.mark.parametrize("actor", ["moderator", "stranger", "archivist", "admin"])
def test_others_do_not_open(login, planned, cast, actor):
    client = login(getattr(cast, actor))
    assert client.get(page_of(planned)).status_code == 403
    assert client.post(page_of(planned, "account_open")).status_code == 403


def test_opening_is_a_post_and_not_possible_once_retired(login, account, cast):
    client = login(cast.principal)
    assert client.get(page_of(account, "account_open")).status_code == 405
    OfficialAccount.objects.filter(pk=account.pk).update(state="paused")
    assert "is not possible now" in client.post(page_of(account, "account_open"), follow=True).text


def test_home_knows_what_one_must_open(planned, cast, now):
    assert list(OfficialAccount.objects.to_open(cast.employee, now=now)) == [planned]
    assert list(OfficialAccount.objects.to_open(cast.principal, now=now)) == [planned]
    assert not OfficialAccount.objects.to_open(cast.stranger, now=now)


def test_the_applicant_opens_without_being_editor(planned, cast, body, facebook, now):
    OfficialAccount.objects.update(editor=None)
    planned.refresh_from_db()
    assert not can(cast.employee, Permission.OPEN_ACCOUNT, planned, now=now)
    factories.application(
        applicant=cast.employee,
        unit=body.nordvik,
        platform=facebook,
        account=planned,
        status="approved",
        submitted_at=factories.YESTERDAY,
        decided_at=factories.YESTERDAY,
        submission=1,
    )
    assert can(cast.employee, Permission.OPEN_ACCOUNT, planned, now=now)
    assert list(OfficialAccount.objects.to_open(cast.employee, now=now)) == [planned]
    assert next(gate for gate in opening_gates(planned, now) if gate.key == "approval").met


def test_the_statement_stands_in_four_languages(login, account, cast):
    page = login(cast.employee).get(page_of(account, "account_statement"))
    assert page.text.count("<textarea") == 8
    assert page.context["statements"][0][1].language == account.language
    danish = login(cast.employee).get(page_of(account, "account_statement") + "?language=da")
    assert danish.context["statements"][0][1].language == "da"


# --- pauses ---


def local(days):
    return (timezone.localtime() + dt.timedelta(days=days)).strftime("%d.%m.%Y %H:%M")


def test_a_pause_by_hand_with_its_notice(login, account, cast):
    factories.assign(account, cast.moderator)
    client = login(cast.moderator)
    new = page_of(account, "pause_new")
    assert client.get(new).status_code == 200
    response = client.post(new, {"ends_at": local(7), "reason": "Høstferie"}, follow=True)
    assert "The notice to put on the account" in response.text
    account.refresh_from_db()
    assert account.state == "paused"
    assert "There is a pause already" in client.post(new, {"ends_at": local(9), "reason": "Mer ferie"}).text
    pause = Pause.objects.get()
    end = reverse("accounts:pause_end", args=[pause.pk])
    assert client.get(end).status_code == 405
    assert "The pause is over" in client.post(end, follow=True).text
    assert "was over already" in client.post(end, follow=True).text
    account.refresh_from_db()
    assert account.state == "active"


def test_resuming_by_hand(login, account, cast):
    OfficialAccount.objects.filter(pk=account.pk).update(state="paused")
    client = login(cast.principal)
    assert "in use again" in client.post(page_of(account, "account_resume"), follow=True).text
    assert "in use already" in client.post(page_of(account, "account_resume"), follow=True).text
    OfficialAccount.objects.filter(pk=account.pk).update(state="retiring")
    assert "is not possible now" in client.post(page_of(account, "account_resume"), follow=True).text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"reason": "x"}, "This field is required."),
        ({"ends_at": "31.02.2099 10:00", "reason": "x"}, "not a day and time"),
        ({"ends_at": "01.01.2020 10:00", "reason": "x"}, "has passed already"),
        ({"starts_at": "02.01.2099 10:00", "ends_at": "01.01.2099 10:00", "reason": "x"}, "must end after it begins"),
        ({"ends_at": "01.01.2099 10:00", "reason": ""}, "This field is required."),
    ],
)
def test_a_pause_without_reason_or_end_is_none(login, account, cast, data, message):
    response = login(cast.principal).post(page_of(account, "pause_new"), data)
    assert response.status_code == 422
    assert message in response.text
    assert not Pause.objects.exists()


@pytest.mark.parametrize("actor", ["employee", "moderator", "stranger", "archivist"])
def test_who_may_not_pause(login, account, cast, actor):
    pause = Pause.objects.create(
        account=account,
        starts_at=timezone.now(),
        ends_at=timezone.now() + dt.timedelta(days=1),
        reason="x",
        created_by=cast.principal,
    )
    client = login(getattr(cast, actor))
    assert client.post(page_of(account, "pause_new"), {}).status_code == 403
    assert client.post(reverse("accounts:pause_end", args=[pause.pk])).status_code == 403
    assert client.post(page_of(account, "account_resume")).status_code == 403


def test_checks_belong_to_one_account(planned, account, cast):
    Check.objects.create(account=account, item="two_step", done_by=cast.principal)
    assert not planned.checks.exists()
