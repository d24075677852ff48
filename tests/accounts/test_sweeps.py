"""Roles that run out and gaps ahead; the checks by name, the command, the schedule."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts import sweeps
from accounts.cover.sweeps import coverage
from accounts.flags.models import Flag
from accounts.moderators.models import Assignment
from accounts.moderators.sweeps import end_assignments
from accounts.register.choices import Part
from governance.notices.models import Notice
from governance.operations.models import JobRun
from governance.people.absences import Absence
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def acknowledged(monkeypatch):
    monkeypatch.setattr(
        "guidelines.reading.acknowledgements.acknowledged_person_ids",
        lambda audience, now, among=None: None,
        raising=False,
    )


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def told(**where):
    """(event, e-mail) of every notice, in order."""
    return sorted(Notice.objects.filter(**where).values_list("event", "person__email"))


def waiting_post(account, due_at, **fields):
    return factories.post(account, answer_due_at=due_at, posted_at=due_at - DAY, **fields)


# --- those who answer ---


def test_assignments_past_their_last_day_end_and_ask_for_a_new_holder(account, crew, now):
    Assignment.objects.filter(person=crew.deputy).update(ends_on=dt.date(2026, 11, 18))
    assert end_assignments(now) == {"ended": 0, "handovers": 0}
    assert end_assignments(now + DAY) == {"ended": 1, "handovers": 1}
    assert Assignment.objects.get(person=crew.deputy).ended_at == now + DAY
    assert Flag.objects.get().reason == Flag.Reason.HANDOVER
    assert told() == [("assignment_ended", crew.deputy.email), ("handover", crew.principal.email)]
    assert end_assignments(now + DAY) == {"ended": 0, "handovers": 0}


def test_coming_gaps_are_told_before_they_happen_and_close_when_covered(account, crew, now):
    for person in (crew.moderator, crew.deputy):
        Absence.objects.create(
            person=person, starts_at=now + 5 * DAY, ends_at=now + 8 * DAY, registered_by=crew.principal
        )
    assert coverage(now) == {"flagged": 1, "closed": 0}
    assert told() == [("flag_raised", crew.principal.email)]
    assert coverage(now) == {"flagged": 0, "closed": 0}
    Absence.objects.filter(person=crew.deputy).update(cancelled_at=now, cancelled_by=crew.deputy)
    assert coverage(now + HOUR) == {"flagged": 0, "closed": 1}


# --- the registry and the command ---


@pytest.fixture(autouse=True)
def others(monkeypatch):
    """The checks of the other modules have their own tests."""
    for name in ("pauses", "remind_deciders", "expire_drafts"):
        monkeypatch.setitem(sweeps.SWEEPS, name, lambda now: {})


def sweep(*args, **options):
    out = io.StringIO()
    call_command("sweep", *args, stdout=out, **options)
    return out.getvalue()


def test_all_checks_run_and_say_what_they_did(account, crew, now, mailoutbox):
    waiting_post(account, now)
    counts = json.loads(sweep("--json", "--at", "2026-11-18T11:00"))
    assert list(counts) == list(sweeps.SWEEPS)
    assert counts["unanswered"] == {"flagged": 1, "told": 2}
    assert counts["deliver"]["sent"] == len(mailoutbox) > 0
    assert JobRun.objects.get(name="unanswered").result == {"flagged": 1, "told": 2}
    again = json.loads(sweep("--json", "--at", "2026-11-18T11:00"))
    assert not any(any(result.values()) for result in again.values())
    assert JobRun.objects.count() == len(sweeps.SWEEPS)


def test_a_time_without_a_zone_is_local(account, crew, now):
    waiting_post(account, now)  # 10:00 in Oslo
    assert (
        json.loads(sweep("--only", "unanswered", "--at", "2026-11-18T09:59:59", "--json"))["unanswered"]["flagged"] == 0
    )
    assert json.loads(sweep("--only", "unanswered", "--at", "2026-11-18T10:00", "--json"))["unanswered"]["flagged"] == 1


def test_a_dry_run_says_the_same_and_changes_nothing(account, crew, now, mailoutbox):
    waiting_post(account, now)
    counts = json.loads(sweep("--json", "--dry-run", "--at", "2026-11-18T11:00"))
    assert counts["unanswered"] == {"flagged": 1, "told": 2}
    assert not Flag.objects.exists()
    assert not Notice.objects.exists()
    assert not JobRun.objects.exists()
    assert not mailoutbox


def test_in_words(account, crew, now):
    waiting_post(account, now)
    assert "unanswered: 1 flagged, 2 told" in sweep("--only", "unanswered", "--at", "2026-11-18T11:00")


def test_an_unknown_check_names_the_known_ones(db):
    with pytest.raises(CommandError, match=r"“unasnwered”.*unanswered.*deliver"):
        sweep("--only", "unasnwered")


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-02-31T10:00"])
def test_a_time_that_is_none_is_refused(db, text):
    with pytest.raises(CommandError, match="is not a time"):
        sweep("--at", text)


def test_one_broken_check_does_not_stop_the_others(account, crew, now, monkeypatch):
    def broken(now):
        raise RuntimeError("out of order")

    monkeypatch.setitem(sweeps.SWEEPS, "escalate", broken)
    waiting_post(account, now)
    with pytest.raises(CommandError, match="escalate"):
        sweep("--at", "2026-11-18T11:00")
    assert Flag.objects.filter(reason=Flag.Reason.UNANSWERED).exists()
    assert "out of order" in JobRun.objects.get(name="escalate").error


def test_every_check_is_on_the_schedule_and_every_entry_is_a_check():
    from accounts.tasks import fetch
    from accounts.tasks import sweep as task
    from governance.celery import app

    entries = app.conf.beat_schedule.values()
    [reading] = [entry for entry in entries if entry["task"] == fetch.name]
    assert reading["options"]["queue"] == "fetch"
    checks = [entry for entry in entries if entry is not reading]
    assert {entry["args"][0] for entry in checks} == set(sweeps.SWEEPS)
    assert {entry["task"] for entry in checks} == {task.name}
    assert all(entry["options"]["expires"] for entry in entries)


def test_the_task_runs_the_check(account, crew):
    from accounts.tasks import sweep as task

    waiting_post(account, dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    task("unanswered")
    assert Flag.objects.filter(reason=Flag.Reason.UNANSWERED).count() == 1
