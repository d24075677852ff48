"""Whatever a platform answers, a connector says what it read or raises ConnectorError: nothing else ever comes out.

Each answer of the fakes is bent in one place at a time: a part left out, or of another type. And the ways in which
no answer comes at all, or one from somebody else.
"""

import copy
import datetime as dt
from contextlib import suppress

import pytest
from django.test import override_settings

from accounts.connectors.base import Access, Activity, Checked, FetchedPost, Page, RemoteAccount
from accounts.connectors.bluesky import Bluesky
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.feed import Feed
from accounts.connectors.http import Http
from accounts.connectors.mastodon import Mastodon
from accounts.connectors.x import X
from accounts.connectors.youtube import YouTube
from tests.connectors.worlds.fake_x import FakeX
from tests.connectors.worlds.fake_youtube import FakeYouTube
from tests.connectors.worlds.served import Served

HOUR = dt.timedelta(hours=1)


def places(value, path=()):
    """Every place of a decoded answer, by path."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, (*path, name))


def bent(value, path, to):
    """The answer with something else in one place; `...`: nothing at all."""
    if not path:
        return {} if to is ... else to
    value = copy.deepcopy(value)
    inside = value
    for name in path[:-1]:
        inside = inside[name]
    if to is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = to
    return value


def youtube(now):
    fake = FakeYouTube(videos={"v1": now - HOUR}, quota=10**6)
    question = fake.say("UCciti", "When?", now - 9 * HOUR)
    for n in range(7):
        fake.say(fake.channel, f"On day {n}", now - 8 * HOUR, parent=question)
    access = Access({"key": fake.key, "channel": fake.handle}, now, fake.channel, "fjordvik")
    return fake, access, question


def x(now):
    fake = FakeX(now, remaining=10**6)
    question = fake.say(fake.user("citizen"), "@fjordvik " + "when " * 99, now - 9 * HOUR)
    fake.edit(question, "@fjordvik " + "where " * 99, now - 8 * HOUR)
    fake.say(fake.me, "@citizen here", now - 8 * HOUR, parent=question)
    gone = fake.say(fake.user("citizen"), "@fjordvik never mind", now - 8 * HOUR)
    fake.say(fake.me, "@citizen all right", now - 7 * HOUR, parent=gone)
    fake.delete(gone)
    return fake, Access({"token": fake.token}, now, fake.me, "fjordvik"), question


class Canned:
    """The same answers to everybody, by the end of the path."""

    def __init__(self, **answers):
        self.answers = answers

    def answer(self, path, query, headers):
        return 200, self.answers[path.rpartition("/")[2].replace(".", "_")]


def mastodon(now):
    me = {"id": "7", "username": "hall", "acct": "hall", "url": "https://here.example/@hall", "display_name": "Hall"}
    me |= {"suspended": False, "limited": False}
    said = {"created_at": (now - HOUR).isoformat(), "content": "<p>When?</p>", "visibility": "public", "language": "nb"}
    said |= {"url": "https://here.example/1", "spoiler_text": "", "replies_count": 2}
    question = said | {"id": "1", "account": me | {"id": "8"}, "in_reply_to_id": None}
    answer = said | {"id": "2", "account": me, "in_reply_to_id": "1"}
    context = {"ancestors": [question], "descendants": [answer]}
    told = [{"id": "5", "type": "mention", "created_at": said["created_at"], "status": question}]
    fake = Canned(
        verify_credentials=me, notifications=told, statuses=[answer], context=context, **{"7": me, "1": question}
    )
    return fake, Access({"server": "https://loopback", "token": "t"}, now, "7", "hall"), "1"


def bluesky(now):
    me = {"did": "did:plc:hall", "handle": "hall.test", "displayName": "Hall"}
    me |= {"description": "The county", "postsCount": 1, "followersCount": 2}
    seen = (now - HOUR).isoformat()
    where = {"root": {"uri": "at://q", "cid": "c"}, "parent": {"uri": "at://q", "cid": "c"}}
    question = {"uri": "at://q", "indexedAt": seen, "replyCount": 1, "author": me | {"did": "did:plc:citizen"}}
    question["record"] = {"text": "When?", "langs": ["nb"]}
    answer = {"uri": "at://a", "indexedAt": seen, "replyCount": 1, "author": me}
    answer["record"] = {"text": "Now", "langs": ["nb"], "reply": where}
    fake = Canned(
        com_atproto_server_createSession={"did": me["did"], "accessJwt": "a", "refreshJwt": "r"},
        app_bsky_actor_getProfile=me,
        app_bsky_notification_listNotifications={"notifications": [question | {"reason": "mention"}], "cursor": "c"},
        app_bsky_feed_getAuthorFeed={"feed": [{"post": answer}], "cursor": "c"},
        com_atproto_repo_listRecords={"records": [{"uri": "at://a", "value": answer["record"] | {"createdAt": seen}}]},
        app_bsky_feed_getPosts={"posts": [question]},
        app_bsky_feed_getPostThread={"thread": {"post": question, "replies": [{"post": answer, "replies": []}]}},
    )
    return (
        fake,
        Access({"identifier": "c", "password": "p", "access_token": "a"}, now, me["did"], "hall.test"),
        "at://q",
    )


ASKS = {
    "check": lambda connector, question, now: connector.check(),
    "account": lambda connector, question, now: connector.account(),
    "activity": lambda connector, question, now: connector.activity(),
    "fetch": lambda connector, question, now: [
        connector.fetch(stream, "", since=now - 99 * HOUR) for stream in connector.streams
    ],
    "reread": lambda connector, question, now: connector.reread(
        [FetchedPost(question, "comment", None), FetchedPost("1", "comment", None)]
    ),
}
KINDS = {"check": Checked, "account": RemoteAccount, "activity": Activity, "fetch": list, "reread": Page}


class Bending(Http):
    """Answers come from the fake directly, and one of them is bent."""

    def __init__(self, fake, now, bend=None):
        super().__init__(now)
        self.fake, self.bend, self.seen = fake, bend, []

    def call(self, method, url, *, params=None, headers=None, **rest):
        query = {name: str(value) for name, value in (params or {}).items() if value is not None}
        status, body, *more = self.fake.answer(url.removeprefix("https://loopback"), query, headers)
        if status != 200:  # a bent answer led to a wrong question
            raise ConnectorError(ErrorCode.BAD_ANSWER, str(status))
        self.seen.append(body)
        if self.bend and self.bend[0] == len(self.seen) - 1:
            body = bent(body, *self.bend[1:])
        return type("Bent", (), {"status": status, "headers": more[0] if more else {}, "json": lambda answer: body})()


def assert_sound(result) -> None:
    """What is said is of the type that it is said to be, so that nobody stumbles over it later."""
    for page in result if isinstance(result, list) else [result]:
        for thing in page.posts if isinstance(page, Page) else [page]:
            moment = getattr(thing, "posted_at", None) or getattr(thing, "last_at", None)
            assert moment is None or moment.tzinfo
            for name in ("remote_id", "text", "author", "author_id", "url", "thread_id", "parent_id", "handle", "name"):
                assert isinstance(getattr(thing, name, ""), str), name


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(("connector", "world"), [(YouTube, youtube), (X, x), (Mastodon, mastodon), (Bluesky, bluesky)])
def test_nothing_but_an_answer_or_an_error(now, connector, world, ask):
    fake, access, question = world(now)
    with override_settings(CONNECTOR_ADDRESSES={connector.platform: "https://loopback"}):
        straight = Bending(fake, now)
        assert isinstance(ASKS[ask](connector(access, straight), question, now), KINDS[ask])
        tried = 0
        for number, body in enumerate(straight.seen):
            for path in places(body):
                for to in (..., None, 7, "odd", [], {}, [None], {"odd": 1}):
                    with suppress(ConnectorError):
                        http = Bending(fake, now, (number, path, to))
                        result = ASKS[ask](connector(access, http), question, now)
                        assert isinstance(result, KINDS[ask])
                        assert_sound(result)
                    tried += 1
    assert tried > 50


PAGE = b"<html><body>Sign in to the network</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "headers", "code", "wait"),
    [
        (503, b"", {"Retry-After": "60"}, ErrorCode.UNREACHABLE, 60),
        (200, b"[]", {}, ErrorCode.BAD_ANSWER, None),
        (200, b"7", {}, ErrorCode.BAD_ANSWER, None),
        (400, PAGE, {}, ErrorCode.BAD_ANSWER, None),
        (401, PAGE, {}, ErrorCode.CREDENTIALS, None),
        (403, PAGE, {}, ErrorCode.RIGHTS, None),
    ],
)
@pytest.mark.parametrize("connector", [Feed, YouTube, X, Mastodon, Bluesky])
def test_no_answer_or_somebody_elses(now, connector, status, body, headers, code, wait):
    served = Served(lambda path, query, asked: (status, body, headers))
    credentials = {"address": served.url, "key": "k", "token": "t", "channel": "@c", "server": served.url}
    credentials |= {"identifier": "c.test", "password": "p", "access_token": "a", "refresh_token": "r"}
    access = Access(credentials, now, "UC1", "c")
    asks = [connector.check, connector.account, connector.activity]
    asks += [lambda one, name=name: one.fetch(name, "", since=now - HOUR) for name in connector.streams]
    if connector is Mastodon and body == b"[]":
        asks = asks[:2]  # the others ask for lists, and this is an empty one
    elif connector.reread_at_most:
        asks.append(lambda one: one.reread([FetchedPost("1", "comment", None)]))
    with override_settings(FETCH_LOOPBACK=True, CONNECTOR_ADDRESSES={connector.platform: served.url}):
        for ask in asks:
            http = Http(now)
            with pytest.raises(ConnectorError) as raised:
                ask(connector(access, http))
            assert raised.value.code == code
            assert raised.value.retry_at == (wait and now + dt.timedelta(seconds=wait))
            assert http.units == 0 or connector is YouTube, "X charges for what it hands out alone"
    served.close()
