import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import inbox, sweeps
from accounts.models import Assignment, Flag, OfficialAccount, Post
from accounts.models.choices import Part
from accounts.models.register import State
from accounts.sweeps.people import coverage, end_assignments
from accounts.sweeps.posts import escalate, unanswered
from accounts.sweeps.register import campaign_over, evaluation_due, inactive, inactivity_silence
from governance.models import Absence, AuditEvent, JobRun, Notice
from governance.models.notices import NoticeEvent
from governance.models.policy import set_policy
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def acknowledged(monkeypatch):
    monkeypatch.setattr("guidelines.models.acknowledged_person_ids", lambda audience, now: None, raising=False)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def told(**where):
    """(event, e-mail) of every notice, in order."""
    return sorted(Notice.objects.filter(**where).values_list("event", "person__email"))


def forget():
    Notice.objects.all().delete()


def waiting_post(account, due_at, **fields):
    return factories.post(account, answer_due_at=due_at, posted_at=due_at - DAY, **fields)


# --- unanswered posts ---


def test_flags_what_is_past_its_time_and_nothing_else(account, crew, now):
    late = waiting_post(account, now)
    waiting_post(account, now + HOUR)
    waiting_post(account, now - HOUR, outcome="answered", closed_at=now)
    factories.post(account, answer_due_at=None)
    assert unanswered(now)["flagged"] == 1
    flag = Flag.objects.get()
    assert (flag.post, flag.reason, flag.raised_at, flag.account) == (late, Flag.Reason.UNANSWERED, now, account)
    assert AuditEvent.objects.filter(event="flag.raised", subject_id=str(flag.pk)).count() == 1


def test_twice_changes_nothing(account, crew, now):
    waiting_post(account, now - HOUR)
    unanswered(now)
    before = list(Post.objects.values()), list(Flag.objects.values()), list(Notice.objects.values())
    assert unanswered(now) == {"flagged": 0, "told": 0}
    assert (list(Post.objects.values()), list(Flag.objects.values()), list(Notice.objects.values())) == before


def test_a_flag_that_opens_again_says_which_time_ran_out(account, crew, now):
    post = waiting_post(account, now - DAY)
    unanswered(now)
    inbox.move_deadline(post, to=now + HOUR, reason="Ask first", by=crew.moderator, now=now)
    assert unanswered(now + HOUR)["flagged"] == 1
    assert Flag.objects.open().get().found == {"due_at": (now + HOUR).isoformat()}
    raised = AuditEvent.objects.filter(event="flag.raised").order_by("pk").last()
    assert raised.after["due_at"] == (now + HOUR).isoformat()


def test_the_one_on_duty_is_told_and_then_the_ladder_climbs(account, crew, now):
    post = waiting_post(account, now)
    unanswered(now)
    at_once = [("post_escalated", crew.deputy.email), ("post_overdue", crew.moderator.email)]
    assert told() == at_once  # deputies at +0 h, in the same sweep
    post.refresh_from_db()
    assert (post.ladder_step, post.next_step_at) == (1, now + 4 * HOUR)
    assert escalate(now + 3 * HOUR) == {"escalated": 0, "told": 0}

    forget()
    assert escalate(now + 4 * HOUR) == {"escalated": 1, "told": 1}
    assert told() == [("post_escalated", crew.principal.email)]
    assert escalate(now + 5 * HOUR)["told"] == 0
    forget()
    escalate(now + 24 * HOUR)
    assert told() == [("post_escalated", crew.section.email)]
    post.refresh_from_db()
    assert (post.ladder_step, post.next_step_at) == (3, None)
    assert escalate(now + 100 * HOUR) == {"escalated": 0, "told": 0}


def test_a_sweep_that_comes_late_takes_all_rungs_at_once(account, crew, now):
    waiting_post(account, now - 3 * DAY)
    unanswered(now)
    assert {person for _event, person in told()} == {
        crew.moderator.email,
        crew.deputy.email,
        crew.principal.email,
        crew.section.email,
    }
    assert Post.objects.get().next_step_at is None


def test_a_deputy_on_duty_is_not_told_twice_in_one_go(account, crew, now):
    Absence.objects.create(person=crew.moderator, starts_at=now - DAY, ends_at=now + DAY, registered_by=crew.moderator)
    waiting_post(account, now)
    unanswered(now)
    assert told() == [("post_overdue", crew.deputy.email)]


def test_without_anybody_on_duty_the_section_hears_at_once(account, body, cast, now):
    cast.principal.grants.all().delete()
    waiting_post(account, now)
    unanswered(now)
    assert told() == [("post_escalated", cast.section.email)]


def test_the_policy_has_its_own_ladder(account, crew, body, now):
    set_policy(body.nordvik, {"escalation_ladder": []}, by=None, now=now)
    waiting_post(account, now)
    unanswered(now)
    assert told() == [("post_overdue", crew.moderator.email)]
    assert Post.objects.get().next_step_at is None


def test_an_answered_post_climbs_no_more(account, crew, now):
    waiting_post(account, now)
    unanswered(now)
    inbox.close(Post.objects.get(), outcome="answered", by=crew.moderator, now=now + HOUR)
    assert escalate(now + 5 * HOUR)["escalated"] == 0


def test_notices_lead_to_the_post_and_name_no_citizen(account, crew, now):
    post = waiting_post(account, now, author="Kari Nordmann", text="My secret")
    unanswered(now)
    assert set(Notice.objects.values_list("path", flat=True)) == {f"/posts/{post.pk}/"}
    assert not any("Kari" in str(params) or "secret" in str(params) for params in Notice.objects.values_list("params"))


def test_more_than_a_page_takes_statements_by_the_page_not_by_the_post(account, crew, now, monkeypatch):
    monkeypatch.setattr("accounts.sweeps.posts.PAGE", 10)
    counts = []
    for number in (1, 10):
        Post.objects.bulk_create(
            [
                Post(account=account, remote_id=f"{number}-{n}", source="api", posted_at=now, answer_due_at=now)
                for n in range(number)
            ]
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert unanswered(now)["flagged"] == number
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


@pytest.mark.postgresql
@pytest.mark.django_db
def test_5000_due_of_200000_in_a_bounded_number_of_statements(account, crew, now):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_post (account_id, remote_id, kind, source, author, text, url, thread_id, parent_id,
                author_id, language, private, measurable,
                posted_at, first_seen_at, answer_due_at, ladder_step, tone, concerns, outcome, outcome_note, closed_at)
            SELECT %s, 'bulk-' || n, 'comment', 'api', '', '', '', '', '', '', '', FALSE, TRUE, %s, %s,
                CASE WHEN n <= 5000 THEN %s::timestamptz ELSE %s::timestamptz END,
                0, '', '[]', CASE WHEN n > 100000 THEN 'answered' ELSE '' END, '',
                CASE WHEN n > 100000 THEN %s::timestamptz END
            FROM generate_series(1, 200000) AS n
            """,
            [account.pk, now - 2 * DAY, now - 2 * DAY, now - HOUR, now + DAY, now],
        )
        cursor.execute("ANALYZE accounts_post")
    due = set(Post.objects.to_flag(now).values_list("pk", flat=True))
    assert len(due) == 5000
    with CaptureQueriesContext(connection) as queries:
        assert unanswered(now)["flagged"] == 5000
    assert len(queries) <= 6 * 25  # five full pages and the one that finds nothing
    assert set(Flag.objects.values_list("post", flat=True)) == due
    assert Flag.objects.count() == 5000
    assert Notice.objects.filter(event=NoticeEvent.POST_OVERDUE).count() == 5000
    with CaptureQueriesContext(connection) as queries:
        assert unanswered(now) == {"flagged": 0, "told": 0}
    assert len(queries) <= 5
    assert Flag.objects.count() == 5000


# --- accounts gone quiet ---


@pytest.fixture
def quiet(account, crew, now):
    OfficialAccount.objects.filter(pk=account.pk).update(last_activity_at=now - 91 * DAY)
    account.refresh_from_db()
    return account


def test_a_quiet_account_is_flagged_once_and_its_people_are_told(quiet, crew, now):
    assert inactive(now) == {"flagged": 1, "closed": 0}
    flag = Flag.objects.get()
    assert (flag.reason, flag.answer_by, flag.found["outcome"]) == (Flag.Reason.INACTIVE, now + 14 * DAY, "propose")
    assert told() == [
        ("account_inactive", crew.moderator.email),
        ("account_inactive", crew.principal.email),
        ("account_inactive", crew.deputy.email),
    ]
    assert inactive(now + DAY) == {"flagged": 0, "closed": 0}
    assert Notice.objects.count() == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"last_activity_at": None},  # unknown is not silence
        {"state": State.PAUSED},
        {"state": State.RETIRING},
        {"last_activity_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)},
    ],
)
def test_who_is_not_quiet(quiet, now, fields):
    OfficialAccount.objects.filter(pk=quiet.pk).update(**fields)
    assert inactive(now)["flagged"] == 0


def test_each_unit_has_its_own_limit(quiet, body, facebook, now):
    set_policy(body.nordvik, {"inactivity_days": 200}, by=None, now=now)
    assert inactive(now)["flagged"] == 0
    set_policy(body.nordvik, {"inactivity_days": 30, "inactivity_outcome": "must_retire"}, by=None, now=now)
    assert inactive(now)["flagged"] == 1
    assert Flag.objects.get().must_retire


def test_a_sign_of_life_closes_the_flag(quiet, now):
    inactive(now)
    OfficialAccount.objects.filter(pk=quiet.pk).update(last_activity_at=now)
    assert inactive(now + HOUR) == {"flagged": 0, "closed": 1}
    assert Flag.objects.get().close_reason == "life"
    assert AuditEvent.objects.filter(event="flag.closed").count() == 1


def test_kept_means_kept_until_the_limit_has_passed_again(quiet, crew, now):
    inactive(now)
    Flag.objects.get().decide("keep", "The exam comes", by=crew.section, now=now + DAY)
    assert inactive(now + 90 * DAY)["flagged"] == 0
    assert inactive(now + 92 * DAY)["flagged"] == 1


@pytest.mark.parametrize(
    ("outcome", "counts", "section_told"),
    [
        ("remind", {"reminded": 1, "proposed": 0}, False),
        ("propose", {"reminded": 0, "proposed": 1}, True),
        ("must_retire", {"reminded": 0, "proposed": 1}, True),
    ],
)
def test_silence_ends_as_the_policy_says(quiet, crew, body, now, outcome, counts, section_told):
    set_policy(body.nordvik, {"inactivity_outcome": outcome}, by=None, now=now)
    inactive(now)
    assert inactivity_silence(now + 13 * DAY) == {"reminded": 0, "proposed": 0}
    forget()
    assert inactivity_silence(now + 14 * DAY) == counts
    assert (("flag_raised", crew.section.email) in told()) is section_told
    assert ("account_inactive", crew.moderator.email) in told()
    assert inactivity_silence(now + 15 * DAY) == {"reminded": 0, "proposed": 0}


def test_an_answer_is_no_silence(quiet, crew, now):
    inactive(now)
    Flag.objects.get().give_answer("keep", "Soon again", by=crew.moderator, now=now + DAY)
    assert inactivity_silence(now + 20 * DAY) == {"reminded": 0, "proposed": 0}


def test_campaigns_past_their_end(account, crew, now):
    OfficialAccount.objects.update(ends_on=dt.date(2026, 11, 18))
    assert campaign_over(now)["flagged"] == 0
    assert campaign_over(now + DAY) == {"flagged": 1, "closed": 0}
    assert campaign_over(now + DAY) == {"flagged": 0, "closed": 0}
    OfficialAccount.objects.update(ends_on=dt.date(2027, 6, 30))
    assert campaign_over(now + 2 * DAY) == {"flagged": 0, "closed": 1}


def test_evaluations_first_after_six_months_then_every_twelve(account, crew, now):
    OfficialAccount.objects.update(opened_at=now - 180 * DAY)
    assert evaluation_due(now) == {"flagged": 0}
    assert evaluation_due(now + 5 * DAY) == {"flagged": 1}
    Flag.objects.get().decide("keep", "Goes well", by=crew.section, now=now + 6 * DAY)
    assert evaluation_due(now + 360 * DAY) == {"flagged": 0}
    assert evaluation_due(now + 373 * DAY) == {"flagged": 1}


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
