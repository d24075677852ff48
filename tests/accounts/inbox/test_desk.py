"""What surrounds one post: its thread, who has it, who looks at it, the list it came from."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.inbox import moves
from accounts.inbox.models import Looking, Post, Reply
from accounts.inbox.views.desk import thread_of
from accounts.register.choices import Part
from governance.notices.models import Notice
from tests import factories

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def said(account, name, minute, parent="", **fields):
    at = factories.YESTERDAY + minute * MINUTE
    fields = {"text": f"Said {name}", "remote_id": name, "parent_id": parent, "posted_at": at, **fields}
    return factories.post(account, thread_id="thread", **fields)


def replied(account, name, minute, parent, **fields):
    at = factories.YESTERDAY + minute * MINUTE
    return Reply.objects.create(
        account=account, thread_id="thread", remote_id=name, parent_id=parent, text=name, posted_at=at, **fields
    )


# --- the thread ---


def test_a_thread_in_order_answers_under_what_they_answer(account, crew):
    first = said(account, "a", 1)
    said(account, "b", 2)
    replied(account, "our answer to a", 3, "a")
    said(account, "thanks", 4, "our answer to a")
    said(account, "under nothing we know", 5, "elsewhere")
    rows = thread_of(first, crew.moderator)["rows"]
    seen = [(row["said"].remote_id, row["depth"], row["ours"], row["current"]) for row in rows]
    assert seen == [
        ("a", 0, False, True),
        ("our answer to a", 1, True, False),
        ("thanks", 2, False, False),
        ("b", 0, False, False),
        ("under nothing we know", 0, False, False),
    ]


def test_a_circle_of_answers_is_shown_all_the_same(account, crew):
    one = said(account, "a", 1, parent="b")
    said(account, "b", 2, parent="a")
    said(account, "self", 3, parent="self")
    assert len(thread_of(one, crew.moderator)["rows"]) == 3


def test_other_accounts_and_other_threads_stay_out(account, body, facebook, crew):
    one = said(account, "a", 1)
    said(factories.account(unit=body.nordvik, platform=facebook), "elsewhere", 2)
    factories.post(account, thread_id="another")
    assert thread_of(one, crew.moderator) == {"rows": [], "more": False}
    assert thread_of(factories.post(account), crew.moderator)["rows"] == []


def test_a_long_thread_is_cut_around_the_post(account, crew, login, django_assert_num_queries):
    posts = [said(account, f"n{number}", number) for number in range(80)]
    middle = posts[40]
    middle.url = "https://facebook.com/n40"
    middle.save()
    with django_assert_num_queries(4):
        thread = thread_of(middle, crew.moderator)
    assert [row["said"].remote_id for row in thread["rows"]] == [f"n{number}" for number in range(15, 66)]
    assert thread["more"]
    page = login(crew.moderator).get(f"/posts/{middle.pk}/").content.decode()
    assert "read the rest on the platform" in page


def test_what_is_removed_says_so_and_shows_nothing(account, crew, login):
    one = said(account, "a", 1)
    said(account, "gone", 2, text="Secret words", removed_at=factories.YESTERDAY)
    said(account, "child", 3, text="", content_removed_at=factories.YESTERDAY)
    page = login(crew.moderator).get(f"/posts/{one.pk}/").content.decode()
    assert "Removed on the platform" in page
    assert "Secret words" not in page
    assert "is removed and is not kept here" in page
    assert page.count('aria-current="true"') >= 1


# --- who looks ---


def test_others_are_told_who_looks(account, crew, login):
    post = factories.post(account)
    login(crew.deputy).get(f"/posts/{post.pk}/")
    for path in (f"/posts/{post.pk}/", f"/posts/{post.pk}/desk/", "/inbox/"):
        assert "David Vara looks at it too" in login(crew.moderator).get(path).content.decode()
    assert "Mona Moderator looks" not in login(crew.moderator).get("/inbox/").content.decode()
    Looking.objects.update(seen_at=timezone.now() - 6 * MINUTE)
    assert "looks at it too" not in login(crew.moderator).get("/inbox/").content.decode()


def test_looking_is_written_once_a_minute_and_old_traces_go(account, crew, login):
    old, post = factories.post(account), factories.post(account)
    Looking.objects.create(post=old, person=crew.moderator, seen_at=timezone.now() - 2 * HOUR)
    client = login(crew.moderator)
    client.get(f"/posts/{post.pk}/")
    first = Looking.objects.get().seen_at
    client.get(f"/posts/{post.pk}/desk/")
    assert Looking.objects.get().seen_at == first
    Looking.objects.update(seen_at=first - 2 * MINUTE)
    client.get(f"/posts/{post.pk}/desk/")
    assert Looking.objects.get().seen_at >= first


def test_who_may_only_read_leaves_no_trace(account, crew, login):
    post = factories.post(account)
    page = login(crew.archivist).get(f"/posts/{post.pk}/").content.decode()
    assert not Looking.objects.exists()
    assert "Take on" not in page
    assert "Hand over" not in page


# --- claims on the page ---


def test_take_on_release_and_hand_over(account, crew, login):
    post = factories.post(account)
    client = login(crew.moderator)
    page = client.post(f"/posts/{post.pk}/claim/", follow=True).content.decode()
    assert "You have taken it on." in page
    assert "Release" in page
    page = login(crew.deputy).get(f"/posts/{post.pk}/").content.decode()
    assert "Mona Moderator has taken it on" in page
    assert "Close the post" in page  # a warning, no more
    refused = login(crew.deputy).post(f"/posts/{post.pk}/claim/", follow=True).content.decode()
    assert "Mona Moderator has taken it on." in refused
    client = login(crew.moderator)
    assert "Choose to whom" in client.post(f"/posts/{post.pk}/hand-over/", {"to": "0"}, follow=True).content.decode()
    page = client.post(f"/posts/{post.pk}/hand-over/", {"to": crew.deputy.pk}, follow=True).content.decode()
    assert "The post is handed over to David Vara." in page
    assert "Post handed over: David Vara" in page  # the history
    assert Notice.objects.get().person == crew.deputy
    refused = client.post(f"/posts/{post.pk}/release/", follow=True).content.decode()
    assert "David Vara has taken it on." in refused
    assert "The post is released." in (
        login(crew.deputy).post(f"/posts/{post.pk}/release/", follow=True).content.decode()
    )
    assert Post.objects.get().claimed_by is None


@pytest.mark.parametrize("verb", ["claim", "release", "hand-over"])
def test_who_may_not(account, crew, login, verb):
    post = factories.post(account)
    assert login(crew.archivist).post(f"/posts/{post.pk}/{verb}/").status_code == 403
    assert login(crew.stranger).post(f"/posts/{post.pk}/{verb}/").status_code == 404
    assert login(crew.moderator).get(f"/posts/{post.pk}/{verb}/").status_code == 405


# --- the list it came from ---


def test_before_and_after_in_the_list_one_came_from(account, crew, login):
    now = timezone.now()
    kinds = ["comment", "review", "comment", "comment"]
    posts = [
        factories.post(account, kind=kind, answer_due_at=now + number * HOUR) for number, kind in enumerate(kinds, 1)
    ]
    client = login(crew.moderator)
    page = client.get(f"/posts/{posts[2].pk}/?from=kind%3Dcomment")
    assert (page.context["previous_id"], page.context["next_id"]) == (posts[0].pk, posts[3].pk)
    assert f'href="/inbox/?kind=comment#post-{posts[2].pk}"' in page.content.decode()
    # Closed, it has left the list; the way on is the list's first, although the form led back without the choice.
    moves.close(posts[2], outcome="answered", by=crew.moderator, now=now)
    page = client.get(f"/posts/{posts[2].pk}/")
    assert (page.context["previous_id"], page.context["next_id"]) == (None, posts[0].pk)
    page = client.get(f"/posts/{posts[3].pk}/?from=")
    assert (page.context["previous_id"], page.context["next_id"]) == (posts[1].pk, None)


def test_nonsense_as_the_list_one_came_from(account, crew, login):
    post = factories.post(account)
    page = login(crew.moderator).get(f"/posts/{post.pk}/", {"from": "account=x&scope=<b>&page=9&since=1" + "x" * 900})
    assert page.status_code == 200
    assert page.context["came_from"] == ""
