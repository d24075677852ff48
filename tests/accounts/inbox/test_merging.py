"""Two posts that slipped in and are one: merged, with their history, one flag and one clock."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.inbox import claims, doubles, moves
from accounts.inbox.models import Looking, Post, Removal
from accounts.inbox.moves import PostConflict
from accounts.inbox.sweeps import unanswered
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    return cast


@pytest.fixture
def typed(account, now):
    return factories.post(
        account, remote_id="hand-1", text="When?", posted_at=now - 2 * HOUR, answer_due_at=now + 22 * HOUR
    )


@pytest.fixture
def fetched(account, now, typed):
    return factories.post(
        account,
        remote_id="77",
        source="platform",
        text="When do you open?",
        author="Kari Nordmann",
        posted_at=now - 3 * HOUR,
        answer_due_at=now + 21 * HOUR,
    )


def test_the_first_is_kept_with_what_is_known_better_and_the_earlier_clock(typed, fetched, crew, now):
    claims.claim(fetched, by=crew.moderator, now=now)
    moves.triage(typed, tone="question", concerns=["political"], by=crew.moderator, now=now)
    kept = doubles.merge(fetched, typed, by=crew.moderator, now=now)
    post = Post.objects.get()
    assert kept.pk == post.pk == typed.pk
    assert (post.remote_id, post.source, post.author) == ("77", "platform", "Kari Nordmann")
    assert (post.posted_at, post.answer_due_at) == (now - 3 * HOUR, now + 21 * HOUR)
    assert (post.claimed_by, post.tone, post.concerns) == (crew.moderator, "question", ["political"])
    history = {event.event for event in doubles.trail_of(post, 100)}
    assert history == {"post.claimed", "post.triaged", "post.merged"}


@pytest.mark.parametrize("which", ["typed", "fetched", "both"])
def test_one_flag_stays(typed, fetched, crew, now, which):
    late = {"answer_due_at": now - HOUR, "posted_at": now - 25 * HOUR}
    Post.objects.filter(remote_id__in={"typed": ["hand-1"], "fetched": ["77"]}.get(which, ["hand-1", "77"])).update(
        **late
    )
    unanswered(now)
    before = Flag.objects.open().count()
    doubles.merge(typed, fetched, by=crew.moderator, now=now)
    assert Flag.objects.open().get().post == typed
    assert AuditEvent.objects.filter(event="flag.closed").count() == before - 1
    unanswered(now + HOUR)
    assert Flag.objects.count() == 1
    assert Post.objects.get().flagged_at == now


def test_what_is_closed_is_closed_for_both_and_the_flag_with_it(typed, fetched, crew, now):
    Post.objects.filter(pk=typed.pk).update(answer_due_at=now - HOUR)
    unanswered(now)
    moves.close(fetched, outcome="answered", note="By phone", by=crew.moderator, now=now)
    doubles.merge(typed, fetched, by=crew.moderator, now=now + HOUR)
    post = Post.objects.get()
    assert (post.outcome, post.closed_by, post.closed_at, post.outcome_note) == (
        "answered",
        crew.moderator,
        now,
        "By phone",
    )
    assert not Flag.objects.open().exists()


def test_an_end_from_before_the_other_was_said_does_not_close_it(typed, fetched, crew, now):
    Post.objects.filter(pk=typed.pk).update(posted_at=now + HOUR)
    moves.close(fetched, outcome="answered", by=crew.moderator, now=now)
    doubles.merge(typed, fetched, by=crew.moderator, now=now + 2 * HOUR)
    assert Post.objects.get().closed_at is None


def test_what_was_removed_stays_so_and_in_its_log(typed, fetched, crew, now):
    moves.remove(fetched, reason="offensive", by=crew.moderator, now=now)
    doubles.merge(typed, fetched, by=crew.moderator, now=now)
    post = Post.objects.get()
    assert (post.text, post.author, post.outcome) == ("", "", "removed")
    assert Removal.objects.get().post == post


def test_what_the_platform_tells_apart_is_not_merged(typed, fetched, crew, now):
    Post.objects.update(source="platform")
    with pytest.raises(PostConflict):
        doubles.merge(typed, fetched, by=crew.moderator, now=now)
    assert Post.objects.count() == 2


def test_nothing_that_points_at_a_post_is_forgotten():
    """Who adds a table that does says in `doubles` what becomes of it."""
    pointing = {relation.related_model for relation in Post._meta.related_objects}
    assert pointing == {Flag, Removal, Looking, Post}


def test_on_the_page_the_other_is_shown_before_and_again_is_harmless(typed, fetched, crew, login):
    client = login(crew.moderator)
    page = f"/posts/{fetched.pk}/merge/"
    assert page in client.get(f"/posts/{fetched.pk}/").content.decode()
    assert client.get(page).status_code == 200
    asked = client.post(page, {"other": f"https://portal.example/posts/{typed.pk}/?from=x"})
    assert "This cannot be undone" in asked.content.decode()
    assert Post.objects.count() == 2
    sure = {"other": typed.pk, "sure": typed.pk}
    for words in ("The two posts are one now.", "They are one post already."):
        answer = client.post(page, sure, follow=True)
        assert words in answer.content.decode()
        assert answer.redirect_chain[-1][0] == f"/posts/{typed.pk}/"
    assert client.get(f"/posts/{fetched.pk}/").url == f"/posts/{typed.pk}/"


@pytest.mark.parametrize("other", ["", "x", "0", "99999999", "9" * 40, "itself", "another account's"])
def test_another_choice_is_refused_and_kept(typed, fetched, crew, login, body, facebook, other):
    elsewhere = factories.post(factories.account(unit=body.nordvik, platform=facebook))
    said = {"itself": str(typed.pk), "another account's": str(elsewhere.pk)}.get(other, other)
    answer = login(crew.moderator).post(f"/posts/{typed.pk}/merge/", {"other": said, "sure": said})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Post.objects.count() == 3


def test_another_than_the_one_that_was_shown_is_shown_first(typed, fetched, crew, login, account):
    third = factories.post(account, remote_id="hand-3", text="Something else")
    answer = login(crew.moderator).post(f"/posts/{fetched.pk}/merge/", {"other": third.pk, "sure": typed.pk})
    assert "Something else" in answer.content.decode()
    assert Post.objects.count() == 3


def test_strangers_find_nothing_and_readers_may_not(typed, fetched, cast, login, now):
    assert login(cast.stranger).get(f"/posts/{typed.pk}/merge/").status_code == 404
    doubles.merge(typed, fetched, by=cast.moderator, now=timezone.now())
    assert login(cast.stranger).get(f"/posts/{fetched.pk}/").status_code == 404


def test_what_followed_one_of_them_in_its_conversation_is_not_left_behind(account, crew, now):
    """Each of the two had a conversation of its own: what waits in the other one stands for itself then."""
    said = {"source": "api", "matter": "by name", "posted_at": now - 3 * HOUR, "answer_due_at": now + HOUR}
    kept = factories.post(account, remote_id="api-1", **said)
    further = factories.post(account, remote_id="api-2", first=kept, **said)
    read = factories.post(account, remote_id="77", **said | {"source": "platform", "matter": "by id"})
    assert doubles.merge(kept, read, by=crew.moderator, now=now) == kept
    moves.close(Post.objects.get(pk=kept.pk), outcome="answered", by=crew.moderator, now=now)
    further.refresh_from_db()
    assert (further.closed_at, further.first) == (None, None)
    assert list(account.posts.open().standing_alone()) == [further]


def test_what_followed_the_one_that_is_gone_still_waits_as_one_conversation(account, crew, now):
    said = {"source": "api", "posted_at": now - 3 * HOUR, "answer_due_at": now + HOUR}
    kept = factories.post(account, remote_id="77", **said | {"source": "platform", "matter": "by id"})
    gone = factories.post(account, remote_id="api-1", matter="by name", **said)
    second, third = (
        factories.post(account, remote_id=f"api-{number}", matter="by name", first=gone, **said) for number in (2, 3)
    )
    doubles.merge(kept, gone, by=crew.moderator, now=now)
    assert set(account.posts.open().standing_alone()) == {kept, second}
    third.refresh_from_db()
    assert third.first == second
