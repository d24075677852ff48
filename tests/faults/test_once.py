"""Every due post flagged exactly once, every notice sent exactly once: killed, overlapping or with real workers."""

import datetime as dt
from collections import Counter

import pytest
import redis
from celery import Celery
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.inbox import notices as inbox_notices
from accounts.inbox.models import Post
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.notices.delivery import IN_DOUBT_AFTER, deliver
from governance.notices.models import Notice
from governance.operations.models import JobRun
from tests import factories
from tests.faults.conftest import REDIS, wait_for

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

DUE, NOT_DUE = 1500, 40


@pytest.fixture
def due(processes, account, cast):
    """1,500 posts past their time, more than one page of the sweep, and a few that are not; lead and deputy."""
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return make_posts(account, DUE, NOT_DUE)


def make_posts(account, due, not_due):
    now = timezone.now()
    moments = [now - dt.timedelta(minutes=5)] * due + [now + dt.timedelta(days=2)] * not_due
    Post.objects.bulk_create(
        [
            Post(account=account, remote_id=str(number), source="api", posted_at=now, answer_due_at=moment)
            for number, moment in enumerate(moments)
        ]
    )
    return set(Post.objects.to_flag(now).values_list("pk", flat=True))


def assert_once(due):
    """One flag, one audit row, one notice to the one on duty and one to the deputy, for each due post."""
    assert Counter(Flag.objects.values_list("post", flat=True)) == Counter(due)
    assert set(Post.objects.exclude(flagged_at=None).values_list("pk", flat=True)) == due
    assert AuditEvent.objects.filter(event="flag.raised").count() == len(due)
    assert Notice.objects.filter(event=inbox_notices.POST_OVERDUE).count() == len(due)
    assert Notice.objects.filter(event=inbox_notices.POST_ESCALATED).count() == len(due)


def test_a_sweep_killed_in_the_middle_of_its_second_page(due, processes, barrier):
    wall = barrier("governance_notice", "(SELECT count(*) FROM accounts_flag) > 1000")
    sweep = processes.sweep("--only", "unanswered")
    wall.wait_until_reached()
    processes.kill(sweep)
    wall.open()
    assert Flag.objects.count() == 1000  # the first page stands, the second is as if it had never been
    processes.end(processes.sweep("--only", "unanswered"))
    assert_once(due)
    assert JobRun.objects.get(name="unanswered").result["flagged"] == DUE - 1000


def test_a_worker_killed_in_the_middle_and_started_again(due, processes, barrier):
    redis.Redis.from_url(REDIS).flushdb()
    queue = Celery(broker=REDIS)
    wall = barrier("governance_notice", "(SELECT count(*) FROM accounts_flag) > 1000")
    worker = processes.worker()
    queue.send_task("accounts.tasks.sweep", args=["unanswered"])
    wall.wait_until_reached()
    processes.kill(worker)
    wall.open()
    assert Flag.objects.count() == 1000
    processes.worker()
    queue.send_task("accounts.tasks.sweep", args=["unanswered"])  # the next tick
    wait_for(lambda: Flag.objects.count() == DUE)
    wait_for(lambda: JobRun.objects.filter(name="unanswered", result__flagged=DUE - 1000).exists())
    assert_once(due)
    queue.close()
    redis.Redis.from_url(REDIS).flushdb()


def test_two_sweeps_at_once(due, processes, post_office):
    pair = [processes.sweep("--only", "unanswered") for _number in range(2)]
    for sweep in pair:
        processes.end(sweep)
    assert_once(due)


def test_the_same_notices_delivered_by_three_at_once_leave_once(processes, account, cast, post_office):
    factories.assign(account, cast.moderator, Part.LEAD)
    due = make_posts(account, 60, 0)
    processes.end(processes.sweep("--only", "unanswered"))
    notices = {f"<notice-{pk}@testserver>" for pk in Notice.objects.values_list("pk", flat=True)}
    assert len(notices) == len(due)
    for delivery in [processes.deliver() for _number in range(3)]:
        processes.end(delivery)
    assert Counter(post_office.ids()) == Counter(notices)
    assert not Notice.objects.filter(sent_at=None).exists()


def test_a_delivery_killed_between_the_mail_and_its_receipt_sends_no_mail_twice(processes, account, cast, post_office):
    factories.assign(account, cast.moderator, Part.LEAD)
    make_posts(account, 20, 0)
    processes.end(processes.sweep("--only", "unanswered"))
    post_office.stall_at = 7
    delivery = processes.deliver()
    assert post_office.stalled.wait(60)
    processes.kill(delivery)
    assert Notice.objects.exclude(sent_at=None).count() == 6
    processes.end(processes.deliver())
    counts = Counter(post_office.ids())
    assert len(counts) == 20
    assert set(counts.values()) == {1}
    # The seventh arrived, but nobody heard so: an administrator sees it, and no process sends it again.
    later = processes.by_day() + IN_DOUBT_AFTER + dt.timedelta(minutes=1)
    assert Notice.objects.in_doubt(later - IN_DOUBT_AFTER).count() == 1
    assert deliver(later, awake=Notice.objects.values("person"))["sent"] == 0


def test_a_whole_sweep_killed_at_any_point_is_made_good_by_the_next(due, processes, barrier, post_office):
    """Killed while the audit rows of the first page are written; then everything at once, mails included."""
    wall = barrier("governance_auditevent", "NEW.event = 'flag.raised'")
    sweep = processes.sweep()
    wall.wait_until_reached()
    processes.kill(sweep)
    wall.open()
    assert not Flag.objects.filter(reason=Flag.Reason.UNANSWERED).exists()
    Post.objects.exclude(pk__in=list(due)[:30]).delete()  # enough mails to count
    kept = set(Post.objects.values_list("pk", flat=True))
    processes.end(processes.sweep("--only", "unanswered"))
    processes.end(processes.deliver())
    assert set(Flag.objects.filter(reason=Flag.Reason.UNANSWERED).values_list("post", flat=True)) == kept
    sent = Notice.objects.filter(event__in=[inbox_notices.POST_OVERDUE, inbox_notices.POST_ESCALATED])
    assert sent.filter(sent_at=None).count() == 0
    assert Counter(post_office.ids())[f"<notice-{sent.first().pk}@testserver>"] == 1
    assert max(Counter(post_office.ids()).values()) == 1
