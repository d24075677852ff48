import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.flags.models import Flag
from accounts.inbox import deadlines, intake, moves
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import Result, ingest
from accounts.inbox.models import Post
from accounts.inbox.moves import PostConflict
from accounts.inbox.sweeps import unanswered
from accounts.register.models import Pause
from governance.audit.models import AuditEvent
from governance.calendar.closing_days import ClosingDay
from governance.policy.models import set_policy
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SECRET = "Kari Nordmann, what happened to my son?"


def take(account, now, *items, source=Post.Source.API):
    return [(result.result, result.field) for result in ingest(account, items, source=source, now=now)]


def only_post():
    return Post.objects.get()


# --- in ---


def test_a_post_comes_in_with_its_due_time(account, now):
    [result] = ingest(
        account,
        [Incoming("a1", text="Hello", author="Ola", url="https://x.example/1", posted_at=now - HOUR)],
        source=Post.Source.API,
        now=now,
    )
    post = only_post()
    assert (result.result, result.post_id) == (Result.CREATED, post.pk)
    assert (post.text, post.author, post.posted_at, post.first_seen_at) == ("Hello", "Ola", now - HOUR, now)
    assert post.answer_due_at == now + 23 * HOUR


def test_twice_changes_nothing(account, now):
    items = [Incoming("a1", text="Hello"), Incoming("a2", text="Hi")]
    assert take(account, now, *items) == [(Result.CREATED, "")] * 2
    before = list(Post.objects.order_by("pk").values())
    assert take(account, now + HOUR, *items) == [(Result.UNCHANGED, "")] * 2
    assert list(Post.objects.order_by("pk").values()) == before


def test_the_same_id_on_another_account_is_another_post(account, body, facebook, now):
    other = factories.account(unit=body.sorvik, platform=facebook)
    take(account, now, Incoming("a1"))
    assert take(other, now, Incoming("a1")) == [(Result.CREATED, "")]


def test_what_the_platform_changed_is_changed_and_what_is_left_out_stays(account, now):
    take(account, now, Incoming("a1", text="Helo", author="Ola"))
    assert take(account, now + HOUR, Incoming("a1", text="Hello")) == [(Result.CHANGED, "")]
    post = only_post()
    assert (post.text, post.author, post.posted_at, post.answer_due_at) == ("Hello", "Ola", now, now + 24 * HOUR)


def test_the_clock_starts_no_later_than_when_we_saw_it(account, now):
    take(account, now, Incoming("later", posted_at=now + DAY), Incoming("unknown"))
    assert set(Post.objects.values_list("posted_at", flat=True)) == {now}


def test_bad_items_are_rejected_one_by_one(account, now):
    assert take(
        account,
        now,
        Incoming("good"),
        Incoming("  "),
        Incoming("x" * 201),
        Incoming("b", kind="shout"),
        Incoming("c", url="javascript:alert(1)"),
        Incoming("d", url="https://x.example/" + "y" * 500),
        Incoming("e", posted_at=now, answered_at=now - HOUR),
        Incoming("f", thread_id="\x00"),
        Incoming("good", text="but different"),
        Incoming("good"),
    ) == [
        (Result.CREATED, ""),
        (Result.REJECTED, "remote_id"),
        (Result.REJECTED, "remote_id"),
        (Result.REJECTED, "kind"),
        (Result.REJECTED, "url"),
        (Result.REJECTED, "url"),
        (Result.REJECTED, "answered_at"),
        (Result.REJECTED, "thread_id"),
        (Result.REJECTED, "remote_id"),
        (Result.UNCHANGED, ""),
    ]
    assert only_post().remote_id == "good"


def test_texts_are_capped_and_cleaned(account, now):
    take(account, now, Incoming("a", text="å" * 50_000 + "\x00", author="n\x00" * 300))
    post = only_post()
    assert (len(post.text), post.author) == (intake.TEXT_CAP, "n" * 200)


@pytest.mark.parametrize("state", ["planned", "retired"])
def test_accounts_not_in_use_take_no_posts(body, facebook, now, state):
    idle = factories.account(unit=body.nordvik, platform=facebook, state=state)
    assert take(idle, now, Incoming("a")) == [(Result.REJECTED, "account")]


def test_an_answer_seen_on_the_platform_closes_the_post_and_is_a_sign_of_life(account, now):
    take(account, now, Incoming("a", posted_at=now - HOUR))
    assert take(account, now, Incoming("a", posted_at=now - HOUR, answered_at=now)) == [(Result.CHANGED, "")]
    post = only_post()
    assert (post.outcome, post.closed_at, post.closed_by) == (Post.Outcome.ANSWERED, now, None)
    account.refresh_from_db()
    assert account.last_activity_at == now
    # An older answer is no newer sign of life.
    take(account, now, Incoming("b", posted_at=now - 9 * DAY, answered_at=now - 8 * DAY))
    account.refresh_from_db()
    assert account.last_activity_at == now


def test_many_posts_take_few_queries(account, now, django_assert_max_num_queries):
    items = [Incoming(f"r{number}", text="x") for number in range(900)]
    with django_assert_max_num_queries(60):  # SQLite inserts in smaller batches
        ingest(account, items, source=Post.Source.API, now=now)
    with django_assert_max_num_queries(12):
        ingest(account, items, source=Post.Source.API, now=now)
    assert Post.objects.count() == 900


# --- the clock of the policy ---


def due_of(account, now, **fields):
    take(account, now, Incoming("a", **fields))
    return only_post().answer_due_at


def test_no_target_no_due_time(account, body, now):
    set_policy(body.central, {"response_target": "none"}, by=None, now=now)
    assert due_of(account, now) is None


def test_working_hours_with_a_closing_day_of_the_unit_above(account, body, now):
    set_policy(body.nordvik, {"response_target": "working_hours", "response_hours": 8}, by=None, now=now)
    ClosingDay.objects.create(unit=body.central, day=dt.date(2026, 11, 19), name="Planning day")
    ClosingDay.objects.create(unit=body.sorvik, day=dt.date(2026, 11, 20), name="Elsewhere")
    # 5 h 45 min are left on Wednesday, Thursday is closed.
    assert due_of(account, now).isoformat() == "2026-11-20T09:15:00+00:00"


def test_a_pause_stops_the_clock_and_ending_it_starts_it_again(account, cast, now):
    pause = Pause.objects.create(
        account=account, starts_at=now + HOUR, ends_at=now + 6 * HOUR, reason="x", created_by=cast.moderator
    )
    assert due_of(account, now) == now + 29 * HOUR
    Pause.objects.filter(pk=pause.pk).update(ended_at=now + 2 * HOUR, ended_by=cast.moderator)
    assert deadlines.follow_pauses(account, by=cast.moderator, now=now + 2 * HOUR) == 1
    assert only_post().answer_due_at == now + 25 * HOUR
    assert deadlines.follow_pauses(account, by=cast.moderator, now=now + 2 * HOUR) == 0
    assert AuditEvent.objects.filter(event="post.deadline_moved").count() == 1


def test_only_questions_count_where_the_policy_says_so(account, body, cast, now):
    set_policy(body.central, {"posts_that_count": "questions"}, by=None, now=now)
    assert due_of(account, now) is None
    moves.triage(only_post(), tone="question", concerns=[], by=cast.moderator, now=now + HOUR)
    assert only_post().answer_due_at == now + 24 * HOUR
    moves.triage(only_post(), tone="positive", concerns=[], by=cast.moderator, now=now + HOUR)
    assert only_post().answer_due_at is None


@pytest.mark.parametrize(
    ("tone", "counts"),
    [("question", True), ("negative", True), ("factual_error", True), ("positive", False), ("neutral", False)],
)
def test_until_triaged_all_count(account, cast, now, tone, counts):
    due_at = due_of(account, now)
    assert moves.triage(only_post(), tone=tone, concerns=["political"], by=cast.moderator, now=now + HOUR)
    post = only_post()
    assert post.answer_due_at == (due_at if counts else None)
    assert (post.tone, post.concerns, post.triaged_by) == (tone, ["political"], cast.moderator)
    assert not moves.triage(post, tone=tone, concerns=["political"], by=cast.deputy, now=now + 2 * HOUR)


def test_all_count_always_where_the_policy_says_so(account, body, cast, now):
    set_policy(body.central, {"posts_that_count": "all"}, by=None, now=now)
    due_at = due_of(account, now)
    moves.triage(only_post(), tone="positive", concerns=[], by=cast.moderator, now=now)
    assert only_post().answer_due_at == due_at


# --- what people do with a post ---


@pytest.fixture
def post(account, now):
    return factories.post(
        account, text=SECRET, author="Kari Nordmann", posted_at=now - 25 * HOUR, answer_due_at=now - HOUR
    )


@pytest.fixture
def flagged(post, now):
    unanswered(now)
    post.refresh_from_db()
    assert Flag.objects.open().filter(post=post).exists()
    return post


def test_closing_takes_no_text_and_closes_the_flag(flagged, cast, now):
    assert moves.close(flagged, outcome="answered", by=cast.moderator, now=now)
    post, flag = only_post(), Flag.objects.get(post=flagged)
    assert (post.outcome, post.closed_by, post.closed_at, post.outcome_note) == ("answered", cast.moderator, now, "")
    assert (flag.closed_at, flag.closed_by, flag.close_reason) == (now, cast.moderator, "post_closed")
    post.account.refresh_from_db()
    assert post.account.last_activity_at == now


def test_closing_twice_is_harmless_and_closing_otherwise_says_who_was_first(post, cast, now):
    moves.close(post, outcome="answered", by=cast.moderator, now=now)
    assert not moves.close(post, outcome="answered", by=cast.deputy, now=now + HOUR)
    with pytest.raises(PostConflict, match=r"Answered.*Mona Moderator"):
        moves.close(post, outcome="no_answer_needed", by=cast.deputy, now=now + HOUR)
    assert only_post().closed_by == cast.moderator
    assert AuditEvent.objects.filter(event="post.closed").count() == 1


def test_reopening_puts_clock_flag_and_ladder_back(flagged, cast, now):
    before = Post.objects.values("answer_due_at", "flagged_at", "ladder_step", "next_step_at").get()
    moves.close(flagged, outcome="no_answer_needed", note="Spam", by=cast.moderator, now=now)
    assert moves.reopen(flagged, by=cast.deputy, now=now + HOUR)
    assert not moves.reopen(flagged, by=cast.deputy, now=now + HOUR)
    assert Post.objects.values("answer_due_at", "flagged_at", "ladder_step", "next_step_at").get() == before
    assert (only_post().outcome, only_post().outcome_note) == ("", "")
    assert Flag.objects.open().filter(post=flagged).count() == 1


def test_a_reopened_post_is_not_closed_by_the_answer_it_was_reopened_after(account, cast, now):
    answered = Incoming("a", posted_at=now - DAY, answered_at=now - HOUR)
    take(account, now, answered)
    moves.reopen(only_post(), by=cast.moderator, now=now)
    assert take(account, now + HOUR, answered) == [(Result.UNCHANGED, "")]
    assert only_post().closed_at is None
    take(account, now + 3 * HOUR, Incoming("a", posted_at=now - DAY, answered_at=now + 2 * HOUR))
    assert only_post().outcome == "answered"


def test_what_a_person_closed_stays_as_they_closed_it(account, cast, now):
    take(account, now, Incoming("a", posted_at=now - DAY))
    moves.close(only_post(), outcome="referred_formal", by=cast.moderator, now=now)
    take(account, now + HOUR, Incoming("a", posted_at=now - DAY, answered_at=now + HOUR))
    assert only_post().outcome == "referred_formal"


def test_moving_the_deadline_takes_the_flag_down_until_the_new_one_has_passed(flagged, cast, now):
    later = now + 2 * DAY
    assert moves.move_deadline(flagged, to=later, reason="The council meets", by=cast.moderator, now=now)
    assert not moves.move_deadline(flagged, to=later, reason="The council meets", by=cast.moderator, now=now)
    post = only_post()
    assert (post.answer_due_at, post.flagged_at, post.ladder_step, post.next_step_at) == (later, None, 0, None)
    assert not Flag.objects.open().exists()
    assert unanswered(now + DAY)["flagged"] == 0
    assert unanswered(later)["flagged"] == 1
    flag = Flag.objects.get(post=post)
    assert (flag.closed_at, flag.raised_at) == (None, later)


def test_a_moved_deadline_stays_whatever_triage_says(flagged, cast, now):
    moves.move_deadline(flagged, to=now + DAY, reason="x", by=cast.moderator, now=now)
    moves.triage(flagged, tone="positive", concerns=[], by=cast.moderator, now=now)
    assert only_post().answer_due_at == now + DAY
    assert deadlines.follow_pauses(flagged.account, by=cast.moderator, now=now) == 0


def test_a_deadline_moves_ahead_with_a_reason_while_the_post_is_open(post, cast, now):
    with pytest.raises(ValidationError, match="ahead"):
        moves.move_deadline(post, to=now, reason="x", by=cast.moderator, now=now)
    with pytest.raises(ValidationError, match="why"):
        moves.move_deadline(post, to=now + HOUR, reason=" ", by=cast.moderator, now=now)
    moves.close(post, outcome="answered", by=cast.moderator, now=now)
    with pytest.raises(PostConflict):
        moves.move_deadline(post, to=now + HOUR, reason="x", by=cast.moderator, now=now)


def test_triage_that_lifts_the_duty_takes_the_flag_down(flagged, cast, now):
    moves.triage(flagged, tone="positive", concerns=[], by=cast.moderator, now=now)
    flag = Flag.objects.get(post=flagged)
    assert (flag.closed_at, flag.close_reason) == (now, "triaged")
    assert unanswered(now + DAY)["flagged"] == 0


def test_triage_that_keeps_the_duty_keeps_the_flag(flagged, cast, now):
    """Also where the sweep was run for a moment that lies ahead."""
    earlier = now - 3 * HOUR
    moves.triage(flagged, tone="question", concerns=[], by=cast.moderator, now=earlier)
    assert Flag.objects.open().filter(post=flagged).exists()


def test_concern_for_a_child_keeps_no_content_for_good(account, cast, now):
    item = Incoming("a", text=SECRET, author="Kari Nordmann", url="https://a.example/kari.nordmann/1", posted_at=now)
    take(account, now, item)
    moves.triage(only_post(), tone="question", concerns=["child"], by=cast.moderator, now=now)
    assert (only_post().text, only_post().author, only_post().content_removed_at) == ("", "", now)
    take(account, now + HOUR, item)
    moves.triage(only_post(), tone="question", concerns=[], by=cast.moderator, now=now + HOUR)
    take(account, now + 2 * HOUR, item)
    assert (only_post().text, only_post().author, only_post().url) == ("", "", "")


def test_the_trail_holds_what_was_done_but_not_what_was_written(flagged, cast, now):
    moves.triage(flagged, tone="negative", concerns=["child", "bullying"], by=cast.moderator, now=now)
    moves.move_deadline(flagged, to=now + DAY, reason="x", by=cast.moderator, now=now)
    moves.close(flagged, outcome="answered", by=cast.moderator, now=now)
    moves.reopen(flagged, by=cast.moderator, now=now)
    events = AuditEvent.objects.filter(subject_type="post", subject_id=str(flagged.pk))
    assert set(events.values_list("event", flat=True)) == {
        "post.triaged",
        "post.deadline_moved",
        "post.closed",
        "post.reopened",
    }
    triaged = events.get(event="post.triaged")
    assert (triaged.before["tone"], triaged.after["tone"]) == ("", "negative")
    everything = str(list(AuditEvent.objects.values()))
    assert "Kari" not in everything
    assert "my son" not in everything


def test_by_hand(account, cast, now):
    item = Incoming("hand-1", text="Said on the phone", posted_at=now)
    post, created = intake.register_by_hand(account, item, by=cast.moderator, now=now)
    assert (created, post.source) == (True, Post.Source.HAND)
    assert intake.register_by_hand(account, item, by=cast.moderator, now=now) == (post, False)
    assert AuditEvent.objects.filter(event="post.registered", actor_id=cast.moderator.pk).count() == 1
    with pytest.raises(ValidationError):
        intake.register_by_hand(account, Incoming("hand-2", url="no"), by=cast.moderator, now=now)
