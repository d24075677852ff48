"""Whoever locks an account and its posts locks the account first: otherwise two wait for each other, and one is killed.

On PostgreSQL, in threads; what it kills raises OperationalError, which fails the test.
"""

import datetime as dt
import time

import pytest
from django.db import transaction

from accounts.connectors.base import Checked, FetchedPost, RemoteAccount, RemoteState
from accounts.flags.models import Flag
from accounts.inbox import moves
from accounts.inbox.intake import take_in
from accounts.inbox.models import Post
from accounts.platforms import fetches as fetching
from accounts.platforms.connections import connect
from accounts.register.models import OfficialAccount
from accounts.register.moves import end_pause, plan_pause
from tests import factories
from tests.faults.test_post_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HOUR = dt.timedelta(hours=1)
TIMES = 40


@pytest.fixture
def pausing(account, cast, now):
    """The account is paused and opened again; each time the answer times of its posts follow."""

    def work():
        for number in range(TIMES):
            at = now + number * dt.timedelta(minutes=1)
            pause = plan_pause(account, starts_at=at, ends_at=at + HOUR, reason="x", by=cast.principal, now=at)
            end_pause(pause, by=cast.principal, now=at + dt.timedelta(seconds=30))

    return work


def test_posts_are_answered_and_removed_while_the_account_is_paused(account, cast, now, pausing):
    due = now + HOUR
    posts = [factories.post(account, answer_due_at=due) for _number in range(3 * TIMES)]

    def answer():
        for number, post in enumerate(posts[:TIMES]):
            moves.close(post, outcome="answered", by=cast.moderator, now=now + number * dt.timedelta(seconds=1))

    def remove():
        for post in posts[TIMES : 2 * TIMES]:
            moves.remove(post, reason="offensive", by=cast.deputy, now=now)

    at_once(pausing, answer, remove)
    assert Post.objects.open().count() == TIMES


def test_posts_come_in_while_the_account_is_paused(account, cast, now, pausing):
    factories.connection(account, cast.moderator)

    def read():
        for number in range(TIMES):
            question = FetchedPost(f"q{number}", "comment", now - HOUR)
            answer = FetchedPost(f"a{number}", "reply", now, text="At eight", parent_id=f"q{number}", own=True)
            moved = now + number * dt.timedelta(seconds=1)
            take_in(account, [question], answers_seen={"comment"}, now=moved)
            take_in(account, [question, answer], answers_seen={"comment"}, now=moved)

    at_once(pausing, read)
    assert Post.objects.closed().count() == TIMES


def test_an_account_is_connected_anew_while_it_is_read(account, cast, now):
    factories.connection(account, cast.moderator, external_id="100")

    def connect_again():
        for number in range(TIMES):
            checked = Checked(RemoteAccount("100", account.handle))
            filled = {"page": "100", "token": f"t{number}"}
            connect(account, filled, checked, by=cast.moderator, now=now + number * dt.timedelta(seconds=1))

    def read():
        for number in range(TIMES):
            posts = [FetchedPost(f"q{number}-{row}", "comment", now - HOUR) for row in range(5)]
            take_in(account, posts, answers_seen={"comment"}, now=now)

    at_once(connect_again, read)
    assert Post.objects.count() == 5 * TIMES


def test_what_is_told_once_is_told_although_somebody_has_the_account_just_then(account, cast, now):
    connection = factories.connection(account, cast.moderator)

    def have_it():
        with transaction.atomic():
            OfficialAccount.objects.select_for_update().get(pk=account.pk)
            time.sleep(1)

    def find_it_gone():
        time.sleep(0.3)
        fetching._finish(connection, None, fetching.Fetched(changes={"remote_state": RemoteState.GONE}), now)

    at_once(have_it, find_it_gone)
    assert Flag.objects.get().found == {"state": "gone"}
