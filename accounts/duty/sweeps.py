"""Those who answer: assignments that have run out, and times ahead in which nobody is on duty (M18, S29)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.duty.roster import Roster, coverage_gaps
from accounts.flags.models import Flag
from accounts.flags.raising import close_obsolete
from accounts.moderators.models import Assignment
from accounts.moderators.sweeps import PAGE
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent, Event, audit_row
from governance.notices import delivery
from governance.notices.models import NoticeEvent, tell


def coverage(now: dt.datetime) -> dict[str, int]:
    """Look 21 days ahead: where no moderator and no deputy will be on duty, tell the unit before it happens."""
    roster, gaps = coverage_gaps(now)
    covered = Flag.objects.filter(reason=Flag.Reason.COVERAGE_GAP).exclude(account__in=list(gaps))
    counts = {"closed": close_obsolete(covered, Flag.Closed.COVERED, now)}
    known = set(
        Flag.objects.open()
        .filter(reason=Flag.Reason.COVERAGE_GAP, account__in=list(gaps))
        .values_list("account", flat=True)
    )
    new = [
        Flag(
            account_id=account_id,
            reason=Flag.Reason.COVERAGE_GAP,
            raised_at=now,
            found={
                "starts_at": gap.starts_at.isoformat(),
                "ends_at": gap.ends_at.isoformat() if gap.ends_at else None,
                "falls_to": gap.falls_to.name if gap.falls_to else None,
            },
        )
        for account_id, gap in sorted(gaps.items())
        if account_id not in known
    ]
    with transaction.atomic():
        _raise_flags(new, roster, now)
    return {"flagged": len(new)} | counts


def _raise_flags(new: list[Flag], roster: Roster, now: dt.datetime) -> None:
    Flag.objects.bulk_create(new, batch_size=PAGE, ignore_conflicts=True)
    raised = Flag.objects.open().filter(
        account__in=[flag.account_id for flag in new], reason=Flag.Reason.COVERAGE_GAP, raised_at=now
    )
    trail, rows = [], []
    for flag in raised.order_by("pk"):
        flag.account = roster.accounts[flag.account_id]
        trail.append(audit_row(Event.FLAG_RAISED, flag, by=None, now=now, after=flag.facts))
        people = roster.head(flag.account_id, now) or roster.section(flag.account_id, now)
        starts_at = flag.found["starts_at"]
        rows += [flag.notice(pk, NoticeEvent.FLAG_RAISED, f"flag:{flag.pk}", now, starts_at=starts_at) for pk in people]
    AuditEvent.objects.bulk_create(trail, batch_size=PAGE)
    tell(rows)


def unreachable(now: dt.datetime) -> dict[str, int]:
    """Flag those who answer for an account and whose mail is refused; close the flag once a mail has arrived."""
    people = delivery.unreachable().values("pk")
    arrived = Flag.objects.filter(reason=Flag.Reason.NO_ADDRESS).exclude(person__in=people)
    counts = {"flagged": 0, "closed": close_obsolete(arrived, Flag.Closed.REACHED, now)}
    flagged = Flag.objects.open().filter(
        reason=Flag.Reason.NO_ADDRESS, account=OuterRef("account"), person=OuterRef("person")
    )
    held = Assignment.objects.current(timezone.localdate(now)).filter(account__in=OfficialAccount.objects.running())
    for page in iter(lambda: list(held.filter(~Exists(flagged), person__in=people).order_by("pk")[:PAGE]), []):
        with transaction.atomic():
            new = [
                Flag(account_id=row.account_id, person_id=row.person_id, reason=Flag.Reason.NO_ADDRESS, raised_at=now)
                for row in page
            ]
            Flag.objects.bulk_create(new, batch_size=PAGE, ignore_conflicts=True)
            roster = Roster.load({row.account_id for row in page}, now)
            told = Flag.objects.open().filter(reason=Flag.Reason.NO_ADDRESS, raised_at=now, account__in=roster.accounts)
            _record_and_tell(told, roster, now)
            counts["flagged"] += len(page)
    return counts


def _record_and_tell(flags, roster: Roster, now: dt.datetime) -> None:
    trail, rows = [], []
    for flag in flags.order_by("pk"):
        flag.account = roster.accounts[flag.account_id]
        trail.append(audit_row(Event.FLAG_RAISED, flag, by=None, now=now, after=flag.facts))
        heads = roster.head(flag.account_id, now) or roster.section(flag.account_id, now)
        rows += [flag.notice(pk, NoticeEvent.FLAG_RAISED, f"flag:{flag.pk}", now) for pk in heads]
    AuditEvent.objects.bulk_create(trail, batch_size=PAGE)
    tell(rows)
