"""Whether enough people answer for an account, and what happens when an ended role leaves too few (S29, M18, D62)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from accounts.cover import notices
from accounts.flags.models import Flag
from accounts.flags.moves import close, raise_flags
from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount, State
from governance.access import Role
from governance.notices.models import tell
from governance.people.heads import heads_of
from governance.people.models import Person
from governance.policy.models import Policies
from governance.units.models import Tree


def short_of_people(accounts: Iterable[OfficialAccount], now: dt.datetime) -> dict[int, dict]:
    """Of running accounts, those with fewer accepted people than policy demands (S29) or without a deputy (M18).

    {account id: {"people": int, "minimum": int, "deputy_missing": bool}}, from four queries.
    """
    accounts = [account for account in accounts if account.state in (State.ACTIVE, State.PAUSED)]
    parts: dict[int, list[str]] = {account.pk: [] for account in accounts}
    current = Assignment.objects.current(timezone.localdate(now)).filter(account__in=list(parts))
    for account_id, part in current.order_by().values_list("account", "part"):
        parts[account_id].append(part)
    policies, short = Policies.load(), {}
    for account in accounts:
        policy, held = policies.for_unit(account.unit_id), parts[account.pk]
        deputy_missing = policy.deputy_required and Part.DEPUTY not in held
        if len(held) < policy.minimum_moderators or deputy_missing:
            short[account.pk] = {
                "people": len(held),
                "minimum": policy.minimum_moderators,
                "deputy_missing": deputy_missing,
            }
    return short


def ask_for_handover(ended: list[Assignment], *, by: Person | None, now: dt.datetime) -> int:
    """Flag, and tell the unit's head, where an ended role leaves an account short of people. Returns new flags."""
    by_account = {assignment.account_id: assignment for assignment in ended}
    short = short_of_people([assignment.account for assignment in by_account.values()], now)
    if not short:
        return 0
    tree = Tree.load()
    return sum(
        _raise_handover(
            by_account[account_id].account,
            by_account[account_id].person,
            facts | {"part": by_account[account_id].part},
            tree,
            by=by,
            now=now,
        )
        for account_id, facts in short.items()
    )


def ask_for_new_editor(account: OfficialAccount, person: Person, *, by: Person | None, now: dt.datetime) -> bool:
    """Flag, and tell the unit's head, that the editor has left: an office needs a new holder (D62)."""
    return _raise_handover(account, person, {"part": Role.EDITOR}, Tree.load(), by=by, now=now)


def _raise_handover(account: OfficialAccount, person: Person, found: dict, tree: Tree, *, by, now: dt.datetime) -> bool:
    """One open flag for each account and person; whoever heads the unit is told. Returns whether it is new."""
    new = raise_flags([Flag(account=account, person=person, reason=Flag.Reason.HANDOVER, found=found)], by=by, now=now)
    facts = {"account": account.name, "person": person.name}
    for flag in new:
        heads = heads_of(account.unit_id, timezone.localdate(now), tree)
        tell(heads, notices.HANDOVER, about=flag, path=account.get_absolute_url(), now=now, **facts)
    return bool(new)


def editor_changed(account: OfficialAccount, changed: set[str], *, by: Person | None, now: dt.datetime) -> None:
    """What the register says of an account that was written: a new editor may be what was waited for."""
    if account.editor_id and "editor" in changed:
        close_editor_handovers(account, by=by, now=now)
        close_covered_handovers(account, by=by, now=now)


def close_covered_handovers(account: OfficialAccount, *, by: Person | None, now: dt.datetime) -> None:
    """Close the account's handover flags once enough people answer for it again, but for an editor who has left."""
    flags = _handovers(account).exclude(found__part=Role.EDITOR)
    flags = flags.exclude(person=account.editor_id, person__is_active=False)
    if flags.exists() and not short_of_people([account], now):
        close(flags, Flag.Closed.COVERED, by=by, now=now)


def close_editor_handovers(account: OfficialAccount, *, by: Person | None, now: dt.datetime) -> None:
    """Close the flags that asked for a new editor, once somebody else is."""
    flags = _handovers(account).filter(found__part=Role.EDITOR).exclude(person=account.editor_id)
    close(flags, Flag.Closed.NEW_EDITOR, by=by, now=now)


def _handovers(account: OfficialAccount):
    return Flag.objects.open().filter(account=account, reason=Flag.Reason.HANDOVER)
