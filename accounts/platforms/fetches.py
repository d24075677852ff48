"""Reading from the platforms: which accounts are due, one account's fetch, and when the next one is.

A fetch claims its account by a lease, stores each page together with its cursor in one transaction, and may be killed
anywhere: the next one goes on from the last page. What it proves stands in ADR 0006.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef

from accounts.connectors.base import Access, Capability, Connector, RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from accounts.inbox import intake
from accounts.inbox.deadlines import Clock
from accounts.inbox.intake import TAKES_POSTS
from accounts.inbox.models import Post
from accounts.inbox.store import note_activity
from accounts.platforms.connections import CEILING, connector_of, credentials_of, keep
from accounts.platforms.models import Connection, Cursor, TokenLimit
from accounts.platforms.news import tell_of_news
from accounts.register.identity import key_of_handle
from governance.secrets import SecretsLost

log = logging.getLogger(__name__)

NOTED = "activity"  # among the cursors: what the connector noted when it last looked
# Longer than any task may run, or two would read one account at once.
LEASE = dt.timedelta(minutes=15)
BATCH = 10
PAGES_A_FETCH = 40
REREAD_A_FETCH = 500
OVERLAP = dt.timedelta(days=2)
LONGEST_BACK_OFF = dt.timedelta(hours=6)
NOT_FOUND_AGAIN = dt.timedelta(days=1)
# A refusal may pass; three in a row do not.
STOPS_AFTER = 3
# What asks for rest, or concerns the access as a whole, ends a fetch; any other error only the call that met it.
ENDS_THE_FETCH = frozenset(
    {ErrorCode.LIMITED, ErrorCode.CEILING, ErrorCode.CREDENTIALS, ErrorCode.SUSPENDED, ErrorCode.REFUSED_ADDRESS}
)
SAYS_OF_THE_ACCOUNT = frozenset({ErrorCode.GONE, ErrorCode.UNSEEN, ErrorCode.SUSPENDED})
# What can be read does not wait for hours because something else cannot.
MOST_FAILURES_IN_PART = 5
# Quiet for so long: read that many times less often, and at least so often.
QUIET = ((dt.timedelta(days=1), 1), (dt.timedelta(days=7), 3), (dt.timedelta(days=30), 12))
QUIETEST = 72
LONGEST_INTERVAL = dt.timedelta(hours=6)
AFTER_DUE = dt.timedelta(seconds=30)


@dataclass
class Fetched:
    """What one fetch did. `error` None and `unfinished` False: everything there was has been read.

    `error` is the first that was met; `in_part`: the platform said who the account is, and the rest was tried.
    """

    posts: int = 0
    created: int = 0
    changed: int = 0
    replies: int = 0
    unfinished: bool = False
    error: ConnectorError | None = None
    in_part: bool = False
    # Until when all is known; None: this fetch proves nothing.
    complete_until: dt.datetime | None = None
    activity_seen: bool = False
    changes: dict = field(default_factory=dict)  # of the connection: what the platform says of the account


def fetch_due(platform: str, now: dt.datetime, *, seconds: float) -> dict[str, int]:
    """Read the platform's due accounts for so many seconds at the most; the next call goes on."""
    counts, end = {"fetched": 0, "failed": 0, "posts": 0}, time.monotonic() + seconds
    while time.monotonic() < end and (batch := claim(now, platform=platform)):
        held = {connection.pk for connection in batch}
        try:
            for connection in batch:
                if time.monotonic() >= end:
                    break
                if _at_rest(connection, now):  # since another account with the same token was read
                    continue
                done = fetch_one(connection, now, until=end)
                held.discard(connection.pk)
                counts["failed" if done.error else "fetched"] += 1
                counts["posts"] += done.posts
        finally:
            Connection.objects.filter(pk__in=held).update(leased_until=None)
    return counts


def platforms_due(now: dt.datetime) -> list[str]:
    """Codes of platforms with accounts to read now, the one whose account waits longest first."""
    by_platform = Connection.objects.due(now).values_list("account__platform__code")
    return [code for code, _since in by_platform.annotate(since=Min("next_fetch_at")).order_by("since")]


def claim(now: dt.datetime, *, platform: str = "", account_id: int | None = None) -> list[Connection]:
    """Take a batch of due accounts into this process's hands, the longest due first; of one account, due or not."""
    at_rest = TokenLimit.objects.filter(
        platform=OuterRef("account__platform__code"), token_key=OuterRef("token_key"), blocked_until__gt=now
    )
    waiting = Connection.objects.due(now)
    if account_id is not None:
        waiting = Connection.objects.running().filter(account=account_id).exclude(leased_until__gt=now)
    waiting = waiting.filter(~Exists(at_rest), account__state__in=TAKES_POSTS)
    if platform:
        waiting = waiting.filter(account__platform__code=platform)
    with transaction.atomic():
        locked = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("next_fetch_at", "pk")
        batch = list(locked.select_related("account__platform", "account__unit")[:BATCH])
        Connection.objects.filter(pk__in=[row.pk for row in batch]).update(leased_until=now + LEASE)
    return batch


def fetch_one(connection: Connection, now: dt.datetime, *, until: float | None = None) -> Fetched:
    """Read one claimed account, and note what came of it. Raises nothing that a platform can cause.

    `until`: the monotonic time after which no further page is begun. Where the task is told to end in the middle, what
    was read is noted all the same; then SoftTimeLimitExceeded goes on its way.
    """
    done, kind, told_to_end = Fetched(), connector_of(connection.account), None
    with Http(now, units_left=_units_left(connection, now)) as http:
        try:
            if kind is None:
                raise ConnectorError(ErrorCode.UNSUPPORTED)
            _read(connection, kind(_access(connection, now), http), now, done, until)
        except SecretsLost:
            done.error = ConnectorError(ErrorCode.CREDENTIALS, "the key that sealed them is gone")
        except ConnectorError as error:
            done.error, done.in_part = error, False
        except SoftTimeLimitExceeded as told:
            done.unfinished, told_to_end = True, told
        except Exception:
            # A mistake of ours on one account must not keep the others from being read.
            log.exception("Reading account %s failed", connection.account_id)
            done.error, done.in_part = ConnectorError(ErrorCode.BAD_ANSWER, "unexpected"), False
    _note_limits(connection, http, now)
    _finish(connection, kind, done, now)
    if told_to_end:
        raise told_to_end
    return done


def _access(connection: Connection, now: dt.datetime) -> Access:
    account = connection.account
    return Access(
        credentials_of(connection),
        now,
        external_id=connection.external_id,
        handle=account.handle,
        url=account.url,
        keep=partial(keep, connection),
    )


def _read(connection: Connection, connector: Connector, now: dt.datetime, done: Fetched, until: float | None) -> None:
    """State, activity, every stream, the open posts anew; where one of them fails, the others all the same.

    Raises ConnectorError where nothing more can be read.
    """
    known = connector.account()
    handle = known.handle[:200] or connection.remote_handle
    key = key_of_handle(connection.account.platform, handle)
    done.changes = {"remote_state": known.state, "remote_handle": handle, "remote_key": key}
    if known.state != RemoteState.ACTIVE:
        return
    clock, begun, whole = Clock([connection.account]), [now], True
    if Capability.ACTIVITY in connector.capabilities:
        with _alone(connection, done):
            _read_activity(connection, connector, now, done, clock)
    for stream in connector.streams:
        walk = Walk(now, whole=False)
        with _alone(connection, done):
            walk = _walk(connection, connector, stream, now, done, clock, until)
        begun.append(walk.begun)
        whole = whole and walk.whole
    if connector.reread_at_most:
        again = False
        with _alone(connection, done):
            again = _reread(connection, connector, now, done, clock, until)
        whole = whole and again
    if whole and not done.unfinished:
        done.complete_until = min(begun)


@contextmanager
def _alone(connection: Connection, done: Fetched) -> Iterator[None]:
    """What goes wrong within is noted, and stops nothing else. Raises ConnectorError where nothing else can be read."""
    try:
        yield
    except ConnectorError as error:
        if error.code in ENDS_THE_FETCH:
            raise
        done.error, done.in_part = done.error or error, True
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("Reading account %s failed", connection.account_id)
        done.error, done.in_part = done.error or ConnectorError(ErrorCode.BAD_ANSWER, "unexpected"), True


def _read_activity(connection: Connection, connector: Connector, now: dt.datetime, done: Fetched, clock: Clock) -> None:
    noted = connection.cursors.filter(stream=NOTED).values_list("value", flat=True).first() or ""
    connector.access.noted = noted
    activity = connector.activity()
    if activity.note != noted:
        Cursor.objects.update_or_create(connection=connection, stream=NOTED, defaults={"value": activity.note})
    counts = clock.policies.for_unit(connection.account.unit_id).sharing_counts
    last_at = activity.last(sharing=counts)
    note_activity(connection.account, [min(last_at, now)] if last_at else [])
    if activity.shared_at:
        done.changes["shared_at"] = min(activity.shared_at, now)
    if activity.undated:
        raise ConnectorError(ErrorCode.UNDATED, f"{activity.undated} entries, perhaps the newest")
    done.activity_seen = True


@dataclass(frozen=True)
class Walk:
    begun: dt.datetime
    whole: bool


def _walk(connection, connector, stream: str, now, done: Fetched, clock: Clock, until: float | None) -> Walk:
    """The pages of one stream, each stored with its cursor. A walk that does not get to its end goes on next time."""
    cursor, _new = Cursor.objects.get_or_create(connection=connection, stream=stream)
    begun, whole = cursor.walking_since or now, cursor.whole or cursor.walking_since is None
    since = connection.backfill_since
    if connection.backfilled_at:
        since = max(since, (connection.complete_until or connection.backfilled_at) - OVERLAP)
    for _number in range(PAGES_A_FETCH):
        if until is not None and time.monotonic() >= until:
            done.unfinished = True
            return Walk(begun, whole)
        page = connector.fetch(stream, cursor.value, since=since)
        with transaction.atomic():
            _take(connection, connector, page.posts, now, done, clock)
            whole = whole and page.complete
            cursor.value, cursor.walking_since, cursor.whole = page.cursor, begun if page.more else None, whole
            cursor.save(update_fields=["value", "walking_since", "whole"])
            if not connection.backfilled_at:
                Connection.objects.filter(pk=connection.pk).update(backfill_posts=F("backfill_posts") + len(page.posts))
        if not page.more:
            return Walk(begun, whole)
    done.unfinished = True
    return Walk(begun, whole)


def _reread(connection, connector, now, done: Fetched, clock: Clock, until: float | None) -> bool:
    """The open posts as they are now, between two rereadings those whose time is up. Whether all could be read."""
    all_of_them = connection.reread_at is None or now - connection.reread_at >= connector.reread_interval
    due_since = None if all_of_them else connection.complete_until
    posts, whole = intake.to_reread(connection.account, now, REREAD_A_FETCH, due_since=due_since), True
    for start in range(0, len(posts), connector.reread_at_most):
        if until is not None and time.monotonic() >= until:
            return False
        page = connector.reread(posts[start : start + connector.reread_at_most])
        _take(connection, connector, page.posts, now, done, clock)
        whole = whole and page.complete
    if whole and all_of_them:
        done.changes["reread_at"] = now
    return whole


def _take(connection, connector, posts, now, done: Fetched, clock: Clock) -> None:
    taken = intake.take_in(
        connection.account,
        posts,
        answers_seen=connector.answers_seen,
        now=now,
        backfill=connection.backfilled_at is None,
        clock=clock,
    )
    done.posts += len(posts)
    done.created += taken.created
    done.changed += taken.changed
    done.replies += taken.replies


# --- limits ------------------------------------------------------------------------------------------


def _units_left(connection: Connection, now: dt.datetime) -> int | None:
    """Paid calls that are left this month; None: the platform asks nothing for them."""
    ceiling = connection.settings.get(CEILING)
    if not ceiling:
        return None
    row = TokenLimit.objects.filter(platform=connection.account.platform.code, token_key=connection.token_key).first()
    used = row.units_used if row and row.month == _month(now) else 0
    return max(int(ceiling) - used, 0)


def _at_rest(connection: Connection, now: dt.datetime) -> bool:
    same = TokenLimit.objects.filter(platform=connection.account.platform.code, token_key=connection.token_key)
    return same.filter(blocked_until__gt=now).exists()


def _note_limits(connection: Connection, http: Http, now: dt.datetime) -> None:
    if not http.units and not http.blocked_until:
        return
    with transaction.atomic():
        row, _new = TokenLimit.objects.select_for_update().get_or_create(
            platform=connection.account.platform.code, token_key=connection.token_key
        )
        if row.month != _month(now):
            row.month, row.units_used = _month(now), 0
        row.units_used += http.units
        row.blocked_until = http.blocked_until or row.blocked_until
        row.save(update_fields=["month", "units_used", "blocked_until"])


def _month(now: dt.datetime) -> dt.date:
    return now.date().replace(day=1)


# --- what came of it, and when next -------------------------------------------------------------------


def _finish(connection: Connection, kind: type[Connector] | None, done: Fetched, now: dt.datetime) -> None:
    """Write down what came of the fetch, give the account back, plan the next one; tell of news about the account."""
    changes = {"last_fetch_at": now, "leased_until": None} | done.changes
    if done.activity_seen:
        changes["activity_until"] = now
    gone = changes.get("remote_state", connection.remote_state) != RemoteState.ACTIVE
    if done.complete_until:
        changes["complete_until"], changes["incomplete_since"] = done.complete_until, None
        changes["backfilled_at"] = connection.backfilled_at or now
    elif not done.error and not gone and (connection.backfilled_at or not done.unfinished):
        # Only reading back far may take long without anything being wrong.
        changes["incomplete_since"] = connection.incomplete_since or now
    regular = next_fetch(connection, kind, now, unfinished=done.unfinished and not done.error) if kind else now
    if done.error:
        failures = connection.failures + 1
        if done.in_part:
            failures = min(failures, MOST_FAILURES_IN_PART)
        changes |= {
            "failures": failures,
            "last_error": done.error.code,
            "last_error_detail": done.error.detail,
            "last_error_at": now,
        }
        # “Not found” of a page or a post says nothing about the account, which has just answered for itself.
        if done.error.code in SAYS_OF_THE_ACCOUNT and not done.changes:
            changes["remote_state"] = RemoteState(done.error.code.value)
        elif done.error.permanent and not done.in_part and failures >= STOPS_AFTER:
            changes["stopped_at"] = now
        following = now + back_off(failures, done.error, now)
        if done.in_part and not done.error.retry_at:
            following = regular if done.error.code == ErrorCode.UNDATED else min(following, regular)
    else:
        changes |= {"failures": 0, "last_error": "", "last_error_detail": ""}
        following = now + NOT_FOUND_AGAIN if gone else regular
    with transaction.atomic():
        connection.account.lock()  # news of it is told once: a flag must not be passed over because somebody has it
        mine = Connection.objects.filter(pk=connection.pk, connected_at=connection.connected_at)
        if not mine.update(**changes):
            return  # connected anew meanwhile, or gone: what was read with the old access says nothing of the new one
        # Where a webhook, or somebody, asked for another fetch meanwhile, that stands.
        mine.filter(next_fetch_at=connection.next_fetch_at).update(next_fetch_at=following)
        tell_of_news(connection, changes, now)


def back_off(failures: int, error: ConnectorError, now: dt.datetime) -> dt.timedelta:
    """How long to leave a platform alone that could not be read: 2, 4, 8 … minutes, and as long as it asks for."""
    pause = min(dt.timedelta(minutes=2**failures), LONGEST_BACK_OFF) if failures < 12 else LONGEST_BACK_OFF
    return max(pause, error.retry_at - now) if error.retry_at else pause


def next_fetch(connection: Connection, kind: type[Connector], now: dt.datetime, *, unfinished: bool) -> dt.datetime:
    """Spread over time, less often where it is quiet, and just after the next answer is due, so that it can be told."""
    if unfinished:
        return now
    posts = Post.objects.filter(account=connection.account_id)
    newest = posts.order_by("-posted_at").values_list("posted_at", flat=True).first() or connection.connected_at
    times = next((times for quiet, times in QUIET if now - newest < quiet), QUIETEST)
    longest = max(LONGEST_INTERVAL, kind.shortest_interval)
    interval = min(kind.shortest_interval * times, longest) * _spread(connection.pk)
    due = posts.open().filter(answer_due_at__gt=now).aggregate(next=Min("answer_due_at"))["next"]
    following = now + interval
    if due and due + AFTER_DUE < following:
        following = max(due + AFTER_DUE, now + dt.timedelta(minutes=1))
    return following


def _spread(number: int) -> float:
    """Between 0.85 and 1.15, another for each account, always the same for one."""
    return 0.85 + (number * 2654435761 % 2**32) / 2**32 * 0.3
