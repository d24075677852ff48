"""Accounts that are being forgotten: gone quiet, past their end, due for evaluation (B24, S30, S36, D91)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.duty import Roster
from accounts.models import Flag, OfficialAccount
from accounts.models.register import State
from governance.models import Policies
from governance.models.audit import AuditEvent, Event, audit_row
from governance.models.notices import NoticeEvent, tell
from governance.models.policy_settings import InactivityOutcome

PAGE = 1000
DAYS_A_MONTH = 365.25 / 12


def units_by(policies: Policies, *keys: str) -> list[tuple[tuple, list[int]]]:
    """Units grouped by the values they have for some plain settings: one statement a group, not one a unit."""
    groups = defaultdict(list)
    for unit_id in policies.tree.units:
        policy = policies.for_unit(unit_id)
        groups[tuple(getattr(policy, key) for key in keys)].append(unit_id)
    return list(groups.items())


def inactive(now: dt.datetime) -> dict[str, int]:
    """Flag active accounts that have been quiet past their policy's limit; close the flags of those that woke up.

    An account whose last activity is not known is not silent; one that is paused says so itself. After a
    decision to keep it, the quiet is counted from that decision.
    """
    policies = Policies.load()
    counts = {"flagged": 0, "closed": close_obsolete(Flag.objects.filter(_unused), Flag.Closed.STATE, now)}
    for (days, notice_days, outcome), units in units_by(
        policies, "inactivity_days", "inactivity_notice_days", "inactivity_outcome"
    ):
        quiet_since = now - dt.timedelta(days=days)
        woken = Flag.objects.filter(
            reason=Flag.Reason.INACTIVE, account__unit__in=units, account__last_activity_at__gte=quiet_since
        )
        counts["closed"] += close_obsolete(woken, Flag.Closed.LIFE, now)
        # Where the platform is read, the silence itself must have been seen: an error is no silence.
        seen = Q(connection=None) | Q(connection__activity_until__gte=F("last_activity_at") + dt.timedelta(days=days))
        quiet = OfficialAccount.objects.filter(
            seen, state=State.ACTIVE, unit__in=units, last_activity_at__lt=quiet_since
        ).exclude(_flag_of(Flag.Reason.INACTIVE, kept_since=quiet_since))
        counts["flagged"] += raise_flags(
            quiet,
            Flag.Reason.INACTIVE,
            now,
            found=lambda account, outcome=outcome: {
                "last_activity_at": account.last_activity_at.isoformat(),
                "outcome": outcome,
            },
            event=NoticeEvent.ACCOUNT_INACTIVE,
            answer_by=now + dt.timedelta(days=notice_days),
        )
    return counts


# Flags about the account itself mean nothing once it is retired.
_unused = Q(account__state=State.RETIRED, post=None)


def inactivity_silence(now: dt.datetime) -> dict[str, int]:
    """The notice period ran out without an answer: remind once, and where the policy says so ask for a decision."""
    counts = {"reminded": 0, "proposed": 0}
    while True:
        with transaction.atomic():
            silent = (
                Flag.objects.open()
                .filter(reason=Flag.Reason.INACTIVE, answer_by__lte=now, answered_at=None, reminded_at=None)
                .select_for_update(skip_locked=True)
                .order_by("answer_by", "pk")
            )
            flags = list(silent[:PAGE])
            if not flags:
                return counts
            roster = Roster.load({flag.account_id for flag in flags}, now)
            rows = []
            for flag in flags:
                flag.account = roster.accounts[flag.account_id]
                remind_only = flag.found.get("outcome") == InactivityOutcome.REMIND
                counts["reminded" if remind_only else "proposed"] += 1
                people = _concerned(roster, flag.account_id, now)
                rows += [
                    flag.notice(pk, NoticeEvent.ACCOUNT_INACTIVE, f"flag:{flag.pk}:reminded", now) for pk in people
                ]
                if not remind_only:
                    section = roster.section(flag.account_id, now)
                    rows += [flag.notice(pk, NoticeEvent.FLAG_RAISED, f"flag:{flag.pk}:silence", now) for pk in section]
            tell(rows)
            Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(reminded_at=now)


def campaign_over(now: dt.datetime) -> dict[str, int]:
    """Flag projects, campaigns and trials whose end date has passed while the account goes on (D91, D92)."""
    over = OfficialAccount.objects.filter(
        state__in=[State.ACTIVE, State.PAUSED], ends_on__lt=timezone.localdate(now)
    ).exclude(_flag_of(Flag.Reason.CAMPAIGN_OVER, kept_since=now - dt.timedelta(days=365)))
    found = lambda account: {"ends_on": account.ends_on.isoformat()}  # noqa: E731
    closed = close_obsolete(
        Flag.objects.filter(Q(account__ends_on=None) | Q(account__ends_on__gte=timezone.localdate(now))).filter(
            reason=Flag.Reason.CAMPAIGN_OVER
        ),
        Flag.Closed.LIFE,
        now,
    )
    return {"flagged": raise_flags(over, Flag.Reason.CAMPAIGN_OVER, now, found=found), "closed": closed}


def evaluation_due(now: dt.datetime) -> dict[str, int]:
    """Flag accounts due for evaluation: the first time counted from opening, later ones from the one before (S36)."""
    count = 0
    for (first, later), units in units_by(Policies.load(), "evaluation_first_months", "evaluation_months"):
        evaluated = Flag.objects.filter(account=OuterRef("pk"), reason=Flag.Reason.EVALUATION_DUE)
        recently = Q(closed_at=None) | Q(closed_at__gt=_months_ago(now, later))
        waiting = OfficialAccount.objects.filter(
            state=State.ACTIVE, unit__in=units, opened_at__lt=_months_ago(now, first)
        ).exclude(Exists(evaluated.filter(recently)))
        found = lambda account: {"opened_at": account.opened_at.isoformat()}  # noqa: E731
        count += raise_flags(waiting, Flag.Reason.EVALUATION_DUE, now, found=found)
    return {"flagged": count}


def _months_ago(now: dt.datetime, months: int) -> dt.datetime:
    return now - dt.timedelta(days=round(months * DAYS_A_MONTH))


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
