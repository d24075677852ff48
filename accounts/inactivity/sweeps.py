"""Accounts that are being forgotten: gone quiet, past their end, due for evaluation (B24, S30, S36, D91)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.duty.roster import Roster
from accounts.flags import notices as flags_notices
from accounts.flags.models import Flag
from accounts.flags.moves import PAGE, close, concerned, flag_accounts, flagged
from accounts.inactivity import notices
from accounts.register.models import OfficialAccount, State
from governance.notices.models import tell_all
from governance.policy.models import Policies, units_by
from governance.policy.settings import InactivityOutcome


def inactive(now: dt.datetime) -> dict[str, int]:
    """Flag active accounts that have been quiet past their policy's limit; close the flags of those that woke up.

    Where nothing was ever seen it is counted from the opening; an account that is paused says so itself. After a
    decision to keep it, the quiet is counted from that decision.
    """
    policies = Policies.load()
    counts = {"flagged": 0, "closed": close(Flag.objects.filter(_unused), Flag.Closed.STATE, by=None, now=now)}
    for (days, notice_days, outcome), units in units_by(
        policies, "inactivity_days", "inactivity_notice_days", "inactivity_outcome"
    ):
        quiet_since = now - dt.timedelta(days=days)
        woken = Flag.objects.filter(
            reason=Flag.Reason.INACTIVE, account__unit__in=units, account__last_activity_at__gte=quiet_since
        )
        counts["closed"] += close(woken, Flag.Closed.LIFE, by=None, now=now)
        # Where the platform is read, the silence itself must have been seen: an error is no silence.
        seen = Q(connection=None) | Q(connection__activity_until__gte=F("alive_at") + dt.timedelta(days=days))
        accounts = OfficialAccount.objects.annotate(alive_at=Coalesce("last_activity_at", "opened_at", "registered_at"))
        quiet = accounts.filter(seen, state=State.ACTIVE, unit__in=units, alive_at__lt=quiet_since).exclude(
            flagged(Flag.Reason.INACTIVE, kept_since=quiet_since)
        )
        counts["flagged"] += flag_accounts(
            quiet,
            Flag.Reason.INACTIVE,
            now,
            found=lambda account, outcome=outcome: {
                "last_activity_at" if account.last_activity_at else "opened_at": account.alive_at.isoformat(),
                "outcome": outcome,
            },
            kind=notices.ACCOUNT_INACTIVE,
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
                people = concerned(roster, flag.account_id, now)
                rows += flag.notices(people, notices.ACCOUNT_INACTIVE, now, once="reminded")
                if not remind_only:
                    section = roster.section(flag.account_id, now)
                    rows += flag.notices(section, flags_notices.FLAG_RAISED, now, once="silence")
            tell_all(rows)
            Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(reminded_at=now)
