"""What reading the platforms shows about accounts and about reading itself: gone, renamed, cannot be read any more."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists

from accounts.connectors.base import RemoteState
from accounts.flags.models import Flag
from accounts.flags.moves import close, flag_accounts
from accounts.platforms.models import Connection
from accounts.register.models import OfficialAccount

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
        close(flags.filter(found__has_key="state"), Flag.Closed.READ_AGAIN, by=None, now=now)
    if handle and connection.remote_handle and handle.lower() != connection.remote_handle.lower():
        found |= {"old_handle": connection.remote_handle, "new_handle": handle}
    for flag in flags.open() if found else ():
        Flag.objects.filter(pk=flag.pk).update(found=flag.found | found)
    if found:
        unflagged = OfficialAccount.objects.filter(~Exists(flags.open()), pk=connection.account_id)
        flag_accounts(unflagged, Flag.Reason.PLATFORM, now, found=lambda account: found, section=True)
