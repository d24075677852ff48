"""Deactivating a person ends nothing silently."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from governance.access import Permission, Role, can
from governance.audit.models import AuditEvent
from governance.departures import holdings, notices
from governance.notices.models import Notice
from governance.notices.texts import notice_text
from governance.people import events as people_events
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant, Substitute
from governance.signin.tokens import ApiToken
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 18)
DAY = dt.timedelta(days=1)


@pytest.fixture
def nothing_else(monkeypatch):
    """Only what governance itself knows; the other apps test their own side."""
    monkeypatch.setattr(holdings, "_registered", [])


@pytest.fixture
def busy(cast, body, now, nothing_else):
    """A principal with a second role from tomorrow, a substitute, an absence, someone to replace, and a token."""
    person = cast.principal
    factories.grant(person, Role.UNIT_LEADER, body.klubb, starts_on=TODAY + DAY)
    Substitute.objects.create(person=person, substitute=cast.deputy, starts_on=TODAY)
    Absence.objects.create(person=person, starts_at=now, ends_at=now + DAY, registered_by=person)
    Absence.objects.create(
        person=cast.deputy, starts_at=now, ends_at=now + DAY, registered_by=cast.deputy, replacement=person
    )
    ApiToken.issue(by=cast.admin, now=now, name="Feed", person=person, unit=body.nordvik, expires_at=now + 9 * DAY)
    return person


def test_everything_held_is_listed(busy, now):
    labels = [holding.label for holding in holdings.held_by(busy, now)]
    assert len(labels) == 6
    for part in ["Principal, Nordvik vgs", "Unit leader, Fotoklubben", "David Vara stands in for Reidun Rektor"]:
        assert part in labels
    assert "API token “Feed”" in labels
    assert any(label.startswith("Takes over for David Vara") for label in labels)


def test_deactivating_ends_roles_with_a_trace_each_and_tells_the_heads(busy, cast, now):
    assert holdings.deactivate(busy, by=cast.admin, now=now)
    person = Person.objects.get(pk=busy.pk)
    assert (person.is_active, person.deactivated_at) == (False, now)
    assert not RoleGrant.objects.unended(TODAY).filter(person=person).exists()
    assert not Substitute.objects.unended(TODAY).exists()
    assert not ApiToken.objects.valid(now).exists()
    assert not can(person, Permission.APPLY, now=now)
    assert AuditEvent.objects.filter(event=people_events.ROLE_ENDED).count() == 2
    assert len(AuditEvent.objects.get(event=people_events.PERSON_DEACTIVATED).after["held"]) == 6
    told = Notice.objects.filter(event=notices.ROLE_VACANT)
    # Nobody else leads nordvik now: the next one up.
    assert {(notice.person, notice.params["role"]) for notice in told} == {
        (cast.chief, "principal"),
        (cast.chief, "unit_leader"),
    }
    texts = {notice_text(notice).subject for notice in told}
    assert "A role needs a new holder: Principal, Nordvik vgs" in texts


def test_a_second_time_changes_nothing(busy, cast, now):
    holdings.deactivate(busy, by=cast.admin, now=now)
    events = AuditEvent.objects.count()
    assert not holdings.deactivate(busy, by=cast.admin, now=now)
    assert AuditEvent.objects.count() == events
    assert Notice.objects.filter(event=notices.ROLE_VACANT).count() == 2


def test_the_last_administrator_stays(cast, now, nothing_else):
    with pytest.raises(ValidationError, match="last administrator"):
        holdings.deactivate(cast.admin, by=None, now=now)
    assert Person.objects.get(pk=cast.admin.pk).is_active


def test_reactivating_gives_no_role_back(busy, cast, now):
    holdings.deactivate(busy, by=cast.admin, now=now)
    assert holdings.reactivate(busy, by=cast.admin, now=now)
    assert not holdings.reactivate(busy, by=cast.admin, now=now)
    assert not RoleGrant.objects.current(TODAY).filter(person=busy).exists()


def test_other_apps_name_and_hand_over_what_they_know(cast, now, monkeypatch):
    monkeypatch.setattr(holdings, "_registered", [])
    handed = []

    def hold(person, now):
        return [holdings.Holding("An account")]

    def hand_over(person, *, by, now):
        handed.append((person, by))

    holdings.register(hold, hand_over)
    holdings.register(hold, hand_over)
    assert [holding.label for holding in holdings.held_by(cast.employee, now)] == ["An account"]
    holdings.deactivate(cast.employee, by=cast.admin, now=now)
    assert handed == [(cast.employee, cast.admin)]
    assert AuditEvent.objects.get(event=people_events.PERSON_DEACTIVATED).after["held"] == ["An account"]


def test_what_another_app_refuses_undoes_it_all(cast, now, monkeypatch):
    def refuse(person, *, by, now):
        raise ValidationError("No")

    monkeypatch.setattr(holdings, "_registered", [(lambda person, now: [], refuse)])
    with pytest.raises(ValidationError):
        holdings.deactivate(cast.principal, by=cast.admin, now=now)
    assert Person.objects.get(pk=cast.principal.pk).is_active
    assert RoleGrant.objects.get(person=cast.principal).ends_on is None


# --- the pages ----------------------------------------------------------------------------------------------


def test_the_page_lists_first_and_the_button_deactivates(login, cast):
    client = login(cast.admin)
    url = reverse("person_deactivate", args=[cast.principal.pk])
    assert "Principal, Nordvik vgs" in client.get(url).content.decode()
    assert Person.objects.get(pk=cast.principal.pk).is_active
    assert "is deactivated" in client.post(url, follow=True).content.decode()
    assert "done already" in client.post(url, follow=True).content.decode()
    page = client.get(cast.principal.get_absolute_url()).content.decode()
    assert "Reactivate" in page
    assert "Grant a role" not in page
    back = reverse("person_reactivate", args=[cast.principal.pk])
    assert client.get(back).status_code == 200
    assert "may log in again" in client.post(back, follow=True).content.decode()
    assert "done already" in client.post(back, follow=True).content.decode()


def test_the_last_administrator_is_told_why_not(login, cast):
    page = login(cast.admin).post(reverse("person_deactivate", args=[cast.admin.pk]), follow=True)
    assert "last administrator" in page.content.decode()


@pytest.mark.parametrize(
    "name", ["person_deactivate", "person_reactivate", "person_edit", "grant_new", "substitute_new"]
)
def test_others_may_not(login, cast, name):
    url = reverse(name, args=[cast.moderator.pk])
    for who in (cast.principal, cast.chief, cast.employee):
        assert login(who).post(url).status_code == 403
    assert Person.objects.get(pk=cast.moderator.pk).is_active


def test_a_deactivated_person_is_logged_out(client, cast, now):
    client.force_login(cast.employee)
    holdings.deactivate(cast.employee, by=cast.admin, now=now)
    assert client.get(reverse("me")).status_code == 302


def test_what_the_portal_writes_into_the_trail_is_in_the_bodys_language(cast, now):
    with translation.override("da"):
        holdings.deactivate(cast.principal, by=cast.admin, now=now)
    ended = AuditEvent.objects.get(event="role.ended")
    assert ended.after["reason"] == "The person was deactivated."
    [held] = AuditEvent.objects.get(event="person.deactivated").after["held"]
    assert held.startswith("Principal")
