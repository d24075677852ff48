"""Bluesky against its own servers (tests/connectors/bluesky_network); citizens write with the package `atproto`."""

import datetime as dt

import httpx
import pytest
from atproto import models as at
from django.test import override_settings

from accounts.connectors.base import Access, Activity, FetchedPost, RemoteAccount, RemoteState
from accounts.connectors.bluesky import Bluesky
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from tests.connectors.worlds.served import Served

HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.postgresql

DAY = dt.timedelta(days=1)


@pytest.fixture
def world(bluesky):
    return bluesky


def seen(view) -> dt.datetime:
    return dt.datetime.fromisoformat(view.indexed_at)


def test_a_question_arrives_as_it_was_said(world):
    begun = dt.datetime.now(dt.UTC)
    said = world.ask("Når åpner svømmehallen? 🏊")
    post = world.walk("notifications")[0][said.uri]
    assert (post.kind, post.text) == ("mention", f"@{world.handle} Når åpner svømmehallen? 🏊")
    assert (post.author, post.author_id) == (f"@{world.citizen.me.handle}", world.citizen.me.did)
    assert begun - dt.timedelta(seconds=1) <= post.posted_at <= dt.datetime.now(dt.UTC)
    assert post.url == f"https://bsky.app/profile/{world.citizen.me.did}/post/{said.uri.rpartition('/')[2]}"
    assert (post.thread_id, post.parent_id, post.language) == (said.uri, "", "nb")
    assert (post.own, post.private, post.removed) == (False, False, False)


def test_replies_and_quotes_are_told_of(world):
    root = world.say(world.hall, "The pool opens on Monday")
    reply = world.say(world.citizen, "And Tuesday?", to=root)
    quoted = world.citizen.send_post("Look", embed=at.AppBskyEmbedRecord.Main(record=at.create_strong_ref(root)))
    world.citizen.like(root.uri, root.cid)
    world.network.settle()
    found, cursor = world.walk("notifications")
    assert set(found) == {reply.uri, quoted.uri}
    assert (found[reply.uri].kind, found[quoted.uri].kind) == ("reply", "mention")
    assert found[reply.uri].parent_id == found[reply.uri].thread_id == root.uri
    later = world.ask("And Wednesday?")
    assert later.uri in world.walk("notifications", cursor)[0]


def test_conversations_below_own_posts_with_the_own_replies(world):
    root = world.say(world.hall, "The pool opens on Monday")
    world.say(world.hall, "Nobody answers this")
    question = world.say(world.citizen, "And Tuesday?", to=root)
    answer = world.say(world.hall, "Tuesday, too", to=question, root=root)
    found, _ = world.walk("threads")
    assert set(found) == {question.uri, answer.uri}
    assert (found[question.uri].own, found[question.uri].parent_id) == (False, root.uri)
    own = found[answer.uri]
    assert (own.own, own.kind, own.parent_id, own.thread_id) == (True, "reply", question.uri, root.uri)


def test_reading_again_shows_answers_and_deletions(world):
    answered, deleted = world.ask("one"), world.ask("two")
    reply = world.say(world.hall, "Here", to=answered)
    world.say(world.citizen, "Thanks", to=reply, root=answered)
    world.citizen.delete_post(deleted.uri)
    world.network.settle()
    page = world.reader().reread([FetchedPost(each.uri, "mention", None) for each in (answered, deleted)])
    found = {post.remote_id: post for post in page.posts}
    assert page.complete
    assert set(found) == {answered.uri, deleted.uri, reply.uri}
    assert (found[reply.uri].own, found[reply.uri].parent_id) == (True, answered.uri)
    assert (found[deleted.uri].removed, found[deleted.uri].text) == (True, "")
    assert not found[answered.uri].removed


def test_the_time_is_the_networks_not_the_authors(world):
    record = at.AppBskyFeedPost.Record(text="From the past", created_at="2020-01-01T00:00:00Z")
    world.hall.app.bsky.feed.post.create(world.me, record)
    world.network.settle()
    assert dt.datetime.now(dt.UTC) - world.reader().activity().last_at < DAY


def test_when_the_account_last_published(world):
    assert world.reader().activity() == Activity(None)
    question = world.ask("Hello")
    world.hall.repost(question.uri, question.cid)
    world.say(world.hall, "A reply is no publication", to=question)
    assert world.reader().activity().last_at is None
    newest = world.say(world.hall, "Public")
    (view,) = world.hall.get_posts([newest.uri]).posts
    assert world.reader().activity().last_at == seen(view)


def test_whose_the_credentials_are(world):
    checked = world.reader().check()
    assert (checked.account.external_id, checked.account.handle) == (world.me, world.handle)
    assert set(world.kept) == {"access_token", "refresh_token"}
    assert world.reader().account() == checked.account


def test_a_wrong_password_is_told_even_while_tokens_hold(world):
    world.reader().check()
    with pytest.raises(ConnectorError) as raised:
        world.reader(password="wrong").check()
    assert raised.value.code == ErrorCode.CREDENTIALS
    assert "wrong" not in str(raised.value)


@pytest.mark.parametrize("token", ["", "not.a.token"])
def test_tokens_are_renewed_without_signing_in(world, token):
    world.reader().check()
    before = dict(world.kept)
    # With this password, signing in would fail.
    reader = world.reader(password="wrong", access_token=token)
    assert reader.account().external_id == world.me
    assert reader.http.calls == (3 if token else 2)
    assert world.kept["refresh_token"] != before["refresh_token"]
    assert world.kept["access_token"] == reader.access.credentials["access_token"]


def test_signing_in_again_where_the_refresh_token_is_refused(world):
    reader = world.reader(access_token="not.a.token", refresh_token="not.a.token")
    assert reader.account().external_id == world.me
    assert reader.http.calls == 4
    with pytest.raises(ConnectorError) as raised:
        world.reader(access_token="not.a.token", refresh_token="not.a.token", password="wrong").account()
    assert raised.value.code == ErrorCode.CREDENTIALS


def test_an_account_that_was_taken_down_is_suspended_also_for_who_must_sign_in(world):
    taken_down = httpx.post(
        f"{world.network.host}/xrpc/com.atproto.admin.updateSubjectStatus",
        auth=("admin", "admin-pass"),  # of every such network
        json={
            "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": world.me},
            "takedown": {"applied": True, "ref": "test"},
        },
    )
    taken_down.raise_for_status()
    world.network.settle()
    assert world.reader().account().state == RemoteState.SUSPENDED


# --- what the network cannot be brought to say ---


@pytest.fixture
def answering(now):
    """`answering(answer)`: a reader of a server that answers just that."""
    opened = []

    def reader(answer) -> Bluesky:
        opened.append(Served(answer))
        given = {"host": opened[-1].url, "identifier": "hall.test", "password": "p", "access_token": "a"}
        return Bluesky(Access(given, now, "did:plc:hall", "hall.test"), Http(now))

    with override_settings(FETCH_LOOPBACK=True):
        yield reader
    for served in opened:
        served.close()


def test_the_last_call_of_the_window_lets_the_token_rest(answering, now):
    reset = now + dt.timedelta(minutes=4)
    headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(reset.timestamp()))}
    profile = {"did": "did:plc:hall", "handle": "hall.test"}
    reader = answering(lambda path, query, asked: (200, profile, headers))
    reader.account()
    assert reader.http.blocked_until == reset
    reader = answering(lambda path, query, asked: (429, {"error": "RateLimitExceeded"}, headers))
    with pytest.raises(ConnectorError) as raised:
        reader.account()
    assert (raised.value.code, raised.value.retry_at) == (ErrorCode.LIMITED, reset)


def test_an_expired_token_is_renewed(answering):
    """The network's tokens live for two hours."""

    def answer(path, query, headers):
        if path.endswith("refreshSession"):
            return 200, {"accessJwt": "new", "refreshJwt": "newer"}
        if headers["Authorization"] == "Bearer a":
            return 400, {"error": "ExpiredToken", "message": "Token has expired"}
        return 200, {"did": "did:plc:hall", "handle": "hall.test"}

    reader = answering(answer)
    reader.access.credentials["refresh_token"] = "r"
    assert reader.account().handle == "hall.test"
    assert reader.access.credentials["refresh_token"] == "newer"


PROFILE = {"did": "did:plc:hall", "displayName": "Hall"}


@pytest.mark.parametrize("handle", ["handle.invalid", "", None])
def test_a_domain_that_cannot_be_resolved_is_no_handle(answering, handle):
    reader = answering(lambda path, query, headers: (200, PROFILE | {"handle": handle}))
    assert reader.account() == RemoteAccount("did:plc:hall", "", "https://bsky.app/profile/did:plc:hall", "Hall")


@pytest.mark.parametrize(("named", "told"), [("hall.test", "hall.test"), ("handle.invalid", None), (None, None)])
def test_whose_the_credentials_are_while_the_domain_cannot_be_resolved(answering, named, told):
    """The account's own server may know; where it does not, nobody can tell whether it is the registered account."""
    session = {"did": "did:plc:hall", "accessJwt": "a", "refreshJwt": "r", "handle": named}
    answers = {"createSession": session, "getProfile": PROFILE | {"handle": "handle.invalid"}}
    reader = answering(lambda path, query, headers: (200, answers[path.rpartition(".")[2]]))
    if told:
        assert reader.check().account.handle == told
        return
    with pytest.raises(ConnectorError) as raised:
        reader.check()
    assert (raised.value.code, raised.value.permanent) == (ErrorCode.UNREACHABLE, False)


def test_a_citizen_whose_domain_cannot_be_resolved_keeps_the_name_we_know(answering, now):
    row = {"uri": "at://q", "reason": "mention", "indexedAt": now.isoformat(), "record": {"text": "Hi"}}
    row["author"] = {"did": "did:plc:c", "handle": "handle.invalid"}
    reader = answering(lambda path, query, headers: (200, {"notifications": [row]}))
    [post] = reader.fetch("notifications", "", since=now - HOUR).posts
    assert (post.author, post.author_id) == ("", "did:plc:c")


def reposted(at):
    who = {"did": "did:plc:hall", "handle": "hall.test"}
    post = {
        "uri": "at://x",
        "author": who | {"did": "did:plc:other"},
        "record": {},
        "indexedAt": "2026-01-01T00:00:00Z",
    }
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": who, "indexedAt": at.isoformat()}
    return {"post": post, "reason": reason}


@pytest.mark.parametrize(
    ("records", "last"),
    [
        # each page: how many hours ago, and whether it is a reply
        ([[(30, False)]], 30),
        ([[(2, True), (30, False)]], 30),
        ([[(2, True)], [(3, True)], [(90, False)]], 90),
        ([[(2, True)], [(3, True)]], None),
        ([[]], None),
        # where there are too many replies to look on, they are life themselves
        ([[(2 + number, True)] for number in range(7)], 2),
    ],
)
def test_what_an_account_that_mostly_shares_wrote_itself(answering, now, records, last):
    def answer(path, query, headers):
        if path.endswith("getAuthorFeed"):
            return 200, {"feed": [reposted(now - HOUR)], "cursor": "more"}
        page = int(query.get("cursor", 0))
        rows = [
            {
                "uri": "at://r",
                "value": {"createdAt": (now - ago * HOUR).isoformat()} | ({"reply": {"root": {}}} if reply else {}),
            }
            for ago, reply in records[page]
        ]
        return 200, {"records": rows} | ({"cursor": str(page + 1)} if page + 1 < len(records) else {})

    activity = answering(answer).activity()
    assert activity == Activity(last and now - last * HOUR, now - HOUR)


def test_missing_and_blocked_parts_of_a_conversation_are_passed_over(answering, now):
    post = {"author": {"did": "did:plc:c", "handle": "c.test"}, "record": {"text": "x"}, "indexedAt": now.isoformat()}
    below = [
        {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://1", "notFound": True},
        {"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://2", "blocked": True, "author": {"did": "did:plc:d"}},
        {"$type": "app.bsky.feed.defs#threadViewPost", "post": post | {"uri": "at://3"}},
    ]
    reader = answering(lambda path, query, headers: (200, {"thread": {"post": post, "replies": below}}))
    assert [found.remote_id for found in reader.below("at://0")] == ["at://3"]


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        ({"error": "AccountTakedown", "message": "Account has been suspended"}, "suspended"),
        ({"error": "AccountDeactivated", "message": "Account is deactivated"}, "gone"),
        ({"error": "InvalidRequest", "message": "Profile not found"}, "gone"),
    ],
)
def test_the_state_of_the_account(answering, refusal, state):
    assert answering(lambda path, query, headers: (400, refusal)).account().state == RemoteState(state)
