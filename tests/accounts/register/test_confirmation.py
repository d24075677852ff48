"""Who confirms an account that came without a decision, what the public is told meanwhile, and who is reminded."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.applications.moves import send
from accounts.home.views import waiting
from accounts.register import events, notices
from accounts.register.confirmation import confirm, may_confirm, same_identity, what_is_seen
from accounts.register.former import FormerHandle
from accounts.register.identity import Identity
from accounts.register.models import OfficialAccount, Pause, State
from accounts.register.moves import GatesClosed, begin_retirement, disown, keep, open_account
from accounts.register.sweeps import remind_confirmers
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.policy.models import set_policy
from governance.policy.presets import PRESETS, apply_preset
from tests import factories

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def registered(cast, body, facebook, now):
    """`registered(person, unit)`: what becomes of an application under notification, with two moderators."""
    set_policy(body.central, {"establishment": "notification", "accounts_limit": "none"}, by=None, now=now)

    def made(person=None, unit=None, moderators=(), **fields) -> OfficialAccount:
        person = person or cast.employee
        application = factories.application(
            applicant=person,
            unit=unit or body.nordvik,
            platform=facebook,
            moderators=moderators or [cast.moderator, cast.employee],
            deputies=[cast.deputy],
            **{"handle_wanted": f"handle{person.pk}x{OfficialAccount.objects.count()}"} | fields,
        )
        return send(application, by=person, now=now).account

    return made


def in_use(account, now, state="active"):
    OfficialAccount.objects.filter(pk=account.pk).update(
        state=state, opened_at=now, url=f"https://www.facebook.com/{account.handle}"
    )
    account.refresh_from_db()
    return account


def change(account, by, now, **fields):
    old = account.facts()
    for name, value in fields.items():
        setattr(account, name, value)
    account.write(by=by, now=now, old=old)
    account.refresh_from_db()


def told(kind) -> set:
    return {row.person for row in Notice.objects.filter(event=kind).select_related("person")}


# --- who confirms ------------------------------------------------------------------------------------------------

CAST = ["employee", "moderator", "deputy", "principal", "leader", "chief", "section", "archivist", "admin", "stranger"]


@pytest.mark.parametrize("who", CAST)
def test_the_head_and_the_section_confirm(who, registered, cast, now):
    account, person = registered(), getattr(cast, who)
    if who in ("principal", "chief", "section"):
        assert confirm(account, by=person, now=now)
        assert (account.unconfirmed_since, account.confirmed_by) == (None, person)
        kept = AuditEvent.objects.get(event=events.ACCOUNT_CONFIRMED)
        assert (kept.actor_name, kept.after["handle"]) == (person.name, account.handle)
        assert told(notices.ACCOUNT_CONFIRMED) == {cast.employee}
    else:
        with pytest.raises(PermissionDenied):
            confirm(account, by=person, now=now)


def test_confirming_twice_is_harmless(registered, cast, now):
    account = registered()
    assert confirm(account, by=cast.principal, now=now)
    assert not confirm(account, by=cast.section, now=now + DAY)
    assert account.confirmed_by == cast.principal
    assert AuditEvent.objects.filter(event=events.ACCOUNT_CONFIRMED).count() == 1


def test_nobody_confirms_what_is_theirs_alone(registered, cast, body, now):
    own = registered(cast.principal)
    lone = registered(moderators=[cast.principal])
    shared = registered(moderators=[cast.principal, cast.moderator])
    assert [may_confirm(cast.principal, one, now) for one in (own, lone, shared)] == [False, False, True]
    assert all(may_confirm(cast.section, one, now) for one in (own, lone, shared))
    set_policy(body.nordvik, {"heads_confirm_their_own": True}, by=None, now=now)
    assert all(may_confirm(cast.principal, one, now) for one in (own, lone, shared))


def test_a_section_member_who_is_the_only_moderator_leaves_it_to_another(registered, cast, now):
    account = registered(moderators=[cast.section])
    assert not may_confirm(cast.section, account, now)
    assert may_confirm(cast.chief, account, now)


def test_what_waits_for_a_person_is_what_they_may_confirm(registered, cast, body, now):
    """The list on the home page and the rule for one account say the same."""
    registered()
    registered(cast.principal)
    registered(moderators=[cast.principal])
    registered(moderators=[cast.section])
    registered(cast.leader, body.culture)
    factories.account(unit=body.nordvik, platform=factories.platform("x", "X"), unconfirmed_since=now)
    for waived in (False, True):
        set_policy(body.central, {"heads_confirm_their_own": waived}, by=None, now=now)
        for who in CAST:
            person = getattr(cast, who)
            person._reach = None
            waits = set(OfficialAccount.objects.to_confirm(person, now=now))
            assert waits == {row for row in OfficialAccount.objects.unconfirmed() if may_confirm(person, row, now)}, who


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("who", ["employee", "principal", "section"])
def test_each_preset_says_whose_word_is_enough(preset, who, cast, body, facebook, now):
    """Sel's units and Randers' clubs open themselves: what their head registers is theirs. The others decide first."""
    apply_preset(preset, body.central, by=None, now=now)
    person = getattr(cast, who)
    draft = factories.application(
        applicant=person,
        unit=body.nordvik,
        platform=facebook,
        moderators=[cast.moderator, cast.employee],
        deputies=[cast.deputy],
    )
    sent = send(draft, by=person, now=now)
    if preset not in ("sel", "randers"):
        assert (sent.status, sent.account) == ("submitted", None)
    else:
        assert sent.status == "registered"
        assert (sent.account.unconfirmed_since is not None) == (who == "employee")


# --- on the pages --------------------------------------------------------------------------------------------


def test_the_button_confirms_what_stood_on_the_page(registered, login, cast, now):
    account = registered()
    client, url = login(cast.principal), reverse("accounts:account_confirm", args=[account.pk])
    page = client.get(account.get_absolute_url()).content.decode()
    seen = what_is_seen(account)
    assert seen in page
    assert "Registered by notification by Eli Ansatt" in page
    assert "The application is approved" not in page
    change(account, cast.employee, now, handle="nobodylooked")
    page = client.post(url, {"seen": seen}, follow=True)
    assert "was changed after you opened the page" in page.content.decode()
    assert OfficialAccount.objects.get(pk=account.pk).unconfirmed_since
    page = client.post(url, {"seen": what_is_seen(account)}, follow=True)
    assert "The account is confirmed" in page.content.decode()
    assert "That was done already" in client.post(url, {"seen": what_is_seen(account)}, follow=True).content.decode()


def test_whoever_may_not_confirm_reads_whom_it_waits_for(registered, login, cast):
    page = login(cast.employee).get(registered().get_absolute_url()).content.decode()
    assert "Not confirmed yet" in page
    assert "Reidun Rektor" in page
    assert "Confirm that it is ours" not in page


def test_it_waits_on_the_home_page_of_those_who_may(registered, login, cast, now):
    account = registered()
    for who, waits in {"principal": True, "section": True, "employee": False, "leader": False}.items():
        found = next(row for row in waiting(getattr(cast, who), now) if row.title == "Accounts to confirm")
        assert bool(found.rows) == waits, who
    page = login(cast.principal).get(reverse("accounts:home")).content.decode()
    assert f"{account.get_absolute_url()}#confirm" in page
    opening = login(cast.employee).get(reverse("accounts:home")).content.decode()
    assert "Not confirmed yet" in opening  # among those that wait to be opened


def test_the_register_shows_and_finds_what_nobody_has_confirmed(registered, login, cast, body, facebook):
    account = registered()
    factories.account(unit=body.nordvik, platform=facebook, name="Confirmed long ago")
    client = login(cast.stranger)
    page = client.get(reverse("accounts:accounts"), {"lacking": "confirmation"}).content.decode()
    assert account.handle in page
    assert "Not confirmed yet" in page
    assert "Confirmed long ago" not in page


# --- what the public is told ---------------------------------------------------------------------------------


def test_the_public_reads_that_nobody_has_confirmed_it(registered, client, cast, body, now):
    account = in_use(registered(name="Nordvik inviterer", web_page_url="https://impostor.example/"), now)
    url = reverse("accounts:public_account", args=[account.pk])
    page = client.get(url).content.decode()
    assert "Not confirmed yet" in page
    assert "nobody responsible has confirmed it yet" in page
    for claim in (account.url, "impostor.example", "runs this account and answers here"):
        assert claim not in page
    said = client.get("/api/v1/verify", {"url": account.url}).json()
    assert (said["status"], said["in_doubt"], said["account"]["id"]) == ("unknown", "unconfirmed", account.pk)
    page = client.get(reverse("accounts:verify"), {"url": account.url}).content.decode()
    assert "nobody responsible has confirmed it yet" in page
    assert client.get("/api/v1/accounts").json()["count"] == 0
    assert client.get(f"/api/v1/accounts/{account.pk}").json()["in_doubt"] == "unconfirmed"
    assert account.url not in client.get(reverse("accounts:trust_txt")).content.decode()
    near = client.get("/api/v1/verify", {"url": account.url + "s"}).json()["near"]
    assert near == []

    confirm(account, by=cast.principal, now=now)
    assert client.get("/api/v1/verify", {"url": account.url}).json()["status"] == "official"
    assert client.get("/api/v1/accounts").json()["count"] == 1
    assert account.url in client.get(reverse("accounts:trust_txt")).content.decode()
    assert account.url in client.get(url).content.decode()


def test_a_planned_account_is_told_to_nobody(registered, client, cast):
    account = registered()
    assert client.get(reverse("accounts:public_account", args=[account.pk])).status_code == 404
    said = client.get("/api/v1/verify", {"url": f"https://www.facebook.com/{account.handle}"}).json()
    assert (said["status"], said["account"]) == ("unknown", None)


# --- another identity, another unit ------------------------------------------------------------------------------


def identity(**fields):
    return Identity("facebook", **fields)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (identity(handle="one"), identity(handle="one"), True),
        # The register is asked for an id by itself, and nobody has said whose that is.
        (identity(handle="one"), identity(handle="one", external_id="1"), False),
        (identity(handle="one", external_id="1"), identity(handle="one", external_id="1"), True),
        (identity(handle="one"), identity(handle="two"), False),
        (identity(handle="one", external_id="1"), identity(handle="one", external_id="2"), False),
        # Or one would be swapped for the other in two steps.
        (identity(handle="one", external_id="1"), identity(external_id="1"), False),
        (identity(handle="one", external_id="1"), identity(handle="one"), False),
        (identity(external_id="1"), identity(external_id="1", handle="two"), False),
        (identity(external_id="1"), identity(external_id="1"), True),
        # A plan without any: nobody has seen what it becomes.
        (identity(), identity(handle="one"), False),
        # A site’s name is no identity; its address is.
        (identity(handle="blog", address="a.example"), identity(handle="blog", address="b.example"), False),
        (identity(handle="blog"), identity(handle="blog", address="b.example"), False),
        (identity(handle="one", server="a.example"), identity(handle="one", server="b.example"), False),
        (Identity("facebook", handle="one"), Identity("instagram", handle="one"), False),
    ],
)
def test_what_is_the_same_identity(old, new, same):
    assert same_identity(old, new) == same


def test_the_address_of_the_confirmed_handle_changes_nothing(registered, cast, now):
    account = registered(handle_wanted="nordvikvgs")
    confirm(account, by=cast.principal, now=now)
    url = "https://www.facebook.com/nordvikvgs"
    change(account, cast.employee, now, url=url, contact_email="felles@fjordvik.example", name="Nordvik")
    assert account.confirmed_by == cast.principal


def test_another_handle_by_the_applicant_waits_anew_and_the_head_is_told(registered, cast, now):
    account = registered(handle_wanted="nordvikvgs")
    confirm(account, by=cast.principal, now=now)
    Notice.objects.all().delete()
    change(account, cast.employee, now + DAY, handle="fjordvikvgs")
    assert (account.unconfirmed_since, account.confirmed_by) == (now + DAY, None)
    assert told(notices.ACCOUNT_TO_CONFIRM) == {cast.principal, cast.section, cast.chief}
    assert AuditEvent.objects.get(event=events.ACCOUNT_UNCONFIRMED).before == {"confirmed_by": cast.principal.name}


def test_a_form_opened_before_it_was_confirmed_does_not_slip_past(registered, cast, now):
    """The applicant's account was read before the head confirmed it, and is written after."""
    account = registered(handle_wanted="nordvikvgs")
    read_before = OfficialAccount.objects.get(pk=account.pk)
    confirm(account, by=cast.principal, now=now)
    change(read_before, cast.employee, now + DAY, handle="impostor")
    assert (read_before.unconfirmed_since, read_before.confirmed_by) == (now + DAY, None)


@pytest.mark.parametrize("who", ["principal", "section", None])
def test_another_handle_by_who_may_confirm_stays_confirmed(who, registered, cast, now):
    account = registered(handle_wanted="nordvikvgs")
    confirm(account, by=cast.principal, now=now)
    change(account, who and getattr(cast, who), now, handle="fjordvikvgs")
    assert account.confirmed_by == cast.principal


def test_a_head_does_not_change_alone_what_the_section_confirmed(registered, cast, body, now):
    account = registered(cast.principal, handle_wanted="nordvikvgs")
    confirm(account, by=cast.section, now=now)
    change(account, cast.principal, now, unit=body.klubb)
    assert account.unconfirmed_since == now
    confirm(account, by=cast.section, now=now)
    change(account, cast.principal, now, handle="fjordvikvgs")
    assert account.unconfirmed_since == now


def test_what_the_section_registered_waits_too_once_others_change_it(registered, cast, now):
    account = registered(cast.section, handle_wanted="nordvikvgs")
    assert account.unconfirmed_since is None
    change(account, cast.moderator, now, handle="fjordvikvgs")
    assert account.unconfirmed_since == now


def test_an_account_that_was_decided_needs_nobody_to_confirm_it(cast, body, facebook, now):
    account = factories.account(unit=body.nordvik, platform=facebook)
    change(account, cast.moderator, now, handle="another")
    assert account.unconfirmed_since is None


def test_a_handle_from_before_it_was_confirmed_never_was_ours(registered, client, cast, now):
    account = in_use(registered(handle_wanted="impostor"), now)
    change(account, cast.principal, now, handle="nordvikvgs", url="https://www.facebook.com/nordvikvgs")
    assert not FormerHandle.objects.exists()
    confirm(account, by=cast.section, now=now)
    change(account, cast.principal, now, handle="nordvik", url="https://www.facebook.com/nordvik")
    assert [row.handle for row in FormerHandle.objects.all()] == ["nordvikvgs"]


# --- it is not ours, and it ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["planned", "active", "paused"])
def test_the_head_says_that_it_is_not_ours(state, registered, login, client, cast, facebook, body, now):
    account = registered(handle_wanted="impostor")
    if state != "planned":
        in_use(account, now, state)
    if state == "paused":
        Pause.objects.create(
            account=account, starts_at=now, ends_at=now + 900 * DAY, reason="Holiday", created_by=cast.moderator
        )
    page = login(cast.principal).get(account.get_absolute_url()).content.decode()
    url = reverse("accounts:account_disown", args=[account.pk])
    assert url in page
    assert login(cast.principal).post(url, {"reason": ""}).status_code == 422
    assert login(cast.principal).post(url, {"reason": "We run no such page"}).status_code == 302
    account.refresh_from_db()
    assert (account.state, account.handle, account.url, account.external_id) == ("retired", "", "", "")
    assert not account.assignments.open().exists()
    assert not account.pauses.filter(ended_at=None).exists()
    row = Notice.objects.get(event=notices.ACCOUNT_DISOWNED, person=cast.employee)
    assert row.params["reason"] == "We run no such page"
    assert AuditEvent.objects.get(event=events.ACCOUNT_DISOWNED).after["reason"] == "We run no such page"
    assert "Formerly ours" not in login(cast.principal).get(account.get_absolute_url()).content.decode()
    # Whose it is may have it.
    factories.account(unit=body.nordvik, platform=facebook, handle="impostor")
    client.logout()
    assert client.get(reverse("accounts:public_account", args=[account.pk])).status_code == 404


def test_twice_is_harmless_and_what_is_confirmed_is_not_refused(registered, cast, now):
    account, other = registered(), registered()
    assert disown(account, by=cast.principal, now=now, reason="No")
    assert not disown(account, by=cast.principal, now=now, reason="No")
    confirm(other, by=cast.principal, now=now)
    with pytest.raises(GatesClosed):
        disown(other, by=cast.principal, now=now, reason="No")
    for person in (cast.employee, cast.moderator, cast.stranger):
        with pytest.raises(PermissionDenied):
            disown(registered(), by=person, now=now, reason="No")


def test_what_is_retired_is_confirmed_no_more(registered, cast, now):
    account = registered()
    disown(account, by=cast.principal, now=now, reason="No")
    with pytest.raises(ValidationError, match="retired"):
        confirm(account, by=cast.section, now=now)


def test_an_unconfirmed_account_can_be_opened_and_kept_in_use(registered, cast, now):
    account = in_use(registered(), now)
    begin_retirement(account, by=cast.principal, now=now, reason="Enough")
    keep(account, by=cast.principal, now=now, reason="Not yet")
    assert (account.state, bool(account.unconfirmed_since)) == (State.ACTIVE, True)
    with pytest.raises(GatesClosed) as missing:
        open_account(registered(), by=cast.employee, now=now)
    assert "approval" not in {gate.key for gate in missing.value.gates}


# --- reminders -----------------------------------------------------------------------------------------------


def reminders(person) -> list[Notice]:
    return list(Notice.objects.filter(person=person, event=notices.ACCOUNTS_STILL_TO_CONFIRM).order_by("pk"))


def test_the_head_and_the_section_are_reminded_of_all_of_them_at_once(registered, cast, now):
    one, two = registered(), registered(cast.moderator)
    assert remind_confirmers(now + 4 * DAY) == {"reminded": 0, "stuck": 0}
    assert remind_confirmers(now + 5 * DAY) == {"reminded": 3, "stuck": 0}
    assert remind_confirmers(now + 5 * DAY) == {"reminded": 0, "stuck": 0}
    assert remind_confirmers(now + 6 * DAY) == {"reminded": 0, "stuck": 0}
    row = reminders(cast.principal)[0]
    assert (row.params["count"], row.path) == (2, "/accounts/?lacking=confirmation")
    assert {one.name, two.name} == set(row.params["accounts"].split(", "))
    confirm(two, by=cast.section, now=now)
    assert remind_confirmers(now + 10 * DAY) == {"reminded": 3, "stuck": 0}
    assert reminders(cast.principal)[1].path == f"{one.get_absolute_url()}#confirm"
    confirm(one, by=cast.section, now=now)
    assert remind_confirmers(now + 20 * DAY) == {"reminded": 0, "stuck": 0}


def test_where_nobody_may_confirm_the_administrators_are_told_once(registered, cast, body, now):
    for person in (cast.section, cast.chief):
        person.grants.all().delete()
    registered(cast.principal)
    assert told(notices.ACCOUNT_UNCONFIRMABLE) == {cast.admin}
    assert told(notices.ACCOUNT_TO_CONFIRM) == set()
    assert remind_confirmers(now + 9 * DAY) == {"reminded": 0, "stuck": 0}
    factories.grant(cast.archivist, "information_section", body.central)
    assert remind_confirmers(now + 10 * DAY)["reminded"] == 1


def test_the_next_head_up_the_tree_is_asked_where_the_nearest_registered_it(registered, cast, body, now):
    factories.grant(cast.archivist, "unit_leader", body.central)
    registered(cast.principal)
    assert told(notices.ACCOUNT_TO_CONFIRM) == {cast.archivist, cast.section, cast.chief}
