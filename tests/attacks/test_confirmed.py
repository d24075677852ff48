"""Ways past the look that an account needs: identities that come in beside the confirmed one. Each is the attack."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.applications.moves import send
from accounts.connectors import REGISTRY
from accounts.connectors.base import Checked, RemoteAccount
from accounts.duty.models import TakeOver
from accounts.moderators.models import delegate
from accounts.platforms.connections import connect
from accounts.public.verification import answer
from accounts.register.choices import Part
from accounts.register.confirmation import confirm, may_confirm
from accounts.register.models import OfficialAccount
from governance.access import Role
from governance.people.absences import Absence
from governance.people.models import Substitute
from governance.policy.models import set_policy
from tests import factories
from tests.accounts.platforms.test_connection_pages import FakeConnector
from tests.attacks.test_opening import in_use, registered, without_a_decision  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
THEIRS = "https://www.facebook.com/profile.php?id=666"


def test_no_foreign_id_comes_to_a_confirmed_handle(without_a_decision, login, cast, body, facebook, now):  # noqa: F811
    """Public are both: whoever asks for the id alone is told that it is ours."""
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    confirm(account, by=cast.principal, now=now)
    typed = {"url": "https://www.facebook.com/nordvikvgs", "handle": "nordvikvgs", "external_id": "666"}
    url = reverse("accounts:account_opening", args=[account.pk])
    assert login(cast.employee).post(url, typed | {"contact_email": "felles@fjordvik.example"}).status_code == 302
    assert OfficialAccount.objects.get().external_id == "666"
    in_use(OfficialAccount.objects.get(), now, handle="nordvikvgs")
    assert answer(THEIRS).status != "official"


@pytest.fixture
def ours(body, facebook, cast):
    account = factories.account(unit=body.nordvik, platform=facebook, handle="nordvikvgs")
    factories.assign(account, cast.moderator)
    return account


@pytest.mark.parametrize("says", [RemoteAccount("666", "evil"), RemoteAccount("666", "")])
def test_a_moderator_does_not_make_their_own_profile_ours_by_connecting_it(ours, login, cast, now, monkeypatch, says):
    """The access is to a profile of the moderator's own, and the box “yes, this is the account” is ticked."""
    monkeypatch.setitem(REGISTRY, "facebook", FakeConnector)
    monkeypatch.setattr(FakeConnector, "answer", Checked(says), raising=False)
    typed = {"page": "1", "token": "t", "backfill_days": "1", "same_account": "666"}
    page = login(cast.moderator).post(reverse("accounts:connection_new", args=[ours.pk]), typed)
    assert page.status_code == 422
    with pytest.raises((PermissionDenied, ValidationError)):
        connect(ours, {"page": "1", "token": "t"}, Checked(says), confirmed=True, by=cast.moderator, now=now)
    assert answer(THEIRS).status == "unknown"
    assert login(cast.principal).post(page.request["PATH_INFO"], typed).status_code == 302
    assert OfficialAccount.objects.get().external_id == "666"


def test_the_id_that_the_platform_says_of_the_confirmed_handle_needs_no_look(
    without_a_decision,  # noqa: F811
    cast,
    body,
    facebook,
    now,
    monkeypatch,
):
    monkeypatch.setitem(REGISTRY, "facebook", FakeConnector)
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    confirm(account, by=cast.principal, now=now)
    account = in_use(account, now, handle="nordvikvgs")
    said = Checked(RemoteAccount("4711", "NordvikVGS"))
    connect(account, {"page": "1", "token": "t"}, said, by=cast.employee, now=now)
    account.refresh_from_db()
    assert (account.external_id, account.confirmed_by) == ("4711", cast.principal)


@pytest.mark.parametrize("trick", ["lays it down", "asks somebody beside them", "both"])
def test_a_head_who_is_the_only_moderator_gets_round_it_by_no_offer_of_their_own(
    without_a_decision,  # noqa: F811
    cast,
    body,
    facebook,
    now,
    trick,
):
    draft = factories.application(
        applicant=cast.employee, unit=body.nordvik, platform=facebook, moderators=[cast.principal]
    )
    account = send(draft, by=cast.employee, now=now).account
    today = timezone.localdate(now)
    if trick != "asks somebody beside them":
        account.assignments.get(person=cast.principal).end(reason="For a minute", by=cast.principal, now=now)
    if trick != "lays it down":
        beside = delegate(account, cast.moderator, Part.LEAD, by=cast.principal, now=now, starts_on=today)
    assert not may_confirm(cast.principal, account, now)
    assert account not in OfficialAccount.objects.to_confirm(cast.principal, now=now)
    if trick != "lays it down":
        beside.accept(by=cast.moderator, now=now)
        assert may_confirm(cast.principal, account, now)
        assert account in OfficialAccount.objects.to_confirm(cast.principal, now=now)


def test_a_forged_revision_saves_nothing_that_cannot_be_typed(login, cast, body, facebook):
    """Fields that are not in the form, values outside the choices, another account’s row."""
    account = factories.account(unit=body.nordvik, platform=facebook, state="planned", editor=cast.employee)
    url = reverse("accounts:account_opening", args=[account.pk])
    client = login(cast.employee)
    form = client.get(url).context["form"]
    names = [*form.fields, "state", "unit", "unconfirmed_since", "confirmed_by", "name"]
    typed = {"revision": " ".join(f"{name}=000000000000" for name in names), "theirs": names}
    typed |= {"state": "active", "unit": body.sorvik.pk, "confirmed_by": cast.employee.pk, "name": "Forged"}
    typed |= {"url": "https://www.facebook.com/other", "handle": "other", "contact_email": "f@fjordvik.example"}
    client.post(url, typed)
    before = (account.state, account.unit_id, account.confirmed_by_id, account.name)
    account.refresh_from_db()
    assert (account.state, account.unit_id, account.confirmed_by_id, account.name) == before


@pytest.mark.parametrize(
    "way", ["substitute", "replacement", "take-over", "role to come", "role over", "head elsewhere"]
)
def test_nobody_confirms_in_somebodys_place(without_a_decision, login, cast, body, facebook, now, way):  # noqa: F811
    """The registrar, as the head’s substitute, replacement or successor; and the head of another unit."""
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    person, moment, today = cast.deputy, timezone.now(), timezone.localdate()
    days = {"starts_at": moment - DAY, "ends_at": moment + DAY}
    if way == "substitute":
        Substitute.objects.create(person=cast.principal, substitute=person, starts_on=today)
    if way == "replacement":
        Absence.objects.create(person=cast.principal, replacement=person, registered_by=cast.principal, **days)
    if way == "take-over":
        TakeOver.objects.create(account=account, person=person, **days)
    if way == "role to come":
        factories.grant(person, Role.PRINCIPAL, body.nordvik, starts_on=today + DAY)
    if way == "role over":
        factories.grant(person, Role.PRINCIPAL, body.nordvik, starts_on=today - 9 * DAY, ends_on=today - DAY)
    if way == "head elsewhere":
        factories.grant(person, Role.PRINCIPAL, body.klubb)  # below, and beside
        factories.grant(person, Role.UNIT_LEADER, body.sorvik)
    login(person).post(reverse("accounts:account_confirm", args=[account.pk]))
    assert OfficialAccount.objects.get().unconfirmed_since


def test_a_head_who_has_left_vouches_no_more(without_a_decision, cast, body, facebook, now):  # noqa: F811
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    gone = cast.principal
    gone.is_active, gone.deactivated_at = False, now
    gone.save()
    with pytest.raises(PermissionDenied):
        confirm(account, by=gone, now=now)


def test_a_policy_that_changes_between_confirms_nothing(without_a_decision, client, cast, body, facebook, now):  # noqa: F811
    """Registered without a decision; from then on each account is decided, and this one never was."""
    account = registered(cast.employee, body.nordvik, facebook, now, handle_wanted="nordvikvgs")
    set_policy(body.central, {"establishment": "application"}, by=None, now=now)
    in_use(account, now, handle="nordvikvgs")
    assert answer("https://www.facebook.com/nordvikvgs").status == "unknown"
    confirm(account, by=cast.principal, now=now)
    account.refresh_from_db()
    old = account.facts()
    account.handle, account.url = "impostor", "https://www.facebook.com/impostor"
    account.write(by=cast.employee, now=now, old=old)
    assert answer("https://www.facebook.com/impostor").status == "unknown"
