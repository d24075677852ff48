"""What could not be read proves nothing: per connector, from the platform through a fetch to the sweeps and the flags.

The account has been quiet for too long, and a question is past its 24 hours. The body has in fact published and
answered, but that lies on the platform alone, where it cannot be read.
"""

import pytest
from django.db import transaction

from accounts.connectors.base import Capability
from accounts.flags.models import Flag
from accounts.inactivity import sweeps
from accounts.inbox import sweeps as posts
from accounts.inbox.models import Post
from accounts.platforms import fetches as fetching
from accounts.platforms.connections import connect
from accounts.platforms.models import Connection
from accounts.register.models import OfficialAccount
from tests import factories
from tests.connectors.world import DAY, HOUR, MINUTE
from tests.connectors.worlds.registry import on_all

QUIET = 60 * DAY  # before the test begins
LATER = 40 * DAY  # and it ends: together more than the 90 days after which an account is inactive


@pytest.fixture
def begun(world):
    return world.now


@pytest.fixture
def connection(world, begun, body, cast):
    """The account as it is read from now on: nothing published for long, nothing asked yet, one whole fetch."""
    if world.backdates:
        world.publish(at=begun - QUIET)
    registered = factories.account(
        unit=body.nordvik,
        platform=factories.platform(world.platform),
        handle=world.handle,
        last_activity_at=begun - QUIET,
    )
    credentials = world.credentials
    access = world.access(external_id="", keep=credentials.update)
    checked = world.kind(access, world.connector().http).check()
    made = connect(registered, credentials | access.credentials, checked, confirmed=True, by=cast.section, now=begun)
    assert whole(fetch(made, begun))
    return made


def fetch(connection, now):
    Connection.objects.filter(pk=connection.pk).update(next_fetch_at=now, leased_until=None)
    [claimed] = fetching.claim(now, account_id=connection.account_id)
    return fetching.fetch_one(claimed, now)


def whole(done) -> bool:
    return done.error is None and not done.unfinished and done.complete_until is not None


def rehearsed(world, connection, now) -> int:
    """How many calls a fetch takes, without leaving anything behind in our own database."""
    begun = len(world.proxy.calls)
    with transaction.atomic():
        assert whole(fetch(connection, now))
        transaction.set_rollback(True)
    return len(world.proxy.calls) - begun


def spoiled(world, connection, now, place):
    """A fetch whose call at that place fails."""
    world.proxy.next(*[""] * place, "500")
    done = fetch(connection, now)
    world.proxy.calm()
    return done


def sweep(now) -> set[tuple[str, str]]:
    """The flags that stand after the sweeps: for what, and about which post."""
    sweeps.inactive(now)
    posts.unanswered(now)
    posts.escalate(now)
    return set(Flag.objects.open().values_list("reason", "post__remote_id"))


def spoilable(calls: int) -> list[int]:
    """Which of so many calls to spoil: the first two, one in the middle, the last one."""
    return sorted({0, 1, calls // 2, calls - 1} & set(range(calls)))


@on_all()
def test_what_could_not_be_read_flags_no_silence(world, connection, begun):
    world.publish(at=begun + DAY if world.backdates else None)
    later = begun + LATER
    for place in spoilable(rehearsed(world, connection, later)):
        done = spoiled(world, connection, later, place)
        assert done.error or place
        assert sweep(later) == set()
        later += MINUTE
    assert whole(fetch(connection, later))
    assert sweep(later) == set(), "it has published"


@on_all()
def test_silence_that_was_read_is_flagged(world, connection, begun):
    later = begun + LATER
    assert sweep(later) == set(), "nobody has looked yet"
    assert whole(fetch(connection, later))
    assert sweep(later) == {("inactive", None)}


@pytest.fixture
def question(world, connection, begun):
    """Known and open, and past its 24 hours long before `LATER`."""
    asked = world.ask(at=begun + HOUR if world.backdates else None)
    assert whole(fetch(connection, begun + 2 * HOUR))
    post = Post.objects.get(account=connection.account_id)
    assert (post.remote_id, post.closed_at, post.measurable) == (asked.id, None, True)
    assert post.answer_due_at < begun + LATER / 2
    return asked


@on_all("ask", "answer")
def test_a_fetch_that_fails_flags_no_question(world, connection, question, begun):
    world.answer(question, at=begun + 3 * HOUR if world.backdates else None)
    later = begun + LATER / 2
    world.proxy.always("500")
    for minute in range(3):
        assert fetch(connection, later + minute * MINUTE).error
        assert sweep(later + minute * MINUTE) == set()
    world.proxy.calm()
    assert whole(fetch(connection, later + HOUR))
    assert Post.objects.get().closed_at is not None
    assert sweep(later + HOUR) == set()


@on_all("ask", "answer")
def test_a_fetch_that_breaks_off_flags_no_question(world, connection, question, begun, monkeypatch):
    """The answer, and before it more questions than fit on a page; each fetch gets further than the last one."""
    # What is said there does not depend on when the account last published.
    monkeypatch.setattr(world.kind, "capabilities", world.kind.capabilities - {Capability.ACTIVITY})
    moment = begun + 3 * HOUR if world.backdates else None
    world.answer(question, at=moment)
    unanswered = {asked.id for asked in world.ask_each([moment] * world.several)}
    later, taken = begun + LATER / 2, []
    for place in spoilable(rehearsed(world, connection, later)):
        done = spoiled(world, connection, later, place)
        if not done.error:  # it was shorter than the last one, which had kept what it read
            break
        taken.append(done.posts)
        assert sweep(later) == set()
        later += MINUTE
    assert not taken[0]
    assert any(taken), "no page came before the fault"
    assert whole(fetch(connection, later))
    assert sweep(later) == {("unanswered", remote_id) for remote_id in unanswered}
    assert Post.objects.get(remote_id=question.id).closed_at is not None


@on_all("ask", "answer")
def test_a_question_that_nobody_answered_is_flagged(world, connection, question, begun):
    later = begun + LATER / 2
    assert sweep(later) == set(), "nobody has looked yet"
    assert whole(fetch(connection, later))
    assert sweep(later) == {("unanswered", question.id)}


@on_all("ask", backdates=True)
def test_a_clock_that_runs_ahead_gives_no_more_time(world, connection, begun):
    world.ask(at=begun + 3 * DAY)
    seen = begun + HOUR
    assert fetch(connection, seen).error is None
    post = Post.objects.get()
    assert post.answer_due_at <= seen + DAY
    assert OfficialAccount.objects.get(pk=connection.account_id).last_activity_at <= seen
