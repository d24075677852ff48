"""What the contract cannot ask of YouTube: the quota and its day, refusals, long threads, many comments."""

import datetime as dt
import json

import pytest
from django.test import override_settings

from accounts.connectors.base import Access, Activity, FetchedPost, RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from accounts.connectors.youtube import PER_PAGE, REPLY_PAGES, REREAD_REPLY_PAGES, YouTube
from accounts.connectors.youtube_api import next_quota_day
from tests.connectors.worlds.fake_youtube import FakeYouTube
from tests.connectors.worlds.served import Served

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def tube(now):
    """The platform, with one video from the day before."""
    fake = FakeYouTube(videos={"v1": now - 24 * HOUR})
    served = Served(fake.answer)
    with override_settings(FETCH_LOOPBACK=True, CONNECTOR_ADDRESSES={"youtube": served.url}):
        yield fake
    served.close()


def reader(tube, now, **rest) -> YouTube:
    credentials = {"key": tube.key, "channel": tube.handle} | rest.pop("credentials", {})
    return YouTube(Access(credentials, now, external_id=tube.channel, handle="fjordvik"), Http(now, **rest))


def walk(tube, now, cursor="", *, since=None, pages=1000):
    """All pages from a cursor on: posts by id, the new cursor, how many pages."""
    found, count = {}, 0
    while count < pages:
        page = reader(tube, now).fetch("comments", cursor, since=since or now - 30 * 24 * HOUR)
        assert page.complete
        found |= {post.remote_id: post for post in page.posts}
        cursor, count = page.cursor, count + 1
        if not page.more:
            break
    return found, cursor, count


# --- the channel ---


@pytest.mark.parametrize(
    "named",
    [
        "@fjordvik",
        "fjordvik",
        "UCtownhalltownhalltownh0",
        "https://www.youtube.com/@Fjordvik",
        "https://www.youtube.com/channel/UCtownhalltownhalltownh0/",
        " @fjordvik ",
    ],
)
def test_a_channel_is_found_by_whatever_people_call_it(tube, now, named):
    checked = reader(tube, now, credentials={"channel": named}).check()
    assert checked.account.external_id == tube.channel
    assert (checked.account.handle, checked.account.name) == ("fjordvik", "Fjordvik fylkeskommune")
    assert checked.expires_at is None


@pytest.mark.parametrize("state", ["gone", "suspended"])
def test_a_channel_that_is_not_there(tube, now, state):
    tube.state = state
    assert reader(tube, now).account().state == RemoteState(state)
    for ask in (YouTube.check, YouTube.activity):
        with pytest.raises(ConnectorError) as raised:
            ask(reader(tube, now))
        assert raised.value.code == ErrorCode.GONE


def test_the_newest_video_that_is_out(tube, now):
    tube.videos = {"old": now - 99 * HOUR, "new": now - HOUR, "private": None, "planned": now + HOUR}
    assert reader(tube, now).activity().last_at == now - HOUR
    tube.videos = {"private": None}
    assert reader(tube, now).activity() == Activity(None)
    tube.videos = {}
    assert reader(tube, now).activity() == Activity(None), "no list of uploads: never published"


# --- refusals ---


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ({"key": "another"}, ErrorCode.CREDENTIALS),
        ({"key_problem": "API_KEY_EXPIRED"}, ErrorCode.CREDENTIALS),
        ({"key_problem": "SERVICE_DISABLED"}, ErrorCode.RIGHTS),
        ({"quota": 0}, ErrorCode.LIMITED),
    ],
)
def test_refusals_are_told_apart(tube, now, problem, code):
    connector = reader(tube, now)
    for name, value in problem.items():
        setattr(tube, name, value)
    with pytest.raises(ConnectorError) as raised:
        connector.account()
    assert raised.value.code == code
    assert tube.key not in str(raised.value)


def test_a_used_up_quota_rests_until_midnight_in_california(tube, now):
    tube.quota = 1
    connector = reader(tube, now)
    connector.account()
    with pytest.raises(ConnectorError) as raised:
        connector.activity()
    # 18 November, 01:00 in California: its next midnight is 08:00 UTC on the 19th.
    assert raised.value.retry_at == dt.datetime(2026, 11, 19, 8, tzinfo=dt.UTC)
    assert connector.http.blocked_until == raised.value.retry_at, "for all accounts read with the key"


@pytest.mark.parametrize(
    ("moment", "midnight"),
    [
        ("2026-11-18T07:59:00", "2026-11-18T08:00:00"),
        ("2026-11-18T08:00:00", "2026-11-19T08:00:00"),
        ("2026-03-08T09:00:00", "2026-03-09T07:00:00"),  # summer time begins that day
        ("2026-11-01T08:00:00", "2026-11-02T08:00:00"),  # … and ends, in a day of 25 hours
    ],
)
def test_the_quotas_day(moment, midnight):
    def utc(text):
        return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)

    assert next_quota_day(utc(moment)) == utc(midnight)


def test_each_call_costs_one_unit(tube, now):
    tube.say("UCciti", "When?", now - HOUR)
    connector = reader(tube, now)
    connector.account()
    connector.activity()
    connector.fetch("comments", "", since=now - 24 * HOUR)
    assert connector.http.units == connector.http.calls == len(tube.calls) == 3


def test_the_key_stands_in_no_address(tube, now):
    reader(tube, now).account()
    assert tube.addresses
    assert not [query for query in tube.addresses if tube.key in json.dumps(query)]


def test_disabled_comments_are_no_comments(tube, now):
    tube.comments_off = True
    page = reader(tube, now).fetch("comments", "", since=now - 24 * HOUR)
    assert (list(page.posts), page.more, page.complete) == ([], False, True)


def test_a_nameless_author_is_no_fault(tube, now):
    comment = tube.say("", "Deleted my account", now - HOUR, author="")
    found, _cursor, _pages = walk(tube, now)
    assert (found[comment].author, found[comment].author_id, found[comment].own) == ("", "", False)


# --- long threads, and many ---


def test_replies_beyond_the_five_that_come_along(tube, now):
    question = tube.say("UCciti", "When?", now - 20 * HOUR)
    answer = tube.say(tube.channel, "On Tuesday & Friday <10>", now - 19 * HOUR, parent=question)
    crowd = [
        tube.say(f"UC{n}", "Thanks", now - 18 * HOUR + n * dt.timedelta(minutes=1), parent=question) for n in range(9)
    ]
    found, cursor, pages = walk(tube, now)
    assert set(found) == {question, answer, *crowd}
    assert found[answer].own
    assert (found[answer].kind, found[answer].parent_id, found[answer].thread_id) == ("reply", question, "v1")
    assert found[answer].text == "On Tuesday & Friday <10>", "plain text"
    assert found[answer].url == f"https://www.youtube.com/watch?v=v1&lc={answer}"
    assert (found[question].kind, found[question].parent_id, found[question].thread_id) == ("comment", "", "v1")
    assert pages == 2
    # The thread is not read through again until it has more replies.
    tube.calls.clear()
    assert walk(tube, now, cursor)[2] == 1
    assert tube.calls == ["youtube.commentThreads.list"]
    late = tube.say("UC99", "And Friday?", now - HOUR, parent=question)
    tube.calls.clear()
    assert late in walk(tube, now, cursor)[0]


def test_a_thread_with_hundreds_of_replies_goes_on_over_several_pages(tube, now):
    question = tube.say("UCciti", "When?", now - 20 * HOUR)
    replies = [
        tube.say(f"UC{n}", "Me too", now - 19 * HOUR + n * dt.timedelta(seconds=10), parent=question)
        for n in range(1500)
    ]
    found, _cursor, pages = walk(tube, now)
    assert set(found) == {question, *replies}
    assert pages == 3
    assert len(tube.calls) == 1 + 1500 // PER_PAGE
    assert REPLY_PAGES == 10


def test_a_thread_that_goes_before_its_replies_are_read(tube, now):
    question = tube.say("UCciti", "When?", now - 20 * HOUR)
    for n in range(9):
        tube.say(f"UC{n}", "Thanks", now - 18 * HOUR, parent=question)
    first = reader(tube, now).fetch("comments", "", since=now - 99 * HOUR)
    assert first.more
    tube.delete(question)
    second = reader(tube, now).fetch("comments", first.cursor, since=now - 99 * HOUR)
    assert (list(second.posts), second.more) == ([], False)


def test_once_walked_only_what_is_new_costs(tube, now):
    tube.per_page = 10
    for n in range(50):
        tube.say(f"UC{n}", "Question", now - (60 - n) * HOUR)
    _found, cursor, pages = walk(tube, now)
    assert pages == len(tube.calls) == 5
    tube.calls.clear()
    new = tube.say("UCnew", "One more", now - HOUR)
    assert new in walk(tube, now, cursor)[0]
    assert len(tube.calls) == 1


def test_the_cursor_stays_small_whatever_is_discussed(tube, now):
    begin = now - 20 * 24 * HOUR
    for n in range(500):
        top = tube.say(f"UC{n}", "Question", begin + n * HOUR / 2)
        for m in range(6):
            tube.say(f"UC{n}.{m}", "Me too", begin + n * HOUR / 2, parent=top)
    found, cursor, pages = walk(tube, now)
    assert len(found) == 3500
    assert pages == 5 + 500 // REPLY_PAGES, "each page makes a bounded number of calls"
    assert len(cursor) < 10_000


def test_what_is_older_than_needed_is_neither_given_nor_walked_to(tube, now):
    tube.per_page = 10
    for n in range(100):
        tube.say(f"UC{n}", "Question", now - n * HOUR)
    found, _cursor, pages = walk(tube, now, since=now - 24 * HOUR)
    assert len(found) == 25
    assert pages == 3


@pytest.mark.parametrize("where", ["threads", "replies"])
def test_a_stale_token_begins_the_walk_anew(tube, now, where):
    tops = [tube.say(f"UC{n}", "Question", now - n * HOUR) for n in range(3)]
    for n in range(9):
        tube.say(f"UC{n}", "Me too", now - HOUR, parent=tops[0])
    waiting = {"replies": [[tops[0], "v1", "stale"]], "counts": {tops[0]: 9}}
    stale = {"page": "stale"} if where == "threads" else waiting
    found, _cursor, pages = walk(tube, now, json.dumps({"newest": "2026-11-17T00:00:00Z"} | stale))
    assert len(found) == 3 + 9
    assert pages == 3


def test_a_cursor_of_nonsense_is_no_crash(tube, now):
    with pytest.raises(ConnectorError) as raised:
        reader(tube, now).fetch("comments", "nonsense", since=now)
    assert raised.value.code == ErrorCode.BAD_ANSWER


# --- reading again ---


def asked(*ids) -> list[FetchedPost]:
    return [FetchedPost(post_id, "comment", None) for post_id in ids]


@pytest.mark.parametrize("spoil", [False, True])
def test_reading_again_sees_edits_deletions_and_answers(tube, now, spoil):
    tube.missing_ids_spoil = spoil
    edited, deleted, quiet = (tube.say("UCciti", f"Question {n}", now - 20 * HOUR) for n in range(3))
    reply = tube.say("UCmore", "And Friday?", now - 19 * HOUR, parent=edited)
    lost = tube.say("UCmore", "Never mind", now - 19 * HOUR, parent=edited)
    answer = tube.say(tube.channel, "On Tuesday", now - HOUR, parent=edited)
    tube.edit(edited, "Question 0, and where?", now - HOUR)
    tube.delete(deleted)
    tube.delete(lost)
    page = reader(tube, now).reread(asked(edited, deleted, quiet, reply, lost))
    found = {post.remote_id: post for post in page.posts}
    assert page.complete
    assert {post_id for post_id, post in found.items() if post.removed} == {deleted, lost}
    assert found[edited].text == "Question 0, and where?"
    assert found[answer].own
    assert not found[quiet].removed
    assert found[reply].parent_id == edited


def test_reading_again_finds_an_answer_below_many_replies(tube, now):
    question = tube.say("UCciti", "When?", now - 20 * HOUR)
    answer = tube.say(tube.channel, "On Tuesday", now - 19 * HOUR, parent=question)
    for n in range(250):
        tube.say(f"UC{n}", "Thanks", now - HOUR, parent=question)
    page = reader(tube, now).reread(asked(question))
    assert answer in {post.remote_id for post in page.posts}
    assert page.complete
    assert len(tube.calls) == 4


def test_a_thread_too_long_to_read_again_is_incomplete_not_unanswered(tube, now):
    tube.per_page = 1
    question = tube.say("UCciti", "When?", now - 20 * HOUR)
    asked_there = tube.say("UCmore", "And Friday?", now - 20 * HOUR, parent=question)
    for n in range(REREAD_REPLY_PAGES + 5):
        tube.say(f"UC{n}", "Thanks", now - HOUR, parent=question)
    page = reader(tube, now).reread(asked(question, asked_there))
    assert not page.complete
    assert not [post for post in page.posts if post.removed], "not having read it is no proof that it is gone"


def test_reading_again_takes_no_more_calls_than_it_must(tube, now):
    ids = [tube.say("UCciti", f"Question {n}", now - n * HOUR) for n in range(YouTube.reread_at_most)]
    page = reader(tube, now).reread(asked(*ids))
    assert len(page.posts) == len(ids)
    assert len(tube.calls) == 1
    assert list(reader(tube, now).reread([]).posts) == []
    assert len(tube.calls) == 1
