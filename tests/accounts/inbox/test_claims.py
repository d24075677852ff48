"""Claim, release, hand over: the verbs."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.inbox import claims, moves
from accounts.inbox.models import Post
from accounts.inbox.moves import PostConflict
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.absences import Absence
from tests import factories

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


@pytest.fixture
def post(account):
    return factories.post(account)


def held_by(post, at):
    """As the row says and as the query says, which must agree."""
    found = Post.objects.select_related("claimed_by").get(pk=post.pk)
    holder = claims.holder(found, at)
    assert Post.objects.filter(claims.live(at), pk=post.pk).exists() is (holder is not None)
    return holder


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("event", "actor_name"))


def test_the_first_has_it_and_the_second_is_told_who(post, crew, now):
    assert claims.claim(post, by=crew.moderator, now=now) is True
    with pytest.raises(PostConflict, match="Mona Moderator has taken it on"):
        claims.claim(post, by=crew.deputy, now=now)
    assert held_by(post, now) == crew.moderator
    assert events() == [("post.claimed", "Mona Moderator")]


def test_taking_on_twice_counts_anew(post, crew, now):
    claims.claim(post, by=crew.moderator, now=now)
    assert claims.claim(post, by=crew.moderator, now=now + 7 * HOUR) is False
    assert held_by(post, now + 14 * HOUR) == crew.moderator
    assert len(events()) == 1


def test_a_claim_lapses_after_eight_hours_without_anything_done(post, crew, now):
    claims.claim(post, by=crew.moderator, now=now)
    assert held_by(post, now + 8 * HOUR - MINUTE) == crew.moderator
    assert held_by(post, now + 8 * HOUR) is None
    assert claims.claim(post, by=crew.deputy, now=now + 8 * HOUR) is True


def test_what_its_holder_does_keeps_the_claim_and_what_others_do_does_not(post, crew, now):
    claims.claim(post, by=crew.moderator, now=now)
    moves.triage(post, tone="question", concerns=[], by=crew.deputy, now=now + 2 * HOUR)
    assert held_by(post, now + 9 * HOUR) is None
    moves.triage(post, tone="negative", concerns=[], by=crew.moderator, now=now + 7 * HOUR)
    assert held_by(post, now + 14 * HOUR) == crew.moderator


def test_a_claim_forbids_nobody_to_answer_and_ends_with_the_post(post, crew, now):
    claims.claim(post, by=crew.moderator, now=now)
    assert moves.close(post, outcome="answered", by=crew.deputy, now=now + MINUTE)
    assert held_by(post, now + MINUTE) is None
    with pytest.raises(PostConflict, match="The post is closed: Answered"):
        claims.claim(post, by=crew.moderator, now=now + MINUTE)
    moves.reopen(post, by=crew.deputy, now=now + HOUR)
    assert held_by(post, now + HOUR) is None
    assert claims.claim(post, by=crew.deputy, now=now + HOUR) is True


def test_a_post_that_was_reopened_can_be_taken_on(post, crew, now):
    """Columns that are empty on one side only must not make the condition unknown."""
    moves.close(post, outcome="answered", by=crew.deputy, now=now)
    moves.reopen(post, by=crew.deputy, now=now)
    assert claims.claim(post, by=crew.moderator, now=now + MINUTE) is True
    assert held_by(post, now + MINUTE) == crew.moderator


def test_only_its_holder_releases(post, crew, now):
    assert claims.release(post, by=crew.moderator, now=now) is False
    claims.claim(post, by=crew.moderator, now=now)
    with pytest.raises(PostConflict, match="Mona Moderator"):
        claims.release(post, by=crew.deputy, now=now)
    assert claims.release(post, by=crew.moderator, now=now) is True
    assert claims.release(post, by=crew.moderator, now=now) is False
    assert held_by(post, now) is None
    assert [event for event, _name in events()] == ["post.claimed", "post.released"]


def test_handing_over_tells_the_new_holder_once(post, crew, now):
    claims.claim(post, by=crew.moderator, now=now)
    assert claims.hand_over(post, to=crew.deputy, by=crew.moderator, now=now) is True
    assert claims.hand_over(post, to=crew.deputy, by=crew.moderator, now=now) is False
    assert held_by(post, now) == crew.deputy
    notice = Notice.objects.get()
    assert (notice.person, notice.event, notice.path) == (crew.deputy, "post_handed_over", f"/posts/{post.pk}/")
    assert AuditEvent.objects.get(event="post.handed_over").after == {"to": "David Vara"}


def test_to_whom_it_can_be_handed_over(post, account, crew, now):
    names = [person.name for person in claims.candidates([account.pk], now)]
    assert names == ["David Vara", "Mona Moderator", "Reidun Rektor"]
    Absence.objects.create(person=crew.deputy, starts_at=now - HOUR, ends_at=now + HOUR, registered_by=crew.deputy)
    assert crew.deputy not in claims.candidates([account.pk], now)
    for to in (crew.deputy, crew.stranger, crew.archivist):
        with pytest.raises(ValidationError, match="does not answer"):
            claims.hand_over(post, to=to, by=crew.moderator, now=now)
    assert held_by(post, now) is None


def test_a_closed_post_is_not_handed_over(post, crew, now):
    moves.close(post, outcome="answered", by=crew.moderator, now=now)
    with pytest.raises(PostConflict, match="closed"):
        claims.hand_over(post, to=crew.deputy, by=crew.moderator, now=now)
    assert not Notice.objects.exists()
