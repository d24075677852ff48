"""Who has acknowledged: reports for the section and for leaders, reminders, what changed since one last read."""

import csv
import datetime as dt
import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.sweeps import run
from governance.notices.models import Notice
from guidelines.texts import publication
from guidelines.texts.guidelines import Guideline
from guidelines.texts.versions import Version
from tests import factories

DAY = dt.timedelta(days=1)


def url(name, *args):
    return reverse(f"guidelines:{name}", args=args)


def publish(guideline, by, now, *, why="", note="New.", must=True) -> Version:
    draft = guideline.draft(by=by, now=now)
    body = f"1. Rule of version {draft.number}. {{#one}}"
    draft.save_draft("en-gb", "For employees", body, revision=None, by=by, now=now)
    publication.publish(draft, must_acknowledge=must, acknowledge_why=why, change_note=note, by=by, now=now)
    return draft


@pytest.fixture
def guideline(db, now):
    return Guideline.objects.create(slug="employees-online", audience="employees", created_at=now)


@pytest.fixture
def version(guideline, cast, now):
    return publish(guideline, cast.section, now - 30 * DAY)


@pytest.mark.django_db
def test_a_leader_sees_the_own_people_only(login, cast, version, now):
    version.acknowledge(cast.moderator, now=now)
    page = login(cast.principal).get(url("readers", "employees-online", 1)).content.decode()
    assert "Mona Moderator" in page
    assert "Eli Ansatt" in page
    assert "Stine Sør" not in page
    assert "Lars Leder" not in page
    assert "Acknowledged: 1. Not yet: 3." in page
    everybody = login(cast.section).get(url("readers", "employees-online", 1)).content.decode()
    assert "Stine Sør" in everybody
    assert login(cast.moderator).get(url("readers", "employees-online", 1)).status_code == 404


@pytest.mark.django_db
def test_another_leaders_unit_in_the_address_shows_nobody_elses_people(login, cast, version):
    page = login(cast.principal).get(url("readers", "employees-online", 1), {"unit": "sorvik"}).content.decode()
    assert "Stine Sør" not in page


@pytest.mark.django_db
def test_the_overview_counts_by_guideline(login, cast, version, now):
    version.acknowledge(cast.employee, now=now)
    [(row, _text)] = login(cast.principal).get(url("acknowledgements")).context["rows"]
    assert (row.done, row.missing) == (1, 3)
    [(row, _text)] = login(cast.section).get(url("acknowledgements")).context["rows"]
    assert (row.done, row.total) == (1, 10)
    assert login(cast.employee).get(url("acknowledgements")).status_code == 404


@pytest.mark.django_db
def test_the_overview_asks_the_database_the_same_however_many_guidelines(login, cast, version, now):
    client = login(cast.section)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url("acknowledgements"))
        return len(captured)

    queries()
    one = queries()
    for number in range(3):
        publish(Guideline.objects.create(slug=f"more-{number}", audience="employees"), cast.section, now)
    assert queries() == one


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 30])
def test_the_list_asks_the_database_the_same_however_many_people(login, cast, body, version, people):
    for _number in range(people):
        factories.person(unit=body.sorvik)
    client = login(cast.section)
    client.get(url("readers", "employees-online", 1))
    with CaptureQueriesContext(connection) as captured:
        client.get(url("readers", "employees-online", 1))
    assert len(captured) == 12, [query["sql"][:90] for query in captured]


@pytest.mark.django_db
def test_the_list_goes_out_as_it_is_filtered(login, cast, version, now):
    version.acknowledge(cast.moderator, now=now)
    client = login(cast.principal)
    answer = client.get(url("readers_export", "employees-online", 1, "csv"), {"show": "yes"})
    [_headings, row] = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";")
    assert row[:4] == ["Mona Moderator", "moderator@fjordvik.example", "Nordvik vgs", "Yes"]
    book = client.get(url("readers_export", "employees-online", 1, "xlsx")).content
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()
    assert client.get(url("readers_export", "employees-online", 1, "exe")).status_code == 404


@pytest.mark.django_db
def test_reminders_go_to_those_who_have_not_read_once_a_step(cast, guideline, now):
    publish(guideline, cast.section, now).acknowledge(cast.employee, now=now)

    def reminded(at):
        run("guideline_readers", at)
        return Notice.objects.filter(event="guideline_reminder")

    assert not reminded(now + 7 * DAY - dt.timedelta(minutes=1))
    for _time in range(2):
        first = reminded(now + 7 * DAY)
        assert first.count() == 9
        assert not first.filter(person=cast.employee)
    assert reminded(now + 21 * DAY).filter(person=cast.moderator).count() == 2
    assert reminded(now + 400 * DAY).filter(person=cast.moderator).count() == 3


@pytest.mark.django_db
def test_a_change_that_need_not_be_acknowledged_reminds_nobody_anew(cast, guideline, version, now):
    for person in (cast.employee, cast.moderator):
        version.acknowledge(person, now=now)
    publish(guideline, cast.section, now, must=False)
    run("guideline_readers", now + 50 * DAY)
    assert not Notice.objects.filter(event="guideline_reminder", person__in=[cast.employee, cast.moderator])


@pytest.mark.django_db
def test_what_changed_since_one_last_read_is_shown_with_the_reason(login, cast, guideline, version, now):
    version.acknowledge(cast.employee, now=now)
    publish(guideline, cast.section, now, note="The second came.", must=False)
    publish(guideline, cast.section, now, note="The third came.", why="Pictures need consent.")
    page = login(cast.employee).get(guideline.get_absolute_url()).content.decode()
    assert "What has changed since you last read it" in page
    assert page.index("The third came.") < page.index("The second came.")
    assert "Pictures need consent." in page
    compared = f"{url('compare', guideline.slug)}?older=1&amp;newer=3&amp;language=en-gb"
    assert compared in page
    assert login(cast.employee).get(compared.replace("&amp;", "&")).status_code == 200
    other = login(cast.moderator).get(guideline.get_absolute_url()).content.decode()
    assert "since you last read" not in other


@pytest.mark.django_db
def test_the_author_says_why_it_must_be_acknowledged_again(login, cast, guideline, version, now):
    guideline.draft(by=cast.section, now=now)
    client = login(cast.section)
    sent = {"must_acknowledge": "yes", "change_note": "Pictures.", "number": 2}
    answer = client.post(url("publish", guideline.slug), sent)
    assert answer.status_code == 422
    assert "Pictures." in answer.content.decode()
    assert client.post(url("publish", guideline.slug), sent | {"acknowledge_why": "Consent is new."}).status_code == 302
    assert Version.objects.get(number=2).acknowledge_why == "Consent is new."
