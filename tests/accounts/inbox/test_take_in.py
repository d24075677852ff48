"""What a fetch brings: questions, the body's own replies, edits, deletions; and what silence proves."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounts.connectors.base import FetchedPost
from accounts.flags.models import Flag
from accounts.inactivity.sweeps import inactive
from accounts.inbox import intake, moves, notices, store
from accounts.inbox.intake import take_in, to_reread
from accounts.inbox.models import Post, Reply
from accounts.inbox.sweeps import unanswered
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories

HOUR = dt.timedelta(hours=1)
SEEN = frozenset({"comment", "reply", "mention"})


def said(remote_id="q", ago=2, *, now, **fields) -> FetchedPost:
    defaults = {"kind": "comment", "text": "When do you open?", "author": "A citizen", "author_id": "c1"}
    return FetchedPost(remote_id, posted_at=now - ago * HOUR, **defaults | fields)


def own(remote_id="a", ago=1, *, now, parent="q", **fields) -> FetchedPost:
    defaults = {"kind": "reply", "text": "At eight.", "thread_id": "root", "parent_id": parent, "own": True}
    return FetchedPost(remote_id, posted_at=now - ago * HOUR, **defaults | fields)


def take(account, *posts, now, **rest):
    return take_in(account, posts, answers_seen=SEEN, now=now, **rest)


def test_a_question_comes_in_with_all_that_is_known(account, cast, now):
    factories.assign(account, cast.moderator)
    question = said(now=now, thread_id="root", parent_id="root", language="nn", url="https://example.org/q")
    assert take(account, question, now=now).created == 1
    post = Post.objects.get()
    assert (post.source, post.author_id, post.language, post.measurable) == ("platform", "c1", "nn", True)
    assert post.answer_due_at == now + 22 * HOUR
    assert list(Notice.objects.values_list("event", "person")) == [(notices.POST_ARRIVED, cast.moderator.pk)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_answer_closes_it_whatever_the_order(account, now, order):
    posts = [said(now=now, thread_id="root"), own(now=now), said("other", 3, now=now, thread_id="root")]
    for place in order:
        take(account, posts[place], now=now)
    answered = Post.objects.get(remote_id="q")
    assert (answered.outcome, answered.closed_at, answered.closed_by) == ("answered", now - HOUR, None)
    assert answered.answer == Reply.objects.get()
    assert Post.objects.get(remote_id="other").closed_at is None
    account.refresh_from_db()
    assert account.last_activity_at == now - HOUR


@pytest.mark.parametrize(
    ("question", "answer", "closes"),
    [
        ({"parent_id": "c", "thread_id": "root"}, {"parent": "c"}, True),  # flat: both below one comment
        ({"parent_id": "c", "thread_id": "root"}, {"parent": "c", "ago": 3}, False),  # said before
        ({"parent_id": "c", "thread_id": "root"}, {"parent": "d"}, False),  # another comment
        ({"parent_id": "root", "thread_id": "root"}, {"parent": "root"}, False),  # beside it, to everybody
        ({"kind": "message", "thread_id": "m"}, {"parent": "", "thread_id": "m"}, True),  # a conversation
        ({"thread_id": "root"}, {"removed": True}, False),
    ],
)
def test_what_answers_what(account, now, question, answer, closes):
    take_in(account, [said(now=now, **question), own(now=now, **answer)], answers_seen=SEEN | {"message"}, now=now)
    assert bool(Post.objects.get().closed_at) == closes


def test_the_same_again_writes_nothing(account, cast, now):
    factories.assign(account, cast.moderator)
    posts = [said(str(number), now=now) for number in range(300)] + [own(now=now, parent="7")]
    take(account, *posts, now=now)
    with CaptureQueriesContext(database) as queries:
        again = take(account, *posts, now=now + HOUR)
    assert (again.created, again.changed, again.replies) == (0, 0, 0)
    assert not [row["sql"] for row in queries if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert Notice.objects.count() == 20  # the rest is seen in the inbox


def test_ten_thousand_in_a_bounded_number_of_statements(account, now, django_assert_max_num_queries):
    posts = [said(str(number), now=now) for number in range(10_000)]
    with django_assert_max_num_queries(700 if database.vendor == "sqlite" else 150):
        assert take(account, *posts, now=now).created == 10_000


def test_a_removed_answer_opens_it_again_and_the_flag_with_it(account, cast, now):
    factories.assign(account, cast.moderator)
    take(account, said(now=now, ago=30), now=now)
    unanswered(now)
    take(account, own(now=now), now=now)
    assert not Flag.objects.open().exists()
    take(account, own(now=now, removed=True, text=""), now=now + HOUR)
    post = Post.objects.get()
    assert (post.closed_at, post.outcome, post.answer) == (None, "", None)
    assert post.answer_due_at == now - 6 * HOUR
    assert Flag.objects.open().count() == 1
    assert AuditEvent.objects.filter(event="post.reopened", actor_id=None).count() == 1
    assert Notice.objects.filter(event=notices.POST_REOPENED).count() == 1


def test_a_lookup_that_no_longer_knows_whose_it_was_removes_the_answer_too(account, cast, now):
    """An id that is not found has no author: it is the stored reply that says whose it was."""
    take(account, said(now=now, ago=30), own(now=now), now=now)
    asked = next(post for post in to_reread(account, now, 10) if post.own)
    take(account, FetchedPost(asked.remote_id, asked.kind, None, removed=True), now=now + HOUR)
    assert Post.objects.get().closed_at is None
    assert Reply.objects.get().removed_at == now + HOUR


def test_a_person_s_reopening_frees_the_post_from_the_answer(account, cast, now):
    """What another system then says of it is not undone by a reply of old that goes."""
    take(account, said(now=now), own(now=now), now=now)
    moves.reopen(Post.objects.get(), by=cast.moderator, now=now)
    assert Post.objects.get().answer is None
    again = store.Incoming("q", posted_at=now - 2 * HOUR, answered_at=now + HOUR)
    intake.ingest(account, [again], source=Post.Source.API, now=now + HOUR)
    take(account, own(now=now, removed=True), now=now + 2 * HOUR)
    assert Post.objects.get().outcome == "answered"


def test_another_answer_still_stands(account, now):
    take(account, said(now=now), own(now=now), own("a2", 0.5, now=now), now=now)
    take(account, own(now=now, removed=True), now=now + HOUR)
    assert Post.objects.get().closed_at == now - 0.5 * HOUR


def test_what_a_person_closed_stays_closed(account, cast, now):
    take(account, said(now=now), now=now)
    moves.close(Post.objects.get(), outcome="no_answer_needed", by=cast.moderator, now=now)
    take(account, own(now=now), now=now)
    take(account, own(now=now, removed=True), now=now + HOUR)
    assert Post.objects.get().outcome == "no_answer_needed"


def test_a_reopened_post_is_not_closed_by_the_old_answer(account, cast, now):
    take(account, said(now=now), own(now=now), now=now)
    moves.reopen(Post.objects.get(), by=cast.moderator, now=now)
    take(account, said(now=now), own(now=now), now=now + HOUR)
    assert Post.objects.get().closed_at is None
    take(account, own("a2", -1, now=now), now=now + 2 * HOUR)
    assert Post.objects.get().closed_at == now + HOUR


def test_edited_hidden_and_deleted_by_its_author(account, now):
    take(account, said(now=now), now=now)
    take(account, said(now=now, text="When do you close?", hidden=True), now=now + HOUR)
    post = Post.objects.get()
    assert (post.text, post.edited_at, post.hidden_at) == ("When do you close?", now + HOUR, now + HOUR)
    take(account, said(now=now, text="", removed=True), now=now + 2 * HOUR)
    post.refresh_from_db()
    assert (post.text, post.author, post.author_id, post.outcome) == ("", "", "", "withdrawn")
    take(account, said(now=now), now=now + 2 * HOUR)  # a copy that lags behind
    post.refresh_from_db()
    assert (post.text, post.removed_at) == ("", now + 2 * HOUR)


def test_content_about_a_child_never_comes_back(account, cast, now):
    take(account, said(now=now), now=now)
    moves.triage(Post.objects.get(), tone="question", concerns=["child"], by=cast.moderator, now=now)
    take(account, said(now=now, text="Edited words"), now=now + HOUR)
    assert list(Post.objects.values_list("text", "author", "author_id")) == [("", "", "")]


def test_times_of_the_platform_are_capped_at_first_sight(account, now):
    take(account, said("future", -5, now=now), FetchedPost("never", "comment", None, text="x"), now=now)
    assert set(Post.objects.values_list("posted_at", flat=True)) == {now}


def test_oddities_hold_up_nothing(account, now):
    odd = [
        said("", now=now),
        said("x" * 300, now=now),
        said("kind", now=now, kind="poke"),
        said("half", now=now, text="a\ud83d b\x00c", author="\udc00", url="javascript:alert(1)"),
        said("long", now=now, text="x" * 50_000, author="y" * 900, author_id="z" * 900),
    ]
    assert take(account, *odd, said("good", now=now), now=now).created >= 2
    assert set(Post.objects.values_list("remote_id", flat=True)) >= {"good", "long", "half"}


@pytest.mark.parametrize("field", ["remote_id", "parent_id", "thread_id", "author_id", "language", "url", "text"])
@pytest.mark.parametrize("odd", ["a\ud83d", "a\x00"])
def test_characters_that_no_database_takes_hold_up_nothing(account, now, field, odd):
    value = f"https://x.example/{odd}" if field == "url" else odd
    take(account, replace(said(now=now), **{field: value}), said("good", now=now), now=now)
    assert Post.objects.count() == 2


def test_back_filled_posts_are_no_news(account, cast, now):
    factories.assign(account, cast.moderator)
    take(account, said("old", 30, now=now), said("new", 1, now=now), now=now, backfill=True)
    assert Notice.objects.filter(event=notices.POST_ARRIVED).count() == 1


def test_what_to_read_anew(account, cast, now):
    take(account, said("open", now=now), said("closed", now=now), own(now=now, parent="closed"), now=now)
    factories.post(account)  # by hand
    take(account, said("gone", now=now), now=now)
    take(account, said("gone", now=now, removed=True), now=now)
    found = to_reread(account, now, 10)
    assert [(post.remote_id, post.own) for post in found] == [("open", False), ("a", True), ("closed", False)]
    assert found[1].parent_id == "closed"
    assert len(to_reread(account, now, 1)) == 1
    assert [post.remote_id for post in to_reread(account, now + dt.timedelta(days=20), 10)] == ["open"]


# --- what silence proves (ADR 0006) ---


@pytest.mark.parametrize(
    ("complete_until", "flagged"), [(None, 0), (-7, 0), (-6, 1), (0, 1)], ids=["never", "before due", "at due", "now"]
)
def test_only_a_whole_fetch_after_the_due_time_proves_silence(account, cast, now, complete_until, flagged):
    factories.assign(account, cast.moderator)
    until = None if complete_until is None else now + complete_until * HOUR
    factories.connection(account, cast.moderator, complete_until=until)
    take(account, said(now=now, ago=30), now=now)
    factories.post(account, answer_due_at=now - HOUR)  # by hand: whoever typed it in says what is answered
    assert unanswered(now)["flagged"] == flagged + 1


@pytest.mark.postgresql
def test_the_sweep_finds_what_to_flag_by_its_index(account, cast, now):
    factories.connection(account, cast.moderator, complete_until=now)
    take(account, *(said(str(number), now=now) for number in range(3000)), now=now)
    with database.cursor() as cursor:
        cursor.execute("ANALYZE accounts_post")
    plan = Post.objects.to_flag(now - HOUR).order_by("answer_due_at", "pk")[:1000].explain()
    assert "post_to_flag" in plan
    assert "Seq Scan on accounts_post" not in plan


def test_what_cannot_be_measured_is_never_flagged(account, cast, now):
    factories.connection(account, cast.moderator, complete_until=now)
    take(account, said(now=now, ago=30, kind="review"), now=now)
    assert Post.objects.get().measurable is False
    assert unanswered(now)["flagged"] == 0


@pytest.mark.parametrize(("days_seen", "flagged"), [(None, 0), (89, 0), (90, 1), (100, 1)])
def test_only_silence_that_was_seen_is_silence(account, cast, now, days_seen, flagged):
    last = now - dt.timedelta(days=100)
    type(account).objects.update(last_activity_at=last)
    until = None if days_seen is None else last + dt.timedelta(days=days_seen)
    factories.connection(account, cast.moderator, activity_until=until)
    assert inactive(now)["flagged"] == flagged
