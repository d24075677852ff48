"""Webhooks of Facebook and Instagram: who is let in, what is kept, what comes of it."""

import datetime as dt
import hashlib
import hmac
import json

import pytest
from django.utils import timezone

from accounts import sweeps
from accounts.inbox.models import Post
from accounts.platforms import webhooks as hooks
from accounts.platforms.models import Connection, HookDelivery

pytestmark = pytest.mark.django_db

APP_SECRET, VERIFY_TOKEN = "the-app’s-secret", "a-word-of-our-own"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def meta_is_set_up(settings):
    settings.META_APP_SECRET, settings.META_VERIFY_TOKEN = APP_SECRET, VERIFY_TOKEN


@pytest.fixture
def connection(account, cast, now):
    """Nordvik's page, to be fetched next in an hour."""
    return Connection.objects.create(
        account=account,
        external_id="111",
        token_key="k",
        connected_by=cast.moderator,
        next_fetch_at=now + HOUR,
        backfill_since=now,
    )


def changed_feed(page="111", kind="page"):
    value = {"item": "comment", "verb": "add", "comment_id": "1_9", "post_id": "111_1", "message": "Schön, ærlig talt"}
    entry = {"id": page, "time": 1795200000, "changes": [{"field": "feed", "value": value}]}
    return json.dumps({"object": kind, "entry": [entry]}).encode()


def meta_signature(body, secret=APP_SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.fixture
def from_meta(client):
    def call(body, signature=None, platform="facebook"):
        headers = {} if signature is None else {"x-hub-signature-256": signature}
        return client.generic("POST", f"/api/v1/hooks/{platform}", body, "application/json", headers=headers)

    return call


# --- Meta: the question whether the address is ours ---


def test_the_challenge_is_echoed(client):
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444<b>"}
    for platform in ("facebook", "instagram"):
        answer = client.get(f"/api/v1/hooks/{platform}", query)
        assert (answer.status_code, answer.content.decode()) == (200, "1158201444<b>")
        assert answer["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "changes", [{"hub.verify_token": "another"}, {"hub.verify_token": "é"}, {"hub.mode": "unsubscribe"}]
)
def test_a_wrong_challenge_is_refused(client, changes):
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "42"} | changes
    answer = client.get("/api/v1/hooks/facebook", query)
    assert answer.status_code == 403
    assert answer["content-type"] == "application/problem+json"
    assert b"42" not in answer.content


def test_without_a_word_or_secret_of_ours_nobody_is_let_in(client, from_meta, settings):
    settings.META_APP_SECRET = settings.META_VERIFY_TOKEN = ""
    query = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "42"}
    assert client.get("/api/v1/hooks/facebook", query).status_code == 403
    body = changed_feed()
    assert from_meta(body, meta_signature(body, "")).status_code == 403
    assert not HookDelivery.objects.exists()


# --- Meta: something happened ---


def test_a_signed_call_makes_the_account_be_fetched_now(from_meta, connection, now):
    body = changed_feed()
    answer = from_meta(body, meta_signature(body))
    assert answer.status_code == 200
    row = HookDelivery.objects.get()
    assert "Schön" not in row.body
    assert json.loads(row.body) == ["111"]
    later = timezone.now()
    Connection.objects.update(next_fetch_at=later + HOUR)
    assert sweeps.run("hooks", later) == {"done": 1, "failed": 0, "forgotten": 0}
    connection.refresh_from_db()
    assert connection.next_fetch_at == later
    row.refresh_from_db()
    assert (row.done_at, row.body, row.result) == (later, "", "accounts to fetch: 1")
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256=é",
        "sha256=" + "0" * 64,
        meta_signature(changed_feed(), "another secret"),
        meta_signature(changed_feed()).removeprefix("sha256="),
        "sha1=" + hmac.new(APP_SECRET.encode(), changed_feed(), hashlib.sha1).hexdigest(),
        meta_signature(changed_feed() + b" "),
    ],
)
def test_what_is_not_signed_is_refused_and_nothing_is_kept(from_meta, signature):
    answer = from_meta(changed_feed(), signature)
    assert answer.status_code == 403
    assert answer["content-type"] == "application/problem+json"
    assert not HookDelivery.objects.exists()


def test_the_same_call_again_changes_nothing(from_meta, connection):
    body = changed_feed()
    for _again in range(2):
        assert from_meta(body, meta_signature(body)).status_code == 200
    now = timezone.now()
    assert sweeps.run("hooks", now)["done"] == 1
    Connection.objects.update(next_fetch_at=now + HOUR)
    assert from_meta(body, meta_signature(body)).status_code == 200
    assert sweeps.run("hooks", now)["done"] == 0
    connection.refresh_from_db()
    assert connection.next_fetch_at == now + HOUR


@pytest.mark.parametrize(
    ("page", "kind", "platform"),
    [("999", "page", "facebook"), ("111", "instagram", "facebook"), ("111", "instagram", "instagram")],
)
def test_pages_that_are_not_connected_are_ignored(from_meta, connection, now, page, kind, platform):
    body = changed_feed(page, kind)
    assert from_meta(body, meta_signature(body), platform).status_code == 200
    sweeps.run("hooks", timezone.now())
    connection.refresh_from_db()
    assert connection.next_fetch_at == now + HOUR


def test_a_paused_connection_stays_paused(from_meta, connection, cast, now):
    Connection.objects.update(paused_at=now, paused_by=cast.moderator)
    body = changed_feed()
    from_meta(body, meta_signature(body))
    sweeps.run("hooks", timezone.now())
    connection.refresh_from_db()
    assert connection.next_fetch_at == now + HOUR


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"object": "page"}', b'{"object": "page", "entry": 3}', b"1"])
def test_signed_nonsense(from_meta, body):
    assert from_meta(body, meta_signature(body)).status_code == 400
    assert not HookDelivery.objects.exists()


def test_other_platforms_and_methods(client, db):
    assert client.post("/api/v1/hooks/bluesky").status_code == 404
    for address in ("facebook", "generic/1"):
        answer = client.put(f"/api/v1/hooks/{address}")
        assert answer.status_code == 405
        assert "POST" in answer["Allow"]
    assert client.get("/api/v1/hooks/generic/1").status_code == 405


def test_a_huge_body_of_metas_is_refused_too(from_meta, db):
    huge = b"[" + b" " * hooks.MOST_BYTES + b"]"
    assert from_meta(huge, meta_signature(huge)).status_code == 413
