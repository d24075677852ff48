"""Fetches that meet: a webhook and a worker, or two workers after a lease ran out. On PostgreSQL, in threads."""

import datetime as dt

import pytest
from django.db import connection as database

from accounts.connectors.base import FetchedPost
from accounts.inbox import store
from accounts.inbox.intake import take_in
from accounts.inbox.models import Post, Reply
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories
from tests.faults.test_post_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HOUR = dt.timedelta(hours=1)
SEEN = frozenset({"comment", "reply"})


def exchange(now, number):
    return [
        FetchedPost(f"q{number}", "comment", now - 3 * HOUR, text="When do you open?"),
        FetchedPost(f"a{number}", "reply", now - HOUR, text="At eight.", parent_id=f"q{number}", own=True),
    ]


def test_the_same_fetched_by_three_at_once_is_there_once(account, cast, now):
    factories.assign(account, cast.moderator)
    factories.connection(account, cast.moderator)
    posts = [post for number in range(150) for post in exchange(now, number)]
    posts += [FetchedPost(f"open{number}", "comment", now - HOUR) for number in range(30)]
    takes = [
        lambda order=order: take_in(account, order, answers_seen=SEEN, now=now) for order in (posts, posts[::-1], posts)
    ]
    at_once(*takes)
    assert (Post.objects.count(), Reply.objects.count()) == (180, 150)
    assert Post.objects.open().count() == 30
    assert Notice.objects.count() == 20
    assert not AuditEvent.objects.filter(event="post.reopened").exists()


def test_a_question_and_its_answer_brought_at_once_by_two_cannot_miss_each_other(account, cast, now):
    factories.connection(account, cast.moderator)
    for number in range(25):
        question, answer = exchange(now, number)
        at_once(
            lambda question=question: take_in(account, [question], answers_seen=SEEN, now=now),
            lambda answer=answer: take_in(account, [answer], answers_seen=SEEN, now=now),
        )
    assert set(Post.objects.values_list("outcome", flat=True)) == {"answered"}


def test_killed_between_two_batches_the_next_fetch_does_the_rest(account, cast, now, monkeypatch):
    """Each batch stands as a whole or not at all."""
    factories.assign(account, cast.moderator)
    posts = [post for number in range(800) for post in exchange(now, number)]
    posts += [FetchedPost("open", "comment", now - HOUR)]
    settle, calls = store.settle, []

    def die_at_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        settle(*args)

    with monkeypatch.context() as patch:
        patch.setattr(store, "settle", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            take_in(account, posts, answers_seen=SEEN, now=now)
    database.close()
    assert Post.objects.count() == store.BATCH // 2
    take_in(account, posts, answers_seen=SEEN, now=now)
    assert Post.objects.count() == 801
    assert list(Post.objects.open().values_list("remote_id", flat=True)) == ["open"]
    assert Notice.objects.count() == 1
