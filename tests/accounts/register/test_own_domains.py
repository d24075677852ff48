"""The shared e-mail of an account belongs to the body's own domains; another is answered for, once, with a name."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.register import events
from governance.audit.models import AuditEvent
from governance.policy.kinds import is_within
from governance.policy.models import Policies, set_policy
from governance.policy.presets import PRESETS, apply_preset
from tests import factories

pytestmark = pytest.mark.django_db

WARNING = "lies outside the body’s own domains (fjordvik.no)"
ANSWER = {"own_all_the_same": "on"}


@pytest.fixture
def account(body, facebook, cast, now):
    set_policy(body.central, {"own_domains": ["fjordvik.no"]}, by=None, now=now)
    return factories.account(unit=body.nordvik, platform=facebook, state="planned", editor=cast.employee)


@pytest.fixture
def save(account, login, cast):
    client = login(cast.employee)

    def save(email, **more):
        typed = {"url": account.url, "handle": account.handle, "contact_email": email}
        return client.post(reverse("accounts:account_opening", args=[account.pk]), typed | more, follow=True)

    return save


@pytest.mark.parametrize(
    ("email", "inside"),
    [
        ("post@fjordvik.no", True),
        ("post@skole.fjordvik.no", True),
        ("POST@FJORDVIK.NO", True),
        ("post@ikkefjordvik.no", False),
        ("post@fjordvik.no.example", False),
        ("fjordvik.no@gmail.com", False),
    ],
)
def test_what_lies_within_a_domain(email, inside):
    assert is_within(email, ["fjordvik.no"]) == inside


def test_an_address_of_the_body_is_asked_nothing(save, account):
    page = save("post@skole.fjordvik.no").content.decode()
    assert "The address is registered" in page
    assert "Nobody in the portal has an e-mail address" not in page  # the hint where no domains are set
    assert not AuditEvent.objects.filter(event=events.EMAIL_VOUCHED_FOR).exists()


def test_another_address_is_refused_once_and_what_was_typed_stays(save, account, cast):
    response = save("eli@private.example", web_page_url="https://fjordvik.no/x")
    page = response.content.decode()
    assert response.status_code == 422
    assert WARNING in page
    assert "eli@private.example" in page
    assert "https://fjordvik.no/x" in page
    account.refresh_from_db()
    assert account.contact_email == ""
    assert "The address is registered" in save("eli@private.example", **ANSWER).content.decode()
    account.refresh_from_db()
    assert account.contact_email == "eli@private.example"
    kept = AuditEvent.objects.get(event=events.EMAIL_VOUCHED_FOR)
    assert (kept.actor_name, kept.after) == (cast.employee.name, {"contact_email": "eli@private.example"})
    # What was answered is not asked again.
    assert WARNING not in save("eli@private.example", handle="another.handle", url="").content.decode()
    assert AuditEvent.objects.filter(event=events.EMAIL_VOUCHED_FOR).count() == 1


def test_the_question_stands_only_where_it_is_asked(save, account, login, cast):
    url = reverse("accounts:account_opening", args=[account.pk])
    assert "own_all_the_same" not in login(cast.employee).get(url).content.decode()
    assert "own_all_the_same" in save("eli@private.example").content.decode()
    # Ticked where nothing was asked: nothing is said.
    save("post@fjordvik.no", **ANSWER)
    assert not AuditEvent.objects.filter(event=events.EMAIL_VOUCHED_FOR).exists()


def edited(form) -> dict:
    typed = {field.html_name: field.value() for field in form}
    return {name: value for name, value in typed.items() if value not in (None, False)}


def test_the_other_forms_ask_too(account, login, cast, body, facebook):
    client = login(cast.section)
    url = reverse("accounts:account_edit", args=[account.pk])
    typed = edited(client.get(url).context["form"]) | {"contact_email": "eli@private.example"}
    typed |= {"unit": f"{body.nordvik.name} (nordvik)"}
    assert WARNING in client.post(url, typed).content.decode()
    assert client.post(url, typed | ANSWER).status_code == 302
    new = typed | {"handle": "brand.new", "url": "https://www.facebook.com/brand.new"}
    assert WARNING in client.post(reverse("accounts:account_new"), new).content.decode()
    assert client.post(reverse("accounts:account_new"), new | ANSWER).status_code == 302
    assert AuditEvent.objects.filter(event=events.EMAIL_VOUCHED_FOR).count() == 2


def test_without_the_setting_the_hint_stays(save, account, body, now):
    set_policy(body.central, {"own_domains": None}, by=None, now=now)
    assert (
        "Nobody in the portal has an e-mail address at private.example" in save("eli@private.example").content.decode()
    )


# --- the setting itself --------------------------------------------------------------------------------------


def test_domains_are_typed_as_people_write_them(login, cast, body):
    client, url = login(cast.chief), reverse("unit_policy", args=["central"])
    typed = edited(client.get(url).context["form"])
    client.post(url, typed | {"own_domains": "Fjordvik.no, @skole.fjordvik.no\n\npost@fjordvik.no"})
    assert Policies.of(body.central).own_domains == ["fjordvik.no", "skole.fjordvik.no"]
    page = client.get(url)
    assert page.context["form"]["own_domains"].value() == "fjordvik.no\nskole.fjordvik.no"
    wrong = client.post(url, typed | {"own_domains": "fjordvik"})
    assert wrong.status_code == 422
    assert "“fjordvik” is no domain" in wrong.content.decode()


def test_a_unit_below_may_have_none(login, cast, body, now):
    set_policy(body.central, {"own_domains": ["fjordvik.no"]}, by=None, now=now)
    client, url = login(cast.chief), reverse("unit_policy", args=["nordvik"])
    page = client.get(url)
    assert "fjordvik.no (from Fjordvik fylkeskommune)" in page.content.decode()
    client.post(url, edited(page.context["form"]) | {"own_domains_none": "on"})
    assert Policies.of(body.nordvik).own_domains == []


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_touches_them(preset, body, now):
    set_policy(body.central, {"own_domains": ["fjordvik.no"]}, by=None, now=now)
    apply_preset(preset, body.central, by=None, now=now)
    assert Policies.of(body.central).own_domains == ["fjordvik.no"]


@pytest.mark.parametrize("value", ["fjordvik.no", [1], ["no"], ["a b.no"], ["x.no"] * 51])
def test_what_is_no_list_of_domains_is_refused(value, body, now):
    with pytest.raises(ValidationError):
        set_policy(body.central, {"own_domains": value}, by=None, now=now)
