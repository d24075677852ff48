"""What the contract cannot ask of X: the ceiling of what is paid for, problems inside a 200, edits, limits."""

import datetime as dt
import json

import pytest
from django.test import override_settings

from accounts.connectors.base import Access, FetchedPost, RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from accounts.connectors.x import X, moment_of
from tests.connectors.worlds.fake_x import FakeX
from tests.connectors.worlds.served import Served

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def square(now):
    fake = FakeX(now)
    served = Served(fake.answer)
    with override_settings(FETCH_LOOPBACK=True, CONNECTOR_ADDRESSES={"x": served.url}):
        yield fake
    served.close()


def reader(square, now, *, left=None, handle="fjordvik") -> X:
    return X(Access({"token": square.token}, now, external_id=square.me, handle=handle), Http(now, units_left=left))


def walk(square, now, stream="mentions", cursor="", *, left=None, since=None):
    """All pages from a cursor on: posts by id, the new cursor, the pages' `complete`."""
    found, complete = {}, []
    while True:
        page = reader(square, now, left=left).fetch(stream, cursor, since=since or now - 30 * 24 * HOUR)
        found |= {post.remote_id: post for post in page.posts}
        cursor = page.cursor
        complete.append(page.complete)
        if not page.more:
            return found, cursor, complete


# --- the account ---


@pytest.mark.parametrize("handle", ["fjordvik", "@fjordvik", "Fjordvik"])
def test_an_account_is_found_by_its_handle(square, now, handle):
    account = reader(square, now, handle=handle).check().account
    assert (account.external_id, account.handle, account.url) == ("1", "fjordvik", "https://x.com/fjordvik")


@pytest.mark.parametrize("state", ["gone", "suspended"])
def test_an_account_that_is_not_there(square, now, state):
    square.users["1"].state = state
    assert reader(square, now).account().state == RemoteState(state)
    asks = [X.check, X.activity, lambda connector: connector.fetch("mentions", "", since=now - HOUR)]
    for ask in asks:
        with pytest.raises(ConnectorError) as raised:
            ask(reader(square, now))
        assert raised.value.code == ErrorCode(state)


def test_a_protected_account_cannot_be_read(square, now):
    square.users["1"].protected = True
    with pytest.raises(ConnectorError) as raised:
        reader(square, now).fetch("own", "", since=now - HOUR)
    assert raised.value.code == ErrorCode.RIGHTS


def test_activity_is_told_by_the_newest_id(square, now):
    assert reader(square, now).activity().last_at is None
    square.say("1", "Opening hours", now - 5 * HOUR)
    square.say("1", "More opening hours", now - 3 * HOUR)
    connector = reader(square, now)
    assert connector.activity().last_at == now - 3 * HOUR
    connector.account()
    assert connector.http.units == 1, "one profile, and no post"


def test_ids_hold_their_moment():
    # As in X's own documentation of ids.
    assert moment_of("1541815603606036480") == dt.datetime(2022, 6, 28, 16, 7, 40, 105000, tzinfo=dt.UTC)


# --- refusals ---


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ({"token": "another"}, ErrorCode.CREDENTIALS),
        ({"enrolled": False}, ErrorCode.RIGHTS),
        ({"credits_left": False}, ErrorCode.CEILING),
        ({"cap_reached": True}, ErrorCode.CEILING),
        ({"remaining": 0}, ErrorCode.LIMITED),
    ],
)
def test_refusals_are_told_apart(square, now, problem, code):
    connector = reader(square, now)
    for name, value in problem.items():
        setattr(square, name, value)
    with pytest.raises(ConnectorError) as raised:
        connector.fetch("mentions", "", since=now - HOUR)
    assert raised.value.code == code
    assert "bearer" not in str(raised.value).lower()
    assert connector.http.units == 0, "nothing came, so nothing was paid"


def test_the_reset_is_obeyed_before_and_after_the_limit(square, now):
    square.remaining = 1
    connector = reader(square, now)
    connector.account()
    reset = now + dt.timedelta(seconds=900)
    assert connector.http.blocked_until == reset, "the last call of the window says when the next one begins"
    with pytest.raises(ConnectorError) as raised:
        connector.check()
    assert raised.value.retry_at == reset
    square.window = 10**9
    connector = reader(square, now)
    with pytest.raises(ConnectorError) as raised:
        connector.account()
    assert raised.value.retry_at == now + 24 * HOUR


# --- what is paid for ---


def test_what_was_paid_is_what_came(square, now):
    for n in range(7):
        square.say(square.user(f"citizen{n % 2}"), f"@fjordvik question {n}", now - n * HOUR)
    connector = reader(square, now)
    connector.fetch("mentions", "", since=now - 99 * HOUR)
    assert connector.http.units == square.paid == 7 + 2


def test_no_call_could_pass_the_ceiling(square, now):
    for n in range(60):
        square.say(square.user(f"citizen{n}"), f"@fjordvik question {n}", now - n * HOUR / 2)
    connector = reader(square, now, left=44)
    page = connector.fetch("mentions", "", since=now - 99 * HOUR)
    assert len(page.posts) == 22
    with pytest.raises(ConnectorError) as raised:
        connector.fetch("mentions", page.cursor, since=now - 99 * HOUR)
    assert raised.value.code == ErrorCode.CEILING
    assert raised.value.retry_at == dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    assert connector.http.units == square.paid == 44
    # Next month it goes on where it stopped.
    rest, _cursor, _complete = walk(square, now, cursor=page.cursor, since=now - 99 * HOUR)
    assert len(rest) == 60 - 22


def test_reading_again_is_paid_and_refused_beyond_the_ceiling(square, now):
    ids = [square.say(square.user("citizen"), f"@fjordvik {n}", now - n * HOUR) for n in range(5)]
    connector = reader(square, now, left=4)
    with pytest.raises(ConnectorError) as raised:
        connector.reread([FetchedPost(post_id, "mention", None) for post_id in ids])
    assert raised.value.code == ErrorCode.CEILING
    assert square.calls == []
    connector.reread([FetchedPost(post_id, "mention", None) for post_id in ids[:4]])
    assert connector.http.units == square.paid == 4


def test_no_more_than_eight_hundred_are_handed_out(square, now):
    """X hands out the newest 800 alone; a walk of 100 a page ends there, and the next one costs what is new."""
    citizen = square.user("citizen")
    for n in range(1_000):
        square.say(citizen, f"@fjordvik {n}", now - 20 * 24 * HOUR + n * dt.timedelta(minutes=2))
    found, cursor, _complete = walk(square, now)
    assert len(found) == 800
    assert len(square.calls) == 8
    square.paid = 0
    new = square.say(citizen, "@fjordvik one more", now - HOUR)
    found, cursor, _complete = walk(square, now, cursor=cursor)
    assert set(found) == {new}
    assert square.paid == 2
    assert walk(square, now, cursor=cursor)[0] == {}


def test_a_stale_token_begins_the_walk_anew(square, now):
    post = square.say(square.user("citizen"), "@fjordvik?", now - HOUR)
    cursor = json.dumps({"known": "", "newest": "", "page": "!stale!"})
    assert set(walk(square, now, cursor=cursor)[0]) == {post}


# --- posts ---


def test_replies_mentions_and_own_replies(square, now):
    citizen = square.user("citizen")
    opening = square.say("1", "Opening hours", now - 9 * HOUR)
    reply = square.say(citizen, "@fjordvik and on Tuesday?", now - 8 * HOUR, parent=opening)
    mention = square.say(citizen, "Nice pool, @fjordvik &c <3", now - 7 * HOUR, language="und")
    answer = square.say("1", "@citizen as usual", now - 6 * HOUR, parent=reply, language="no")
    square.repost("1", mention, now - 5 * HOUR)
    square.say("1", "And closed on Sunday", now - 4 * HOUR, parent=opening)
    found, _cursor, complete = walk(square, now)
    assert complete == [True]
    assert set(found) == {reply, mention}
    assert (found[reply].kind, found[reply].parent_id, found[reply].thread_id) == ("reply", opening, opening)
    assert (found[mention].kind, found[mention].parent_id, found[mention].language) == ("mention", "", "")
    assert found[mention].text == "Nice pool, @fjordvik &c <3", "X escapes; we do not show escapes"
    assert (found[reply].author, found[reply].url) == ("@citizen", f"https://x.com/citizen/status/{reply}")
    assert found[reply].posted_at == now - 8 * HOUR
    own, _cursor, complete = walk(square, now, "own")
    assert set(own) == {answer}, "neither what the body says of itself nor what it reposts answers anybody"
    assert (own[answer].own, own[answer].parent_id, own[answer].language) == (True, reply, "no")


def test_a_long_post_is_whole(square, now):
    post = square.say(square.user("citizen"), "@fjordvik " + "& why? " * 100, now - HOUR)
    found, _cursor, _complete = walk(square, now)
    assert found[post].text == "@fjordvik " + "& why? " * 100


def test_an_answer_to_a_deleted_post_is_no_gap(square, now):
    """Partial problems about what a post refers to say nothing about the page itself."""
    question = square.say(square.user("citizen"), "@fjordvik?", now - 8 * HOUR)
    answer = square.say("1", "@citizen yes", now - 6 * HOUR, parent=question)
    square.delete(question)
    own, _cursor, complete = walk(square, now, "own")
    assert own[answer].parent_id == question
    assert complete == [True]


def test_other_partial_problems_make_a_page_incomplete(square, now):
    square.say(square.user("citizen"), "@fjordvik?", now - 8 * HOUR)
    original = square._body
    trouble = {"title": "Operational", "detail": "later", "type": "about:blank", "section": "data"}
    square._body = lambda *args: original(*args) | {"errors": [trouble]}
    found, _cursor, complete = walk(square, now)
    assert len(found) == 1
    assert complete == [False]


def test_an_edited_post_stays_one_post_and_its_answer_finds_it(square, now):
    citizen = square.user("citizen")
    question = square.say(citizen, "@fjordvik wen?", now - 8 * HOUR)
    found, cursor, _complete = walk(square, now)
    assert set(found) == {question}
    second = square.edit(question, "@fjordvik when?", now - 7 * HOUR)
    found, cursor, _complete = walk(square, now, cursor=cursor)
    assert set(found) == {question}
    assert found[question].text == "@fjordvik when?"
    assert found[question].posted_at == now - 8 * HOUR, "the 24 hours count from the first version"
    answer = square.say("1", "@citizen on Tuesday", now - 6 * HOUR, parent=second)
    own, _cursor, _complete = walk(square, now, "own")
    assert own[answer].parent_id == question
    page = reader(square, now).reread([own[answer]])
    assert [post.parent_id for post in page.posts] == [question], "also when the answer is read again"


# --- reading again ---


def test_reading_again_sees_edits_deletions_and_what_is_closed_to_us(square, now):
    edited, deleted, left, closed, quiet = (
        square.say(square.user(name), "@fjordvik?", now - 8 * HOUR) for name in ("ann", "bob", "cid", "dan", "eve")
    )
    square.edit(edited, "@fjordvik where?", now - HOUR)
    square.delete(deleted)
    square.users[square.user("cid")].state = "suspended"
    square.users[square.user("dan")].protected = True
    page = reader(square, now).reread(
        [FetchedPost(post_id, "mention", None) for post_id in (edited, deleted, left, closed, quiet)]
    )
    found = {post.remote_id: post for post in page.posts}
    assert page.complete
    assert {post_id for post_id, post in found.items() if post.removed} == {deleted, left}
    assert {post_id for post_id, post in found.items() if post.hidden} == {closed}
    assert found[edited].text == "@fjordvik where?"
    assert found[quiet].text == "@fjordvik?"
    assert len(page.posts) == 5


def test_a_post_about_which_nothing_is_said_is_not_taken_for_gone(square, now):
    post = square.say(square.user("citizen"), "@fjordvik?", now - HOUR)
    square._lookup = lambda query: (200, {"errors": []})
    page = reader(square, now).reread([FetchedPost(post, "mention", None)])
    assert not page.complete
    assert list(page.posts) == []
