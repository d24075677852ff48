"""What reading the platforms shows about accounts and about reading itself: gone, renamed, cannot be read any more."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.connectors.base import RemoteState
from accounts.models import Connection, Flag, OfficialAccount
from accounts.sweeps.register import close_obsolete, raise_flags

BROKEN_FOR = dt.timedelta(hours=24)
EXPIRES_WITHIN = dt.timedelta(days=14)


def tell_of_news(connection: Connection, changes: dict, now: dt.datetime) -> None:
    """Flag that the platform shows the account under another handle, or no longer. `connection` is as it was before.

    Freed handles get taken over by impostors, so a person looks at it and says what was done.
    """
    state, handle = changes.get("remote_state", connection.remote_state), changes.get("remote_handle", "")
    flags = Flag.objects.filter(account=connection.account_id, reason=Flag.Reason.PLATFORM)
    found = {}
    if state != RemoteState.ACTIVE and connection.remote_state == RemoteState.ACTIVE:
        found = {"state": str(state)}
    elif state == RemoteState.ACTIVE and connection.remote_state != RemoteState.ACTIVE:
        close_obsolete(flags.filter(found__has_key="state"), Flag.Closed.READ_AGAIN, now)
    if handle and connection.remote_handle and handle.lower() != connection.remote_handle.lower():
        found |= {"old_handle": connection.remote_handle, "new_handle": handle}
    for flag in flags.open() if found else ():
        Flag.objects.filter(pk=flag.pk).update(found=flag.found | found)
    if found:
        unflagged = OfficialAccount.objects.filter(~Exists(flags.open()), pk=connection.account_id)
        raise_flags(unflagged, Flag.Reason.PLATFORM, now, found=lambda account: found, section=True)


def connections(now: dt.datetime) -> dict[str, int]:
    """Flag accounts that cannot be read, not whole, or soon no longer; close the flags of those that can be read again.

    While a platform cannot be read nothing there is flagged as unanswered or quiet, so this must not stay unseen.
    """
    failing = Q(failures__gt=0) & (
        Q(complete_until__lt=now - BROKEN_FOR) | Q(complete_until=None, connected_at__lt=now - BROKEN_FOR)
    )
    in_part = Q(incomplete_since__lte=now - BROKEN_FOR)
    ill = Q(stopped_at__isnull=False) | failing | in_part | Q(expires_at__lte=now + EXPIRES_WITHIN)
    troubled = Connection.objects.filter(ill, paused_at=None)
    # Paused in the middle of trouble is not mended.
    still_ill = Connection.objects.filter(ill).values("account")
    mended = Flag.objects.filter(reason=Flag.Reason.CONNECTION).exclude(account__in=still_ill)
    closed = close_obsolete(mended, Flag.Closed.READ_AGAIN, now)
    open_flags = Flag.objects.open().filter(account=OuterRef("pk"), reason=Flag.Reason.CONNECTION)
    running = OfficialAccount.objects.running().select_related("connection")
    unflagged = running.filter(~Exists(open_flags), Exists(troubled.filter(account=OuterRef("pk"))))
    with transaction.atomic():
        raised = raise_flags(unflagged, Flag.Reason.CONNECTION, now, found=_what_ails)
    return {"flagged": raised, "closed": closed}


def _what_ails(account: OfficialAccount) -> dict:
    connection = account.connection
    if connection.last_error:
        return {"error": connection.last_error}
    if connection.incomplete_since:
        return {"incomplete_since_at": connection.incomplete_since.isoformat()}
    return {"expires_on": timezone.localdate(connection.expires_at).isoformat()} if connection.expires_at else {}
