"""Holding replies (D100): they count or not, by policy, once, and never past a deadline moved by hand."""

import datetime as dt

import pytest

from accounts.flags.models import Flag
from accounts.inbox import deadlines, moves
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import ingest
from accounts.inbox.models import Post
from accounts.inbox.moves import PostConflict
from accounts.inbox.sweeps import escalate, unanswered
from accounts.register.models import Pause
from governance.audit.models import AuditEvent
from governance.policy.models import set_policy
from tests import factories

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def post(account, now):
    return factories.post(account, posted_at=now - 2 * HOUR, answer_due_at=now + 22 * HOUR)


def hold(post, cast, now):
    done = moves.hold(post, by=cast.moderator, now=now)
    post.refresh_from_db()
    return done


def test_it_gives_the_full_answer_its_time(post, cast, now):
    assert hold(post, cast, now)
    assert (post.held_at, post.held_by, post.closed_at) == (now, cast.moderator, None)
    assert post.answer_due_at == now + 72 * HOUR
    event = AuditEvent.objects.get(event="post.held")
    assert set(event.after) == {"held_at", "answer_due_at"}


def test_twice_is_once(post, cast, now):
    hold(post, cast, now)
    assert not hold(post, cast, now + 5 * HOUR)
    assert post.answer_due_at == now + 72 * HOUR
    assert AuditEvent.objects.filter(event="post.held").count() == 1


def test_where_it_does_not_count_it_is_only_noted(post, cast, body, now):
    set_policy(body.central, {"holding_reply": "counts_not"}, by=cast.admin, now=now)
    assert hold(post, cast, now)
    assert (post.held_at, post.answer_due_at) == (now, now + 22 * HOUR)


def test_it_never_shortens(post, cast, body, now):
    set_policy(body.central, {"holding_hours": 1}, by=cast.admin, now=now)
    hold(post, cast, now)
    assert post.answer_due_at == now + 22 * HOUR


def test_a_pause_stops_its_clock_too_whenever_it_is_set(post, account, cast, now):
    hold(post, cast, now)
    Pause.objects.create(
        account=account, starts_at=now + HOUR, ends_at=now + 11 * HOUR, reason="Holiday", created_by=cast.moderator
    )
    deadlines.follow_pauses(account, by=cast.moderator, now=now)
    post.refresh_from_db()
    assert post.answer_due_at == now + 82 * HOUR


def test_a_triage_afterwards_keeps_the_time_it_gave(post, cast, now):
    hold(post, cast, now)
    moves.triage(post, tone="question", concerns=[], by=cast.moderator, now=now)
    post.refresh_from_db()
    assert post.answer_due_at == now + 72 * HOUR


def test_a_deadline_moved_by_hand_stays(post, cast, now):
    moves.move_deadline(post, to=now + 5 * HOUR, reason="Urgent", by=cast.moderator, now=now)
    hold(post, cast, now)
    assert (post.held_at, post.answer_due_at) == (now, now + 5 * HOUR)


def test_what_has_no_time_gets_none(account, cast, now):
    post = factories.post(account, answer_due_at=None)
    assert hold(post, cast, now)
    assert post.answer_due_at is None


def test_the_flag_is_withdrawn_the_ladder_starts_anew_and_climbs_again(post, cast, now):
    late = now + 30 * HOUR
    unanswered(late)
    escalate(late)
    post.refresh_from_db()
    assert post.ladder_step > 0
    hold(post, cast, late)
    assert (post.flagged_at, post.ladder_step, post.next_step_at) == (None, 0, None)
    assert Flag.objects.get().close_reason == Flag.Closed.HELD
    assert unanswered(late + 71 * HOUR)["flagged"] == 0
    assert unanswered(late + 73 * HOUR)["flagged"] == 1
    assert Flag.objects.get().closed_at is None


def test_a_reply_seen_on_the_platform_was_only_that(account, cast, now):
    """Open again, held at that reply's time; the next reply closes it."""
    asked = Incoming("a1", text="When?", posted_at=now)
    ingest(account, [asked], source=Post.Source.PLATFORM, now=now)
    replied = Incoming("a1", posted_at=now, answered_at=now + HOUR)
    ingest(account, [replied], source=Post.Source.PLATFORM, now=now + HOUR)
    post = Post.objects.get()
    assert hold(post, cast, now + 3 * HOUR)
    assert (post.closed_at, post.outcome, post.held_at) == (None, "", now + HOUR)
    assert post.answer_due_at == now + 73 * HOUR
    ingest(account, [replied], source=Post.Source.PLATFORM, now=now + 4 * HOUR)
    post.refresh_from_db()
    assert post.closed_at is None
    again = Incoming("a1", posted_at=now, answered_at=now + 2 * HOUR)
    ingest(account, [again], source=Post.Source.PLATFORM, now=now + 4 * HOUR)
    post.refresh_from_db()
    assert (post.outcome, post.closed_at) == ("answered", now + 2 * HOUR)


def test_one_holding_reply_after_another_gives_no_more_time(account, cast, now):
    post = factories.post(account, answer_due_at=now + 22 * HOUR)
    hold(post, cast, now)
    Post.objects.filter(pk=post.pk).update(outcome="answered", closed_at=now + 50 * HOUR)
    assert hold(post, cast, now + 51 * HOUR)
    assert (post.held_at, post.answer_due_at) == (now + 50 * HOUR, now + 72 * HOUR)


def test_the_flag_of_a_late_one_stands_again(post, cast, now):
    """Closed by a reply that was only a holding one, and its own time is over too."""
    unanswered(now + 23 * HOUR)
    Flag.objects.update(closed_at=now + 24 * HOUR, close_reason="post_closed")
    Post.objects.filter(pk=post.pk).update(outcome="answered", closed_at=now + 24 * HOUR)
    assert hold(post, cast, now + 200 * HOUR)
    assert post.is_overdue(now + 200 * HOUR)
    assert Flag.objects.get().closed_at is None


@pytest.mark.parametrize("outcome", ["answered", "no_answer_needed"])
def test_what_a_person_closed_is_not_held(post, cast, now, outcome):
    moves.close(post, outcome=outcome, by=cast.deputy, now=now)
    with pytest.raises(PostConflict, match="David Vara"):
        moves.hold(post, by=cast.moderator, now=now)
    assert not AuditEvent.objects.filter(event="post.held").exists()


def test_on_the_page(login, account, post, cast):
    factories.assign(account, cast.moderator)
    client = login(cast.moderator)
    assert "A holding reply is sent" in client.get(post.get_absolute_url()).content.decode()
    url = f"{post.get_absolute_url()}hold/"
    assert client.get(url).status_code == 405
    page = client.post(url, follow=True).content.decode()
    assert "The holding reply is noted" in page
    assert "A holding reply was sent on" in page
    assert "done already" in client.post(url, follow=True).content.decode()
    assert login(cast.archivist).post(url).status_code == 403
    assert login(cast.stranger).post(url).status_code == 404


def test_the_page_offers_it_for_a_reply_seen_on_the_platform(login, account, post, cast, now):
    factories.assign(account, cast.moderator)
    Post.objects.filter(pk=post.pk).update(outcome="answered", closed_at=now)
    client = login(cast.moderator)
    assert "That was only a holding reply" in client.get(post.get_absolute_url()).content.decode()
    client.post(f"{post.get_absolute_url()}hold/")
    post.refresh_from_db()
    assert post.closed_at is None
    moves.close(post, outcome="answered", by=cast.moderator, now=now)
    assert "That was only a holding reply" not in client.get(post.get_absolute_url()).content.decode()
