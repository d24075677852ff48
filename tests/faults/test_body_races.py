"""Two administrators at the same instant: one change, the other a clear message. PostgreSQL, real connections."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from governance.access import Role
from governance.audit.models import AuditEvent
from governance.departures import holdings
from governance.people import events
from governance.people.models import Person, RoleGrant
from governance.platforms.models import assess
from governance.units.models import Tree, Unit
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*verbs):
    """Run the verbs in threads that start together; what each returned, or the words of its refusal."""
    gate, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(place, verb):
        gate.wait()
        try:
            results[place] = verb()
        except ValidationError as error:
            results[place] = " ".join(error.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def refusals(results):
    return [result for result in results if isinstance(result, str)]


@pytest.fixture
def two_administrators(body):
    people = [factories.person("Ada"), factories.person("Ane")]
    for person in people:
        factories.grant(person, Role.ADMINISTRATOR, body.central)
    return people


def test_two_administrators_deactivate_one_another(two_administrators, now):
    ada, ane = two_administrators
    results = at_once(
        lambda: holdings.deactivate(ane, by=ada, now=now), lambda: holdings.deactivate(ada, by=ane, now=now)
    )
    assert results.count(True) == 1
    assert "last administrator" in refusals(results)[0]
    assert Person.objects.active().count() == 1


def test_two_administrators_end_the_role_of_one_another(two_administrators, now):
    today = dt.date(2026, 11, 18)
    verbs = [
        lambda grant=grant: grant.end(today, reason="x", by=None, now=now)
        for grant in RoleGrant.objects.select_related("person")
    ]
    results = at_once(*verbs)
    assert results.count(True) == 1
    assert "last administrator" in refusals(results)[0]


def test_one_person_is_deactivated_once(two_administrators, now):
    person = factories.person("Eli")
    results = at_once(*[lambda: holdings.deactivate(person, by=None, now=now)] * 3)
    assert sorted(results) == [False, False, True]
    assert AuditEvent.objects.filter(event=events.PERSON_DEACTIVATED).count() == 1


def test_two_moves_cannot_make_a_loop_together(body, now):
    def move(unit, below):
        moved = Unit.objects.get(pk=unit.pk)
        moved.parent = below
        return moved.write(by=None, now=now)

    results = at_once(lambda: move(body.nordvik, body.sorvik), lambda: move(body.sorvik, body.nordvik))
    assert results.count(True) == 1
    assert "lies below it" in refusals(results)[0]
    assert len(Tree.load().below(body.central.pk)) == 5


def test_the_same_role_granted_twice_is_one(body, now):
    person = factories.person("Eli")

    def give():
        grant = RoleGrant(person=person, role=Role.ARCHIVIST, unit=body.central, starts_on=dt.date(2026, 11, 18))
        return bool(grant.give(by=None, now=now).pk)

    results = at_once(give, give)
    assert results.count(True) == 1
    assert "already holds" in refusals(results)[0]


def test_the_same_assessment_twice_is_one(body, facebook, now):
    decided = {"stance": "not_allowed", "conditions": "", "reference": "", "assessed_on": None}
    results = at_once(*[lambda: assess(facebook, body.central, by=None, now=now, **decided)] * 2)
    assert sorted(results) == [False, True]
