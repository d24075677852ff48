"""Ways in which somebody once got rights that are not theirs. Each test is the attack; it passes where that fails."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.applications.models import Application, Status, Verb
from accounts.applications.moves import move
from accounts.inbox.models import Post
from governance.access import Role
from governance.audit.models import AuditEvent
from governance.departures.holdings import deactivate
from governance.people.models import Person, RoleGrant, Substitute
from governance.signin.tokens import ApiToken
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 18)


def day(offset=0) -> str:
    return (timezone.localdate() + dt.timedelta(days=offset)).strftime("%d.%m.%Y")


def edited(person, **changes) -> dict:
    typed = {"name": person.name, "email": person.email, "language": "en-gb"}
    return typed | {"unit": person.unit_id or ""} | changes


@pytest.fixture
def local(body):
    """An administrator of Nordvik alone."""
    person = factories.person("Lokal Admin", unit=body.nordvik)
    factories.grant(person, Role.ADMINISTRATOR, body.nordvik)
    return person


def new_password_of(client, email) -> bool:
    """Ask for a new password at the address, follow the mail, and log in with it."""
    mail.outbox.clear()
    client.logout()
    client.post(reverse("account_reset_password"), {"email": email})
    found = re.search(r"http://testserver(/password/new/\S+)", mail.outbox[0].body) if mail.outbox else None
    if not found:
        return False
    page = client.get(found[1], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "of-the-attacker-1", "password2": "of-the-attacker-1"})
    client.post(reverse("account_login"), {"login": email, "password": "of-the-attacker-1"})
    return "_auth_user_id" in client.session


# --- becoming somebody ---------------------------------------------------------------------------------------


def test_a_units_administrator_does_not_become_the_chiefs_substitute(login, local, cast, body, facebook, now):
    Substitute.objects.create(person=cast.chief, substitute=cast.employee, starts_on=dt.date(2025, 1, 1))
    application = factories.application(
        applicant=cast.chief,
        unit=body.culture,
        platform=facebook,
        moderators=[cast.moderator, cast.deputy],
        deputies=[cast.section],
        status=Status.SUBMITTED,
    )
    client = login(local)
    client.post(reverse("person_edit", args=[cast.employee.pk]), edited(cast.employee, email="mine@attacker.example"))
    if new_password_of(client, "mine@attacker.example"):
        url = reverse("accounts:application_decide", args=[application.pk])
        client.post(url, {"outcome": "approved", "submission": 1})
    application.refresh_from_db()
    cast.employee.refresh_from_db()
    assert (application.status, cast.employee.email) == (Status.SUBMITTED, "ansatt@fjordvik.example")


def holds_elsewhere(what, person, body, cast, facebook, now):
    """Something of Sørvik, for a person who belongs to Nordvik."""
    from accounts.duty.models import TakeOver
    from governance.people.absences import Absence

    account = factories.account(unit=body.sorvik, platform=facebook)
    today = timezone.localdate()
    if what == "grant to come":
        factories.grant(person, Role.PRINCIPAL, body.sorvik, starts_on=today + dt.timedelta(days=30))
    if what == "substitute":
        Substitute.objects.create(person=cast.stranger, substitute=person, starts_on=today)
    if what == "substitute to come":
        starts = today + dt.timedelta(days=30)
        Substitute.objects.create(person=cast.stranger, substitute=person, starts_on=starts)
    if what == "assignment":
        factories.assign(account, person)
    if what == "assignment offered":
        factories.assign(account, person, accepted=False)
    if what == "editor":
        account.editor = person
        account.save()
    if what == "take-over":
        moment = timezone.now()
        TakeOver.objects.create(account=account, person=person, starts_at=moment, ends_at=moment + dt.timedelta(days=1))
    if what == "replacement":
        factories.assign(account, cast.moderator)
        moment = timezone.now()
        Absence.objects.create(
            person=cast.moderator,
            replacement=person,
            starts_at=moment,
            ends_at=moment + dt.timedelta(days=5),
            registered_by=cast.moderator,
        )
    if what == "named in an application":
        factories.application(
            applicant=cast.stranger, unit=body.sorvik, platform=facebook, deputies=[person], status=Status.SUBMITTED
        )
    if what == "an application of one’s own":
        factories.application(applicant=person, unit=body.sorvik, platform=facebook)


HELD = [
    "grant to come",
    "substitute",
    "substitute to come",
    "assignment",
    "assignment offered",
    "editor",
    "take-over",
    "replacement",
    "named in an application",
    "an application of one’s own",
]


@pytest.mark.parametrize("what", HELD)
def test_reach_over_a_person_is_decided_by_everything_they_hold(login, local, cast, body, facebook, now, what):
    person = cast.employee
    holds_elsewhere(what, person, body, cast, facebook, now)
    client = login(local)
    tried = {
        "person_edit": edited(person, email="mine@attacker.example"),
        "person_deactivate": {},
        "substitute_new": {"substitute": cast.deputy.email, "starts_on": day(), "ends_on": ""},
    }
    for name, typed in tried.items():
        assert client.post(reverse(name, args=[person.pk]), typed).status_code == 403, name
    person.refresh_from_db()
    assert (person.email, person.is_active) == ("ansatt@fjordvik.example", True)
    assert not Substitute.objects.filter(person=person).exists()
    # Nor is somebody of one's own made the substitute, who then decides at Sørvik and is within reach again.
    assert client.post(reverse("person_edit", args=[person.pk]), edited(person, name="Eli A.")).status_code == 302


def test_nobody_is_woken_up_out_of_reach(login, local, cast, body, facebook, now):
    """The account's editor stays so after having left; whoever brings them back gets the account."""
    factories.account(unit=body.sorvik, platform=facebook, editor=cast.employee)
    Person.objects.filter(pk=cast.employee.pk).update(is_active=False, deactivated_at=now)
    assert login(local).post(reverse("person_reactivate", args=[cast.employee.pk])).status_code == 403


def test_an_import_reaches_no_further_than_the_pages(body, local, cast, now):
    """Through the importer itself: the page asks for the settings of the whole body, and that is not the question."""
    from governance.people.imports import PersonImporter

    Substitute.objects.create(person=cast.chief, substitute=cast.employee, starts_on=TODAY)
    rows = (
        "email,name,unit,roles\n"
        "ansatt@fjordvik.example,Eli Ansatt,sorvik,\n"
        "moderator@fjordvik.example,Mona Moderator,,information_chief@central\n"
        "ny@attacker.example,Ny,sorvik,\n"
        "ny2@attacker.example,Ny,,\n"
        "vara@fjordvik.example,David Vara-Hansen,nordvik,unit_leader@klubb\n"
    )
    report = PersonImporter(by=local, now=now, keep_going=True).run(rows.encode(), "people.csv")
    assert [row.row for row in report.rejected] == [2, 3, 4, 5]
    assert not RoleGrant.objects.filter(role=Role.INFORMATION_CHIEF, person=cast.moderator).exists()
    assert RoleGrant.objects.filter(role=Role.UNIT_LEADER, person=cast.deputy).exists()


def bring_in(client, text: str) -> None:
    """People by the page of imports, as far as it lets one: the file, its trial run, and written for good."""
    url = reverse("import_upload", args=["people"])
    page = client.post(url, {"file": SimpleUploadedFile("people.csv", text.encode())}, follow=True)
    client.post(page.request["PATH_INFO"], {"confirm": "", "keep_going": "on"})


def test_an_import_that_may_make_deciders_takes_a_fresh_log_in(login, cast):
    text = "email,name,roles\nansatt@fjordvik.example,Eli,information_chief@central\n"
    bring_in(login(cast.admin, fresh=False), text)
    assert not RoleGrant.objects.filter(person=cast.employee).exists()
    bring_in(login(cast.admin), text)
    assert RoleGrant.objects.filter(person=cast.employee).exists()


def test_the_administrator_of_one_of_two_bodies_imports_into_their_own(login, cast, now):
    other = factories.unit("other", "Another body")
    theirs = factories.person("Annen Admin", unit=other)
    factories.grant(theirs, Role.ADMINISTRATOR, other)
    text = "email,name,roles\nansatt@fjordvik.example,Eli,information_chief@central\n"
    bring_in(login(theirs), text)
    assert not RoleGrant.objects.filter(role=Role.INFORMATION_CHIEF, person=cast.employee).exists()


def test_the_former_address_opens_nothing(login, cast, client):
    """Whoever still reads the old mailbox, and whoever holds a link for a new password or a session from before."""
    client.post(reverse("account_login"), {"login": cast.principal.email, "password": factories.PASSWORD})
    old_session = client
    assert old_session.get(reverse("me")).status_code == 200
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": cast.principal.email})
    link = re.search(r"http://testserver(/password/new/\S+)", mail.outbox[0].body)[1]

    admin = Client()
    admin.post(reverse("account_login"), {"login": cast.admin.email, "password": factories.PASSWORD})
    url = reverse("person_edit", args=[cast.principal.pk])
    assert admin.post(url, edited(cast.principal, email="ny@fjordvik.example")).status_code == 302

    assert old_session.get(reverse("me")).status_code == 302
    old_mailbox = Client()
    page = old_mailbox.get(link, follow=True)
    new = {"password1": "of-the-attacker-1", "password2": "of-the-attacker-1"}
    old_mailbox.post(page.request["PATH_INFO"], new)
    cast.principal.refresh_from_db()
    assert not cast.principal.check_password("of-the-attacker-1")
    assert not new_password_of(Client(), "rektor@fjordvik.example")


# --- a fresh log-in, and who is told -----------------------------------------------------------------------------


def test_a_page_left_open_neither_changes_a_deciders_address_nor_makes_a_decider(login, cast, body):
    client = login(cast.admin, fresh=False)
    client.post(reverse("person_edit", args=[cast.principal.pk]), edited(cast.principal, email="mine@attacker.example"))
    role = {"role": "information_chief", "unit": body.central.pk, "starts_on": day(), "ends_on": ""}
    client.post(reverse("grant_new", args=[cast.employee.pk]), role)
    chosen = {"substitute": cast.employee.email, "starts_on": day(), "ends_on": ""}
    client.post(reverse("substitute_new", args=[cast.chief.pk]), chosen)
    client.post(reverse("person_deactivate", args=[cast.principal.pk]))
    grant = RoleGrant.objects.get(person=cast.leader)
    client.post(reverse("grant_end", args=[grant.pk]), {"last_day": day(-1), "reason": "x"})
    cast.principal.refresh_from_db()
    assert (cast.principal.email, cast.principal.is_active) == ("rektor@fjordvik.example", True)
    assert not RoleGrant.objects.filter(person=cast.employee).exists()
    assert not Substitute.objects.exists()
    assert RoleGrant.objects.filter(pk=grant.pk, ends_on=None).exists()


def test_an_administrator_does_not_make_their_own_address_a_decider(login, cast, body):
    client = login(cast.admin)
    client.post(reverse("person_edit", args=[cast.employee.pk]), edited(cast.employee, email="mine@attacker.example"))
    role = {"role": "information_chief", "unit": body.central.pk, "starts_on": day(), "ends_on": ""}
    page = client.post(reverse("grant_new", args=[cast.employee.pk]), role)
    chosen = {"substitute": "mine@attacker.example", "starts_on": day(), "ends_on": ""}
    client.post(reverse("substitute_new", args=[cast.chief.pk]), chosen)
    text = "email,name,roles\nmine@attacker.example,Eli,information_chief@central\n"
    bring_in(client, text)
    assert not RoleGrant.objects.filter(person=cast.employee).exists()
    assert not Substitute.objects.exists()
    assert page.status_code == 422


# --- tokens --------------------------------------------------------------------------------------------------------


def token_form(body, **changes) -> dict:
    typed = {"name": "Robot", "scopes": ["posts:read", "posts:close"], "unit": body.nordvik.pk}
    return typed | {"person": "", "expires_on": day(30)} | changes


def api(secret, method="get", path="posts", body=""):
    call = getattr(Client(), method)
    headers = {"authorization": f"Bearer {secret}"}
    return call(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_an_administrator_reads_no_posts_through_a_token(login, cast, body, account):
    factories.post(account, text="A secret")
    page = login(cast.admin).post(reverse("token_new"), token_form(body))
    secret = page.context.get("secret")
    assert not secret or api(secret).status_code != 200


def test_a_token_is_not_somebody_else(login, cast, body, account):
    post = factories.post(account)
    page = login(cast.admin).post(reverse("token_new"), token_form(body, person=cast.principal.email))
    secret = page.context.get("secret")
    if secret:
        api(secret, "patch", f"posts/{post.pk}", '{"tone": "question"}')
    assert not AuditEvent.objects.filter(actor_name=cast.principal.name, subject_type="post").exists()


def test_a_token_does_not_outlive_its_owners_rights(login, cast, body, account, now):
    factories.post(account)
    factories.grant(cast.admin, Role.INFORMATION_SECTION, body.central)
    secret = login(cast.admin).post(reverse("token_new"), token_form(body)).context["secret"]
    assert api(secret).json()["count"] == 1
    RoleGrant.objects.filter(person=cast.admin, role=Role.INFORMATION_SECTION).update(ends_on=dt.date(2025, 6, 1))
    assert api(secret).status_code in (401, 403)


def test_a_token_dies_with_its_owner(login, cast, body, account):
    factories.grant(cast.admin, Role.INFORMATION_SECTION, body.central)
    secret = login(cast.admin).post(reverse("token_new"), token_form(body)).context["secret"]
    factories.grant(cast.section, Role.ADMINISTRATOR, body.central)
    deactivate(cast.admin, by=cast.section, now=timezone.now())
    assert api(secret).status_code == 401


def test_a_token_acts_under_its_own_name(login, cast, body, account):
    post = factories.post(account)
    factories.grant(cast.admin, Role.INFORMATION_SECTION, body.central)
    secret = login(cast.admin).post(reverse("token_new"), token_form(body)).context["secret"]
    assert api(secret, "patch", f"posts/{post.pk}", '{"tone": "question"}').status_code == 200
    event = AuditEvent.objects.filter(subject_type="post").latest("pk")
    assert (event.actor_id, event.actor_name) == (None, "Robot (API)")
    # The row names who answers for the token; the trail says it was not that person.
    assert Post.objects.get(pk=post.pk).triaged_by == cast.admin


# --- sent twice ------------------------------------------------------------------------------------------------------


def hidden_token(page) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f-]{36})"', page.content.decode())
    return found[1] if found else ""


@pytest.mark.parametrize("what", ["token", "substitute", "grant"])
def test_the_same_form_sent_twice_makes_one(login, cast, body, what):
    client = login(cast.admin)
    url, typed, rows = {
        "token": (reverse("token_new"), token_form(body), ApiToken.objects.all()),
        "substitute": (
            reverse("substitute_new", args=[cast.chief.pk]),
            {"substitute": cast.section.email, "starts_on": day(), "ends_on": ""},
            Substitute.objects.all(),
        ),
        "grant": (
            reverse("grant_new", args=[cast.employee.pk]),
            {"role": "archivist", "unit": body.central.pk, "starts_on": day(), "ends_on": ""},
            RoleGrant.objects.filter(person=cast.employee),
        ),
    }[what]
    typed |= {"form_token": hidden_token(client.get(url))}
    client.post(url, typed)
    again = client.post(url, typed, follow=True)
    assert (again.status_code, rows.count()) == (200, 1)
    assert "done already" in again.content.decode()


# --- deciding -------------------------------------------------------------------------------------------------------


def approved(application, by, now) -> bool:
    from django.core.exceptions import PermissionDenied

    try:
        move(application, Verb.APPROVE, by=by, now=now)
    except PermissionDenied:
        return False
    return True


@pytest.mark.parametrize("why", ["named deputy", "works below"])
def test_a_substitute_who_is_not_impartial_does_not_decide(cast, body, facebook, now, why):
    substitute = cast.employee if why == "works below" else cast.leader
    Substitute.objects.create(person=cast.principal, substitute=substitute, starts_on=dt.date(2025, 1, 1))
    application = factories.application(
        applicant=cast.principal,
        unit=body.nordvik,
        platform=facebook,
        moderators=[cast.moderator, cast.deputy],
        deputies=[cast.leader] if why == "named deputy" else [cast.section],
        status=Status.SUBMITTED,
    )
    assert not approved(application, substitute, now)
    assert Application.objects.get().status == Status.SUBMITTED
    assert approved(application, cast.chief, now)


# --- 403, not 500 --------------------------------------------------------------------------------------------------


def test_a_role_for_one_unit_registers_no_account_of_another(login, body, facebook):
    person = factories.person(unit=body.nordvik)
    factories.grant(person, Role.INFORMATION_SECTION, body.nordvik)
    typed = {
        "platform": facebook.pk,
        "name": "Theirs",
        "handle": "theirs",
        "url": "https://www.facebook.com/theirs",
        "unit": body.sorvik.pk,
        "kind": "ordinary",
        "communication": "both",
        "language": "nb",
        "moderation_mode": "along",
        "visibility": "open",
        "contact_email": "felles@fjordvik.example",
    }
    assert login(person).post(reverse("accounts:account_new"), typed).status_code == 403
