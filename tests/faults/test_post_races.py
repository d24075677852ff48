"""Two at the same instant: one wins, the other gets a clear answer, nothing is doubled. On PostgreSQL, in threads."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.flags.models import Flag
from accounts.flags.moves import FlagConflict, decide
from accounts.inactivity.sweeps import inactive
from accounts.inbox import intake, moves
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import Result
from accounts.inbox.models import Post, Removal
from accounts.inbox.moves import PostConflict
from accounts.inbox.sweeps import section, unanswered
from accounts.register.models import State
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*works):
    """Run them in threads that start together; each one's result, or the exception it raised."""
    start = threading.Barrier(len(works))

    def run(work):
        try:
            start.wait(timeout=20)
            return work()
        except (PostConflict, FlagConflict) as conflict:
            return conflict
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_close_one_post_differently(account, cast, now):
    post = factories.post(account)
    results = at_once(
        *(
            lambda outcome=outcome, by=by: moves.close(post, outcome=outcome, by=by, now=now)
            for outcome, by in [("answered", cast.moderator), ("no_answer_needed", cast.deputy)] * 3
        )
    )
    assert results.count(True) == 1
    post.refresh_from_db()
    assert sum(isinstance(result, PostConflict) for result in results) == 3
    assert AuditEvent.objects.filter(event="post.closed").count() == 1


def test_three_remove_one_post_while_others_close_it(account, cast, now):
    """One wins; where it is a removal, the log has one row, and none otherwise."""
    post = factories.post(account)
    results = at_once(
        *(
            lambda by=by: moves.remove(post, reason="offensive", by=by, now=now)
            for by in (cast.moderator, cast.deputy, cast.section)
        ),
        *(lambda by=by: moves.close(post, outcome="answered", by=by, now=now) for by in (cast.principal, cast.chief)),
    )
    assert results.count(True) == 1
    post.refresh_from_db()
    assert Removal.objects.count() == (1 if post.outcome == "removed" else 0)
    assert (post.text == "") is (post.outcome == "removed")
    assert AuditEvent.objects.filter(event="post.closed").count() == 1


def test_a_post_goes_to_the_section_once(account, cast, now):
    post = factories.post(account)
    results = at_once(
        *(lambda by=by: moves.give_to_section(post, by=by, now=now) for by in (cast.moderator, cast.deputy)),
        lambda: moves.triage(post, tone="negative", concerns=["reputation"], by=cast.principal, now=now),
    )
    assert sum(result is True for result in results[:2]) <= 1
    assert AuditEvent.objects.filter(event="post.to_section").count() == 1
    assert Notice.objects.filter(event="post_to_section").count() == 1


def test_three_sweeps_at_once_flag_the_section_once(account, cast, now):
    for _number in range(20):
        moves.give_to_section(factories.post(account), by=cast.moderator, now=now)
    late = now + dt.timedelta(hours=5)
    at_once(*[lambda: section(late)] * 3)
    section(late)
    assert Flag.objects.open().filter(reason="section").count() == 20
    assert Notice.objects.filter(event="section_overdue").count() == 40
    assert AuditEvent.objects.filter(event="flag.raised").count() == 20


def test_two_hold_and_one_moves_the_deadline(account, cast, now):
    post = factories.post(account, answer_due_at=now + dt.timedelta(hours=4))
    to = now + dt.timedelta(hours=6)
    at_once(
        lambda: moves.hold(post, by=cast.moderator, now=now),
        lambda: moves.hold(post, by=cast.deputy, now=now),
        lambda: moves.move_deadline(post, to=to, reason="Urgent", by=cast.principal, now=now),
    )
    post.refresh_from_db()
    assert (post.held_at, post.answer_due_at) == (now, to)
    assert AuditEvent.objects.filter(event="post.held").count() == 1


def test_two_deciders_of_one_flag(account, cast, now):
    flag = Flag.objects.create(account=account, reason=Flag.Reason.INACTIVE)
    results = at_once(
        lambda: decide(flag, "keep", "Needed", by=cast.section, now=now),
        lambda: decide(flag, "retire", "Not needed", by=cast.chief, now=now),
    )
    assert results.count(True) == 1
    [conflict] = [result for result in results if result is not True]
    assert isinstance(conflict, FlagConflict)
    flag.refresh_from_db()
    account.refresh_from_db()
    assert (flag.decision == "retire") is (account.state == State.RETIRING)
    assert AuditEvent.objects.filter(event="flag.decided").count() == 1


def test_the_same_posts_brought_in_by_three_at_once(account, now):
    items = [Incoming(f"post-{number}", text="Hello") for number in range(300)]
    backwards = list(reversed(items))
    results = at_once(
        *(
            lambda listed=listed: intake.ingest(account, listed, source=Post.Source.API, now=now)
            for listed in (items, backwards, items)
        )
    )
    assert Post.objects.count() == 300
    assert all(item.post_id and item.result != Result.REJECTED for result in results for item in result)


def test_a_post_answered_while_the_sweep_comes_by_is_flagged_and_closed_or_neither(account, cast, now):
    factories.assign(account, cast.moderator)
    due = now - dt.timedelta(hours=1)
    posts = [factories.post(account, answer_due_at=due) for _number in range(40)]

    def answer_all():
        for post in posts:
            moves.close(post, outcome="answered", by=cast.moderator, now=now)

    at_once(lambda: unanswered(now), answer_all, lambda: unanswered(now))
    assert not Flag.objects.open().exists()
    flagged = set(Post.objects.exclude(flagged_at=None).values_list("pk", flat=True))
    assert set(Flag.objects.values_list("post", flat=True)) == flagged


def test_quiet_accounts_are_flagged_once_by_two_sweeps(body, cast, facebook, now):
    long_ago = now - dt.timedelta(days=200)
    for _number in range(30):
        account = factories.account(unit=body.nordvik, platform=facebook, last_activity_at=long_ago)
        factories.assign(account, cast.moderator)
    at_once(lambda: inactive(now), lambda: inactive(now), lambda: inactive(now))
    inactive(now)
    assert Flag.objects.count() == 30
    assert Notice.objects.filter(person=cast.moderator).count() == 30
    assert AuditEvent.objects.filter(event="flag.raised").count() == 30
