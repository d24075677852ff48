"""Accounts that are being forgotten: gone quiet, past their end, due for evaluation (B24, S30, S36, D91)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.flags.moves import close, flag_accounts, flagged
from accounts.register.models import OfficialAccount, State
from governance.policy.models import Policies, units_by

DAYS_A_MONTH = 365.25 / 12


def campaign_over(now: dt.datetime) -> dict[str, int]:
    """Flag projects, campaigns and trials whose end date has passed while the account goes on (D91, D92)."""
    over = OfficialAccount.objects.filter(
        state__in=[State.ACTIVE, State.PAUSED], ends_on__lt=timezone.localdate(now)
    ).exclude(flagged(Flag.Reason.CAMPAIGN_OVER, kept_since=now - dt.timedelta(days=365)))
    found = lambda account: {"ends_on": account.ends_on.isoformat()}  # noqa: E731
    closed = close(
        Flag.objects.filter(Q(account__ends_on=None) | Q(account__ends_on__gte=timezone.localdate(now))).filter(
            reason=Flag.Reason.CAMPAIGN_OVER
        ),
        Flag.Closed.LIFE,
        by=None,
        now=now,
    )
    return {"flagged": flag_accounts(over, Flag.Reason.CAMPAIGN_OVER, now, found=found), "closed": closed}


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
        count += flag_accounts(waiting, Flag.Reason.EVALUATION_DUE, now, found=found)
    return {"flagged": count}


def _months_ago(now: dt.datetime, months: int) -> dt.datetime:
    return now - dt.timedelta(days=round(months * DAYS_A_MONTH))
