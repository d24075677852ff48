"""What reading the platforms shows about accounts and about reading itself: gone, renamed, cannot be read any more."""

from __future__ import annotations

import datetime as dt

from accounts.connectors.base import RemoteState
from accounts.flags.models import Flag
from accounts.flags.moves import close, flag_accounts
from accounts.platforms.models import Connection
from accounts.register.identity import key_of_handle
from accounts.register.models import OfficialAccount

BROKEN_FOR = dt.timedelta(hours=24)
EXPIRES_WITHIN = dt.timedelta(days=14)


def tell_of_news(connection: Connection, changes: dict, now: dt.datetime) -> None:
    """Flag that the platform shows the account under another handle, or no longer. `connection` is as it was before.

    Freed handles get taken over by impostors, so a person looks at it and says what was done; unless everything is by
    itself as it was.
    """
    flags = Flag.objects.filter(account=connection.account_id, reason=Flag.Reason.PLATFORM)
    open_flags = list(flags.open())
    for flag in open_flags:
        found = _found(flag.found, connection, changes)
        if not found:
            close(flags.filter(pk=flag.pk), Flag.Closed.AS_IT_WAS, by=None, now=now)
        elif found != flag.found:
            Flag.objects.filter(pk=flag.pk).update(found=found)
    found = {} if open_flags else _found({}, connection, changes)
    if found:
        account = OfficialAccount.objects.filter(pk=connection.account_id)
        flag_accounts(account, Flag.Reason.PLATFORM, now, found=lambda account: found, section=True)


def _found(known: dict, connection: Connection, changes: dict) -> dict:
    """What is amiss with the account after this fetch, where `known` was amiss before it."""
    state, handle = changes.get("remote_state", connection.remote_state), changes.get("remote_handle", "")
    found = dict(known)
    if state == RemoteState.ACTIVE:
        found.pop("state", None)
    elif state != connection.remote_state:
        found["state"] = str(state)
    if handle and connection.remote_handle and not _same(connection, handle, connection.remote_handle):
        # Known by the one that it had first, however many it has had since.
        found = {"old_handle": connection.remote_handle} | found | {"new_handle": handle}
        if _same(connection, handle, found["old_handle"]):
            del found["old_handle"], found["new_handle"]
    return found


def _same(connection: Connection, one: str, other: str) -> bool:
    keys = [key_of_handle(connection.account.platform, handle) or handle.lower() for handle in (one, other)]
    return keys[0] == keys[1]
