"""Webhooks of any other system: who is let in, what is kept, what comes of it. Somebody else’s library signs them."""

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from standardwebhooks import Webhook

from accounts import sweeps
from accounts.inbox.models import Post
from accounts.platforms import webhooks as hooks
from accounts.platforms.models import HookDelivery, HookSource
from governance.notices.models import Notice
from governance.signin.notices import TOKEN_WAITS
from tests import factories

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def source(body, cast, now):
    source, source.secret_shown = HookSource.issue(
        name="Chat", unit=body.nordvik, by=cast.principal, now=now, expires_at=timezone.now() + 30 * DAY
    )
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
    source.token.refresh_from_db()
    assert source.token.last_used_at


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
    other, secret = HookSource.issue(
        name="Form", unit=body.culture, by=cast.section, now=now, expires_at=timezone.now() + DAY
    )
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


def test_nobody_hands_in_posts_where_nobody_agreed_who_may_answer_there(hand_in, account, body, cast, now):
    """An administrator reads no posts; by a webhook of their own they would answer them (`answered_at`)."""
    terms = {"unit": body.nordvik, "by": cast.admin, "now": now, "expires_at": timezone.now() + DAY}
    source, secret = HookSource.issue(name="Bot", **terms)
    sent = {"secret": secret, "address": source.pk}
    assert hand_in([question(account)], **sent).status_code == 403
    assert Notice.objects.get(person=cast.principal).event == TOKEN_WAITS
    for nobody in (cast.admin, cast.employee, cast.stranger):
        with pytest.raises(PermissionDenied):
            source.token.approve(by=nobody, now=now)
    assert source.token.approve(by=cast.principal, now=now)
    assert hand_in([question(account)], **sent).status_code == 200
    # It ends with the rights of whoever answers for it, also for what waits.
    cast.principal.grants.update(ends_on=now.date() - DAY)
    assert hand_in([question(account)], call_id="msg_2", **sent).status_code == 403
    sweeps.run("hooks", timezone.now())
    assert not Post.objects.exists()


def test_a_webhook_ends_with_its_day(hand_in, source, account, now):
    type(source.token).objects.update(expires_at=timezone.now() - HOUR)
    assert hand_in([question(account)]).status_code == 403


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


def test_a_huge_body_is_refused_unread(hand_in, settings):
    assert hand_in("[" + " " * hooks.MOST_BYTES + "]").status_code == 413
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
    monkeypatch.setattr("celery.Celery.send_task", lambda app, name, **how: told.append((name, how["args"])))
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks(execute=True):
        hand_in("[]")
    assert told == []
    settings.CELERY_TASK_ALWAYS_EAGER = False
    with django_capture_on_commit_callbacks(execute=True):
        hand_in("[]", call_id="msg_2")
        hand_in("[]", call_id="msg_2")
    assert told == [("accounts.tasks.sweep", ["hooks"])]


def test_a_call_is_answered_with_few_queries(hand_in, account, django_assert_max_num_queries):
    rows = [question(account, f"chat-{number}") for number in range(1000)]
    with django_assert_max_num_queries(7):
        assert hand_in(rows).status_code == 200
