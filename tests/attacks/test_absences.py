"""Ways in which somebody once came to answer on accounts that are not of their unit, by an absence."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.people.absences import Absence
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_calendar_file_puts_nobody_in_place_of_who_answers_elsewhere(login, cast, body, facebook):
    """The principal of Nordvik sees no posts of Sørvik; an employee of theirs does, and is away by file."""
    factories.assign(factories.account(unit=body.sorvik, platform=facebook), cast.employee)
    start = timezone.now() + dt.timedelta(days=1)
    span = f"{start.isoformat()}/{(start + dt.timedelta(days=3)).isoformat()}"
    typed = {"listed": [span], "title": ["Away"], "replacement": cast.principal.email}
    client, url = login(cast.principal), reverse("absence_import_for", args=[cast.employee.pk])
    page = client.post(url, typed | {"chosen": [as_on_the_page(span)]})
    assert (page.status_code, Absence.objects.count()) == (422, 0)
    client.post(url, typed | {"chosen": [as_on_the_page(span)], "replacement": ""})
    assert Absence.objects.get().replacement is None


def as_on_the_page(span: str) -> str:
    """As the page writes the time."""
    start, end = (dt.datetime.fromisoformat(part).astimezone(dt.UTC).isoformat() for part in span.split("/"))
    return f"{start}/{end}"
