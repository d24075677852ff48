"""Webhooks: who is let in, what is kept, what comes of it. Somebody else's library signs the generic ones."""

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from accounts import hooks, sweeps
from accounts.models import Connection, HookDelivery, HookSource, Post
from tests import factories

pytestmark = pytest.mark.django_db

APP_SECRET, VERIFY_TOKEN = "the-app’s-secret", "a-word-of-our-own"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


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


# --- any other system ---


@pytest.fixture
def source(body, cast, now):
    source, source.secret_shown = HookSource.issue(name="Chat", unit=body.nordvik, by=cast.admin, now=now)
    return source


HookSource.secret_shown = ""  # only here is it at hand after it was shown


@pytest.fixture
def hand_in(client, source):
    """`hand_in(body, ...)` signs as the library does; what is passed replaces a header."""

    def call(body, *, call_id="msg_1", at=None, secret=None, sent=None, address=None, **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        at = at or dt.datetime.now(dt.UTC)
        stamp = str(int(at.timestamp()))
        signature = Webhook(secret or source.secret_shown).sign(call_id, at, text)
        signed = {"webhook-id": call_id, "webhook-timestamp": stamp, "webhook-signature": signature}
        signed |= {name.replace("_", "-"): value for name, value in headers.items()}
        return client.generic(
            "POST",
            f"/api/v1/hooks/generic/{address or source.pk}",
            sent if sent is not None else text,
            "application/json",
            headers={name: value for name, value in signed.items() if value is not None},
        )

    return call


def question(account, remote_id="chat-1", **more):
    return {"account": account.pk, "remote_id": remote_id, "text": "Når åpner dere?"} | more


def test_the_library_and_we_agree(source):
    """What we accept, their verifier accepts too: the secret has the shape that the standard says."""
    now = dt.datetime.now(dt.UTC)
    theirs = Webhook(source.secret_shown)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": theirs.sign("msg_1", now, "[]"),
    }
    assert theirs.verify("[]", headers) == []
    assert hooks.accept_generic(source.pk, b"[]", headers, now=now)


@pytest.mark.parametrize("writing", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_what_could_not_be_read_later_is_refused_at_once(source, account, writing):
    """JSON is UTF-8 without a mark; to say OK and lose it an hour later would be worse than to refuse it."""
    now = dt.datetime.now(dt.UTC)
    body = json.dumps([question(account)]).encode(writing)
    key = base64.b64decode(source.secret_shown.removeprefix("whsec_"))
    stamp = str(int(now.timestamp()))
    digest = hmac.new(key, f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
    with pytest.raises(hooks.Refused) as refused:
        hooks.accept_generic(source.pk, body, headers, now=now)
    assert refused.value.status == 400
    assert not HookDelivery.objects.exists()


def test_signed_posts_come_in_later(hand_in, source, account):
    assert hand_in([question(account), question(account, "chat-2", kind="poem")]).status_code == 200
    assert not Post.objects.exists()
    row = HookDelivery.objects.get()
    now = row.received_at + HOUR
    assert sweeps.run("hooks", now)["done"] == 1
    post = Post.objects.get()
    assert (post.source, post.text) == ("api", "Når åpner dere?")
    # Its clock began when the call came.
    assert post.first_seen_at == row.received_at
    row.refresh_from_db()
    assert row.body == ""
    assert row.result.startswith("created: 1, rejected: 1; kind: ")
    source.refresh_from_db()
    assert source.last_used_at


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook_signature": None},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,é"},
        {"webhook_signature": "v1," + "A" * 43 + "="},
        {"webhook_id": None},
        {"webhook_id": "msg_2"},
        {"webhook_timestamp": None},
        {"webhook_timestamp": "soon"},
        {"secret": "whsec_" + "A" * 43 + "="},
        {"sent": "[ ]"},
        {"address": 999_999},
    ],
)
def test_what_is_not_signed_rightly_is_refused(hand_in, changes):
    assert hand_in("[]", **changes).status_code == 403
    assert not HookDelivery.objects.exists()


def test_a_signature_by_another_algorithm_is_refused(hand_in, source):
    at = dt.datetime.now(dt.UTC)
    signature = Webhook(source.secret_shown).sign("msg_1", at, "[]")
    assert hand_in("[]", at=at, webhook_signature=signature.replace("v1,", "v1a,")).status_code == 403
    # One of several is enough, as while the secret is being changed.
    assert hand_in("[]", at=at, webhook_signature=f"v1a,xyz v1,abc {signature}").status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(-6, 403), (-4, 200), (4, 200), (6, 403)])
def test_only_calls_of_now(hand_in, minutes, status):
    at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    assert hand_in("[]", at=at).status_code == status


def test_the_same_id_again_changes_nothing(hand_in, account):
    assert hand_in([question(account)]).status_code == 200
    sweeps.run("hooks", timezone.now())
    assert hand_in([question(account, text="Something else")]).status_code == 200
    sweeps.run("hooks", timezone.now())
    assert Post.objects.get().text == "Når åpner dere?"
    assert HookDelivery.objects.count() == 1


def test_two_sources_may_use_the_same_id(hand_in, body, cast, now):
    other, secret = HookSource.issue(name="Form", unit=body.culture, by=cast.admin, now=now)
    assert hand_in("[]").status_code == 200
    assert hand_in("[]", secret=secret).status_code == 403
    assert hand_in("[]", secret=secret, address=other.pk).status_code == 200
    assert HookDelivery.objects.count() == 2


def test_only_accounts_of_the_unit_and_below(hand_in, body, facebook):
    below = factories.account(unit=body.klubb, platform=facebook)
    elsewhere = factories.account(unit=body.sorvik, platform=facebook)
    by_handle = question(elsewhere, "chat-3") | {"account": elsewhere.handle}
    hand_in([question(below), question(elsewhere, "chat-2"), by_handle])
    sweeps.run("hooks", timezone.now())
    assert [post.account for post in Post.objects.all()] == [below]
    assert "rejected: 2" in HookDelivery.objects.get().result


def test_a_revoked_source_is_refused_and_what_waits_is_dropped(hand_in, source, account, cast, now):
    assert hand_in([question(account)]).status_code == 200
    assert source.revoke(by=cast.admin, now=now)
    assert hand_in([question(account)], call_id="msg_2").status_code == 403
    sweeps.run("hooks", timezone.now())
    assert not Post.objects.exists()
    assert HookDelivery.objects.get().result == "revoked"


@pytest.mark.parametrize(
    ("text", "status"), [("[", 400), ("{}", 422), (json.dumps([{}] * 1001), 413), ("[" * 100_000, 400)]
)
def test_signed_bodies_that_are_no_list_of_posts(hand_in, text, status):
    answer = hand_in(text)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert not HookDelivery.objects.exists()


def test_a_list_in_another_encoding_is_refused(client, source):
    at, body = dt.datetime.now(dt.UTC), '["å"]'.encode("utf-16")
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(source.secret_shown.removeprefix("whsec_"))
    digest = hmac.new(key, f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp}
    headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
    address = f"/api/v1/hooks/generic/{source.pk}"
    assert client.generic("POST", address, body, "application/json", headers=headers).status_code == 400


def test_a_huge_body_is_refused_unread(hand_in, from_meta, settings):
    huge = "[" + " " * hooks.MOST_BYTES + "]"
    assert hand_in(huge).status_code == 413
    assert from_meta(huge.encode(), meta_signature(huge.encode())).status_code == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert hand_in("[" + " " * 20 + "]").status_code == 413


def test_a_secret_that_cannot_be_opened_any_more_lets_nobody_in(hand_in, settings):
    settings.SECRETS_KEYS = ["a new key alone"]
    assert hand_in("[]").status_code == 403


# --- worked off ---


def test_what_fails_is_tried_again_ever_later_and_then_given_up(hand_in, account, monkeypatch):
    hand_in([question(account)])

    def broken(*args, **kwargs):
        raise OSError("with words of a citizen")

    monkeypatch.setattr(hooks, "take_posts", broken)
    row, tries = HookDelivery.objects.get(), 0
    for minute in range(0, 1600, 10):
        tries += sweeps.run("hooks", row.received_at + dt.timedelta(minutes=minute))["failed"]
    row.refresh_from_db()
    assert tries == row.attempts == len(hooks.TRIES_AFTER)
    assert row.done_at
    assert (row.result, row.body) == ("given up: OSError", "")


def test_one_that_fails_keeps_no_other_waiting(hand_in, account, monkeypatch):
    hand_in("[]")
    hand_in([question(account)], call_id="msg_2")
    real = hooks.take_posts

    def broken(rows, *args, **kwargs):
        if not rows:
            raise OSError
        return real(rows, *args, **kwargs)

    monkeypatch.setattr(hooks, "take_posts", broken)
    assert sweeps.run("hooks", timezone.now()) == {"done": 1, "failed": 1, "forgotten": 0}
    monkeypatch.undo()
    assert sweeps.run("hooks", timezone.now() + HOUR)["done"] == 1


def test_what_is_long_done_is_forgotten(hand_in):
    hand_in("[]")
    now = timezone.now()
    sweeps.run("hooks", now)
    assert sweeps.run("hooks", now + 29 * DAY)["forgotten"] == 0
    assert sweeps.run("hooks", now + 31 * DAY)["forgotten"] == 1
    assert not HookDelivery.objects.exists()


def test_a_dry_run_does_nothing(hand_in, account):
    hand_in([question(account)])
    assert sweeps.run("hooks", timezone.now(), dry_run=True)["done"] == 1
    assert not Post.objects.exists()
    assert HookDelivery.objects.get().attempts == 0


def test_a_worker_is_told_at_once_where_there_is_one(
    hand_in, settings, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr("accounts.tasks.sweep.apply_async", lambda **how: told.append(how["args"]))
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks(execute=True):
        hand_in("[]")
    assert told == []
    settings.CELERY_TASK_ALWAYS_EAGER = False
    with django_capture_on_commit_callbacks(execute=True):
        hand_in("[]", call_id="msg_2")
        hand_in("[]", call_id="msg_2")
    assert told == [["hooks"]]


def test_a_call_is_answered_with_few_queries(hand_in, account, django_assert_max_num_queries):
    rows = [question(account, f"chat-{number}") for number in range(1000)]
    with django_assert_max_num_queries(7):
        assert hand_in(rows).status_code == 200
