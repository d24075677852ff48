"""What the contract cannot ask of Mastodon: private mentions, what a test server cannot say, text from HTML."""

import datetime as dt

import pytest
from django.test import override_settings

from accounts.connectors.base import Access, Activity, FetchedPost, RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from accounts.connectors.mastodon import Mastodon, plain
from tests.connectors.world import DAY, error_of, opened
from tests.connectors.worlds.on_mastodon import OnMastodon
from tests.connectors.worlds.served import Served


@pytest.fixture
def world(now, mastodon_server):
    with opened(OnMastodon, now, mastodon_server) as world:
        yield world


@pytest.fixture
def citizen(world):
    return world.all.citizen("kari")


def test_a_mention_arrives_as_it_was_said(world, citizen):
    said = citizen.status_post(f"@{world.name} Når åpner svømmehallen? <3 & æøå\nPå tirsdag", language="nb")
    post = world.walk().by_id[str(said.id)]
    assert post.kind == "mention"
    assert post.text == f"@{world.name} Når åpner svømmehallen? <3 & æøå\nPå tirsdag"
    assert (post.author, post.author_id) == (f"@{said.account.acct}", str(said.account.id))
    assert (post.url, post.language, post.private) == (said.url, "nb", False)


def test_a_private_mention_is_a_message(world, citizen):
    said = citizen.status_post(f"@{world.name} My case is 4711", visibility="direct")
    post = world.walk().by_id[str(said.id)]
    assert (post.kind, post.private) == ("message", True)


def test_what_is_older_than_needed_ends_the_first_walk(world):
    for at in range(world.several):
        world.ask(f"old {at}")
    reader = world.connector()
    page = reader.fetch("notifications", "", since=reader.access.now + DAY)
    assert (page.posts, page.more) == ([], False)
    assert reader.http.calls == 1
    new = world.ask("new")
    page = world.connector().fetch("notifications", page.cursor, since=reader.access.now)
    assert [post.remote_id for post in page.posts] == [new.id]


def test_conversations_below_own_posts_with_the_own_replies(world, citizen):
    root = world.publish("The pool opens on Monday")
    world.publish("Nobody answers this")
    question = citizen.status_post("And Tuesday?", in_reply_to_id=root.id)
    answer = world.hall.status_post("Tuesday, too", in_reply_to_id=question.id)
    found = world.walk(streams=["threads"]).by_id
    assert set(found) == {str(question.id), str(answer.id)}
    asked, answered = found[str(question.id)], found[str(answer.id)]
    assert (asked.kind, asked.own, asked.parent_id, asked.thread_id) == ("reply", False, root.id, root.id)
    assert (answered.own, answered.parent_id, answered.thread_id) == (True, asked.remote_id, root.id)


def test_not_found_counts_only_where_the_server_knows_us(world):
    world.kept["token"] = "withdrawn"
    known = [FetchedPost("1", "mention", None)]
    assert error_of(lambda: world.connector().reread(known)).code == ErrorCode.CREDENTIALS


def test_a_wrong_token(world):
    world.kept["token"] = "wrong"
    assert error_of(world.connector().check).code == ErrorCode.CREDENTIALS


def test_when_the_account_last_published(world):
    assert world.connector().activity() == Activity(None)
    newest = world.publish("Public")
    world.hall.status_post("Not for all", visibility="direct")
    world.hall.status_reblog(world.ask("Hello").id)
    assert world.connector().activity().last_at == newest.at


# --- what the server cannot be brought to say ---


@pytest.fixture
def answering(now):
    """`answering(answer)`: a reader of a server that answers just that."""
    opened = []

    def reader(answer) -> Mastodon:
        opened.append(Served(answer))
        access = Access({"server": opened[-1].url, "token": "t"}, now, "7", "hall@here")
        return Mastodon(access, Http(now))

    with override_settings(FETCH_LOOPBACK=True):
        yield reader
    for served in opened:
        served.close()


ME = {"id": "7", "username": "hall", "url": "https://here.example/@hall"}


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "active"),
        ({"limited": True}, "active"),
        ({"suspended": True}, "suspended"),
        ({"moved": {"id": "8"}}, "gone"),
    ],
)
def test_the_state_of_the_account(answering, more, state):
    account = answering(lambda path, query, headers: (200, ME | more)).account()
    assert (account.state, account.handle) == (RemoteState(state), "hall@here.example")


def test_an_account_that_is_not_there(answering):
    account = answering(lambda path, query, headers: (404, {"error": "Record not found"})).account()
    assert (account.state, account.external_id) == (RemoteState.GONE, "7")


@pytest.mark.parametrize(("suspended", "expected"), [(True, RemoteState.SUSPENDED), (False, ErrorCode.RIGHTS)])
def test_a_token_that_is_locked_out(answering, suspended, expected):
    def answer(path, query, headers):
        if headers["Authorization"]:
            return 403, {"error": "Your login is currently disabled"}
        return 200, ME | {"suspended": suspended}

    reader = answering(answer)
    if suspended:
        assert reader.account().state == expected
    else:
        with pytest.raises(ConnectorError) as raised:
            reader.account()
        assert raised.value.code == expected


@pytest.mark.parametrize(
    "refusal",
    [
        {"error": "out_of_scope_for_token"},  # Takahē, of a token with parts of the right alone
        {"error": "This action is outside the authorized scopes"},
        {"error": "insufficient_scope"},
    ],
)
def test_a_server_that_knows_the_whole_right_alone_says_which(answering, refusal):
    problem = error_of(answering(lambda path, query, headers: (403, refusal)).check)
    assert (problem.code, problem.detail) == (ErrorCode.RIGHTS, "read")
    assert [right for right, _what in Mastodon.guide.rights] == ["read"], "and the guide asks for it"


def test_a_missing_right_is_named(answering):
    def answer(path, query, headers):
        if path.endswith("/notifications"):
            return 403, {"error": "This action is outside the authorized scopes"}
        return 200, ME if path.endswith("verify_credentials") else []

    assert answering(answer).check().missing_rights == ("read:notifications",)


def test_the_last_call_of_the_window_lets_the_token_rest(answering, now):
    reset = now + dt.timedelta(minutes=4)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset.isoformat()}
    reader = answering(lambda path, query, asked: (200, ME, headers))
    reader.account()
    assert reader.http.blocked_until == reset
    reader = answering(lambda path, query, asked: (429, {"error": "Too many requests"}, headers))
    with pytest.raises(ConnectorError) as raised:
        reader.account()
    assert (raised.value.code, raised.value.retry_at) == (ErrorCode.LIMITED, reset)


def test_plain_http_is_for_tests_alone(now):
    for named in ("http://127.0.0.1:1", "http://mastodon.example"):
        with pytest.raises(ConnectorError) as raised, override_settings(FETCH_LOOPBACK=False):
            Mastodon(Access({"server": named, "token": "t"}, now, "7"), Http(now)).account()
        assert raised.value.code == ErrorCode.REFUSED_ADDRESS


@pytest.mark.parametrize("named", ["snabelen.no", "https://snabelen.no/", " https://snabelen.no/@hall "])
def test_a_server_is_found_by_whatever_people_call_it(now, named):
    assert Mastodon(Access({"server": named}, now), Http(now)).server == "https://snabelen.no"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two<br />three</p><p>Four</p>", "One\ntwo\nthree\n\nFour"),
        ("<p>&lt;b&gt; &amp; &quot;&#39;&aelig;</p>", "<b> & \"'æ"),
        (
            '<p>See <a href="x"><span class="invisible">https://</span><span>fylke.no/a</span></a></p>',
            "See https://fylke.no/a",
        ),
        ("", ""),
        ("no tags", "no tags"),
        ("https://fylke.no/a.html", "https://fylke.no/a.html"),
        ('<p><span class="h-card"><a href="x" class="u-url mention">@<span>hall</span></a></span> Hi</p>', "@hall Hi"),
        ("<p>Do:</p><ol><li>one</li><li>two</li></ol><p>Thanks</p>", "Do:\n\n\n- one\n- two\n\nThanks"),
        ("<!-- a --><style>p {}</style><p>a < b<script>alert(1)</script></p>", "a < b"),
        ("<blockquote><p>said</blockquote> so", "said\n\n\n\n so"),
    ],
)
def test_a_post_as_text(html, text):
    assert plain(html) == text


@pytest.mark.parametrize("nested", ["<ul><li>", "<p>", "<b>"])
def test_a_post_that_is_nested_deep_is_read(nested):
    assert plain(f"{nested * 20_000}deep").endswith("deep")
