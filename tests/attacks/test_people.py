"""Becoming somebody, or outlasting a change, by the pages about people. Each is the attack."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.access import Role
from governance.departures.holdings import deactivate
from governance.people.models import Person, RoleGrant, Substitute
from tests import factories
from tests.attacks.test_rights import day, edited, local, new_password_of  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [
        "rektor@fjordvik.example\u200b",
        "REKTOR@FJORDVIK.EXAMPLE",
        "rektor@fjordvik.example.",
        "Rektor <rektor@fjordvik.example>",
        "\uff52ektor@fjordvik.example",
        "re\u00adktor@fjordvik.example",
        "mailto:rektor@fjordvik.example",
    ],
)
def test_nobody_is_there_twice_by_another_writing(login, cast, typed):
    answer = login(cast.admin).post(reverse("person_new"), {"name": "R", "email": typed, "language": "", "unit": ""})
    assert answer.status_code == 422
    assert Person.objects.filter(email__icontains="rektor").count() == 1


@pytest.mark.parametrize(
    "typed", ["re\u0138tor@fjordvik.example", "rektor@f\u0237ordvik.example", "re\u212ator@fjordvik.example"]
)
def test_a_new_password_goes_to_the_registered_address_alone(cast, typed):
    """The database may find the person by letters that look alike once they are capitals."""
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": typed})
    assert not any("/password/new/" in one.body and one.to != ["rektor@fjordvik.example"] for one in mail.outbox)


def test_who_has_left_gets_no_new_password(cast):
    deactivate(cast.moderator, by=cast.admin, now=timezone.now())
    assert not new_password_of(Client(), cast.moderator.email)


def test_a_link_from_before_opens_nothing_after_coming_back(login, cast):
    """Sent before they left, used once they may log in again: by then it may be in other hands."""
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": cast.moderator.email})
    link = re.search(r"http://testserver(/password/new/\S+)", mail.outbox[0].body)[1]
    deactivate(cast.moderator, by=cast.admin, now=timezone.now())
    attacker = Client()
    page = attacker.get(link, follow=True)
    attacker.post(page.request["PATH_INFO"], {"password1": "of-the-attacker-1", "password2": "of-the-attacker-1"})
    cast.moderator.refresh_from_db()
    assert not cast.moderator.check_password("of-the-attacker-1")


def test_a_session_from_before_is_over_once_somebody_has_left(login, cast):
    client = login(cast.moderator)
    deactivate(cast.moderator, by=cast.admin, now=timezone.now())
    assert client.get(reverse("me")).status_code == 302


def test_the_chief_gives_nothing_in_place_of_an_administrator_who_may(login, cast, body):
    """Without a changed address, with a second administrator, to themselves, and what does not decide."""
    url = reverse("grant_new", args=[cast.employee.pk])
    chief = {"role": "information_chief", "unit": body.central.pk, "starts_on": day(), "ends_on": ""}
    assert login(cast.chief).post(url, chief).status_code == 403
    client = login(cast.admin)
    client.post(reverse("person_edit", args=[cast.employee.pk]), edited(cast.employee, email="ny@fjordvik.example"))
    second = factories.person("Andre Admin", unit=body.central)
    factories.grant(second, Role.ADMINISTRATOR, body.central)
    assert login(cast.chief).post(url, chief).status_code == 403
    RoleGrant.objects.filter(person=second).delete()
    assert login(cast.chief).post(url, chief | {"role": "archivist"}).status_code == 422
    client.logout()
    assert login(cast.chief, fresh=False).post(url, chief).status_code == 302
    assert not RoleGrant.objects.filter(person=cast.employee).exists()
    own = reverse("grant_new", args=[cast.chief.pk])
    assert login(cast.chief).post(own, chief | {"role": "administrator"}).status_code in (403, 422)


def test_the_chief_of_one_unit_gives_nothing_in_place(login, cast, body):
    unit_chief = factories.person("Enhetssjef", unit=body.nordvik)
    factories.grant(unit_chief, Role.INFORMATION_CHIEF, body.nordvik)
    client = login(cast.admin)
    client.post(reverse("person_edit", args=[cast.employee.pk]), edited(cast.employee, email="ny@fjordvik.example"))
    role = {"role": "principal", "unit": body.nordvik.pk, "starts_on": day(), "ends_on": ""}
    assert login(unit_chief).post(reverse("grant_new", args=[cast.employee.pk]), role).status_code == 403


def test_a_unit_moves_nobody_within_reach(login, local, cast, body):  # noqa: F811
    """The administrator of Nordvik draws Sørvik, or its people, under Nordvik."""
    client = login(local)
    typed = {"name": body.sorvik.name, "code": body.sorvik.code, "kind": body.sorvik.kind, "parent": body.nordvik.pk}
    assert client.post(reverse("unit_edit", args=[body.sorvik.code]), typed).status_code == 403
    url = reverse("person_edit", args=[cast.stranger.pk])
    assert client.post(url, edited(cast.stranger, unit=body.nordvik.pk)).status_code in (403, 404)


def test_a_substitute_of_a_substitute_does_not_come_by_a_local_administrator(login, local, cast, body):  # noqa: F811
    """The chief’s substitute is of Nordvik; a substitute for them would decide for nobody, and is refused."""
    Substitute.objects.create(person=cast.chief, substitute=cast.employee, starts_on=dt.date(2025, 1, 1))
    url = reverse("substitute_new", args=[cast.employee.pk])
    answer = login(local).post(url, {"substitute": cast.deputy.email, "starts_on": day(), "ends_on": ""})
    assert answer.status_code == 403


def test_one_administrator_does_not_make_a_decider_of_a_new_address_by_two_changes(login, cast, body):
    """Changed away and back by file and by page, by who has just been given another address too."""
    client = login(cast.admin)
    for email in ("mine@attacker.example", "again@attacker.example"):
        cast.employee.refresh_from_db()
        client.post(reverse("person_edit", args=[cast.employee.pk]), edited(cast.employee, email=email))
    second = factories.person("Andre Admin", unit=body.central, email="andre@fjordvik.example")
    factories.grant(second, Role.ADMINISTRATOR, body.central)
    client.post(reverse("person_edit", args=[second.pk]), edited(second, email="also@attacker.example"))
    role = {"role": "information_chief", "unit": body.central.pk, "starts_on": day(), "ends_on": ""}
    second.refresh_from_db()
    answer = login(second).post(reverse("grant_new", args=[cast.employee.pk]), role)
    assert answer.status_code == 422
    assert not RoleGrant.objects.filter(person=cast.employee).exists()
