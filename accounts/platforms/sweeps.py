"""What reading the platforms shows about accounts and about reading itself: gone, renamed, cannot be read any more."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.connectors.base import RemoteState
from accounts.flags.models import Flag
from accounts.flags.moves import close, flag_accounts
from accounts.inbox.measured import behind
from accounts.platforms.models import Connection
from accounts.platforms.news import BROKEN_FOR, EXPIRES_WITHIN
from accounts.register.models import OfficialAccount


def connections(now: dt.datetime) -> dict[str, int]:
    """Flag accounts that cannot be read, not whole, or soon no longer; close the flags of those that can be read again.

    While a platform cannot be read nothing there is flagged as unanswered or quiet, so this must not stay unseen.
    """
    late = behind(now, activity=True) & (Q(failures__gt=0) | Q(remote_state=RemoteState.ACTIVE))
    in_part = Q(incomplete_since__lte=now - BROKEN_FOR)
    ill = Q(stopped_at__isnull=False) | late | in_part | Q(expires_at__lte=now + EXPIRES_WITHIN)
    troubled = Connection.objects.filter(ill, paused_at=None)
    # Paused in the middle of trouble is not mended.
    still_ill = Connection.objects.filter(ill).values("account")
    mended = Flag.objects.filter(reason=Flag.Reason.CONNECTION).exclude(account__in=still_ill)
    closed = close(mended, Flag.Closed.READ_AGAIN, by=None, now=now)
    open_flags = Flag.objects.open().filter(account=OuterRef("pk"), reason=Flag.Reason.CONNECTION)
    running = OfficialAccount.objects.running().select_related("connection")
    unflagged = running.filter(~Exists(open_flags), Exists(troubled.filter(account=OuterRef("pk"))))
    with transaction.atomic():
        raised = flag_accounts(unflagged, Flag.Reason.CONNECTION, now, found=partial(_what_ails, now=now), section=True)
    return {"flagged": raised, "closed": closed}


def _what_ails(account: OfficialAccount, now: dt.datetime) -> dict:
    connection = account.connection
    if connection.last_error:
        return {"error": connection.last_error}
    if connection.incomplete_since:
        return {"incomplete_since_at": connection.incomplete_since.isoformat()}
    if Connection.objects.filter(behind(now, activity=True), pk=connection.pk).exists():
        known = [connection.complete_until, connection.activity_until]
        return {"incomplete_since_at": min(at or connection.connected_at for at in known).isoformat()}
    return {"expires_on": timezone.localdate(connection.expires_at).isoformat()} if connection.expires_at else {}
