"""Mastodon against a server of its own (mastodon_mock); citizens write with Mastodon.py."""

import datetime as dt
import sys
from pathlib import Path

import httpx
import pytest
from django.test import override_settings
from mastodon import Mastodon as Client

from accounts.connectors.base import Access, Activity, ConnectorError, ErrorCode, FetchedPost, RemoteState
from accounts.connectors.http import Http
from accounts.connectors.mastodon import PER_PAGE, Mastodon, plain
from tests.connectors.worlds.processes import free_ports, running
from tests.connectors.worlds.served import Served

DAY = dt.timedelta(days=1)
PEOPLE = 12  # town halls with a citizen each: every test has its own


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mastodon")
    seed = "".join(
        f'[[seed.accounts]]\nusername = "{role}{n}"\ndisplay_name = "{role} {n}"\naccess_token = "{role}{n}_token"\n'
        for n in range(PEOPLE)
        for role in ("hall", "citizen")
    )
    (folder / "mastodon.toml").write_text(f"[server]\n[faults]\nenabled = true\n[seed]\n{seed}")
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"

    def answers():
        try:
            return httpx.get(f"{url}/api/v1/instance").status_code == 200
        except httpx.HTTPError:
            return False

    program = Path(sys.executable).with_name("mastodon_mock")
    command = [str(program), "serve", "--config", "mastodon.toml", "--in-memory", "--port", str(port)]
    with running(command, answers, folder / "log", seconds=60, cwd=folder):
        yield url


_taken = iter(range(PEOPLE))


class World:
    def __init__(self, url):
        self.url, n = url, next(_taken)
        self.hall, self.citizen = (
            Client(api_base_url=url, access_token=f"{role}{n}_token", version_check_mode="none")
            for role in ("hall", "citizen")
        )
        self.name, self.token = f"hall{n}", f"hall{n}_token"
        self.me = self.hall.account_verify_credentials().id

    def ask(self, text, **rest):
        return self.citizen.status_post(f"@{self.name} {text}", **rest)

    def reader(self, **credentials) -> Mastodon:
        now = dt.datetime.now(dt.UTC)
        access = Access({"server": self.url, "token": self.token} | credentials, now, str(self.me), self.name)
        return Mastodon(access, Http(now))

    def walk(self, stream, cursor="", *, since=DAY):
        """All pages from a cursor on: posts by id, and the new cursor."""
        found = {}
        for _page in range(100):
            reader = self.reader()
            page = reader.fetch(stream, cursor, since=reader.access.now - since)
            found |= {post.remote_id: post for post in page.posts}
            cursor = page.cursor
            if not page.more:
                return found, cursor
        raise AssertionError("a walk without end")


@pytest.fixture
def world(server):
    with override_settings(FETCH_LOOPBACK=True):
        yield World(server)


def test_a_mention_arrives_as_it_was_said(world):
    said = world.ask("Når åpner svømmehallen? <3 & æøå\nPå tirsdag", language="nb")
    found, _ = world.walk("notifications")
    post = found[str(said.id)]
    assert post.kind == "mention"
    assert post.text == f"@{world.name} Når åpner svømmehallen? <3 & æøå\nPå tirsdag"
    assert post.posted_at == said.created_at
    assert (post.author, post.author_id) == (f"@{said.account.acct}", str(said.account.id))
    assert (post.url, post.language) == (said.url, "nb")
    assert (post.thread_id, post.parent_id) == (post.remote_id, "")
    assert (post.own, post.private, post.removed) == (False, False, False)


def test_a_private_mention_is_a_message(world):
    said = world.ask("My case is 4711", visibility="direct")
    post = world.walk("notifications")[0][str(said.id)]
    assert (post.kind, post.private) == ("message", True)


def test_notifications_go_on_where_they_ended(world):
    before = [world.ask(f"old {n}") for n in range(PER_PAGE + 5)]
    found, cursor = world.walk("notifications")
    assert set(found) == {str(each.id) for each in before}
    assert world.walk("notifications", cursor)[0] == {}
    after = [world.ask(f"new {n}") for n in range(PER_PAGE + 5)]
    found, cursor = world.walk("notifications", cursor)
    assert set(found) == {str(each.id) for each in after}
    assert world.walk("notifications", cursor)[0] == {}


def test_what_is_older_than_needed_ends_the_first_walk(world):
    for n in range(PER_PAGE + 5):
        world.ask(f"old {n}")
    reader = world.reader()
    page = reader.fetch("notifications", "", since=reader.access.now + DAY)
    assert (page.posts, page.more) == ([], False)
    assert reader.http.calls == 1
    new = world.ask("new")
    assert set(world.walk("notifications", page.cursor)[0]) == {str(new.id)}


def test_conversations_below_own_posts_with_the_own_replies(world):
    root = world.hall.status_post("The pool opens on Monday")
    quiet = world.hall.status_post("Nobody answers this")
    question = world.citizen.status_post("And Tuesday?", in_reply_to_id=root.id)
    answer = world.hall.status_post("Tuesday, too", in_reply_to_id=question.id)
    found, _ = world.walk("threads")
    assert set(found) == {str(question.id), str(answer.id)}, quiet.id
    asked, answered = found[str(question.id)], found[str(answer.id)]
    assert (asked.kind, asked.own, asked.parent_id, asked.thread_id) == ("reply", False, str(root.id), str(root.id))
    assert (answered.own, answered.parent_id, answered.thread_id) == (True, asked.remote_id, str(root.id))


def test_an_own_reply_to_a_mention_hangs_from_it(world):
    question = world.ask("When?")
    answer = world.hall.status_post("Now", in_reply_to_id=question.id)
    own = world.walk("threads")[0][str(answer.id)]
    assert (own.own, own.parent_id, own.thread_id) == (True, str(question.id), str(question.id))


def test_reading_again_shows_answers_edits_and_deletions(world):
    answered, edited, deleted = (world.ask(text) for text in ("one", "two", "three"))
    reply = world.hall.status_post("Here", in_reply_to_id=answered.id)
    below = world.citizen.status_post("Thanks", in_reply_to_id=reply.id)
    world.citizen.status_update(edited.id, f"@{world.name} changed")
    world.citizen.status_delete(deleted.id)
    known = [FetchedPost(str(each.id), "mention", None) for each in (answered, edited, deleted)]
    page = world.reader().reread(known)
    found = {post.remote_id: post for post in page.posts}
    assert page.complete
    assert set(found) == {str(each.id) for each in (answered, edited, deleted, reply)}, below.id
    assert (found[str(reply.id)].own, found[str(reply.id)].parent_id) == (True, str(answered.id))
    assert found[str(edited.id)].text == f"@{world.name} changed"
    gone = found[str(deleted.id)]
    assert (gone.removed, gone.text) == (True, "")


def test_not_found_counts_only_where_the_server_knows_us(world):
    known = [FetchedPost("1", "mention", None)]
    with pytest.raises(ConnectorError) as raised:
        world.reader(token="withdrawn").reread(known)
    assert raised.value.code == ErrorCode.CREDENTIALS


def test_whose_the_credentials_are(world):
    checked = world.reader().check()
    assert checked.account.external_id == str(world.me)
    assert checked.account.handle.startswith(f"{world.name}@")
    assert checked.account == world.reader().account()
    assert checked.missing_rights == ()
    with pytest.raises(ConnectorError) as raised:
        world.reader(token="wrong").check()
    assert raised.value.code == ErrorCode.CREDENTIALS


def test_when_the_account_last_published(world):
    assert world.reader().activity() == Activity(None)
    newest = world.hall.status_post("Public")
    world.hall.status_post("Not for all", visibility="direct")
    world.hall.status_reblog(world.ask("Hello").id)
    assert world.reader().activity().last_at == newest.created_at


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
    ],
)
def test_a_post_as_text(html, text):
    assert plain(html) == text
