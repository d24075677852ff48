"""Facebook, Instagram, LinkedIn and TikTok: what people write under the account's own posts, each against its fake."""

import json
from dataclasses import replace

import pytest

from accounts.connectors import REGISTRY
from accounts.connectors.base import Capability, ConnectorError, ErrorCode, FetchedPost, RemoteState
from accounts.connectors.http import Http
from accounts.connectors.threads import POSTS_BACK
from accounts.models import Post
from tests.connectors.worlds import fake_graph
from tests.connectors.worlds.fake_server import Said
from tests.connectors.worlds.own_posts import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OnFacebook,
    OnInstagram,
    OnLinkedIn,
    OnTikTok,
)


def open_scene(kind, settings):
    scene = kind()
    settings.FETCH_LOOPBACK = True
    settings.CONNECTOR_ADDRESSES = {scene.platform: scene.fake.url}
    return scene


@pytest.fixture(params=[OnFacebook, OnInstagram, OnLinkedIn, OnTikTok], ids=lambda kind: kind.platform)
def scene(request, settings):
    opened = open_scene(request.param, settings)
    yield opened
    opened.fake.close()


@pytest.fixture(params=[OnFacebook, OnInstagram], ids=lambda kind: kind.platform)
def graph(request, settings):
    opened = open_scene(request.param, settings)
    yield opened
    opened.fake.close()


@pytest.fixture
def on(settings):
    """`on(kind)` opens one platform alone."""
    opened = []

    def enter(kind):
        opened.append(open_scene(kind, settings))
        return opened[-1]

    yield enter
    for scene in opened:
        scene.fake.close()


def error_of(call) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        call()
    return caught.value


# --- all four ---


def test_questions_and_answers(scene):
    post = scene.publish(NOW - DAY)
    asked = scene.write(post, NOW - 5 * HOUR, "Når åpner dere? 🏊")
    answered = scene.write(post, NOW - 4 * HOUR, "Klokka ti", own=True, to=asked)
    thanks = scene.write(post, NOW - 3 * HOUR, "Takk", to=asked)
    found, _pages = scene.fetched()
    assert set(found) == {asked, answered, thanks}
    question = found[asked]
    assert (question.kind, question.text, question.own) == ("comment", "Når åpner dere? 🏊", False)
    assert (question.thread_id, question.parent_id) == (post, "")
    assert question.posted_at == NOW - 5 * HOUR
    for reply, own in ((answered, True), (thanks, False)):
        shown = found[reply]
        assert (shown.kind, shown.own, shown.thread_id, shown.parent_id) == ("reply", own, post, asked)
    assert {post.kind for post in found.values()} <= set(Post.Kind.values)
    assert all(post.url.startswith("https://") or scene.platform == "tiktok" for post in found.values())


def test_nothing_published_and_nothing_said(scene):
    assert scene.connector().activity().last_at is None
    assert scene.fetched() == ({}, 1)
    scene.publish(NOW - DAY)
    assert scene.fetched()[0] == {}


def test_activity_is_the_newest_post(scene):
    scene.publish(NOW - DAY)
    scene.publish(NOW - HOUR)
    scene.publish(NOW - 3 * DAY)
    assert scene.connector().activity().last_at == NOW - HOUR


def test_many_posts_and_comments_page_by_page(scene):
    """Every one comes, however many pages it takes, and a walk can be taken up by another worker."""
    wanted = set()
    for number in range(60):
        post = scene.publish(NOW - number * HOUR)
        if number % 7 == 0:
            wanted |= {scene.write(post, NOW - number * HOUR + second * MINUTE / 60) for second in range(130)}
    found, pages = scene.fetched()
    assert set(found) == wanted
    assert pages > 5


def test_only_what_is_new_is_given(scene):
    post = scene.publish(NOW - 20 * DAY)
    old = scene.write(post, NOW - 9 * DAY)
    new = scene.write(post, NOW - HOUR, to=old)
    assert set(scene.fetched(since=NOW - DAY)[0]) == {new}


def test_posts_of_last_year_are_left_alone(scene):
    long_ago = scene.publish(NOW - DAY - POSTS_BACK - MINUTE)
    scene.write(long_ago, NOW - HOUR)
    assert scene.fetched(since=NOW - DAY)[0] == {}


def test_a_post_deleted_during_the_walk_does_not_stop_it(scene):
    keeps = scene.publish(NOW - 2 * DAY)
    kept = scene.write(keeps, NOW - HOUR)
    goes = scene.publish(NOW - DAY)
    for second in range(130):
        scene.write(goes, NOW - 2 * HOUR + second * MINUTE / 60)
    connector = scene.connector()
    page = connector.fetch("comments", "", since=NOW - 3 * DAY)
    found = {post.remote_id for post in page.posts}
    scene.unpublish(goes)
    while page.more:
        page = connector.fetch("comments", page.cursor, since=NOW - 3 * DAY)
        found |= {post.remote_id for post in page.posts}
    assert kept in found


def test_a_cursor_of_another_version_walks_from_the_start(scene):
    post = scene.publish(NOW - DAY)
    asked = scene.write(post, NOW - HOUR)
    for cursor in ("old style", '{"a": 1}', "[1]"):
        connector, found, page = scene.connector(), set(), None
        while page is None or page.more:
            page = connector.fetch("comments", page.cursor if page else cursor, since=NOW - DAY)
            found |= {post.remote_id for post in page.posts}
        assert found == {asked}


def known(found, *ids):
    """Posts as the portal hands them in again: ids and nothing else."""
    return [replace(found[one], text="", author="", author_id="", posted_at=None, url="") for one in ids]


def test_rereading_open_questions(scene):
    post = scene.publish(NOW - 40 * DAY)
    open_one, gone, edited = (scene.write(post, NOW - 30 * DAY, f"Question {number}") for number in range(3))
    below = scene.write(post, NOW - 29 * DAY, "And on Sundays?", to=open_one)
    found, _pages = scene.fetched(since=NOW - 60 * DAY)
    answer = scene.write(post, NOW - HOUR, "At ten", own=True, to=open_one)
    scene.write(post, NOW - HOUR, "Somebody else’s", to=open_one)
    scene.edit(edited, "A better question")
    scene.remove(gone)
    page = scene.connector().reread(known(found, open_one, gone, edited, below))
    reread = {post.remote_id: post for post in page.posts}
    assert page.complete
    assert set(reread) == {open_one, gone, edited, below, answer}
    assert (reread[answer].own, reread[answer].parent_id) == (True, open_one)
    assert (reread[gone].removed, reread[gone].text) == (True, "")
    assert reread[edited].text == "A better question"
    assert not any(reread[one].removed for one in (open_one, edited, below, answer))


def test_a_removed_reply_of_the_body_is_not_there_any_more(scene):
    post = scene.publish(NOW - DAY)
    asked = scene.write(post, NOW - 5 * HOUR)
    answer = scene.write(post, NOW - 4 * HOUR, own=True, to=asked)
    found, _pages = scene.fetched()
    scene.remove(answer)
    reread = {post.remote_id: post for post in scene.connector().reread(known(found, asked, answer)).posts}
    assert reread[answer].removed
    assert not reread[asked].removed


def test_a_deleted_thread_is_removed_with_everything_below(scene):
    post = scene.publish(NOW - DAY)
    asked = scene.write(post, NOW - 5 * HOUR)
    below = scene.write(post, NOW - 4 * HOUR, to=asked)
    found, _pages = scene.fetched()
    scene.remove(asked)
    reread = {post.remote_id: post for post in scene.connector().reread(known(found, asked, below)).posts}
    assert reread[asked].removed
    assert reread[below].removed


def test_a_long_thread_is_read_to_its_end(scene):
    post = scene.publish(NOW - 2 * DAY)
    asked = scene.write(post, NOW - DAY)
    answer = scene.write(post, NOW - 23 * HOUR, own=True, to=asked)
    wanted = {scene.write(post, NOW - 20 * HOUR + number * MINUTE, to=asked) for number in range(140)}
    found, _pages = scene.fetched()
    assert set(found) == {asked, answer} | wanted
    page = scene.connector().reread(known(found, asked))
    assert page.complete
    assert {post.remote_id for post in page.posts} == {asked, answer}


def test_a_thread_without_end_proves_nothing(scene, monkeypatch):
    post = scene.publish(NOW - 2 * DAY)
    asked = scene.write(post, NOW - DAY)
    gone = scene.write(post, NOW - DAY)
    found, _pages = scene.fetched()
    scene.remove(gone)
    for number in range(140):
        scene.write(post, NOW - 20 * HOUR + number * MINUTE, to=asked)
    monkeypatch.setattr(f"accounts.connectors.{scene.platform}.MOST_PAGES", 1)
    page = scene.connector().reread(known(found, asked, gone))
    assert not page.complete
    assert not any(post.removed for post in page.posts)


def test_what_others_handed_in_is_not_asked_for(scene):
    """Its ids may be their own: that the platform does not know them says nothing."""
    foreign = FetchedPost(remote_id="chat-17", kind="comment", posted_at=None)
    assert scene.connector().reread([foreign]).posts == []
    assert scene.fake.asked == []


def test_hidden_comments(scene):
    if not hasattr(scene, "hide"):
        assert scene.platform == "linkedin"  # where nothing can be hidden
        return
    post = scene.publish(NOW - DAY)
    asked = scene.write(post, NOW - HOUR)
    assert not scene.fetched()[0][asked].hidden
    scene.hide(asked)
    assert scene.fetched()[0][asked].hidden


def test_checking_the_credentials(scene):
    checked = scene.connector(external_id="").check()
    assert (checked.account.external_id, checked.account.handle) == (scene.external_id, "fjordvik")
    assert checked.missing_rights == ()


def test_a_renamed_account_keeps_its_id(scene):
    scene.rename("fjordvik-fk")
    account = scene.connector().account()
    assert (account.external_id, account.handle, account.state) == (scene.external_id, "fjordvik-fk", "active")


def test_broken_answers_raise_and_prove_nothing(scene):
    post = scene.publish(NOW - DAY)
    asked = scene.write(post, NOW - HOUR)
    found, _pages = scene.fetched()
    html = Said(b"<html>sorry</html>", 200, {"Content-Type": "text/html"})
    for said in (html, Said(b'{"data": [', 200), Said(b"[]"), Said({}), Said({"data": "x", "elements": 3, "code": 0})):
        for call in ("activity", "fetch", "reread"):
            scene.fake.faults = [said]
            connector = scene.connector()
            problem = error_of(
                {
                    "activity": connector.activity,
                    "fetch": lambda connector=connector: connector.fetch("comments", "", since=NOW - DAY),
                    "reread": lambda connector=connector: connector.reread(known(found, asked)),
                }[call]
            )
            assert problem.code == ErrorCode.BAD_ANSWER, (call, said)
            assert not problem.permanent


@pytest.mark.parametrize(
    ("status", "code"), [(500, ErrorCode.UNREACHABLE), (429, ErrorCode.LIMITED), (403, ErrorCode.RIGHTS)]
)
def test_plain_errors(scene, status, code):
    scene.fake.faults = [Said(b"<html>no</html>", status, {"Retry-After": "120"})]
    problem = error_of(scene.connector().activity)
    assert problem.code == code
    if status == 429:
        assert problem.retry_at == scene.http.blocked_until == NOW + 2 * MINUTE


def test_each_says_how_it_is_connected(scene):
    connector = REGISTRY[scene.platform]
    assert set(scene.credentials) == {credential.name for credential in connector.credentials}
    secrets = {credential.name for credential in connector.credentials if credential.secret}
    assert all(("token" in name or "secret" in name) == (name in secrets) for name in scene.credentials)
    assert len(connector.guide.steps) >= 4
    assert connector.guide.link.startswith("https://")
    assert connector.answers_seen <= set(Post.Kind.values)
    assert not {Capability.MENTIONS, Capability.MESSAGES, Capability.REVIEWS} & connector.capabilities


# --- Meta ---


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *(({"code": number}, ErrorCode.LIMITED) for number in (4, 17, 32, 613, 80001, 80002)),
        ({"code": 190, "error_subcode": 463}, ErrorCode.CREDENTIALS),
        ({"code": 10}, ErrorCode.RIGHTS),
        ({"code": 200}, ErrorCode.RIGHTS),
        ({"code": 283}, ErrorCode.RIGHTS),
        ({"code": 100, "error_subcode": 33}, ErrorCode.GONE),
        ({"code": 100}, ErrorCode.BAD_ANSWER),
        ({"code": 1}, ErrorCode.UNREACHABLE),
        ({"code": 2, "is_transient": True}, ErrorCode.UNREACHABLE),
        ({"code": 99, "is_transient": True}, ErrorCode.UNREACHABLE),
        ({"code": 12}, ErrorCode.UNSUPPORTED),
        ({"code": 2635}, ErrorCode.UNSUPPORTED),
    ],
)
def test_metas_error_codes(graph, said, code):
    graph.fake.faults = [Said({"error": {"message": "EAApage leaks here", "type": "OAuthException"} | said}, 400)]
    problem = error_of(graph.connector().activity)
    assert problem.code == code
    assert "EAApage" not in str(problem)


def test_the_token_is_in_no_address(graph):
    graph.connector(external_id="").check()
    graph.fetched()
    assert all("access_token" not in asked.query for asked in graph.fake.asked)
    assert all(fake_graph.PAGE_TOKEN not in asked.path for asked in graph.fake.asked)


def test_without_the_proof_meta_refuses(graph):
    graph.credentials = graph.credentials | {"app_secret": "wrong"}
    assert not error_of(graph.connector().activity).permanent
    assert error_of(graph.connector().check).code == ErrorCode.CREDENTIALS


def test_expiry_and_missing_rights(graph):
    graph.fake.expires_at = int((NOW + 50 * DAY).timestamp())
    graph.fake.data_access_expires_at = int((NOW + 40 * DAY).timestamp())
    graph.fake.scopes.remove("pages_read_engagement")
    checked = graph.connector(external_id="").check()
    assert checked.expires_at == NOW + 40 * DAY
    assert checked.missing_rights == ("pages_read_engagement",)
    graph.fake.expires_at = graph.fake.data_access_expires_at = 0
    assert graph.connector(external_id="").check().expires_at is None


def test_a_right_that_is_needed_at_once_is_named(graph):
    graph.fake.scopes.remove("pages_show_list")
    token_facts = Said(
        {"data": {"app_id": fake_graph.APP_ID, "is_valid": True, "scopes": graph.fake.scopes, "expires_at": 0}}
    )
    graph.fake.faults = [token_facts, Said({"error": {"code": 10, "message": "no"}}, 403)]
    problem = error_of(graph.connector(external_id="").check)
    assert (problem.code, problem.detail) == (ErrorCode.RIGHTS, "pages_show_list")


def test_a_token_that_was_withdrawn(graph):
    graph.fake.token_valid = False
    for call in (graph.connector().check, graph.connector().activity, graph.connector().account):
        assert error_of(call).code == ErrorCode.CREDENTIALS


def test_an_account_that_is_gone(graph):
    del graph.fake.nodes[graph.external_id]
    account = graph.connector().account()
    assert (account.external_id, account.state) == (graph.external_id, RemoteState.GONE)


def test_rights_lost_remove_nothing(graph):
    """Meta answers “does not exist” also to whoever may not see: that is no proof that questions were deleted."""
    post = graph.publish(NOW - DAY)
    asked = graph.write(post, NOW - HOUR)
    found, _pages = graph.fetched()
    for node in list(graph.fake.nodes):
        del graph.fake.nodes[node]
    assert error_of(lambda: graph.connector().reread(known(found, asked))).code == ErrorCode.GONE


@pytest.mark.parametrize(
    ("header", "value", "rests"),
    [
        ("X-App-Usage", {"call_count": 96, "total_cputime": 1, "total_time": 1}, 15),
        ("X-App-Usage", {"call_count": 94}, None),
        ("X-Business-Use-Case-Usage", {"111": [{"type": "pages", "total_time": 99}]}, 15),
        ("X-Business-Use-Case-Usage", {"111": [{"call_count": 100, "estimated_time_to_regain_access": 43}]}, 43),
        ("X-Business-Use-Case-Usage", {"111": "odd"}, None),
        ("X-Business-Use-Case-Usage", "odd", None),
        ("X-Business-Use-Case-Usage", {"111": [{"estimated_time_to_regain_access": float("inf")}]}, None),
    ],
)
def test_usage_headers_are_heeded(graph, header, value, rests):
    graph.fake.usage = {header: json.dumps(value)}
    graph.connector().activity()
    assert graph.http.blocked_until == (rests and NOW + rests * MINUTE)


def test_when_refused_the_headers_say_until_when(graph):
    usage = json.dumps({"111": [{"call_count": 100, "estimated_time_to_regain_access": 30}]})
    error = {"error": {"code": 80001, "message": "Too many calls"}}
    graph.fake.faults = [Said(error, 400, {"X-Business-Use-Case-Usage": usage})]
    assert error_of(graph.connector().activity).retry_at == NOW + 30 * MINUTE


def test_facebook_hides_who_wrote_at_times(on):
    scene = on(OnFacebook)
    asked = scene.write(scene.publish(NOW - DAY), NOW - HOUR)
    del scene.fake.nodes[asked]["from"]
    shown = scene.fetched()[0][asked]
    assert (shown.author, shown.author_id, shown.own) == ("", "", False)


def test_a_page_without_instagram(on):
    scene = on(OnInstagram)
    del scene.fake.nodes[fake_graph.PAGE]["instagram_business_account"]
    assert error_of(scene.connector(external_id="").check).code == ErrorCode.GONE


def test_facebook_takes_one_call_for_25_posts(on):
    scene = on(OnFacebook)
    for number in range(25):
        scene.write(scene.publish(NOW - number * HOUR), NOW)
    assert len(scene.fetched()[0]) == 25
    assert len(scene.fake.asked) == 1


# --- LinkedIn and TikTok: tokens that are renewed ---


@pytest.fixture(params=[OnLinkedIn, OnTikTok], ids=lambda kind: kind.platform)
def renewing(request, on):
    return on(request.param)


def expire(scene):
    if scene.platform == "linkedin":
        scene.fake.tokens = set()
    else:
        scene.fake.access_token = "act.other"


def test_an_expired_token_is_renewed_and_kept_before_it_is_used(renewing):
    renewing.publish(NOW - DAY)
    access = renewing.access()
    expire(renewing)
    asked_when_kept = []
    access.keep = lambda changed: (renewing.kept.append(changed), asked_when_kept.append(len(renewing.fake.asked)))
    connector = REGISTRY[renewing.platform](access, Http(NOW))
    assert connector.activity().last_at == NOW - DAY
    [kept] = renewing.kept
    assert kept["access_token"] == access.credentials["access_token"]
    assert kept["refresh_token"] == renewing.fake.credentials["refresh_token"]
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
        REGISTRY[renewing.platform](access, Http(NOW)).activity()
    assert len(renewing.fake.asked) == 2


def test_a_refresh_token_that_has_ended(renewing):
    access = renewing.access()
    access.credentials["refresh_token"] = "worthless"
    expire(renewing)
    problem = error_of(REGISTRY[renewing.platform](access, Http(NOW)).activity)
    assert problem.code == ErrorCode.CREDENTIALS
    assert renewing.kept == []


def test_a_token_refused_again_after_renewal_ends_it(renewing):
    access = renewing.access()
    expire(renewing)
    connector = REGISTRY[renewing.platform](access, Http(NOW))
    connector.activity()
    expire(renewing)
    assert error_of(connector.activity).code == ErrorCode.CREDENTIALS
    assert len(renewing.kept) == 1


@pytest.mark.parametrize(
    ("kind", "scope", "missing"),
    [
        (OnTikTok, "user.info.basic,user.info.username,video.list", ("comment.list",)),
        (OnLinkedIn, "r_organization_social", ("r_organization_admin",)),
    ],
)
def test_missing_rights_are_named(on, kind, scope, missing):
    scene = on(kind)
    scene.fake.scope = scope
    assert scene.connector().check().missing_rights == missing


def test_tiktok_says_until_when_the_refresh_token_lasts(on):
    scene = on(OnTikTok)
    assert scene.connector().check().expires_at == NOW + 365 * DAY


def test_linkedin_without_refresh_token_ends_after_60_days(on):
    scene = on(OnLinkedIn)
    access = scene.access()
    access.credentials["refresh_token"] = ""
    assert REGISTRY["linkedin"](access, Http(NOW)).check().expires_at == NOW + 60 * DAY


def test_a_version_of_linkedin_that_is_over(on, monkeypatch):
    scene = on(OnLinkedIn)
    monkeypatch.setattr("accounts.connectors.linkedin.VERSION", "202401")
    problem = error_of(scene.connector().activity)
    assert problem.code == ErrorCode.UNSUPPORTED
    assert problem.permanent


def test_a_linkedin_page_that_is_gone(on):
    scene = on(OnLinkedIn)
    scene.fake.organization = None
    assert scene.connector().account().state == RemoteState.GONE


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
def test_tiktoks_codes(on, code, meaning):
    scene = on(OnTikTok)
    scene.fake.faults = [Said({"code": code, "message": "no", "data": {}})]
    assert error_of(scene.connector().activity).code == meaning
