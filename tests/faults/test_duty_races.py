"""Several who arrange duty at the same instant: nothing twice, no circle, no overlap. PostgreSQL, real connections."""

import datetime as dt

import pytest

from accounts.cover.hand_over import hand_over_all, to_hand_over
from accounts.duty import events as duty_events
from accounts.duty.models import Shift, TakeOver
from accounts.duty.rota import add_shift, give_back, take_over
from accounts.moderators import events as moderators_events
from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.absences import Absence
from governance.people.calendar_files import register_all
from tests import factories
from tests.faults.test_body_races import at_once, refusals

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def test_one_who_clicks_thrice_takes_over_once(account, crew, now):
    results = at_once(*[lambda: take_over(account, until=now + HOUR, by=crew.deputy, now=now)] * 3)
    assert sorted(new for _row, new in results) == [False, False, True]
    assert TakeOver.objects.count() == AuditEvent.objects.filter(event=duty_events.TAKEN_OVER).count() == 1
    assert Notice.objects.filter(person=crew.moderator).count() == 1
    assert sorted(at_once(*[lambda: give_back(account, by=crew.deputy, now=now)] * 3)) == [False, False, True]


def test_two_shifts_in_the_same_time_are_not_both_taken(account, crew, now):
    def add(person):
        times = {"weekday": 0, "starts": dt.time(8), "ends": dt.time(12)}
        return lambda: add_shift(account, person, **times, by=crew.principal, now=now)

    results = at_once(add(crew.moderator), add(crew.deputy))
    assert len(refusals(results)) == Shift.objects.count() == 1
    person = Shift.objects.get().person
    assert [new for _shift, new in at_once(add(person), add(person))] == [False, False]


def test_three_who_name_each_other_at_once_close_no_circle(crew, now):
    people = [crew.employee, crew.moderator, crew.deputy]

    def register(person, other):
        absence = Absence(person=person, starts_at=now, ends_at=now + DAY, replacement=other)
        return lambda: absence.register(by=person, now=now)

    results = at_once(*(register(person, people[number - 1]) for number, person in enumerate(people)))
    assert len(refusals(results)) == 1
    assert "in a circle" in refusals(results)[0]
    assert Absence.objects.count() == 2


def test_the_same_calendar_confirmed_twice_at_once(crew, now):
    spans = [(now + number * DAY, now + number * DAY + HOUR) for number in range(5)]
    results = at_once(*[lambda: register_all(crew.deputy, spans, None, by=crew.deputy, now=now)] * 2)
    assert sum(done.new for done in results) == sum(done.already for done in results) == 5
    assert not any(done.refused for done in results)
    assert Absence.objects.count() == 5


def test_a_leaver_is_handed_over_once(account, crew, body, facebook, now):
    for _number in range(3):
        factories.assign(factories.account(unit=body.nordvik, platform=facebook), crew.moderator)
    rows = [to_hand_over(crew.moderator, {body.nordvik.pk}) for _head in range(2)]

    def hand_over(found):
        return lambda: hand_over_all(found, crew.employee, reason="Leaves", by=crew.principal, now=now)

    results = at_once(hand_over(rows[0]), hand_over(rows[1][::-1]))
    assert not refusals(results)
    assert Assignment.objects.open().filter(person=crew.employee).count() == 4
    assert not Assignment.objects.open().filter(person=crew.moderator).exists()
    assert AuditEvent.objects.filter(event=moderators_events.ASSIGNMENT_ENDED).count() == 4
