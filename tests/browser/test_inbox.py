"""The inbox as a working place in a real browser: by keyboard, live, on a phone, without JavaScript."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.inbox import claims, moves
from accounts.inbox.models import Looking, Post
from accounts.register.choices import Part
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def posts(cast, account):
    """Four open posts, the most urgent first; the third belongs to a thread and is the deputy's."""
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    now = timezone.now()
    made = [
        factories.post(
            account,
            text=f"Question {number}: when does the open day begin, and may parents come along?",
            author="Kari Nordmann",
            answer_due_at=now + (number - 2) * HOUR,
            thread_id="t" if number > 2 else "",
            remote_id=f"r{number}",
            parent_id="r3" if number == 4 else "",
        )
        for number in (1, 2, 3, 4)
    ]
    claims.claim(made[2], by=cast.deputy, now=now)
    return made


def refresh(page):
    """What the clock does every thirty seconds, now."""
    page.locator("#list").dispatch_event("refresh")


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def test_a_day_by_keyboard_alone(visit, cast, posts):
    visitor = visit(cast.moderator)
    page = visitor.go("/inbox/")
    first, second, third, _fourth = (post.pk for post in posts)
    page.keyboard.press("j")  # outside the list a letter means nothing
    assert focused(page) == ""
    page.locator("#posts").focus()
    for key, at in [("j", first), ("j", second), ("ArrowDown", third), ("k", second), ("ArrowUp", first)]:
        page.keyboard.press(key)
        assert focused(page) == f"post-{at}"
    page.keyboard.press("?")
    assert page.locator("#keys").get_attribute("open") is not None
    page.locator(f"#post-{first}").focus()
    page.keyboard.press("x")
    assert page.locator(f"#box-{first}").is_checked()
    with page.expect_navigation():
        page.keyboard.press("c")
    visitor.settle()
    assert focused(page) == f"post-{second}"  # the next row
    assert Post.objects.get(pk=first).claimed_by == cast.moderator
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.settle()
    assert page.url.endswith(f"/posts/{second}/?from=scope%3Dmine")
    with page.expect_navigation():
        page.keyboard.press("j")
    assert f"/posts/{third}/" in visitor.settle().url
    assert "David Vara has taken it on" in page.locator("#who").inner_text()
    page.locator("[name=close-note]").fill("junk")  # in a field the letters are letters
    page.locator("[name=close-note]").press("u")
    assert "/posts/" in page.url
    page.locator("#main").focus()
    with page.expect_navigation():
        page.keyboard.press("u")
    visitor.settle()
    assert focused(page) == f"post-{third}"


def test_the_keys_work_on_after_a_deed_on_the_post_and_what_was_done_is_seen(visit, cast, posts):
    visitor = visit(cast.moderator, width=360)
    page = visitor.go(f"/posts/{posts[0].pk}/?from=")
    for said in ("You have taken it on.", "The post is released."):
        with page.expect_navigation():
            page.keyboard.press("c")
        visitor.settle()
        message = page.get_by_text(said).bounding_box()
        assert 0 <= message["y"] < 640
        assert focused(page) == "main"


def test_new_posts_arrive_without_reloading(visit, cast, account, posts):
    visitor = visit(cast.moderator)
    page = visitor.go("/inbox/")
    second = posts[1].pk
    page.evaluate("window.untouched = true")
    page.locator(f"#box-{second}").check()
    page.locator(f"#post-{second}").focus()
    moves.close(posts[0], outcome="answered", by=cast.deputy, now=timezone.now())
    for number in (1, 2):
        factories.post(account, text=f"Newly come {number}", answer_due_at=timezone.now() + number * HOUR / 4)
    refresh(page)
    page.get_by_text("2 new posts").wait_for()
    assert page.get_by_role("link", name="Newly come 1").count() == 1
    assert page.locator("[data-row]").count() == 5
    assert page.locator(f"#box-{second}").is_checked()
    assert focused(page) == f"post-{second}"
    assert page.evaluate("window.untouched")
    visitor.settle()


def test_it_can_be_halted_and_stays_so(visit, cast, account, posts):
    page = visit(cast.moderator).go("/inbox/")
    page.get_by_label("The list updates itself").uncheck()
    page.reload()
    assert not page.get_by_label("The list updates itself").is_checked()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert asked == []
    with page.expect_response(lambda response: "after=" in response.url):
        page.get_by_label("The list updates itself").check()


def test_when_the_session_is_over_the_list_says_so(visit, cast, posts):
    visitor = visit(cast.moderator)
    page = visitor.go("/inbox/")
    page.context.clear_cookies()
    refresh(page)
    page.get_by_text("You are no longer logged in").wait_for()
    assert page.locator("[data-row]").count() == 4
    assert page.locator("h1").inner_text() == "Inbox"
    visitor.settle()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert asked == []


def test_an_open_post_tells_who_has_come_and_that_the_session_is_over(visit, cast, posts):
    visitor = visit(cast.moderator)
    page = visitor.go(f"/posts/{posts[0].pk}/?from=")
    Looking.objects.create(post=posts[0], person=cast.deputy)
    claims.claim(posts[0], by=cast.principal, now=timezone.now())
    page.locator("#who").dispatch_event("refresh")
    page.get_by_text("David Vara looks at it too").wait_for()
    assert "Reidun Rektor has taken it on" in page.locator("#who").inner_text()
    page.context.clear_cookies()
    page.locator("#who").dispatch_event("refresh")
    page.get_by_text("You are no longer logged in").wait_for()
    visitor.settle()


@pytest.mark.parametrize("javascript", [True, False])
def test_several_at_once_and_back(visit, cast, posts, javascript):
    visitor = visit(cast.moderator, javascript=javascript)
    page = visitor.go("/inbox/")
    page.locator("#box-all").check()
    page.locator("[name=what]").select_option("close:no_answer_needed")
    visitor.press("Do it")
    assert page.locator("h1").inner_text() == "Close 4 posts?"
    visitor.press("Close as “No answer needed”")
    assert "4 posts: done." in page.locator("main").inner_text()
    assert Post.objects.open().count() == 0
    visitor.press("Undo: open again")
    assert Post.objects.open().count() == 4


def test_without_javascript(visit, cast, posts):
    visitor = visit(cast.moderator, javascript=False)
    page = visitor.go("/inbox/")
    assert not page.get_by_label("The list updates itself").is_visible()
    visitor.press("Take on")
    assert Post.objects.get(pk=posts[0].pk).claimed_by == cast.moderator
    visitor.click(page.locator(f"#post-{posts[0].pk}"))
    visitor.press("Next post")
    visitor.press("Back to the list")
    page.get_by_text("Search and choose").click()
    page.get_by_label("Search").fill("Question 4")
    visitor.press("Show")
    assert page.locator("[data-row]").count() == 1


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 360), (True, 320)])
def test_how_it_looks(visit, cast, posts, dark, width):
    visitor = visit(cast.moderator, dark=dark, width=width)
    for path in ("/inbox/", "/inbox/?kind=comment&claimed=yes", f"/posts/{posts[3].pk}/?from=scope%3Dmine"):
        page = visitor.go(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page = visitor.go("/inbox/")
    for target in page.locator(".worklist button, .worklist .choose, .deeds button, .deeds select").all():
        if width < 400:
            assert target.bounding_box()["height"] >= 40
