"""Two thousand employees acknowledge at once, some of them twice, on PostgreSQL: nothing lost, nothing doubled."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEvent
from governance.people.models import Person
from guidelines.reading.acknowledgements import Acknowledgement
from guidelines.reading.follow_up import follow_up
from guidelines.texts.guidelines import Guideline
from guidelines.texts.publication import publish
from tests.faults.test_post_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

EMPLOYEES, THREADS = 2000, 8


def test_two_thousand_acknowledge_at_once(cast, body, login, now):
    guideline = Guideline.objects.create(slug="employees-online", audience="employees")
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "For ansatte", "1. Ti stille. {#a}", revision=None, by=cast.section, now=now)
    publish(draft, must_acknowledge=True, by=cast.section, now=now)
    people = Person.objects.bulk_create(
        Person(email=f"e{number}@fjordvik.example", name=f"E {number}", unit=body.nordvik)
        for number in range(EMPLOYEES)
    )

    def acknowledge(mine):
        return [draft.acknowledge(person, now=now) for person in mine]

    # Each share overlaps the next: a quarter of all click twice, at the same moment in another worker.
    size = EMPLOYEES // THREADS
    shares = [people[at : at + size + size // 4] for at in range(0, EMPLOYEES, size)]
    results = at_once(*(lambda share=share: acknowledge(share) for share in shares))

    assert sum(result.count(True) for result in results) == EMPLOYEES
    assert Acknowledgement.objects.count() == EMPLOYEES
    assert AuditEvent.objects.filter(event="guideline.acknowledged").count() == EMPLOYEES
    [row] = follow_up(cast.section, now)
    assert (row.done, row.missing) == (EMPLOYEES, 10)
    client, address = login(cast.section), reverse("guidelines:readers", args=["employees-online", 1])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) == 12
