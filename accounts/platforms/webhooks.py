"""Webhooks: who may knock, what is kept of it, and what is done about it later.

A call is verified over its raw body, kept as one HookDelivery and answered at once. The sweep `hooks` works it off:
Meta's calls only make the portal fetch the account now, the generic ones bring posts in. A call that comes again, by
the sender's retry or by somebody who recorded it, changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Mapping

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from accounts.inbox.deliveries import NotAList, list_of_posts, take_posts
from accounts.platforms.models import Connection, HookDelivery, HookSource
from accounts.register.models import OfficialAccount
from governance.secrets import SecretsLost, unseal
from governance.units.models import Tree

log = logging.getLogger(__name__)

# The platform's code, and what Meta calls the thing that a call is about.
META = {"facebook": "page", "instagram": "instagram"}
GENERIC = "generic"
MOST_BYTES = 2 * 1024 * 1024
TOLERANCE = dt.timedelta(minutes=5)  # either way: clocks differ, and an old call is a replay
KEPT = dt.timedelta(days=30)  # so long is a call that comes again known
# How long after its arrival a call is tried for the n-th time; after the last it is given up.
TRIES_AFTER = [dt.timedelta(minutes=minutes) for minutes in (0, 1, 10, 60, 360, 1440)]
GIVE_UP_AFTER = dt.timedelta(hours=1)  # the last try


class Refused(Exception):
    """The call is not what it must be; `status` is what HTTP calls it."""

    def __init__(self, status: int, detail: str):
        self.status = status
        super().__init__(detail)


NOT_SIGNED = "The signature is missing or wrong, or the address is not in use."


# --- Meta ----------------------------------------------------------------------------------------------


def challenge(query: Mapping[str, str]) -> str:
    """What Meta is to be answered when somebody subscribes the app to this address. Raises Refused."""
    said, known = query.get("hub.verify_token", ""), settings.META_VERIFY_TOKEN
    if query.get("hub.mode") != "subscribe" or not known or not _same(said, known):
        raise Refused(403, "The verify token is missing or wrong.")
    return query.get("hub.challenge", "")


def accept_meta(platform: str, body: bytes, signature: str, *, now: dt.datetime) -> bool:
    """Keep a call of Meta's; False where it was here already. Raises Refused.

    Only the ids of pages are kept: what was written is fetched, and so never comes from a call alone.
    """
    secret = settings.META_APP_SECRET
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not secret or not _same(signature, expected):
        raise Refused(403, NOT_SIGNED)
    try:
        call = json.loads(body)
        ids = {str(entry["id"]) for entry in call["entry"]} if call["object"] == META[platform] else set()
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused(400, "The body is not what Meta sends.") from None
    return _keep(
        platform=platform,
        delivery_id=hashlib.sha256(signature.encode() + body).hexdigest(),
        body=json.dumps(sorted(ids)),
        received_at=now,
    )


# --- any other system: https://www.standardwebhooks.com -------------------------------------------------


def accept_generic(source_id: int, body: bytes, headers: Mapping[str, str], *, now: dt.datetime) -> bool:
    """Keep a list of posts that a system hands in; False where the call was here already. Raises Refused.

    An address that is not in use is refused in the same words as a wrong signature.
    """
    sources = HookSource.objects.select_related("token__owner", "token__unit")
    source = next((row for row in sources.filter(pk=source_id) if row.is_valid(now)), None)
    call_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if source is None or not call_id or not _signed(source, call_id, stamp, body, signatures):
        raise Refused(403, NOT_SIGNED)
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise Refused(403, "The call was signed more than five minutes ago or ahead.")
    try:
        text = body.decode()
        list_of_posts(text)  # the text, as it is read again later: bytes may also be in another writing
    except UnicodeDecodeError:
        raise Refused(400, "The body is not valid JSON.") from None
    except NotAList as error:
        raise Refused(error.status, str(error)) from None
    source.token.note_use(now)
    return _keep(
        platform=GENERIC,
        delivery_id=hashlib.sha256(f"{source.pk}:{call_id}".encode()).hexdigest(),
        source=source,
        body=text,
        received_at=now,
    )


def _signed(source: HookSource, call_id: str, stamp: str, body: bytes, signatures: str) -> bool:
    try:
        key = base64.b64decode(unseal(source.secret)["secret"].removeprefix("whsec_"))
    except (SecretsLost, KeyError, binascii.Error):
        log.error("The secret of the webhook %s cannot be opened.", source.pk)
        return False
    signed = f"{call_id}.{stamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # Several, divided by spaces, while a sender changes its secret.
    return any(_same(one, expected) for one in signatures.split(" "))


def _same(said: str, expected: str) -> bool:
    """Compared as bytes, in constant time: headers may hold anything."""
    return hmac.compare_digest(said.encode("utf-8", "replace"), expected.encode())


def _keep(**fields) -> bool:
    """One row for each call. Whoever comes second, even at the same instant, changes nothing: False."""
    try:
        with transaction.atomic():
            HookDelivery.objects.create(**fields)
            transaction.on_commit(_work_off_soon, robust=True)
    except IntegrityError:
        return False
    return True


def _work_off_soon() -> None:
    """Tell a worker. Without a broker the next tick does it, and so it does where the broker is away."""
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return
    # One attempt: otherwise a broker that is away would keep the caller waiting for seconds.
    with current_app.connection_for_write(transport_options={"max_retries": 0}) as broker:
        current_app.send_task("accounts.tasks.sweep", args=["hooks"], expires=60, retry=False, connection=broker)


# --- later ------------------------------------------------------------------------------------------------


def work_off(now: dt.datetime) -> dict[str, int]:
    """Do what the kept calls ask for, oldest first, and forget those that are long done."""
    counts = {"done": 0, "failed": 0, "forgotten": 0}
    tried: list[int] = []
    while (pk := _claim(now, tried)) is not None:
        tried.append(pk)
        try:
            counts["done"] += _work(pk, now)
        except Exception as error:
            # Whatever it is, the calls behind it are not to wait for it.
            log.exception("The webhook call %s failed.", pk)
            counts["failed"] += 1
            HookDelivery.objects.filter(pk=pk, done_at=None).update(result=type(error).__name__)
    # Also those whose last try killed its worker.
    hopeless = HookDelivery.objects.filter(done_at=None, attempts__gte=len(TRIES_AFTER))
    hopeless.filter(received_at__lt=now - TRIES_AFTER[-1] - GIVE_UP_AFTER).update(
        done_at=now, result=Concat(Value("given up: "), "result"), body=""
    )
    # Tokens are revoked in several places, and none of them knows of secrets that sign.
    HookSource.objects.filter(token__revoked_at__isnull=False).exclude(secret="").update(secret="")
    counts["forgotten"] = HookDelivery.objects.filter(done_at__lt=now - KEPT).delete()[0]
    return counts


def _claim(now: dt.datetime, tried: list[int]) -> int | None:
    """The next call to be tried, counted before it is tried: one that kills its worker is not tried for ever."""
    ripe = Q()
    for attempts, after in enumerate(TRIES_AFTER):
        ripe |= Q(attempts=attempts, received_at__lte=now - after)
    with transaction.atomic():
        # A row in another worker's hands is locked, and passed over.
        waiting = HookDelivery.objects.filter(ripe, done_at=None).exclude(pk__in=tried)
        row = waiting.order_by("received_at", "pk").select_for_update(skip_locked=True).first()
        if row is None:
            return None
        HookDelivery.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
        return row.pk


def _work(pk: int, now: dt.datetime) -> int:
    """Work off one call and note it done, in one transaction: killed half-way, nothing of it has happened."""
    with transaction.atomic():
        locked = HookDelivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
            "source__token__owner", "source__token__unit"
        )
        row = locked.filter(pk=pk, done_at=None).first()
        if row is None:
            return 0
        result = _bring_in(row, now) if row.platform == GENERIC else _fetch_now(row, now)
        HookDelivery.objects.filter(pk=pk).update(done_at=now, result=result[:300], body="")
    return 1


def _fetch_now(row: HookDelivery, now: dt.datetime) -> str:
    """The accounts that Meta names are fetched next; pages that nobody connected are none of our business."""
    named = Connection.objects.running().filter(
        external_id__in=json.loads(row.body), account__platform__code=row.platform
    )
    return f"accounts to fetch: {named.filter(next_fetch_at__gt=now).update(next_fetch_at=now)}"


def _bring_in(row: HookDelivery, now: dt.datetime) -> str:
    if row.source is None or not row.source.is_valid(now):
        return "revoked"
    covered = OfficialAccount.objects.filter(unit__in=Tree.load().below(row.source.unit_id))
    # They were first seen when the call came, however late it is worked off.
    taken = take_posts(list_of_posts(row.body), covered, now=row.received_at)
    counts = ", ".join(f"{name}: {count}" for name, count in taken.items() if name != "items" and count)
    reasons = dict.fromkeys(
        f"{error['field']}: {error['reason']}" for item in taken["items"] for error in item["errors"]
    )
    return "; ".join([counts or "nothing", *reasons])
