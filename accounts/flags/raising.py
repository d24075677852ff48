"""Accounts that are being forgotten: gone quiet, past their end, due for evaluation (B24, S30, S36, D91)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.duty.roster import Roster
from accounts.flags.models import Flag
from governance.audit.models import AuditEvent, Event, audit_row
from governance.notices.models import NoticeEvent, tell

PAGE = 1000


def _flag_of(reason: Flag.Reason, *, kept_since: dt.datetime) -> Exists:
    """Flagged already, or looked at so lately that the decision to keep the account still stands."""
    standing = Q(closed_at=None) | Q(decision=Flag.Answer.KEEP, closed_at__gt=kept_since)
    return Exists(Flag.objects.filter(standing, account=OuterRef("pk"), reason=reason))


def raise_flags(
    accounts: QuerySet,
    reason: Flag.Reason,
    now: dt.datetime,
    *,
    found,
    event: NoticeEvent = NoticeEvent.FLAG_RAISED,
    answer_by: dt.datetime | None = None,
    section: bool = False,
) -> int:
    """One flag for each of the accounts, which must not be among them any more once flagged; tells whom it concerns.

    `section`: the information section too.
    """
    raised = 0
    while True:
        with transaction.atomic():
            page = list(accounts.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:PAGE])
            if not page:
                return raised
            new = [
                Flag(account=account, reason=reason, found=found(account), raised_at=now, answer_by=answer_by)
                for account in page
            ]
            Flag.objects.bulk_create(new, batch_size=PAGE, ignore_conflicts=True)
            roster = Roster.load([account.pk for account in page], now)
            trail, rows = [], []
            for flag in Flag.objects.open().filter(account__in=page, reason=reason).order_by("pk"):
                flag.account = roster.accounts[flag.account_id]
                trail.append(audit_row(Event.FLAG_RAISED, flag, by=None, now=now, after=flag.facts))
                people = _concerned(roster, flag.account_id, now)
                people = dict.fromkeys([*people, *(roster.section(flag.account_id, now) if section else ())])
                by = {"answer_by": answer_by.isoformat()} if answer_by else {}
                rows += [flag.notice(pk, event, f"flag:{flag.pk}", now, **by) for pk in people]
            AuditEvent.objects.bulk_create(trail, batch_size=PAGE)
            tell(rows)
            raised += len(page)


def _concerned(roster: Roster, account_id: int, now: dt.datetime) -> list[int]:
    """The account's people and the head of the unit; where there is neither, the information section."""
    people = dict.fromkeys([*roster.moderators(account_id, now), *roster.head(account_id, now)])
    return list(people) or roster.section(account_id, now)


def close_obsolete(flags: QuerySet, why: str, now: dt.datetime) -> int:
    """Close open flags whose cause is gone, by the portal itself."""
    with transaction.atomic():
        gone = list(
            flags.filter(closed_at=None).select_related("account").select_for_update(skip_locked=True, of=("self",))
        )
        if gone:
            Flag.objects.filter(pk__in=[flag.pk for flag in gone]).update(closed_at=now, close_reason=why)
            AuditEvent.objects.bulk_create(
                [audit_row(Event.FLAG_CLOSED, flag, by=None, now=now, after={"reason": why}) for flag in gone],
                batch_size=PAGE,
            )
    return len(gone)
