"""Slow deciders and forgotten drafts: each told once of each step, whatever is run again."""

import datetime as dt

import pytest

from accounts.applications import notices
from accounts.applications.models import Application, Status
from accounts.applications.sweeps import expire_drafts, remind_deciders
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.absences import Absence
from governance.people.models import Person, Substitute
from governance.policy.models import set_policy
from tests import factories


@pytest.fixture
def waiting(cast, body, facebook, now):
    """Sent just now; `principal` decides, `moderator` is their substitute."""
    Substitute.objects.create(person=cast.principal, substitute=cast.moderator, starts_on=now.date())
    return factories.application(
        applicant=cast.employee,
        unit=body.nordvik,
        platform=facebook,
        status="submitted",
        submitted_at=now,
        submission=1,
    )


def after(now, days):
    return now + dt.timedelta(days=days)


def told(event):
    return list(Notice.objects.filter(event=event).order_by("created_at").values_list("person__name", "params"))


def test_the_decider_is_reminded_at_each_step_once(waiting, cast, now):
    assert remind_deciders(after(now, 4)) == {"reminded": 0, "substitutes": 0, "stuck": 0}
    assert remind_deciders(after(now, 5))["reminded"] == 1
    assert remind_deciders(after(now, 5))["reminded"] == 0
    assert remind_deciders(after(now, 9))["reminded"] == 0
    assert remind_deciders(after(now, 10)) == {"reminded": 1, "substitutes": 1, "stuck": 0}
    assert remind_deciders(after(now, 10)) == {"reminded": 0, "substitutes": 0, "stuck": 0}
    assert [(name, params["days"]) for name, params in told(notices.APPLICATION_SLOW)] == [
        (cast.principal.name, 5),
        (cast.principal.name, 10),
    ]
    ((name, params),) = told(notices.APPLICATION_SUBSTITUTE)
    assert (name, params["in_place_of"]) == (cast.moderator.name, cast.principal.name)


def test_policy_sets_the_days(waiting, body, now):
    set_policy(body.nordvik, {"decision_reminder_days": 2, "decision_substitute_days": 3}, by=None, now=now)
    assert remind_deciders(after(now, 3)) == {"reminded": 1, "substitutes": 1, "stuck": 0}


def test_the_substitute_of_somebody_away_is_asked_at_once(waiting, cast, now):
    Absence.objects.create(person=cast.principal, starts_at=now, ends_at=after(now, 9), registered_by=cast.principal)
    assert remind_deciders(after(now, 1)) == {"reminded": 0, "substitutes": 1, "stuck": 0}


def test_an_application_that_lost_its_deciders_is_told_of(waiting, cast, now):
    for person in (cast.principal, cast.chief):
        person.grants.all().delete()
    assert remind_deciders(now)["stuck"] == 2  # the administrator and the information section
    assert remind_deciders(now)["stuck"] == 0


def test_the_substitute_of_a_partial_decider_is_reminded_like_a_decider(waiting, cast, body, now):
    Application.objects.update(applicant=cast.principal)
    Person.objects.filter(pk=cast.moderator.pk).update(unit=body.culture)  # does not work below the applicant
    assert remind_deciders(after(now, 5)) == {"reminded": 1, "substitutes": 1, "stuck": 0}
    ((name, _params),) = told(notices.APPLICATION_SLOW)
    assert name == cast.moderator.name


def test_a_decided_application_reminds_nobody(waiting, now):
    Application.objects.update(status="withdrawn")
    assert sum(remind_deciders(after(now, 30)).values()) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_cost_the_same_for_any_number(count, cast, body, facebook, now, django_assert_num_queries):
    for _turn in range(count):
        factories.application(
            applicant=cast.employee, unit=body.nordvik, platform=facebook, status="submitted", submitted_at=now
        )
    with django_assert_num_queries(8):
        remind_deciders(after(now, 6))
    assert Notice.objects.count() == count


@pytest.fixture
def draft(cast, body, facebook, now):
    return factories.application(applicant=cast.employee, unit=body.nordvik, platform=facebook, changed_at=now)


def test_a_forgotten_draft_is_warned_of_and_then_expires(draft, cast, now):
    assert expire_drafts(after(now, 82)) == {"warned": 0, "expired": 0}
    assert expire_drafts(after(now, 83)) == {"warned": 1, "expired": 0}
    assert expire_drafts(after(now, 84)) == {"warned": 0, "expired": 0}
    ((name, params),) = told(notices.APPLICATION_EXPIRING)
    assert (name, params["expires_on"]) == (cast.employee.name, "2027-02-16")
    assert expire_drafts(after(now, 90)) == {"warned": 0, "expired": 1}
    assert expire_drafts(after(now, 90)) == {"warned": 0, "expired": 0}
    draft.refresh_from_db()
    assert (draft.status, draft.goal, draft.changed_at) == (Status.EXPIRED, "Tell what happens at school", now)
    row = AuditEvent.objects.get(event="application.expired")
    assert (row.actor_id, row.after) == (None, {"status": "expired"})


def test_the_day_on_which_a_draft_expires_is_the_one_in_its_readers_calendar(draft, now):
    """Half past midnight in Oslo is still the day before in UTC."""
    Application.objects.update(changed_at=now.replace(hour=23, minute=30))
    expire_drafts(after(now, 84))
    assert Notice.objects.get().params["expires_on"] == "2027-02-17"


def test_each_unit_has_its_own_days(draft, cast, body, facebook, now):
    set_policy(body.culture, {"draft_days": 4}, by=None, now=now)
    short = factories.application(applicant=cast.leader, unit=body.culture, platform=facebook, changed_at=now)
    assert expire_drafts(after(now, 2)) == {"warned": 1, "expired": 0}
    assert expire_drafts(after(now, 4)) == {"warned": 0, "expired": 1}
    short.refresh_from_db()
    draft.refresh_from_db()
    assert (short.status, draft.status) == (Status.EXPIRED, Status.DRAFT)


def test_only_drafts_expire(waiting, draft, now):
    Application.objects.filter(pk=draft.pk).update(status="returned", submitted_at=now, decided_at=now)
    assert expire_drafts(after(now, 900)) == {"warned": 0, "expired": 0}
