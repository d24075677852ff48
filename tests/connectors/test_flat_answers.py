"""What the body's own words close where threads are flat, from each such platform through a fetch to the inbox."""

import pytest

from accounts.connectors import REGISTRY
from accounts.inbox.intake import take_in
from tests import factories
from tests.connectors.world import DAY, HOUR
from tests.connectors.worlds.registry import WORLDS

FLAT = [pytest.param(kind, id=code) for code, kind in WORLDS.items() if REGISTRY[code].flat]
NAMED = [each for each in FLAT if REGISTRY[each.id].tells_names]
NAMELESS = [each for each in FLAT if each not in NAMED]


def flat(worlds):
    return pytest.mark.parametrize("world", worlds, indirect=True)


@pytest.fixture
def closed(world, body):
    """`closed()`: what is said there comes to this once it was taken in: when each post was closed, by id."""
    account = factories.account(unit=body.nordvik, platform=factories.platform(world.platform))

    def taken(**more) -> dict:
        posts = world.walk(**more).posts
        take_in(account, posts, answers_seen=world.kind.answers_seen, now=world.now)
        return dict(account.posts.values_list("remote_id", "closed_at"))

    return taken


@flat(FLAT)
def test_a_comment_under_a_post_of_ours_is_answered_by_a_reply_that_names_nobody(world, closed):
    asked, other = (world.ask(text, at=world.now - 9 * HOUR) for text in ("When?", "Where?"))
    answer = world.answer(asked, "On Tuesday", at=world.now - 8 * HOUR)
    assert closed() == {asked.id: answer.at, other.id: None}


@flat(FLAT)
def test_our_own_new_comment_beside_a_question_answers_nothing(world, closed):
    asked = world.ask("When?", at=world.now - 9 * HOUR)
    world.write(world.posts[-1], world.now - 8 * HOUR, "More on our page", own=True)
    assert closed() == {asked.id: None}


@flat(FLAT)
@pytest.mark.parametrize("since", [40 * HOUR, 25 * HOUR])
def test_a_reply_below_a_citizens_comment_that_names_nobody_is_for_the_newest_question(world, closed, since):
    """Also where the comment itself is older than what is read."""
    comment = world.ask("When?", at=world.now - 30 * HOUR)
    asked = world.ask("And Friday?", at=world.now - 20 * HOUR, to=comment, author="ola")
    answer = world.answer(comment, "On both days", at=world.now - 19 * HOUR)
    late = world.ask("And Sunday?", at=world.now - 18 * HOUR, to=comment, author="ola")
    found = closed(since=since)
    assert (found[asked.id], found[late.id]) == (answer.at, None)
    assert found.get(comment.id) is None


@flat(FLAT)
@pytest.mark.parametrize("since", [40 * HOUR, 25 * HOUR])
def test_a_reply_below_our_own_comment_is_not_for_all_who_ask_there(world, closed, since):
    """But for the newest question, where it names nobody."""
    world.publish(at=world.now - 2 * DAY)
    pinned = world.write(world.posts[-1], world.now - 30 * HOUR, "Ask here", own=True)
    first, second = (
        world.write(world.posts[-1], world.now - ago * HOUR, "When?", to=pinned, who=who)
        for who, ago in (("kari", 20), ("ola", 19.5))
    )
    world.write(world.posts[-1], world.now - 19 * HOUR, "To whom it may concern", to=pinned, own=True)
    assert closed(since=since) == {first: None, second: world.now - 19 * HOUR}


@flat(NAMED)
@pytest.mark.parametrize("since", [40 * HOUR, 25 * HOUR])
def test_a_reply_below_our_own_comment_is_for_whom_it_names(world, closed, since):
    world.publish(at=world.now - 2 * DAY)
    pinned = world.write(world.posts[-1], world.now - 30 * HOUR, "Ask here", own=True)
    first, second = (
        world.write(world.posts[-1], world.now - 20 * HOUR, "When?", to=pinned, who=who) for who in ("kari", "ola")
    )
    text = f"{world.author('ola')} on Tuesday"
    world.write(world.posts[-1], world.now - 19 * HOUR, text, to=pinned, own=True)
    assert closed(since=since) == {first: None, second: world.now - 19 * HOUR}


@flat(NAMELESS)
def test_where_no_names_are_told_a_question_below_our_own_comment_is_not_measurable(world, body):
    """Nobody can tell for whom the body's next words there are: so nobody is flagged for it."""
    account = factories.account(unit=body.nordvik, platform=factories.platform(world.platform))
    world.publish(at=world.now - 2 * DAY)
    pinned = world.write(world.posts[-1], world.now - 30 * HOUR, "Ask here", own=True)
    below = world.write(world.posts[-1], world.now - 20 * HOUR, "When?", to=pinned)
    beside = world.ask("Where?", at=world.now - 20 * HOUR)
    for _time in range(2):
        take_in(account, world.walk().posts, answers_seen=world.kind.answers_seen, now=world.now)
        assert dict(account.posts.values_list("remote_id", "measurable")) == {below: False, beside.id: True}
