import datetime as dt
import json

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.inbox import intake
from accounts.inbox.models import Post
from governance.access import Role
from governance.audit.models import AuditEvent
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ALL = ["posts:write", "posts:read", "posts:close"]


# --- who may ---


def test_without_a_valid_token_401(call, token, client, cast):
    expired = token(expires_at=timezone.now() - HOUR)
    revoked = token(revoked_at=timezone.now())
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic eDp5"}, expired, revoked):
        for method, path in [("POST", "posts"), ("GET", "posts"), ("PATCH", "posts/1")]:
            assert call(method, path, [], headers)[0] == 401
    assert client.get("/api/v1/posts")["WWW-Authenticate"] == "Bearer"
    # Being logged in is no token.
    client.force_login(cast.section)
    assert call("GET", "posts")[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [("POST", "posts", "posts:write"), ("GET", "posts", "posts:read"), ("PATCH", "posts/1", "posts:close")],
)
def test_without_the_scope_403(call, token, method, path, scope):
    status, problem = call(method, path, [], token(scopes=[other for other in ALL if other != scope]))
    assert status == 403
    assert scope in problem["detail"]


def test_a_deactivated_persons_token_is_dead(call, token, cast, now):
    headers = token(person=cast.principal)
    assert call("GET", "posts", headers=headers)[0] == 200
    cast.principal.is_active, cast.principal.deactivated_at = False, now
    cast.principal.save()
    assert call("GET", "posts", headers=headers)[0] == 401


def test_use_is_noted(call, token):
    headers = token()
    call("GET", "posts", headers=headers)
    token.made.refresh_from_db()
    assert token.made.last_used_at


# --- bringing in posts ---


def test_posts_come_in_once(call, token, account):
    headers = token()
    items = [
        {"account": account.handle, "remote_id": "a", "text": "Hello", "posted_at": "2026-11-18T10:00"},
        {"account": f"facebook:{account.handle.upper()}", "remote_id": "b"},
        {"account": f"https://m.facebook.com/{account.handle}?fbclid=1", "remote_id": "c"},
        {"account": account.pk, "remote_id": "d"},
    ]
    status, answer = call("POST", "posts", items, headers)
    assert (status, answer["created"]) == (200, 4)
    assert [item["remote_id"] for item in answer["items"]] == ["a", "b", "c", "d"]
    first = Post.objects.get(remote_id="a")
    assert answer["items"][0] == {"remote_id": "a", "result": "created", "id": first.pk, "errors": []}
    # A time without a zone is local; in the future it is capped at now.
    assert first.posted_at == min(dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC), first.first_seen_at)
    assert first.source == Post.Source.API
    status, answer = call("POST", "posts", items, headers)
    assert (status, answer["unchanged"]) == (200, 4)
    assert Post.objects.count() == 4


def test_each_bad_item_has_its_own_error(call, token, account, body, facebook):
    elsewhere = factories.account(unit=body.sorvik, platform=facebook, handle="elsewhere")
    twin = factories.platform("x", "X")
    factories.account(unit=body.nordvik, platform=twin, handle="twins")
    factories.account(unit=body.nordvik, platform=facebook, handle="Twins")
    items = [
        {"account": account.handle, "remote_id": "good"},
        {"account": "nobody", "remote_id": "1"},
        {"account": elsewhere.handle, "remote_id": "2"},
        {"account": elsewhere.pk, "remote_id": "3"},
        {"account": elsewhere.url, "remote_id": "4"},
        {"account": "twins", "remote_id": "5"},
        {"account": account.handle},
        {"account": account.handle, "remote_id": "6", "posted_at": "31.02.2026"},
        {"account": account.handle, "remote_id": "7", "kind": "shout"},
        {"account": account.handle, "remote_id": "8", "txt": "misspelt"},
        "not even an object",
        {"account": account.handle, "remote_id": 9},
        {"account": 10**30, "remote_id": "10"},
    ]
    status, answer = call("POST", "posts", items, token())
    assert status == 200
    assert [item["errors"][0]["field"] if item["errors"] else "" for item in answer["items"]] == [
        "",
        *["account"] * 5,
        "remote_id",
        "posted_at",
        "kind",
        "txt",
        "",
        "remote_id",
        "account",
    ] or answer["items"][10]["errors"]
    assert (answer["created"], answer["rejected"]) == (1, 12)
    assert Post.objects.count() == 1


HALF = "\ud83e"  # an emoji cut in two


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("account", value) for value in ("\x00", "x:\x00", HALF, f"https://fb.com/{HALF}")],
        *[(field, value) for field in ("remote_id", "thread_id", "parent_id", "url") for value in ("a\x00", HALF)],
        ("url", f"https://fb.com/{HALF}"),
        ("posted_at", "0001-01-01T00:00:00"),
        ("posted_at", "0001-01-01T00:00:00+14:00"),
        ("answered_at", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_what_no_database_can_hold_rejects_that_item_alone(call, token, account, field, value):
    items = [{"account": account.handle, "remote_id": "1", field: value}, {"account": account.handle, "remote_id": "2"}]
    status, answer = call("POST", "posts", items, token())
    assert (status, [item["result"] for item in answer["items"]]) == (200, ["rejected", "created"])
    assert answer["items"][0]["errors"][0]["field"].startswith(field)


def test_a_citizens_post_comes_in_whatever_its_letters(call, token, account):
    item = {"account": account.handle, "remote_id": "1", "text": f"Hei\x00 {HALF}!", "author": HALF}
    assert call("POST", "posts", [item], token())[1]["created"] == 1
    post = Post.objects.get()
    assert (post.text, post.author) == ("Hei \ufffd!", "\ufffd")
    assert call("POST", "posts", [item], token())[1]["unchanged"] == 1


@pytest.mark.parametrize("query", ["platform=%00", "unit=a%00", "q=%00", "updated_since=0001-01-01T00:00:00"])
def test_filters_that_no_database_can_look_for(call, db, query):
    status, problem = call("GET", f"accounts?{query}")
    assert (status, problem["errors"][0]["field"]) == (422, query.split("=")[0])


@pytest.mark.parametrize("raw", ["", "{", '[{"account": }]', b"\xff\xfe", "[" * 100_000])
def test_malformed_bodies(call, token, raw):
    assert call("POST", "posts", headers=token(), raw=raw)[0] == 400


@pytest.mark.parametrize("other", [{}, "text", 7, None])
def test_anything_but_a_list(call, token, other):
    assert call("POST", "posts", headers=token(), raw=json.dumps(other))[0] == 422


def test_too_many_and_too_large(call, token, account):
    items = [{"account": account.handle, "remote_id": str(n)} for n in range(1001)]
    assert call("POST", "posts", items, token())[0] == 413
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        assert call("POST", "posts", items[:900], token())[0] == 413
    assert not Post.objects.exists()


def test_a_thousand_posts_take_few_queries(call, token, account, django_assert_max_num_queries):
    items = [{"account": account.handle, "remote_id": str(n)} for n in range(1000)]
    headers = token()
    # On PostgreSQL a dozen fewer: SQLite takes fewer values in one statement.
    with django_assert_max_num_queries(80):
        assert call("POST", "posts", items, headers)[1]["created"] == 1000


def test_a_persons_token_does_no_more_than_the_person(call, token, cast, body, account, facebook):
    """`moderator` answers for one account of the body; a token for the whole body reaches no further."""
    factories.assign(account, cast.moderator)
    other = factories.account(unit=body.sorvik, platform=facebook)
    posts = [factories.post(account), factories.post(other)]
    headers = token(unit=body.central, person=cast.moderator)
    items = [{"account": one.handle, "remote_id": "n"} for one in (account, other)]
    assert [item["result"] for item in call("POST", "posts", items, headers)[1]["items"]] == ["created", "rejected"]
    assert {item["account"] for item in call("GET", "posts", headers=headers)[1]["items"]} == {account.pk}
    assert call("PATCH", f"posts/{posts[0].pk}", {"outcome": "answered"}, headers)[0] == 200
    assert call("PATCH", f"posts/{posts[1].pk}", {"outcome": "answered"}, headers)[0] == 404


def test_an_archivists_token_reads_but_does_not_close(call, token, cast, body, account):
    post = factories.post(account)
    headers = token(unit=body.central, person=cast.archivist)
    assert call("GET", "posts", headers=headers)[1]["count"] == 1
    assert call("PATCH", f"posts/{post.pk}", {"outcome": "answered"}, headers)[0] == 403


# --- reading and closing ---


def test_overdue_posts_page_by_page(call, token, account, django_assert_num_queries):
    now = timezone.now()
    for hours in (1, 2, 3):
        factories.post(account, posted_at=now - 2 * DAY, answer_due_at=now - hours * HOUR)
    factories.post(account, answer_due_at=now + DAY)
    factories.post(account, answer_due_at=now - DAY, closed_at=now, outcome="answered")
    headers = token()
    status, page = call("GET", "posts?state=overdue&page_size=2", headers=headers)
    assert (status, page["count"], len(page["items"])) == (200, 3, 2)
    assert {item["state"] for item in page["items"]} == {"overdue"}
    status, page = call("GET", page["next"].split("/api/v1/")[1], headers=headers)
    assert (len(page["items"]), page["next"]) == (1, None)
    assert [call("GET", f"posts?state={s}", headers=headers)[1]["count"] for s in ("open", "closed")] == [4, 1]
    assert call("GET", "posts", headers=headers)[1]["count"] == 5
    assert call("GET", f"posts?account={account.pk + 1}", headers=headers)[1]["count"] == 0
    for size in (1, 3):
        with django_assert_num_queries(6):
            call("GET", f"posts?state=overdue&page_size={size}", headers=headers)


@pytest.mark.parametrize("query", ["state=late", "page=0", "page=x", "page_size=101", "account=x"])
def test_queries_that_do_not_fit(call, token, query):
    status, problem = call("GET", f"posts?{query}", headers=token())
    assert status == 422
    assert problem["errors"][0]["field"] == query.split("=")[0]


def test_triage_and_close(call, token, account, cast):
    post = factories.post(account, answer_due_at=timezone.now() + DAY)
    headers = token()
    address = f"posts/{post.pk}"
    status, answer = call("PATCH", address, {"tone": "positive", "concerns": ["political"]}, headers)
    assert (status, answer["tone"], answer["concerns"], answer["answer_due_at"]) == (
        200,
        "positive",
        ["political"],
        None,
    )
    status, answer = call("PATCH", address, {"outcome": "no_answer_needed", "note": "Thanks"}, headers)
    assert (status, answer["state"], answer["outcome"]) == (200, "closed", "no_answer_needed")
    assert call("PATCH", address, {"outcome": "no_answer_needed"}, headers)[0] == 200
    status, problem = call("PATCH", address, {"outcome": "answered"}, headers)
    assert status == 409
    assert "No answer needed" in problem["detail"]
    event = AuditEvent.objects.get(event="post.closed")
    assert (event.actor_id, event.actor_name, event.after["via"]) == (None, "Inbox robot (API)", "Inbox robot")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"outcome": "forgotten"},
        {"state": "closed"},
        {"concerns": ["child"]},
        {"note": "x" * 2001},
        [],
        {"outcome": "answered", "note": "\x00"},
    ],
)
def test_changes_that_do_not_fit(call, token, account, change):
    post = factories.post(account)
    assert call("PATCH", f"posts/{post.pk}", change, token())[0] == 422
    assert call("PATCH", f"posts/{post.pk}", headers=token(), raw="{")[0] == 400


def test_posts_of_other_units_are_not_there(call, token, body, facebook):
    post = factories.post(factories.account(unit=body.sorvik, platform=facebook))
    assert call("PATCH", f"posts/{post.pk}", {"outcome": "answered"}, token())[0] == 404


# --- around it ---


def test_what_is_not_there_is_a_problem_too(call, token):
    for path in ("", "nothing", "posts/x", "posts/1/close", "accounts/"):
        assert call("GET", path)[0] == 404
    assert call("POST", "nothing", [])[0] == 404
    assert call("DELETE", "posts", headers=token())[0] == 405
    assert call("POST", "accounts", [])[0] == 405


def test_a_failure_inside_is_a_problem_that_tells_nothing(call, token, account, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(intake, "ingest", broken)
    status, problem = call("POST", "posts", [{"account": account.handle, "remote_id": "a"}], token())
    assert status == 500
    assert "42" not in str(problem)


def test_the_description_names_every_call(client, db):
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.")
    calls = {(method, path) for path, methods in schema["paths"].items() for method in methods}
    assert calls == {
        ("get", "/api/v1/accounts"),
        ("get", "/api/v1/accounts/{account_id}"),
        ("get", "/api/v1/verify"),
        ("post", "/api/v1/posts"),
        ("get", "/api/v1/posts"),
        ("patch", "/api/v1/posts/{post_id}"),
    }


def test_the_docs_page_works_under_the_csp(client, db):
    response = client.get("/api/v1/docs")
    page = response.content.decode()
    assert response.status_code == 200
    assert "PATCH /api/v1/posts/{post_id}" in page
    assert "<style" not in page
    assert "cdn" not in page
    assert client.post("/api/v1/docs").status_code == 405


def test_cors_is_not_opened(client, db):
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/accounts")


def test_role_names_are_not_what_opens(call, token, cast, body, account):
    """A token of the whole body's administrator: the role alone sees no posts."""
    factories.post(account)
    assert cast.admin.grants.get().role == Role.ADMINISTRATOR
    assert call("GET", "posts", headers=token(unit=body.central, person=cast.admin))[1]["count"] == 0
