"""Who is told of a change of somebody who may decide, the fresh log-in, and who gives whom the right to decide."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from governance.access import Role
from governance.departures.holdings import deactivate, reactivate
from governance.notices.delivery import deliver
from governance.notices.models import Notice
from governance.people.models import Person, RoleGrant, Substitute
from governance.signin import notices
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 18)
NIGHT = dt.datetime(2026, 11, 18, 23, 30, tzinfo=dt.UTC)


def day(offset=0) -> str:
    return (timezone.localdate() + dt.timedelta(days=offset)).strftime("%d.%m.%Y")


def edited(person, **changes) -> dict:
    return {"name": person.name, "email": person.email, "language": "en-gb", "unit": person.unit_id or ""} | changes


def change_address(person, to, by, now):
    old = Person.objects.get(pk=person.pk)
    person.email = to
    person.write(by=by, now=now, old=old)


def told(kind) -> set:
    return {row.person.name for row in Notice.objects.filter(event=kind).select_related("person")}


# --- who is told ---------------------------------------------------------------------------------------------


def test_a_new_address_is_told_at_both_at_once_and_to_those_who_watch(cast, mailoutbox):
    change_address(cast.principal, "ny@fjordvik.example", cast.admin, NIGHT)
    deliver(NIGHT)  # it waits for no morning
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "admin@fjordvik.example",
        "infosjef@fjordvik.example",
        "ny@fjordvik.example",
        "rektor@fjordvik.example",
    ]
    assert all("Ada Admin" in mail.body for mail in mailoutbox)
    assert told(notices.ADDRESS_CHANGED) == {"Ada Admin", "Ingrid Sjef"}


def test_who_decides_nothing_is_told_alone(cast, mailoutbox, now):
    change_address(cast.employee, "ny@fjordvik.example", cast.admin, now)
    deliver(now)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ansatt@fjordvik.example", "ny@fjordvik.example"]


def test_a_substitute_of_a_decider_is_one_who_decides(cast, now):
    starts = TODAY + dt.timedelta(days=20)
    Substitute.objects.create(person=cast.chief, substitute=cast.employee, starts_on=starts)
    change_address(cast.employee, "ny@fjordvik.example", cast.admin, now)
    assert told(notices.ADDRESS_CHANGED) == {"Ada Admin", "Ingrid Sjef"}


def test_roles_substitutes_and_activity_are_told(cast, body, now, mailoutbox):
    officers = {"Ada Admin", "Ingrid Sjef"}

    def tells(*people):
        rows = {row.person.name for row in Notice.objects.filter(event=notices.OWN_RIGHTS_CHANGED)}
        assert (rows, told(notices.RIGHTS_CHANGED)) == (set(people), officers)
        Notice.objects.all().delete()

    grant = RoleGrant(person=cast.employee, role=Role.UNIT_LEADER, unit=body.klubb, starts_on=TODAY)
    grant.give(by=cast.admin, now=now)
    tells("Eli Ansatt")
    grant.end(TODAY, reason="x", by=cast.admin, now=now)
    tells("Eli Ansatt")
    row = Substitute(person=cast.principal, substitute=cast.deputy, starts_on=TODAY).appoint(by=cast.admin, now=now)
    tells("David Vara", "Reidun Rektor")
    row.end(TODAY, by=cast.admin, now=now)
    tells("David Vara")
    deactivate(cast.principal, by=cast.admin, now=now)
    assert deliver(now)["sent"]
    assert "rektor@fjordvik.example" in [mail.to[0] for mail in mailoutbox]  # though deactivated
    tells("Reidun Rektor")
    reactivate(cast.principal, by=cast.admin, now=now)
    RoleGrant(person=cast.deputy, role=Role.ARCHIVIST, unit=body.central, starts_on=TODAY).give(by=None, now=now)
    assert not Notice.objects.exists()  # neither decides anything


# --- the fresh log-in ----------------------------------------------------------------------------------------


def test_what_was_sent_is_done_once_the_password_is_given(login, cast):
    client = login(cast.admin, fresh=False)
    url = reverse("person_edit", args=[cast.principal.pk])
    asked = client.post(url, edited(cast.principal, email="ny@fjordvik.example"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert "Your password again" in client.get(asked.url).content.decode()
    assert client.post(asked.url, {"password": "wrong", "next": url}).status_code == 422
    cast.principal.refresh_from_db()
    assert cast.principal.email == "rektor@fjordvik.example"
    done = client.post(asked.url, {"password": factories.PASSWORD, "next": url})
    cast.principal.refresh_from_db()
    assert (done.status_code, cast.principal.email) == (302, "ny@fjordvik.example")
    # Fresh for the next one too.
    role = {"role": "unit_leader", "unit": cast.principal.unit_id, "starts_on": day(), "ends_on": ""}
    assert client.post(reverse("grant_new", args=[cast.employee.pk]), role).url == cast.employee.get_absolute_url()


def test_a_log_in_of_this_morning_is_not_fresh(login, cast, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    role = {"role": "unit_leader", "unit": cast.principal.unit_id, "starts_on": day(), "ends_on": ""}
    asked = login(cast.admin).post(reverse("grant_new", args=[cast.employee.pk]), role)
    assert asked.url.startswith(reverse("account_reauthenticate"))


def test_a_colleague_without_a_role_asks_for_no_password(login, cast):
    client = login(cast.admin, fresh=False)
    url = reverse("person_edit", args=[cast.employee.pk])
    assert client.post(url, edited(cast.employee, email="ny@fjordvik.example")).url == cast.employee.get_absolute_url()


# --- the second person ---------------------------------------------------------------------------------------


@pytest.fixture
def second(body):
    person = factories.person("Bo Admin", unit=body.central)
    factories.grant(person, Role.ADMINISTRATOR, body.central)
    return person


def give(person, unit, by, now, role=Role.INFORMATION_CHIEF):
    return RoleGrant(person=person, role=role, unit=unit, starts_on=TODAY).give(by=by, now=now)


def test_another_administrator_gives_the_role(cast, second, body, now):
    change_address(cast.employee, "mine@attacker.example", cast.admin, now)
    with pytest.raises(ValidationError, match="Bo Admin"):
        give(cast.employee, body.central, cast.admin, now + dt.timedelta(days=6))
    give(cast.employee, body.central, cast.admin, now, Role.ARCHIVIST)  # decides nothing
    give(cast.employee, body.central, second, now)


def test_after_a_week_the_same_one_may(cast, body, now):
    change_address(cast.employee, "ny@fjordvik.example", cast.admin, now)
    with pytest.raises(ValidationError, match="Ingrid Sjef"):
        give(cast.employee, body.central, cast.admin, now)
    give(cast.employee, body.central, cast.admin, now + dt.timedelta(days=8))


def test_without_a_second_administrator_the_chief_gives_the_role(login, cast, body, now):
    """The administrator asks on the page; the chief is told, and gives the role on the same page."""
    now = timezone.now()
    change_address(cast.employee, "ny@fjordvik.example", cast.admin, now)
    url = reverse("grant_new", args=[cast.employee.pk])
    role = {"role": "unit_leader", "unit": f"{body.nordvik.name} (nordvik)", "starts_on": day()}
    assert "Ingrid Sjef" in login(cast.admin).post(url, role).content.decode()
    assert told(notices.ROLE_ASKED_FOR) == {"Ingrid Sjef"}
    client = login(cast.chief)
    assert url in client.get(cast.employee.get_absolute_url()).content.decode()
    offered = {value for value, _label in client.get(url).context["form"].fields["role"].choices}
    assert "unit_leader" in offered
    assert "archivist" not in offered
    assert client.post(url, role).url == cast.employee.get_absolute_url()
    assert RoleGrant.objects.get(person=cast.employee).granted_by == cast.chief


def test_the_chief_gives_roles_for_want_of_an_administrator_alone(login, cast, second, now):
    url = reverse("grant_new", args=[cast.employee.pk])
    client = login(cast.chief)
    assert client.get(url).status_code == 403  # nobody's address has changed
    change_address(cast.employee, "ny@fjordvik.example", cast.admin, timezone.now())
    assert client.get(url).status_code == 403  # Bo gives it
    change_address(second, "mine@attacker.example", cast.admin, timezone.now())
    assert client.get(url).status_code == 200
    assert login(cast.section).get(url).status_code == 403


def test_a_chief_whose_mail_the_administrator_reads_is_no_second_person(login, cast, now):
    for person in (cast.employee, cast.chief):
        change_address(person, f"mine{person.pk}@attacker.example", cast.admin, timezone.now())
    assert login(cast.chief).get(reverse("grant_new", args=[cast.employee.pk])).status_code == 403
    with pytest.raises(ValidationError, match="nobody else"):
        give(cast.employee, cast.chief.unit, cast.admin, timezone.now())


def test_nor_does_the_chief_who_changed_it(login, cast, now):
    """A chief who administers too, and changed the address."""
    factories.grant(cast.chief, Role.ADMINISTRATOR, cast.chief.unit)
    cast.admin.grants.all().delete()
    change_address(cast.employee, "mine@attacker.example", cast.chief, timezone.now())
    with pytest.raises(ValidationError, match="nobody else"):
        give(cast.employee, cast.chief.unit, cast.chief, timezone.now())


def test_the_second_one_is_not_the_first_in_another_guise(cast, second, body, now):
    """Both addresses by the same hand: whoever reads the mail of the second administrator is the first."""
    change_address(cast.employee, "mine@attacker.example", cast.admin, now)
    change_address(second, "mine2@attacker.example", cast.admin, now)
    with pytest.raises(ValidationError, match="changed the e-mail"):
        give(cast.employee, body.central, second, now)


def test_nor_is_such_a_one_made_a_substitute(cast, second, now):
    change_address(cast.employee, "mine@attacker.example", cast.admin, now)
    row = Substitute(person=cast.chief, substitute=cast.employee, starts_on=TODAY)
    with pytest.raises(ValidationError, match="Bo Admin"):
        row.appoint(by=cast.admin, now=now)
    Substitute(person=cast.chief, substitute=cast.employee, starts_on=TODAY).appoint(by=second, now=now)
