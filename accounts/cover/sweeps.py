"""Those who answer: times ahead in which nobody is on duty, and people whom no mail reaches (M18, S29)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.duty.roster import Roster, coverage_gaps
from accounts.flags import notices as flags_notices
from accounts.flags.models import Flag
from accounts.flags.moves import PAGE, close, raise_flags
from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount
from governance.notices import delivery
from governance.notices.models import tell_all


def coverage(now: dt.datetime) -> dict[str, int]:
    """Look 21 days ahead: where no moderator and no deputy will be on duty, tell the unit before it happens."""
    roster, gaps = coverage_gaps(now)
    covered = Flag.objects.filter(reason=Flag.Reason.COVERAGE_GAP).exclude(account__in=list(gaps))
    counts = {"closed": close(covered, Flag.Closed.COVERED, by=None, now=now)}
    new = [
        Flag(
            account=roster.accounts[account_id],
            reason=Flag.Reason.COVERAGE_GAP,
            found={
                "starts_at": gap.starts_at.isoformat(),
                "ends_at": gap.ends_at.isoformat() if gap.ends_at else None,
                "falls_to": gap.falls_to.name if gap.falls_to else None,
            },
        )
        for account_id, gap in sorted(gaps.items())
    ]
    with transaction.atomic():
        raised = raise_flags(new, by=None, now=now)
        rows = []
        for flag in raised:
            starts_at = flag.found["starts_at"]
            rows += flag.notices(_heads(flag, roster, now), flags_notices.FLAG_RAISED, now, starts_at=starts_at)
        tell_all(rows)
    return {"flagged": len(raised)} | counts


def _heads(flag: Flag, roster: Roster, now: dt.datetime) -> list[int]:
    return roster.head(flag.account_id, now) or roster.section(flag.account_id, now)


def unreachable(now: dt.datetime) -> dict[str, int]:
    """Flag those who answer for an account and whose mail is refused; close the flag once a mail has arrived."""
    people = delivery.unreachable().values("pk")
    arrived = Flag.objects.filter(reason=Flag.Reason.NO_ADDRESS).exclude(person__in=people)
    counts = {"flagged": 0, "closed": close(arrived, Flag.Closed.REACHED, by=None, now=now)}
    flagged = Flag.objects.open().filter(
        reason=Flag.Reason.NO_ADDRESS, account=OuterRef("account"), person=OuterRef("person")
    )
    held = Assignment.objects.current(timezone.localdate(now)).filter(account__in=OfficialAccount.objects.running())
    waiting, last = held.filter(~Exists(flagged), person__in=people).order_by("pk"), 0
    while page := list(waiting.filter(pk__gt=last)[:PAGE]):
        last = page[-1].pk
        with transaction.atomic():
            roster = Roster.load({row.account_id for row in page}, now)
            new = [
                Flag(account=roster.accounts[row.account_id], person_id=row.person_id, reason=Flag.Reason.NO_ADDRESS)
                for row in page
            ]
            raised = raise_flags(new, by=None, now=now)
            tell_all(
                row
                for flag in raised
                for row in flag.notices(_heads(flag, roster, now), flags_notices.FLAG_RAISED, now)
            )
            counts["flagged"] += len(raised)
    return counts
