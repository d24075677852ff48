"""The public pages: without log-in, without people, without what is planned."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.register.models import OfficialAccount, Pause
from tests import factories


@pytest.fixture
def known(body, facebook, cast):
    """One in use, one planned, one formerly ours, one given up before it opened."""

    def make(unit, name, handle, state, **fields):
        return factories.account(unit=unit, platform=facebook, name=name, handle=handle, state=state, **fields)

    made = {
        "active": make(body.nordvik, "Nordvik", "nordvik", "active", editor=cast.principal),
        "planned": make(body.nordvik, "Secret plan", "plan", "planned"),
        "retired": make(body.sorvik, "Gamle", "gamle", "retired"),
        "given_up": make(body.sorvik, "Never was", "x1", "retired"),
    }
    OfficialAccount.objects.filter(pk=made["given_up"].pk).update(handle="", url="", external_id="")
    factories.assign(made["active"], cast.moderator)
    return made


def test_the_register_shows_what_is_and_was_ours(client, known):
    page = client.get("/register/").text
    assert "Nordvik" in page
    assert "Formerly ours" in page
    for hidden in ("Secret plan", "Never was", "Mona", "Reidun"):
        assert hidden not in page
    assert "Gamle" not in client.get("/register/?q=nordvik").text
    assert "No account fits" in client.get("/register/?q=mona").text
    assert "Gamle" in client.get("/register/?platform=facebook").text
    assert "Log in" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_one_as_for_three(client, body, facebook, count, django_assert_num_queries):
    for _number in range(count):
        factories.account(unit=body.nordvik, platform=facebook)
    with django_assert_num_queries(3):
        client.get("/register/")


def test_one_accounts_page(client, known, cast):
    account = known["active"]
    page = client.get(f"/register/{account.pk}/").text
    assert "We answer within 24 hours." in page
    assert "Reidun" not in page
    assert "Mona" not in page
    now = timezone.now()
    Pause.objects.create(
        account=account, starts_at=now, ends_at=now + dt.timedelta(days=2), reason="Ferie", created_by=cast.principal
    )
    assert "Closed until" in client.get(f"/register/{account.pk}/").text
    assert "no longer ours" in client.get(f"/register/{known['retired'].pk}/").text
    assert client.get(f"/register/{known['planned'].pk}/").status_code == 404
    assert client.get(f"/register/{known['given_up'].pk}/").status_code == 404


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://m.facebook.com/Nordvik/?fbclid=1", "Yes, this is our account"),
        ("facebook.com/gamle", "This was our account"),
        ("https://www.facebook.com/plan", "We do not know this account"),
        ("https://facebook.com.evil.example/nordvik", "We do not know this account"),
        ("<script>alert(1)</script>", "We do not know this account"),
    ],
)
def test_is_it_really_ours(client, known, url, answer):
    page = client.get("/verify/", {"url": url}).text
    assert answer in page
    assert "<script>alert" not in page


def test_the_question_before_the_answer(client, facebook):
    page = client.get("/verify/").text
    assert "Paste the address" in page
    assert "We do not know" not in page


@pytest.mark.parametrize("path", ["/register/", "/verify/", "/report/", "/accessibility/"])
def test_public_pages_are_read_only(client, facebook, path):
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


def test_contacts_come_from_settings(client, facebook, settings):
    settings.SECURITY_CONTACT = "sikkerhet@fjordvik.example"
    assert "sikkerhet@fjordvik.example" in client.get("/report/").text
    assert "sikkerhet@fjordvik.example" in client.get("/accessibility/").text
    assert "Contact: mailto:sikkerhet@fjordvik.example" in client.get("/.well-known/security.txt").text
    settings.ACCESSIBILITY_STATEMENT_URL = "https://uustatus.example/erklaering"
    assert client.get("/accessibility/").url == "https://uustatus.example/erklaering"


def test_texts_for_machines(client, known):
    trust = client.get("/trust.txt")
    assert trust["Content-Type"] == "text/plain; charset=utf-8"
    assert trust.text == client.get("/.well-known/trust.txt").text
    assert trust.text.splitlines() == ["# Fjordvik fylkeskommune", "social=https://www.facebook.com/nordvik"]
    security = client.get("/.well-known/security.txt").text
    assert "Contact: http://testserver/report/" in security
    expires = dt.datetime.fromisoformat(security.split("Expires: ")[1].split("\n")[0])
    assert timezone.now() < expires < timezone.now() + dt.timedelta(days=365)
    assert "Disallow: /" in client.get("/robots.txt").text
