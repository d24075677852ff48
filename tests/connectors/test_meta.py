"""What the contract cannot ask of Facebook and Instagram: Meta's error codes, signed calls, usage headers, rights."""

import json

import pytest

from accounts.connectors.base import RemoteState
from accounts.connectors.errors import ErrorCode
from tests.connectors.world import DAY, HOUR, MINUTE, error_of, opened
from tests.connectors.worlds import fake_graph
from tests.connectors.worlds.on_meta import OnFacebook, OnInstagram
from tests.connectors.worlds.served import Said


@pytest.fixture(params=[OnFacebook, OnInstagram], ids=lambda kind: kind.platform)
def graph(request, now):
    with opened(request.param, now) as world:
        yield world


@pytest.fixture
def facebook(now):
    with opened(OnFacebook, now) as world:
        yield world


@pytest.fixture
def instagram(now):
    with opened(OnInstagram, now) as world:
        yield world


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *(({"code": number}, ErrorCode.LIMITED) for number in (4, 17, 32, 613, 80001, 80002)),
        ({"code": 190, "error_subcode": 463}, ErrorCode.CREDENTIALS),
        ({"code": 10}, ErrorCode.RIGHTS),
        ({"code": 200}, ErrorCode.RIGHTS),
        ({"code": 283}, ErrorCode.RIGHTS),
        ({"code": 100, "error_subcode": 33}, ErrorCode.UNSEEN),
        ({"code": 803}, ErrorCode.GONE),
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
    graph.ask()
    graph.connector(external_id="").check()
    graph.walk()
    assert all("access_token" not in asked.query for asked in graph.fake.asked)
    assert all(fake_graph.PAGE_TOKEN not in asked.path for asked in graph.fake.asked)


def test_without_the_proof_meta_refuses(graph):
    graph.credentials["app_secret"] = "wrong"
    assert not error_of(graph.connector().activity).permanent
    assert error_of(graph.connector().check).code == ErrorCode.CREDENTIALS


def test_the_access_to_data_ends_before_the_token(graph):
    graph.fake.expires_at = int((graph.now + 50 * DAY).timestamp())
    graph.fake.data_access_expires_at = int((graph.now + 40 * DAY).timestamp())
    assert graph.connector().check().expires_at == graph.now + 40 * DAY
    graph.fake.expires_at = graph.fake.data_access_expires_at = 0
    assert graph.connector().check().expires_at is None


def test_missing_rights(graph):
    graph.fake.scopes.remove("pages_read_engagement")
    assert graph.connector(external_id="").check().missing_rights == ("pages_read_engagement",)


def test_a_right_that_is_needed_at_once_is_named(graph):
    graph.fake.scopes.remove("pages_show_list")
    token_facts = Said(
        {"data": {"app_id": fake_graph.APP_ID, "is_valid": True, "scopes": graph.fake.scopes, "expires_at": 0}}
    )
    graph.fake.faults = [token_facts, Said({"error": {"code": 10, "message": "no"}}, 403)]
    problem = error_of(graph.connector(external_id="").check)
    assert (problem.code, problem.detail) == (ErrorCode.RIGHTS, "pages_show_list")


def test_rights_lost_remove_nothing(graph):
    """Meta answers “does not exist” also to whoever may not see: that is no proof that questions were deleted."""
    asked = graph.ask(at=graph.now - HOUR)
    graph.fake.nodes.clear()
    assert error_of(lambda: graph.reread(asked)).code == ErrorCode.UNSEEN


def test_does_not_exist_or_missing_permissions_is_told_as_what_it_may_be(graph):
    """Meta says the same of both; what the token lacks is looked up, and named where it lacks something."""
    graph.go_away()
    assert graph.connector().account().state == RemoteState.UNSEEN
    graph.fake.nodes.clear()
    assert error_of(graph.connector(external_id="").check).code == ErrorCode.UNSEEN
    graph.fake.scopes.remove("pages_read_engagement")
    for ask in (graph.connector().account, graph.connector(external_id="").check):
        problem = error_of(ask)
        assert (problem.code, problem.detail) == (ErrorCode.RIGHTS, "pages_read_engagement")
    assert "gone" in str(RemoteState.UNSEEN.label)
    assert "right" in str(ErrorCode.UNSEEN.label)


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
    connector = graph.connector()
    connector.activity()
    assert connector.http.blocked_until == (rests and graph.now + rests * MINUTE)


def test_when_refused_the_headers_say_until_when(graph):
    usage = json.dumps({"111": [{"call_count": 100, "estimated_time_to_regain_access": 30}]})
    error = {"error": {"code": 80001, "message": "Too many calls"}}
    graph.fake.faults = [Said(error, 400, {"X-Business-Use-Case-Usage": usage})]
    assert error_of(graph.connector().activity).retry_at == graph.now + 30 * MINUTE


def test_facebook_hides_who_wrote_at_times(facebook):
    asked = facebook.ask(at=facebook.now - HOUR)
    del facebook.fake.nodes[asked.id]["from"]
    shown = facebook.walk().by_id[asked.id]
    assert (shown.author, shown.author_id, shown.own) == ("", "", False)


def test_a_page_without_instagram(instagram):
    del instagram.fake.nodes[fake_graph.PAGE]["instagram_business_account"]
    assert error_of(instagram.connector(external_id="").check).code == ErrorCode.UNSEEN


def test_facebook_takes_one_call_for_25_posts(facebook):
    for number in range(25):
        facebook.write(facebook.post(facebook.now - number * HOUR), facebook.now)
    walk = facebook.walk()
    assert (len(walk.posts), walk.calls) == (25, 1)
