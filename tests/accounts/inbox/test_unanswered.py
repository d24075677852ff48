"""Posts past their time: flagged once, the one on duty told, then the ladder climbed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.flags.models import Flag
from accounts.inbox import moves, notices
from accounts.inbox.models import Post
from accounts.inbox.sweeps import escalate, unanswered
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.absences import Absence
from governance.policy.models import set_policy
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


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
    moves.move_deadline(post, to=now + HOUR, reason="Ask first", by=crew.moderator, now=now)
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
    moves.close(Post.objects.get(), outcome="answered", by=crew.moderator, now=now + HOUR)
    assert escalate(now + 5 * HOUR)["escalated"] == 0


def test_notices_lead_to_the_post_and_name_no_citizen(account, crew, now):
    post = waiting_post(account, now, author="Kari Nordmann", text="My secret")
    unanswered(now)
    assert set(Notice.objects.values_list("path", flat=True)) == {f"/posts/{post.pk}/"}
    assert not any("Kari" in str(params) or "secret" in str(params) for params in Notice.objects.values_list("params"))


def test_more_than_a_page_takes_statements_by_the_page_not_by_the_post(account, crew, now, monkeypatch):
    monkeypatch.setattr("accounts.inbox.sweeps.PAGE", 10)
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
def test_5000_due_of_50000_in_a_bounded_number_of_statements(account, crew, now):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_post (account_id, remote_id, kind, source, author, text, url, thread_id, parent_id,
                author_id, language, private, measurable,
                posted_at, first_seen_at, answer_due_at, ladder_step, tone, concerns, outcome, outcome_note, closed_at)
            SELECT %s, 'bulk-' || n, 'comment', 'api', '', '', '', '', '', '', '', FALSE, TRUE, %s, %s,
                CASE WHEN n <= 5000 THEN %s::timestamptz ELSE %s::timestamptz END,
                0, '', '[]', CASE WHEN n > 25000 THEN 'answered' ELSE '' END, '',
                CASE WHEN n > 25000 THEN %s::timestamptz END
            FROM generate_series(1, 50000) AS n
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
    assert Notice.objects.filter(event=notices.POST_OVERDUE).count() == 5000
    with CaptureQueriesContext(connection) as queries:
        assert unanswered(now) == {"flagged": 0, "told": 0}
    assert len(queries) <= 5
    assert Flag.objects.count() == 5000
