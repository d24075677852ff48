"""Long lists: two at the same file, a worker killed half-way and run again, two clicks. On PostgreSQL."""

import pytest
import redis
from celery import Celery
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from governance.imports import events, jobs, views
from governance.imports.models import ImportFile
from tests.faults.conftest import REDIS, wait_for
from tests.faults.test_hook_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROWS = 300
State = ImportFile.State


@pytest.fixture
def list_file(cast, body, settings):
    """`list_file(state)`: three hundred accounts, with somebody to answer for each."""
    settings.SECRET_KEY = "of-the-tests"  # as the processes have it, which open the file

    def make(state=State.TO_WRITE):
        people = "moderator@fjordvik.example,vara@fjordvik.example"
        lines = [f"facebook,side{number},nordvik,{people}" for number in range(ROWS)]
        data = "\n".join(["platform,handle,unit,moderators,deputies", *lines]).encode()
        columns = ("platform", "handle", "unit", "moderators", "deputies")
        return ImportFile.begin(
            "accounts",
            name="list.csv",
            data=data,
            rows=ROWS,
            by=cast.section,
            now=timezone.now(),
            columns=[[column, []] for column in columns],
            mapping={column: column for column in columns},
            state=state,
        )

    return make


def assert_once(file):
    """All of it is there, each once, and so is the trail."""
    file.refresh_from_db()
    assert (file.state, file.report["accepted"]) == ("written", ROWS)
    assert OfficialAccount.objects.count() == ROWS
    assert Assignment.objects.count() == 2 * ROWS
    assert AuditEvent.objects.filter(event=events.IMPORTED).count() == 1
    assert AuditEvent.objects.filter(subject_type="officialaccount").count() == 5 * ROWS


def test_several_at_the_same_file_write_it_once(list_file):
    file = list_file()
    assert at_once(4, lambda: jobs.run(file.pk, timezone.now())).count(True) == 1
    assert_once(file)


def test_killed_half_way_and_run_again_by_workers_there_is_no_double_and_no_loss(list_file, processes, barrier):
    redis.Redis.from_url(REDIS).flushdb()
    file = list_file()
    gate = barrier("accounts_officialaccount", "NEW.handle = 'side217'")
    first = processes.sweep("--only", "imports")
    gate.wait_until_reached()
    # Meanwhile another passes over it.
    assert jobs.work(timezone.now())["run"] == 0
    processes.kill(first)
    gate.open()
    assert not OfficialAccount.objects.exists()
    file.refresh_from_db()
    assert (file.state, file.attempts) == ("to_write", 1)
    queue = Celery(broker=REDIS)
    processes.worker("-c", "2")
    for _click in range(2):
        queue.send_task("governance.imports.run", args=[file.pk])
    wait_for(lambda: ImportFile.objects.filter(pk=file.pk, state="written").exists())
    assert_once(file)
    processes.end(processes.sweep("--only", "imports"))
    assert_once(file)
    queue.close()
    redis.Redis.from_url(REDIS).flushdb()


def test_two_clicks_make_one_job(list_file, cast, monkeypatch):
    file, started = list_file(State.TRIED), []
    report = {"file": "list.csv", "dry_run": True, "written": False, "rows": [], "ignored_columns": []}
    ImportFile.objects.update(report=report)
    monkeypatch.setattr(views.jobs, "start", started.append)
    page = reverse("import_step", args=["accounts", file.pk])

    def click():
        client = Client()
        client.force_login(cast.section)
        return client.post(page, {"confirm": ""}).status_code

    assert at_once(2, click) == [302, 302]
    assert [one.pk for one in started] == [file.pk]
    file.refresh_from_db()
    assert file.state == "to_write"
