"""Ways in which somebody once opened an official account alone for somebody else. Each test is the attack."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.applications.models import Status, Verb
from accounts.applications.moves import move, send
from accounts.register.models import OfficialAccount
from governance.policy.models import set_policy
from tests import factories

pytestmark = pytest.mark.django_db

HANDLE, ADDRESS = "fjordvikvaktmester", "https://www.facebook.com/fjordvikvaktmester"
ALONE = {"minimum_moderators": 1, "deputy_required": False, "web_page_required": False}
MODES = ["notification", "open"]


@pytest.fixture(params=MODES)
def without_a_decision(request, body, now):
    set_policy(body.central, {"establishment": request.param, **ALONE}, by=None, now=now)
    return request.param


def draft_of(person, unit, facebook, **answers):
    return factories.application(applicant=person, unit=unit, platform=facebook, moderators=[person], **answers)


def registered(person, unit, facebook, now, **answers) -> OfficialAccount:
    return send(draft_of(person, unit, facebook, **answers), by=person, now=now).account


def in_use(account, now, *, handle=HANDLE) -> OfficialAccount:
    """Opened, whatever the checklist takes."""
    OfficialAccount.objects.filter(pk=account.pk).update(
        state="active", opened_at=now, handle=handle, handle_key=handle, url=f"https://www.facebook.com/{handle}"
    )
    account.refresh_from_db()
    return account


def told_in_public(client, handle=HANDLE) -> dict[str, bool]:
    """Where the public is told that the account is ours, or was."""
    client.logout()
    address = f"https://www.facebook.com/{handle}"
    asked = client.get("/api/v1/verify", {"url": address}).json()["status"]
    return {
        "register": handle in client.get(reverse("accounts:public_register")).content.decode(),
        "trust.txt": address in client.get(reverse("accounts:trust_txt")).content.decode(),
        "accounts": handle in client.get("/api/v1/accounts").content.decode(),
        "verify": asked != "unknown",
        "verify page": "Yes, this is our account"
        in client.get(reverse("accounts:verify"), {"url": address}).content.decode(),
    }


NOWHERE = dict.fromkeys(["register", "trust.txt", "accounts", "verify", "verify page"], False)


# --- for another unit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["culture", "sorvik", "central", "klubb"])
def test_nobody_registers_for_a_unit_they_do_not_belong_to(without_a_decision, login, cast, body, facebook, unit):
    """Units beside one's own, above it and below it."""
    draft = draft_of(cast.employee, getattr(body, unit), facebook)
    login(cast.employee).post(reverse("accounts:application_submit", args=[draft.pk]))
    draft.refresh_from_db()
    assert (draft.status, draft.account) == (Status.SUBMITTED, None)
    assert not OfficialAccount.objects.exists()


def test_the_move_itself_refuses_to_register_for_another_unit(without_a_decision, cast, body, facebook, now):
    draft = draft_of(cast.employee, body.culture, facebook)
    with pytest.raises(ValidationError):
        move(draft, Verb.REGISTER, by=cast.employee, now=now)
    assert not OfficialAccount.objects.exists()


def test_changing_the_unit_at_the_last_moment_sends_an_application(without_a_decision, login, cast, body, facebook):
    """The draft began in one's own unit, and the step that names the unit is sent again by hand."""
    draft = draft_of(cast.employee, body.nordvik, facebook)
    client = login(cast.employee)
    page = client.get(reverse("accounts:application_step", args=[draft.pk, "purpose"]))
    typed = {field.html_name: field.value() for field in page.context["form"]}
    typed |= {"unit": f"{body.culture.name} ({body.culture.code})"}
    client.post(reverse("accounts:application_step", args=[draft.pk, "purpose"]), typed)
    client.post(reverse("accounts:application_submit", args=[draft.pk]))
    draft.refresh_from_db()
    assert (draft.unit, draft.status) == (body.culture, Status.SUBMITTED)


# --- what nobody responsible has seen ---------------------------------------------------------------------------


def test_the_public_is_not_told_that_an_account_nobody_has_seen_is_ours(
    without_a_decision, client, cast, body, facebook, now
):
    in_use(registered(cast.employee, body.nordvik, facebook, now), now)
    assert told_in_public(client) == NOWHERE


def test_a_head_does_not_vouch_alone_for_what_they_registered(without_a_decision, login, cast, body, facebook, now):
    account = in_use(registered(cast.principal, body.nordvik, facebook, now), now)
    client = login(cast.principal)
    client.post(f"/accounts/{account.pk}/confirm/")
    assert told_in_public(client) == NOWHERE


def test_a_head_does_not_have_a_subordinate_register_for_them(without_a_decision, login, cast, body, facebook, now):
    """The employee's name stands there, and the head is the only moderator."""
    draft = factories.application(
        applicant=cast.employee, unit=body.nordvik, platform=facebook, moderators=[cast.principal]
    )
    account = in_use(send(draft, by=cast.employee, now=now).account, now)
    client = login(cast.principal)
    client.post(f"/accounts/{account.pk}/confirm/")
    assert told_in_public(client) == NOWHERE


def test_neither_registrar_nor_colleague_confirms(without_a_decision, login, cast, body, facebook, now):
    account = in_use(registered(cast.employee, body.nordvik, facebook, now), now)
    for person in (cast.employee, cast.moderator, cast.stranger, cast.leader, cast.admin):
        client = login(person)
        client.post(f"/accounts/{account.pk}/confirm/")
        assert told_in_public(client) == NOWHERE


def test_a_confirmed_plan_does_not_become_an_impostors_account(
    without_a_decision, login, client, cast, body, facebook, now
):
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    login(cast.principal).post(f"/accounts/{account.pk}/confirm/")
    typed = {"url": ADDRESS, "handle": HANDLE, "contact_email": "eli@private.example"}
    login(cast.employee).post(reverse("accounts:account_opening", args=[account.pk]), typed)
    account.refresh_from_db()
    assert account.handle == HANDLE
    in_use(account, now)
    assert told_in_public(client) == NOWHERE


def test_an_impostors_account_is_not_left_behind_as_formerly_ours(
    without_a_decision, login, client, cast, body, facebook, now
):
    """Registered, opened and retired again by a head; and one given another handle before that."""
    account = in_use(registered(cast.principal, body.nordvik, facebook, now), now, handle="firstname")
    old = account.facts()
    account.handle, account.url = HANDLE, ADDRESS
    account.write(by=cast.principal, now=now, old=old)
    assert told_in_public(client, "firstname") == NOWHERE
    principal = login(cast.principal)
    principal.post(reverse("accounts:account_retire_begin", args=[account.pk]), {"reason": "Done"})
    for item in ("content_archived", "access_ended", "notice_posted"):
        principal.post(reverse("accounts:account_check", args=[account.pk]), {"item": item, "done": "yes"})
    principal.post(reverse("accounts:account_retire", args=[account.pk]))
    OfficialAccount.objects.filter(pk=account.pk).exclude(state="retired").update(state="retired", retired_at=now)
    assert told_in_public(client) == NOWHERE
