"""Whatever the order in which a thread arrives, and in whatever pages: it ends the same."""

import datetime as dt
import itertools

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.connectors.base import FetchedPost
from accounts.inbox.intake import take_in
from accounts.inbox.models import Post
from accounts.register.models import OfficialAccount
from tests import factories

NOW = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)
SEEN = frozenset({"comment", "reply", "message"})


def at(minute: int, remote_id: str, parent: str, **fields) -> FetchedPost:
    defaults = {"kind": "comment", "thread_id": "root", "text": remote_id}
    return FetchedPost(
        remote_id, posted_at=NOW - dt.timedelta(minutes=60 - minute), parent_id=parent, **defaults | fields
    )


# A comment with replies below it, as flat platforms have it, and a conversation.
THREAD = [
    at(0, "comment", "root"),
    at(5, "reply before", "comment"),
    at(10, "first answer", "comment", own=True),
    at(15, "reply after", "comment"),
    at(20, "second answer", "comment", own=True),
    at(25, "reply at the end", "comment"),
    at(30, "to everybody", "root", own=True),
    at(0, "message", "", kind="message", thread_id="talk"),
    at(10, "message answered", "", kind="message", thread_id="talk", own=True),
    at(20, "message at the end", "", kind="message", thread_id="talk"),
]
OWN = [post for post in THREAD if post.own]
ENDS = {
    "comment": None,  # each answer names nobody, so it is for the newest question before it
    "reply before": 10,
    "reply after": 20,
    "reply at the end": None,
    "message": 10,
    "message at the end": None,
}


def ends_of(account) -> dict:
    closed = account.posts.values_list("remote_id", "closed_at")
    return {remote_id: moment and 60 - (NOW - moment).total_seconds() / 60 for remote_id, moment in closed}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(THREAD), size=st.integers(1, 5))
def test_any_order_ends_the_same(account, order, size):
    with transaction.atomic():
        for start in range(0, len(order), size):
            take_in(account, order[start : start + size], answers_seen=SEEN, now=NOW)
        ended = ends_of(account)
        transaction.set_rollback(True)
    assert ended == ENDS


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gone=st.lists(st.sampled_from([post for post in THREAD if post.own]), unique=True), order=st.permutations(THREAD)
)
def test_without_the_removed_answers_it_is_as_if_they_had_never_been(account, gone, order):
    with transaction.atomic():
        take_in(account, order, answers_seen=SEEN, now=NOW)
        take_in(
            account,
            [FetchedPost(post.remote_id, post.kind, None, removed=True) for post in gone],
            answers_seen=SEEN,
            now=NOW,
        )
        removed = ends_of(account)
        transaction.set_rollback(True)
    with transaction.atomic():
        take_in(account, [post for post in THREAD if post not in gone], answers_seen=SEEN, now=NOW)
        never = ends_of(account)
        transaction.set_rollback(True)
    assert removed == never


def test_the_reply_of_another_account_answers_nobody_here(account, body, facebook):
    other: OfficialAccount = factories.account(unit=body.sorvik, platform=facebook)
    take_in(account, THREAD[:1], answers_seen=SEEN, now=NOW)
    take_in(other, THREAD[2:3], answers_seen=SEEN, now=NOW)
    assert Post.objects.get().closed_at is None


def test_a_holding_reply_is_not_the_answer(account):
    take_in(account, THREAD[:1], answers_seen=SEEN, now=NOW)
    Post.objects.update(held_at=THREAD[2].posted_at)
    take_in(account, THREAD[2:3], answers_seen=SEEN, now=NOW)
    assert Post.objects.get().closed_at is None
    take_in(account, [at(20, "full answer", "comment", own=True)], answers_seen=SEEN, now=NOW)
    assert ends_of(account) == {"comment": 20}


def test_a_deleted_parent_leaves_what_hangs_below_answered_and_open_as_it_was(account):
    take_in(account, THREAD[:4], answers_seen=SEEN, now=NOW)
    take_in(account, [FetchedPost("comment", "comment", None, removed=True)], answers_seen=SEEN, now=NOW)
    assert ends_of(account) == {"comment": 60, "reply before": 10, "reply after": None}
    take_in(account, THREAD[4:5], answers_seen=SEEN, now=NOW)
    assert ends_of(account)["reply after"] == 20


# Below a comment of the body's own, many ask, and an answer shares its place with all their questions.
PINNED = [
    at(0, "pinned", "root", own=True),
    at(5, "of Anna", "pinned", author="@anna"),
    at(6, "of Annabel", "pinned", author="@annabel"),
    at(10, "answer", "pinned", own=True, text="@Anna on Tuesday"),
]


@pytest.mark.parametrize("order", list(itertools.permutations(PINNED)))
def test_below_the_bodys_own_comment_an_answer_is_for_whom_it_names(account, order):
    for post in order:
        take_in(account, [post], answers_seen=SEEN, now=NOW)
    assert ends_of(account) == {"of Anna": 10, "of Annabel": None}


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("On Tuesday", {"of Anna": None, "of Annabel": 10}),
        ("We and @anna know", {"of Anna": None, "of Annabel": 10}),
        ("@annabella on Tuesday", {"of Anna": None, "of Annabel": None}),  # somebody who is not here
    ],
)
def test_below_the_bodys_own_comment_what_names_nobody_is_for_the_newest_question(account, text, ends):
    answer = at(10, "answer", "pinned", own=True, text=text)
    take_in(account, [*PINNED[:3], answer], answers_seen=SEEN, now=NOW)
    assert ends_of(account) == ends


def test_who_was_answered_stays_so_when_nobody_knows_any_more_who_it_was(account):
    take_in(account, PINNED, answers_seen=SEEN, now=NOW)
    Post.objects.update(author="", text="", content_removed_at=NOW)
    take_in(account, PINNED, answers_seen=SEEN, now=NOW)
    assert ends_of(account) == {"of Anna": 10, "of Annabel": None}
