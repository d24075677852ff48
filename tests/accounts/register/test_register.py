"""The register: found, filtered, sorted, exported; an account's page, its facts and its end."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.register.checklists import RETIREMENT_ITEMS, Check
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from governance.platforms.models import Platform
from tests import factories
from tests.rows import linked

LIST = "/accounts/"


@pytest.fixture
def three(body, facebook, cast):
    """Accounts of nordvik, its club and sorvik, on two platforms."""
    instagram = Platform.objects.get(code="instagram")
    found = [
        factories.account(
            unit=body.nordvik, platform=facebook, name="Ørnen", handle="nordvikvgs", purpose="Skolestart"
        ),
        factories.account(unit=body.klubb, platform=instagram, name="Bilder", handle="fotoklubben", state="paused"),
        factories.account(unit=body.sorvik, platform=facebook, name="Andre", handle="sorvik", kind="personal_office"),
    ]
    factories.assign(found[0], cast.moderator)
    factories.assign(found[0], cast.deputy, Part.DEPUTY, accepted=False)
    factories.assign(found[2], cast.stranger)
    return found


def names(response):
    return linked(response.context["table"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Andre", "Bilder", "Ørnen"]),
        ("q=ørn", ["Ørnen"]),
        ("q=NORDVIKVGS", ["Ørnen"]),
        ("q=skolestart", ["Ørnen"]),
        ("q=mona", ["Ørnen"]),
        ("q=www.facebook.com/sorvik", ["Andre"]),
        ("q=fotoklubben", ["Bilder"]),
        ("q=nothing-like-it", []),
        ("platform=instagram", ["Bilder"]),
        ("unit=nordvik", ["Bilder", "Ørnen"]),
        ("unit=central", ["Andre", "Bilder", "Ørnen"]),
        ("state=paused", ["Bilder"]),
        ("kind=personal_office", ["Andre"]),
        ("lacking=moderator", ["Bilder"]),
        ("lacking=deputy", ["Andre", "Bilder", "Ørnen"]),
        ("sort=-name", ["Ørnen", "Bilder", "Andre"]),
        ("sort=platform", ["Andre", "Ørnen", "Bilder"]),
        ("unit=nordvik&q=bild", ["Bilder"]),
        ("page=999", ["Andre", "Bilder", "Ørnen"]),
        ("page=x&sort=nothing&per_page=100000", ["Andre", "Bilder", "Ørnen"]),
    ],
)
def test_search_filters_and_sorting(login, three, cast, query, expected):
    response = login(cast.employee).get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert names(response) == expected


def test_an_unknown_unit_is_said_not_silently_ignored(login, three, cast):
    assert "Nothing fits “atlantis”" in login(cast.employee).get(f"{LIST}?unit=atlantis").text


def test_a_search_as_long_as_a_book_is_refused(login, three, cast):
    assert "at most 200 characters" in login(cast.employee).get(LIST, {"q": "x" * 60_000}).text


def test_everybody_away_is_found(login, three, cast):
    now = timezone.now()
    cast.moderator.absences.create(
        starts_at=now - dt.timedelta(days=1), ends_at=now + dt.timedelta(days=1), registered_by=cast.moderator
    )
    assert names(login(cast.employee).get(f"{LIST}?lacking=present")) == ["Bilder", "Ørnen"]


def test_pages_hold_25(login, body, facebook, cast):
    for number in range(26):
        factories.account(unit=body.nordvik, platform=facebook, name=f"Konto {number:02}")
    client = login(cast.employee)
    assert len(client.get(LIST).context["table"].rows) == 25
    assert len(client.get(f"{LIST}?page=2").context["table"].rows) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_one_as_for_three(login, three, cast, count, django_assert_num_queries):
    OfficialAccount.objects.exclude(pk__in=[account.pk for account in three[:count]]).delete()
    client = login(cast.principal)
    with django_assert_num_queries(10):
        client.get(LIST)


def test_an_empty_register_says_so(login, cast, facebook):
    assert "No account fits the search" in login(cast.employee).get(LIST).text


# --- exports ---


def test_csv_opens_in_a_spreadsheet_without_running_anything(login, three, cast):
    OfficialAccount.objects.filter(pk=three[0].pk).update(purpose="=HYPERLINK(1)", audience="@all", name="+47 Ørnen")
    response = login(cast.employee).get("/accounts/export.csv?unit=nordvik")
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    row = next(row for row in rows if row["handle"] == "nordvikvgs")
    assert len(rows) == 2  # filtered
    assert (row["purpose"], row["audience"], row["name"]) == ("'=HYPERLINK(1)", "'@all", "'+47 Ørnen")
    assert (row["platform"], row["unit"], row["moderators"], row["deputies"]) == (
        "facebook",
        "nordvik",
        "moderator@fjordvik.example",
        "",
    )


def test_xlsx_holds_text_alone(login, three, cast):
    OfficialAccount.objects.filter(pk=three[0].pk).update(purpose="=1+1")
    response = login(cast.employee).get("/accounts/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "'=1+1" in {cell.value for cell in cells}
    assert sheet.max_row == 4


def test_no_other_export(login, cast, facebook):
    assert login(cast.employee).get("/accounts/export.pdf").status_code == 404


# --- one account ---


def test_an_accounts_page_shows_what_is_known(login, three, cast, now):
    account = three[0]
    Flag.objects.create(account=account, reason="inactive")
    page = login(cast.employee).get(account.get_absolute_url())
    for text in (
        "Ørnen",
        "nordvikvgs",
        "Skolestart",
        "Mona Moderator",
        "Waiting for an answer",
        "Statement for the profile",
    ):
        assert text in page.text
    assert "<dt>Open flags</dt> <dd> 1 </dd>" in " ".join(page.text.split())
    assert "Its posts" not in page.text
    assert "Ask somebody" not in page.text
    assert "Its posts" in login(cast.moderator).get(account.get_absolute_url()).text
    assert "Ask somebody" in login(cast.principal).get(account.get_absolute_url()).text


def test_strangers_to_the_portal_log_in_first(client, three):
    assert client.get(three[0].get_absolute_url()).status_code == 302
    assert client.get(LIST).status_code == 302


def test_no_such_account(login, cast, facebook):
    assert login(cast.employee).get("/accounts/99999/").status_code == 404


# --- facts ---


@pytest.fixture
def facts(body, facebook):
    return {
        "platform": facebook.pk,
        "name": "Nordvik vgs",
        "url": "https://www.facebook.com/NordvikVGS",
        "unit": body.nordvik.pk,
        "kind": "ordinary",
        "communication": "both",
        "language": "nb",
        "moderation_mode": "along",
        "visibility": "open",
        "can_remove": "on",
    }


def test_an_existing_account_is_registered_directly(login, cast, facts):
    client = login(cast.section)
    assert client.get("/accounts/new/").status_code == 200
    response = client.post("/accounts/new/", facts | {"editor": "rektor@fjordvik.example"})
    account = OfficialAccount.objects.get()
    assert response.url == account.get_absolute_url()
    assert (account.state, account.handle, account.editor) == ("active", "NordvikVGS", cast.principal)
    row = AuditEvent.objects.get(event="account.registered")
    assert (row.actor_id, row.after["name"], row.after["state"]) == (cast.section.pk, "Nordvik vgs", "active")
    again = client.post("/accounts/new/", facts)
    assert "It is registered already: “Nordvik vgs” (Nordvik vgs)." in again.text.replace("&ldquo;", "“")
    assert OfficialAccount.objects.count() == 1


@pytest.mark.parametrize("actor", ["employee", "moderator", "principal", "admin"])
def test_others_do_not_register(login, cast, facts, actor):
    assert login(getattr(cast, actor)).post("/accounts/new/", facts).status_code == 403


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"url": "https://www.instagram.com/nordvik"},
            "This is an address on Instagram, but the account is on Facebook.",
        ),
        ({"url": "https://nordvik.example/facebook"}, "This is not an address on Facebook. Its addresses are at"),
        ({"url": ""}, "This field is required."),
        ({"handle": "HELD"}, "formerly ours"),
        ({"url": "http://m.facebook.com/held/?ref=x", "handle": ""}, "formerly ours"),
        ({"url": "http://m.facebook.com/held/?ref=x", "handle": "another"}, "is written as the handle"),
        ({"url": "https://www.facebook.com/share/1Ab/", "handle": ""}, "made for sharing"),
        ({"url": "https://www.facebook.com/", "handle": "nordvik"}, "a whole platform"),
        ({"contact_email": "Rektor@fjordvik.example"}, "own address"),
        ({"kind": "trial"}, "has an end date"),
        ({"ends_on": "31.02.2026"}, "not a day in the calendar"),
        ({"editor": "nobody"}, "Nobody who may log in"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(login, body, facebook, cast, facts, change, message):
    Platform.objects.get(code="instagram")
    factories.account(
        unit=body.sorvik, platform=facebook, state="retired", handle="held", url="https://www.facebook.com/held"
    )
    response = login(cast.section).post("/accounts/new/", facts | change)
    assert response.status_code == 422
    assert message in response.text
    assert OfficialAccount.objects.count() == 1


def test_editing_is_audited_with_before_and_after(login, account, cast, facts):
    url = reverse("accounts:account_edit", args=[account.pk])
    client = login(cast.principal)
    assert client.get(url).status_code == 200
    data = facts | {"name": account.name, "handle": account.handle, "url": account.url, "purpose": "New purpose"}
    client.post(url, data)
    row = AuditEvent.objects.get(event="account.changed")
    assert (row.before, row.after) == ({"purpose": ""}, {"purpose": "New purpose"})
    assert "Nothing was changed" in client.post(url, data, follow=True).text
    assert AuditEvent.objects.filter(event="account.changed").count() == 1


def test_an_account_is_not_moved_where_one_may_not_edit(login, account, body, cast, facts):
    data = facts | {"handle": account.handle, "url": account.url, "unit": body.sorvik.pk}
    assert login(cast.principal).post(reverse("accounts:account_edit", args=[account.pk]), data).status_code == 403
    account.refresh_from_db()
    assert account.unit == body.nordvik


@pytest.mark.parametrize(
    "name", ["account_edit", "account_retire_begin", "account_keep", "account_retire", "account_abandon"]
)
@pytest.mark.parametrize("actor", ["employee", "moderator", "stranger", "archivist"])
def test_who_may_look_but_not_act(login, account, cast, name, actor):
    factories.assign(account, cast.moderator)
    assert login(getattr(cast, actor)).get(reverse(f"accounts:{name}", args=[account.pk])).status_code == 403


# --- the end ---


def test_retirement_by_hand(login, account, cast):
    client = login(cast.principal)
    begin, end = (reverse(f"accounts:{name}", args=[account.pk]) for name in ("account_retire_begin", "account_retire"))
    assert client.get(begin).status_code == 200
    assert client.post(begin, {"reason": ""}).status_code == 422
    client.post(begin, {"reason": "Nobody reads it"})
    assert "done already" in client.post(begin, {"reason": "Nobody reads it"}, follow=True).text
    assert "Something is still missing" in client.post(end).text
    check = reverse("accounts:account_check", args=[account.pk])
    for item in RETIREMENT_ITEMS:
        client.post(check, {"item": item, "done": "yes", "note": "seen"})
    page = client.get(end).text
    assert page.count("Reidun Rektor") >= len(RETIREMENT_ITEMS)
    assert "is closing this account" in page or "Nordvik vgs" in page
    client.post(end)
    account.refresh_from_db()
    assert account.state == "retired"
    assert "done already" in client.post(end, follow=True).text
    assert "Formerly ours" in client.get(account.get_absolute_url()).text
    assert "Nobody reads it" in client.get(account.get_absolute_url()).text
    assert "not being retired" in client.get(end).text


def test_retirement_is_called_off_by_hand(login, account, cast):
    OfficialAccount.objects.filter(pk=account.pk).update(state="retiring")
    client = login(cast.principal)
    client.post(reverse("accounts:account_keep", args=[account.pk]), {"reason": "It is needed"})
    account.refresh_from_db()
    assert account.state == "active"


def test_a_move_the_state_does_not_allow_is_said(login, account, cast):
    client = login(cast.principal)
    assert "is not possible now" in client.post(reverse("accounts:account_retire", args=[account.pk]), follow=True).text
    response = client.post(reverse("accounts:account_abandon", args=[account.pk]), {"reason": "x"})
    assert "is not possible now" in response.text


def test_an_account_is_given_up_by_hand(login, body, facebook, cast):
    account = factories.account(unit=body.nordvik, platform=facebook, state="planned")
    login(cast.principal).post(reverse("accounts:account_abandon", args=[account.pk]), {"reason": "No time"})
    account.refresh_from_db()
    assert (account.state, account.handle) == ("retired", "")


# --- checklists ---


def test_ticks_are_attested_and_taken_back(login, body, facebook, cast):
    account = factories.account(unit=body.nordvik, platform=facebook, state="planned")
    url = reverse("accounts:account_check", args=[account.pk])
    client = login(cast.principal)
    tick = {"item": "two_step", "done": "yes", "note": "With an app"}
    client.post(url, tick)
    client.post(url, tick)
    check = Check.objects.get()
    assert (check.done_by, check.note) == (cast.principal, "With an app")
    assert AuditEvent.objects.filter(event="account.checked").count() == 1
    client.post(url, {"item": "two_step", "done": ""})
    client.post(url, {"item": "two_step", "done": ""})
    assert not Check.objects.exists()
    assert AuditEvent.objects.filter(event="account.checked").count() == 2
    assert client.post(url, {"item": "coffee", "done": "yes"}).status_code == 404
    assert "300" in client.post(url, tick | {"note": "x" * 301}, follow=True).text
    assert "Null characters" in client.post(url, tick | {"note": "x\x00"}, follow=True).text
    assert not Check.objects.exists()
    assert client.get(url).status_code == 405
    assert login(cast.employee).post(url, tick).status_code == 403


def test_what_cannot_be_ticked_is_said(login, body, facebook, account, cast):
    planned = factories.account(unit=body.nordvik, platform=facebook, state="planned")
    client = login(cast.principal)
    url = reverse("accounts:account_check", args=[planned.pk])
    assert "Register the e-mail" in client.post(url, {"item": "shared_email", "done": "yes"}, follow=True).text
    url = reverse("accounts:account_check", args=[account.pk])
    assert "cannot be ticked" in client.post(url, {"item": "handle_held", "done": "yes"}, follow=True).text
    assert not Check.objects.exists()
