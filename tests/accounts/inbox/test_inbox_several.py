"""Several posts at once: done where one may, said where not, undone together."""

import pytest
from django.utils import timezone

from accounts.inbox import claims, moves
from accounts.inbox.models import Post
from accounts.register.choices import Part
from tests import factories


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator)
    return cast


@pytest.fixture
def three(account):
    return [factories.post(account, text=f"Post {number}") for number in (1, 2, 3)]


def do(client, what, posts, **more):
    return client.post("/inbox/several/", {"what": what, "post": [post.pk for post in posts], **more}, follow=True)


def test_several_are_taken_on_and_those_that_cannot_be_are_named(login, crew, three):
    claims.claim(three[1], by=crew.deputy, now=timezone.now())
    page = do(login(crew.moderator), "claim", three).content.decode()
    assert "2 posts: done." in page
    assert "Not done: “Post 2” – David Vara has taken it on." in page
    page = do(login(crew.moderator), "release", three[:1]).content.decode()
    assert "1 post: done." in page


def test_closing_several_asks_first_and_undo_opens_exactly_those(login, crew, three):
    moves.close(three[0], outcome="answered", by=crew.deputy, now=timezone.now())
    client = login(crew.moderator)
    page = do(client, "close:no_answer_needed", three).content.decode()
    assert "Close 3 posts?" in page
    assert Post.objects.open().count() == 2
    page = do(client, "close:no_answer_needed", three, sure="yes").content.decode()
    assert "2 posts: done." in page
    assert "The post was closed already: Answered (David Vara)." in page
    assert "You closed 2 posts." in page
    # One of them has gone another way since: that is not undone.
    moves.reopen(three[1], by=crew.deputy, now=timezone.now())
    moves.close(three[1], outcome="answered", by=crew.deputy, now=timezone.now())
    assert "1 post: done." in do(client, "undo", []).content.decode()
    assert list(Post.objects.open()) == [three[2]]
    assert "You closed" not in do(client, "undo", []).content.decode()


def test_one_is_closed_without_asking_and_the_way_leads_to_the_next_row(login, crew, three):
    client = login(crew.moderator)
    shown = [post.pk for post in three]
    answer = do(client, "close:no_answer_needed", three[1:2], shown=shown, query="kind=comment")
    assert answer.redirect_chain[-1][0] == f"/inbox/?kind=comment#post-{three[2].pk}"
    answer = client.post("/inbox/several/", {"one": f"claim:{three[2].pk}", "what": "close:answered", "shown": shown})
    assert answer.url == f"/inbox/?#post-{three[0].pk}"
    assert Post.objects.get(pk=three[2].pk).claimed_by == crew.moderator


def test_what_was_refused_is_read_at_the_top_and_leaves_the_undo_of_before(login, crew, three):
    client = login(crew.moderator)
    shown = [post.pk for post in three]
    do(client, "close:no_answer_needed", three[:1], shown=shown)
    moves.triage(three[1], tone="question", concerns=[], by=crew.moderator, now=timezone.now())
    answer = do(client, "close:no_answer_needed", three[1:2], shown=shown)
    assert answer.redirect_chain[-1][0] == "/inbox/?"
    page = answer.content.decode()
    assert "Say why it is left without an answer." in page
    assert "You closed 1 post." in page


def test_all_on_this_page_without_javascript(login, crew, three, account):
    factories.post(account, text="On the next page")
    client = login(crew.moderator)
    client.post("/inbox/several/", {"what": "tone:positive", "all": "on", "shown": [post.pk for post in three]})
    assert Post.objects.filter(tone="positive").count() == 3


def test_saying_what_several_are_keeps_what_they_touch(login, crew, three):
    moves.triage(three[0], tone="question", concerns=["political"], by=crew.moderator, now=timezone.now())
    do(login(crew.moderator), "tone:negative", three)
    three[0].refresh_from_db()
    assert (three[0].tone, three[0].concerns) == ("negative", ["political"])


def test_several_are_handed_over_to_somebody_who_answers_there(login, crew, account, three):
    factories.assign(account, crew.deputy, Part.DEPUTY)
    client = login(crew.moderator)
    page = do(client, "hand_over", three[:2]).content.decode()
    assert "David Vara" in page
    assert "Stine Sør" not in page
    answer = do(client, "hand_over", three[:2], to=crew.stranger.pk)
    assert answer.status_code == 422
    assert "2 posts: done." in do(client, "hand_over", three[:2], to=crew.deputy.pk).content.decode()
    assert Post.objects.filter(claimed_by=crew.deputy).count() == 2


@pytest.mark.parametrize("what", ["", "nonsense", "close:removed", "close:", "tone:angry", "claim:1"])
def test_a_deed_that_is_none(login, crew, three, what):
    page = do(login(crew.moderator), what, three).content.decode()
    assert "Choose posts, and what to do with them." in page
    assert Post.objects.filter(tone="", closed_at=None, claimed_by=None).count() == 3


def test_what_one_may_not_see_or_not_answer_stays_as_it_is(login, crew, three, body, facebook):
    hidden = factories.post(factories.account(unit=body.sorvik, platform=facebook), text="Hidden words")
    page = do(login(crew.moderator), "claim", [hidden]).content.decode()
    assert "Choose posts" in page
    assert "Hidden words" not in page
    assert login(crew.archivist).post("/inbox/several/", {"what": "claim"}).status_code == 403
    factories.assign(hidden.account, crew.archivist)  # sees all, answers on one
    page = do(login(crew.archivist), "claim", [hidden, three[0]]).content.decode()
    assert "1 post: done." in page
    assert "you do not answer for this account" in page
    assert Post.objects.filter(claimed_by=None).count() == 3
