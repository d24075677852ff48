"""What the contract cannot ask of all: threads under own posts (four platforms alike), and tokens that are renewed."""

import pytest

from accounts.connectors import REGISTRY
from accounts.connectors.base import Capability, FetchedPost
from accounts.connectors.errors import ErrorCode
from accounts.connectors.http import Http
from accounts.connectors.threads import POSTS_BACK
from tests.connectors.world import DAY, HOUR, MINUTE, error_of, opened
from tests.connectors.worlds.on_linkedin import OnLinkedIn
from tests.connectors.worlds.on_meta import OnFacebook, OnInstagram
from tests.connectors.worlds.on_tiktok import OnTikTok
from tests.connectors.worlds.served import Said


@pytest.fixture(params=[OnFacebook, OnInstagram, OnLinkedIn, OnTikTok], ids=lambda kind: kind.platform)
def scene(request, now):
    with opened(request.param, now) as world:
        yield world


@pytest.fixture(params=[OnLinkedIn, OnTikTok], ids=lambda kind: kind.platform)
def renewing(request, now):
    with opened(request.param, now) as world:
        yield world


@pytest.fixture
def linkedin(now):
    with opened(OnLinkedIn, now) as world:
        yield world


@pytest.fixture
def tiktok(now):
    with opened(OnTikTok, now) as world:
        yield world


# --- threads under own posts ---


def test_nothing_published_and_nothing_said(scene):
    assert scene.walk().pages == 1
    scene.publish(at=scene.now - DAY)
    assert scene.walk().posts == []


def test_many_posts_with_many_comments(scene):
    wanted = set()
    for number in range(60):
        at = scene.now - number * HOUR
        post = scene.post(at)
        if number % 7 == 0:
            wanted |= {scene.write(post, at + second * MINUTE / 60) for second in range(130)}
    walk = scene.walk()
    assert set(walk.by_id) == wanted
    assert walk.pages > 5


def test_a_new_reply_below_an_old_comment(scene):
    scene.publish(at=scene.now - 20 * DAY)
    old = scene.ask(at=scene.now - 9 * DAY)
    new = scene.ask(at=scene.now - HOUR, to=old)
    assert set(scene.walk(since=DAY).by_id) == {new.id}


def test_posts_of_last_year_are_left_alone(scene):
    long_ago = scene.post(scene.now - DAY - POSTS_BACK - MINUTE)
    scene.write(long_ago, scene.now - HOUR)
    assert scene.walk(since=DAY).posts == []


def test_a_post_deleted_during_the_walk_does_not_stop_it(scene):
    kept = scene.write(scene.post(scene.now - 2 * DAY), scene.now - HOUR)
    goes = scene.post(scene.now - DAY)
    for second in range(130):
        scene.write(goes, scene.now - 2 * HOUR + second * MINUTE / 60)
    page = scene.connector().fetch("comments", "", since=scene.now - 3 * DAY)
    scene.unpublish(goes)
    rest = scene.walk({"comments": page.cursor}, since=3 * DAY)
    assert kept in {post.remote_id for post in page.posts} | set(rest.by_id)


@pytest.mark.parametrize("cursor", ["old style", '{"a": 1}', "[1]"])
def test_a_cursor_of_another_version_walks_from_the_start(scene, cursor):
    asked = scene.ask(at=scene.now - HOUR)
    assert set(scene.walk({"comments": cursor}).by_id) == {asked.id}


def test_a_deleted_thread_is_removed_with_everything_below(scene):
    asked = scene.ask(at=scene.now - 5 * HOUR)
    below = scene.ask(at=scene.now - 4 * HOUR, to=asked)
    scene.remove(asked)
    assert {post.remote_id for post in scene.reread(asked, below).posts if post.removed} == {asked.id, below.id}


def test_a_long_thread_is_read_to_its_end(scene):
    asked = scene.ask(at=scene.now - DAY)
    answer = scene.answer(asked, at=scene.now - 23 * HOUR)
    wanted = {scene.ask(at=scene.now - 20 * HOUR + number * MINUTE, to=asked).id for number in range(140)}
    assert set(scene.walk().by_id) == {asked.id, answer.id} | wanted
    page = scene.reread(asked)
    assert page.complete
    assert {post.remote_id for post in page.posts} == {asked.id, answer.id}


def test_a_thread_without_end_proves_nothing(scene, monkeypatch):
    asked, gone = scene.ask(at=scene.now - DAY), scene.ask(at=scene.now - DAY)
    scene.remove(gone)
    for number in range(140):
        scene.ask(at=scene.now - 20 * HOUR + number * MINUTE, to=asked)
    monkeypatch.setattr(f"accounts.connectors.{scene.platform}.MOST_PAGES", 1)
    page = scene.reread(asked, gone)
    assert not page.complete
    assert not any(post.removed for post in page.posts)


def test_what_others_handed_in_is_not_asked_for(scene):
    """Its ids may be their own: that the platform does not know them says nothing."""
    foreign = FetchedPost(remote_id="chat-17", kind="comment", posted_at=None)
    assert scene.connector().reread([foreign]).posts == []
    assert scene.fake.asked == []


@pytest.mark.parametrize("call", ["activity", "fetch", "reread"])
@pytest.mark.parametrize("body", [b"[]", {}, {"data": "x", "elements": 3, "code": 0}])
def test_json_of_another_shape(scene, call, body):
    asked = scene.ask(at=scene.now - HOUR)
    connector = scene.connector()
    calls = {
        "activity": connector.activity,
        "fetch": lambda: connector.fetch("comments", "", since=scene.now - DAY),
        "reread": lambda: connector.reread([asked.known]),
    }
    scene.fake.faults = [Said(body)]
    assert error_of(calls[call]).code == ErrorCode.BAD_ANSWER


def test_each_says_how_it_is_connected(scene):
    kind = scene.kind
    assert set(scene.credentials) == {credential.name for credential in kind.credentials}
    secrets = {credential.name for credential in kind.credentials if credential.secret}
    assert all(("token" in name or "secret" in name) == (name in secrets) for name in scene.credentials)
    assert len(kind.guide.steps) >= 4
    assert kind.guide.link.startswith("https://")
    assert not {Capability.MENTIONS, Capability.MESSAGES, Capability.REVIEWS} & kind.capabilities


# --- LinkedIn and TikTok: tokens that are renewed ---


def expire(scene):
    if scene.platform == "linkedin":
        scene.fake.tokens = set()
    else:
        scene.fake.access_token = "act.other"


def test_an_expired_token_is_renewed_and_kept_before_it_is_used(renewing):
    renewing.publish(at=renewing.now - DAY)
    access = renewing.access()
    expire(renewing)
    kept, asked_when_kept = [], []
    access.keep = lambda changed: (kept.append(changed), asked_when_kept.append(len(renewing.fake.asked)))
    connector = REGISTRY[renewing.platform](access, Http(renewing.now))
    assert connector.activity().last_at == renewing.now - DAY
    [changed] = kept
    assert changed["access_token"] == access.credentials["access_token"]
    assert changed["refresh_token"] == renewing.fake.credentials["refresh_token"]
    # Refused, renewed; kept; and only then asked again.
    assert asked_when_kept == [2]
    assert len(renewing.fake.asked) == 3


def test_the_new_token_is_never_used_where_it_could_not_be_kept(renewing):
    access = renewing.access()
    expire(renewing)

    def broken(changed):
        raise OSError("the database is away")

    access.keep = broken
    with pytest.raises(OSError, match="away"):
        REGISTRY[renewing.platform](access, Http(renewing.now)).activity()
    assert len(renewing.fake.asked) == 2


def test_a_refresh_token_that_has_ended(renewing):
    access = renewing.access()
    access.credentials["refresh_token"] = "worthless"
    expire(renewing)
    assert error_of(REGISTRY[renewing.platform](access, Http(renewing.now)).activity).code == ErrorCode.CREDENTIALS
    assert renewing.kept == {}


def test_a_token_refused_again_after_renewal_ends_it(renewing):
    connector = renewing.connector()
    expire(renewing)
    connector.activity()
    renewed = dict(renewing.kept)
    expire(renewing)
    assert error_of(connector.activity).code == ErrorCode.CREDENTIALS
    assert renewing.kept == renewed


def test_rights_that_tiktok_lacks(tiktok):
    tiktok.fake.scope = "user.info.basic,user.info.username,video.list"
    assert tiktok.connector().check().missing_rights == ("comment.list",)


def test_rights_that_linkedin_lacks(linkedin):
    linkedin.fake.scope = "r_organization_social"
    assert linkedin.connector().check().missing_rights == ("r_organization_admin",)


def test_linkedin_without_refresh_token_ends_after_60_days(linkedin):
    """LinkedIn gives refresh tokens to few: without one, it says when the token itself ends."""
    linkedin.kept["refresh_token"] = ""
    assert linkedin.connector().check().expires_at == linkedin.now + 60 * DAY


def test_a_version_of_linkedin_that_is_over(linkedin, monkeypatch):
    monkeypatch.setattr("accounts.connectors.linkedin.VERSION", "202401")
    problem = error_of(linkedin.connector().activity)
    assert problem.code == ErrorCode.UNSUPPORTED
    assert problem.permanent


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (40100, ErrorCode.LIMITED),
        (40001, ErrorCode.RIGHTS),
        (40006, ErrorCode.UNSUPPORTED),
        (40002, ErrorCode.BAD_ANSWER),
        (50000, ErrorCode.UNREACHABLE),
    ],
)
def test_tiktoks_codes(tiktok, code, meaning):
    tiktok.fake.faults = [Said({"code": code, "message": "no", "data": {}})]
    assert error_of(tiktok.connector().activity).code == meaning
