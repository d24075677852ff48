"""What was ours and is somebody else's now is told to the public, whatever insiders type. Each is the attack."""

import pytest
from django.urls import reverse

from accounts.public.verification import answer
from accounts.register.confirmation import confirm
from accounts.register.models import OfficialAccount
from governance.platforms.models import Platform
from tests import factories
from tests.attacks.test_opening import registered, without_a_decision  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

FREED = "https://www.facebook.com/nordvikgammel"


def change(account, by, now, **fields):
    old = account.facts()
    for name, value in fields.items():
        setattr(account, name, value)
    account.write(by=by, now=now, old=old)


@pytest.fixture
def renamed(body, facebook, now):
    """It gave its handle up, and an impostor has it."""
    account = factories.account(unit=body.sorvik, platform=facebook, handle="nordvikgammel")
    change(account, None, now, handle="sorvikny", url="https://www.facebook.com/sorvikny")
    assert answer(FREED).status == "formerly_official"
    return account


def test_an_employee_does_not_make_the_warning_go_away(
    renamed,
    without_a_decision,  # noqa: F811
    login,
    cast,
    body,
    facebook,
    now,
):
    """They have a confirmed plan of their own, type the freed handle into it, and then another."""
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    confirm(account, by=cast.principal, now=now)
    client, url = login(cast.employee), reverse("accounts:account_opening", args=[account.pk])
    for handle in ("nordvikgammel", "nordvikvgs"):
        typed = {"url": f"https://www.facebook.com/{handle}", "handle": handle, "contact_email": "f@fjordvik.example"}
        assert client.post(url, typed).status_code == 302
        assert answer(FREED).status == "formerly_official"


def test_nor_with_an_account_in_use(renamed, without_a_decision, cast, body, facebook, now):  # noqa: F811
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    confirm(account, by=cast.principal, now=now)
    OfficialAccount.objects.filter(pk=account.pk).update(state="active", opened_at=now)
    account.refresh_from_db()
    change(account, cast.employee, now, handle="nordvikgammel", url=FREED)
    assert answer(FREED).status == "unknown"  # ours is meant, and nobody has seen it
    change(account, cast.employee, now, handle="nordvikvgs", url="https://www.facebook.com/nordvikvgs")
    assert answer(FREED).status == "formerly_official"


def test_what_is_confirmed_to_be_ours_again_is(renamed, cast, body, facebook, now):
    change(renamed, cast.section, now, handle="nordvikgammel", url=FREED)
    assert answer(FREED).status == "official"
    assert not renamed.former_handles.filter(handle="nordvikgammel").exists()


def test_what_one_server_said_of_its_addresses_says_nothing_of_anothers(body, cast, now):
    mastodon = Platform.objects.get(code="mastodon")
    account = factories.account(
        unit=body.nordvik,
        platform=mastodon,
        handle="nordvik@fjordvik.example",
        url="https://social.fjordvik.example/@nordvik",
        address_server="social.fjordvik.example",
    )
    assert answer("https://social.fjordvik.example/@nordvik").status == "official"
    change(account, cast.section, now, handle="eli@snabelen.no", url="https://snabelen.no/@eli")
    assert answer("https://snabelen.no/@eli").status == "official"
    # On the body's own server that name is a person's.
    assert answer("https://social.fjordvik.example/@eli").status == "unknown"
