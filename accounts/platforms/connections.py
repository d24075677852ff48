"""Giving the portal access to an account's platform, and taking it away: verbs of a Connection.

What is filled in is tried first (`try_access`, outside any transaction: it waits for the platform) and then kept
(`connect`). Secrets are sealed at once, never shown again, and gone for good when the account is disconnected.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.connectors import REGISTRY
from accounts.connectors.base import Access, Checked, Connector, RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import Http
from accounts.platforms import events
from accounts.platforms.models import Connection
from accounts.register.identity import key_of_handle
from accounts.register.models import LONGEST_ID, OfficialAccount, already_registered
from governance.access import Permission, demand
from governance.audit.events import Event
from governance.audit.models import record
from governance.people.models import Person
from governance.secrets import seal, unseal

BACKFILL_DAYS, MOST_BACKFILL_DAYS = 30, 365
CEILING = "monthly_ceiling"  # the credential that says how many paid calls a month are allowed


def connector_of(account: OfficialAccount) -> type[Connector] | None:
    """The connector of the account's platform; None: its posts are registered by hand."""
    return REGISTRY.get(account.platform.code)


def try_access(account: OfficialAccount, filled: Mapping[str, str], now: dt.datetime) -> tuple[Checked, dict[str, str]]:
    """Ask the platform whose access this is: what it said, and the credentials as they stand after the call.

    Some platforms renew what they are given at the first call. Raises ConnectorError.
    """
    credentials = dict(filled)
    access = Access(
        credentials, now, handle=account.handle, url=account.url, keep=lambda changed: credentials.update(changed)
    )
    ceiling = credentials.get(CEILING)
    with Http(now, units_left=int(ceiling) if ceiling else None) as http:
        checked = connector_of(account)(access, http).check()
    if len(checked.account.external_id) > LONGEST_ID:
        # Cut short it would be another's.
        raise ConnectorError(ErrorCode.BAD_ANSWER, "the account’s id is longer than any we know")
    return checked, credentials


def is_another(account: OfficialAccount, checked: Checked) -> bool:
    """Whether the access opens another account on the platform than the one that is registered, or may do so."""
    if account.external_id:
        return not (connector_of(account) or Connector).is_same(account.external_id, checked.account.external_id)
    found = key_of_handle(account.platform, checked.account.handle)
    return bool(account.handle_key) and (not found or found not in (account.handle_key, account.address_key))


def connect(
    account: OfficialAccount,
    credentials: Mapping[str, str],
    checked: Checked,
    *,
    backfill_days: int = BACKFILL_DAYS,
    confirmed: bool = False,
    by: Person,
    now: dt.datetime,
) -> Connection:
    """Keep an access that was tried. Connecting anew replaces the access; what was read stays, and reading goes on.

    Raises ValidationError where another account in the register is that one on the platform, and where it is another
    than the registered one, unless somebody has `confirmed` that it is meant; PermissionDenied where they may not say
    which account it is, because the public is told that it is ours.
    """
    another = is_another(account, checked)
    if another and not confirmed:
        raise ValidationError(_("This access opens another account than the one that is registered."))
    if another:
        demand(by, Permission.EDIT_ACCOUNT, account, now=now)
    secret_names = {field.name for field in connector_of(account).credentials if field.secret}
    plain_names = {field.name for field in connector_of(account).credentials} - secret_names
    secrets = {name: value for name, value in credentials.items() if name not in plain_names}
    with transaction.atomic():
        account = OfficialAccount.objects.select_for_update(of=("self",)).select_related("platform").get(pk=account.pk)
        same = OfficialAccount.objects.filter(platform=account.platform, external_id=checked.account.external_id)
        if other := same.exclude(pk=account.pk).first():
            raise already_registered(other)
        if account.external_id != checked.account.external_id:
            old = account.facts()
            account.external_id = checked.account.external_id
            account.write(by=by, now=now, old=old, said_by_platform=not another)
        connection = Connection.objects.select_for_update().filter(account=account).first() or Connection(
            account=account
        )
        if not (connector_of(account) or Connector).is_same(connection.external_id, checked.account.external_id):
            connection.cursors.all().delete() if connection.pk else None
            connection.complete_until = connection.activity_until = connection.backfilled_at = None
            connection.backfill_since, connection.backfill_posts = now - dt.timedelta(days=backfill_days), 0
            connection.reread_at, connection.remote_state = None, RemoteState.ACTIVE
        connection.settings = {name: credentials[name] for name in sorted(plain_names & credentials.keys())}
        connection.secrets = seal(secrets)
        connection.external_id = checked.account.external_id
        connection.remote_handle = checked.account.handle[:200]
        connection.remote_key = key_of_handle(account.platform, connection.remote_handle)
        connection.token_key = _token_key(account.platform.code, secrets, connection.external_id)
        connection.expires_at = checked.expires_at
        connection.connected_by, connection.connected_at = by, now
        connection.paused_at = connection.paused_by = connection.stopped_at = connection.leased_until = None
        connection.failures, connection.last_error, connection.last_error_detail = 0, "", ""
        connection.incomplete_since, connection.resumed_at = None, now
        connection.next_fetch_at = now
        connection.save()
        record(events.CONNECTION_MADE, account, by=by, now=now, after={"handle": connection.remote_handle})
    return connection


def _token_key(platform: str, secrets: Mapping[str, str], external_id: str) -> str:
    """The same for accounts that are read with the same token; says nothing about the token."""
    material = "\n".join([platform, *(value for _name, value in sorted(secrets.items()))]) if secrets else external_id
    return hashlib.sha256(material.encode()).hexdigest()


def credentials_of(connection: Connection) -> dict[str, str]:
    """What the connector is given. Raises governance.secrets.SecretsLost."""
    return {name: str(value) for name, value in connection.settings.items()} | unseal(connection.secrets)


def keep(connection: Connection, changed: Mapping[str, str]) -> None:
    """The platform has replaced secrets: from now on these, unless the account was connected anew meanwhile."""
    with transaction.atomic():
        same = Connection.objects.select_for_update().filter(pk=connection.pk, connected_at=connection.connected_at)
        locked = same.first()
        if locked is None:
            return
        locked.secrets = connection.secrets = seal(unseal(locked.secrets) | dict(changed))
        locked.save(update_fields=["secrets"])


def pause(connection: Connection, *, by: Person, now: dt.datetime) -> bool:
    """Read no more until somebody resumes it. Returns False where it is paused already."""
    return _switch(connection, events.CONNECTION_PAUSED, Q(paused_at=None), by=by, now=now, paused_at=now, paused_by=by)


def resume(connection: Connection, *, by: Person, now: dt.datetime) -> bool:
    """Read on from where it was left, also after errors that had stopped it. Returns False where it runs."""
    if connection.paused_at is None and connection.stopped_at is None:
        return False
    rests = Q(paused_at__isnull=False) | Q(stopped_at__isnull=False)
    runs = {"paused_at": None, "paused_by": None, "stopped_at": None, "failures": 0, "next_fetch_at": now}
    runs |= {"incomplete_since": None, "resumed_at": now}
    return _switch(connection, events.CONNECTION_RESUMED, rests, by=by, now=now, **runs)


def fetch_soon(connection: Connection, now: dt.datetime) -> None:
    """Be the next to be read."""
    Connection.objects.filter(pk=connection.pk, next_fetch_at__gt=now).update(next_fetch_at=now)


def disconnect(connection: Connection, *, by: Person, now: dt.datetime) -> bool:
    """Secrets and cursors are gone for good; the posts stay, and are from now on closed by hand."""
    with transaction.atomic():
        if not Connection.objects.filter(pk=connection.pk).delete()[0]:
            return False
        record(events.CONNECTION_ENDED, connection.account, by=by, now=now, before={"handle": connection.remote_handle})
    return True


def _switch(connection: Connection, event: Event, only_where: Q, *, by: Person, now: dt.datetime, **fields) -> bool:
    with transaction.atomic():
        if not Connection.objects.filter(only_where, pk=connection.pk).update(**fields):
            return False
        connection.refresh_from_db()
        record(event, connection.account, by=by, now=now, after={"handle": connection.remote_handle})
    return True


def check_backfill(days: int) -> None:
    if not 0 <= days <= MOST_BACKFILL_DAYS:
        raise ValidationError(_("Between 0 and %(most)s days."), params={"most": MOST_BACKFILL_DAYS})
