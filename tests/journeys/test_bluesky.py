"""A question on Bluesky, from the app password to the answer: real servers of the network, and a real Chromium.

An editor connects the account; a citizen asks on Bluesky; whoever is on duty is told by mail; 24 hours pass; the post
is flagged; the deputy takes over; the body answers on Bluesky, and the portal sees so by itself. Then the answer is
deleted there. Each step is looked at in the database and on the page, and every page is checked by axe.
"""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import localize

from accounts.duty.roster import on_duty
from accounts.flags.models import Flag
from accounts.inbox.models import Post
from accounts.platforms.models import Connection
from accounts.register.choices import Part
from governance.calendar.hours import next_sending_time
from governance.platforms.models import Platform
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTES, HOURS = dt.timedelta(minutes=10), dt.timedelta(hours=26)


class PortalClock:
    """What the portal takes for now. The network's own clock cannot be moved: the portal's begins a day behind it."""

    def __init__(self):
        self._real, self._behind = timezone.now, HOURS

    def __call__(self) -> dt.datetime:
        return self._real() - self._behind

    def catch_up(self) -> None:
        self._behind = dt.timedelta()

    def passes(self, time: dt.timedelta) -> None:
        self._behind -= time


@pytest.fixture
def clock(monkeypatch):
    clock = PortalClock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def account(body, cast, bluesky):
    account = factories.account(
        unit=body.nordvik, platform=Platform.objects.get(code="bluesky"), name="Nordvik svarer", handle=bluesky.handle
    )
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return account


def fetch(account) -> Connection:
    call_command("fetch", account=account.pk)
    return Connection.objects.get(account=account)


def mails_of_the_day(clock) -> dict[str, list]:
    """What has left since the last call, or leaves in the morning where it is night or a holiday; by recipient."""
    by_day = next_sending_time(clock(), "NO", timezone.get_default_timezone())
    call_command("sweep", only="deliver", at=by_day.isoformat())
    left = {message.to[0]: message for message in mail.outbox}
    mail.outbox.clear()
    return left


def words_of(page) -> str:
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def test_a_question_on_bluesky(visit, bluesky, clock, cast, account):
    moderator = visit(cast.moderator)
    connect(moderator, bluesky, account)
    connection = fetch(account)
    assert (connection.last_error, connection.complete_until) == ("", connection.last_fetch_at)
    assert "The platform is read regularly." in words_of(moderator.go(connection.get_absolute_url()))

    clock.passes(MINUTES)
    question = bluesky.ask("When does the pool open?")
    fetch(account)
    post = Post.objects.get(account=account)
    assert (post.remote_id, post.author) == (question.uri, f"@{bluesky.citizen.me.handle}")
    assert post.answer_due_at == post.posted_at + dt.timedelta(hours=24)

    # The mail's one link leads to the post, and the post to Bluesky.
    mails = mails_of_the_day(clock)
    assert set(mails) == {cast.moderator.email}
    [link] = re.findall(r"http://testserver(/posts/\S+)", mails[cast.moderator.email].body)
    page = moderator.go(link)
    assert page.locator("blockquote").inner_text() == f"@{bluesky.handle} When does the pool open?"
    there = page.get_by_role("link", name="Open it on the platform").get_attribute("href")
    assert there == f"https://bsky.app/profile/{bluesky.citizen.me.did}/post/{question.uri.rpartition('/')[2]}"
    assert "left" in words_of(page)

    # A day later. What was not read since proves nothing; then it does.
    clock.catch_up()
    call_command("sweep")
    flags = Flag.objects.filter(reason=Flag.Reason.UNANSWERED)
    assert not flags.exists()
    fetch(account)
    call_command("sweep")
    call_command("sweep")
    flag = flags.get()
    assert (flag.post, flag.closed_at) == (post, None)
    mails = mails_of_the_day(clock)
    assert {cast.moderator.email, cast.deputy.email} <= set(mails)
    moderator, deputy = visit(cast.moderator), visit(cast.deputy, width=360)  # the log-in of yesterday is over
    assert "overdue" in words_of(moderator.go(link))
    assert "A post should have been answered" in words_of(moderator.go("/flags/"))

    take_over(deputy, link)
    assert on_duty(account, clock()).person == cast.deputy

    # The body answers where it was asked, and nowhere else.
    reply = bluesky.say(bluesky.hall, "On Monday at eight.", to=question)
    [view] = bluesky.hall.get_posts([reply.uri]).posts
    replied_at = dt.datetime.fromisoformat(view.indexed_at)
    clock.passes(MINUTES)
    fetch(account)
    post.refresh_from_db()
    flag.refresh_from_db()
    assert (post.outcome, post.closed_by, post.closed_at) == ("answered", None, replied_at)
    assert (flag.closed_at is not None, flag.closed_by) == (True, None)
    seen = words_of(deputy.go(link))
    assert f"Answered seen on the platform, {localize(timezone.localtime(replied_at))}" in seen
    assert "A post should have been answered" not in words_of(moderator.go("/flags/"))
    call_command("sweep")
    assert not flags.open().exists()

    # Deleted there: it waits again, as late as it was, under the same flag.
    bluesky.hall.delete_post(reply.uri)
    bluesky.network.settle()
    clock.passes(MINUTES)
    fetch(account)
    post.refresh_from_db()
    assert (post.outcome, post.closed_at, post.answer) == ("", None, None)
    assert flags.open().get() == flag
    assert "overdue" in words_of(deputy.go(link))
    assert "A post should have been answered" in words_of(moderator.go("/flags/"))
    told = mails_of_the_day(clock)
    assert post.get_absolute_url() in told[cast.deputy.email].body  # on duty since the take-over


def connect(visitor, bluesky, account) -> None:
    """From the account's page on; a wrong password keeps nothing."""
    page = visitor.go(account.get_absolute_url())
    visitor.press("Connection to the platform")
    assert "is not connected" in words_of(page)
    visitor.press("Connect the account")
    for password in ("not-the-password", bluesky.password):
        assert not Connection.objects.exists()
        page.get_by_label("Handle").fill(bluesky.handle)
        page.get_by_label("App password").fill(password)
        page.get_by_label("Server").fill(bluesky.network.host)
        visitor.press("Test and connect")
        refused = page.locator(".ds-error-summary").count()
        assert bool(refused) == (password != bluesky.password)
        assert password not in page.content()
    assert "The account is connected." in page.locator("body").inner_text()
    connection = Connection.objects.get(account=account)
    assert connection.external_id == bluesky.me
    assert bluesky.password not in connection.secrets


def take_over(visitor, link: str) -> None:
    page = visitor.go(link)
    visitor.press("Take over now")
    page.get_by_label("For some hours").check()
    page.locator("[name=hours]").fill("2")
    visitor.press("Take over now")
    assert "You have taken over until" in words_of(page)
