"""Accounts that came without a decision, and that nobody has confirmed yet."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.urls import reverse

from accounts.register import notices
from accounts.register.confirmation import Confirmers
from accounts.register.models import OfficialAccount
from governance.notices.models import Notice, notices_for, tell_all
from governance.people.models import Person

NAMED_AT_MOST = 10  # in one notice; the list it leads to has all


def remind_confirmers(now: dt.datetime) -> dict[str, int]:
    """Remind whoever may confirm an account, as often as policy has deciders reminded, of all of them in one notice.

    Nobody is reminded twice within that time, however many accounts wait. Where nobody may, the administrators are
    told once. Counts of people: `reminded`, `stuck`.
    """
    confirmers = Confirmers(now)
    waiting: dict[Person, list[OfficialAccount]] = defaultdict(list)
    rows: list[Notice] = []
    for account in OfficialAccount.objects.unconfirmed().select_related("unit", "application"):
        people = confirmers.of(account)
        if not people:
            rows += confirmers.notices_of_stuck(account)
        for person in people:
            waiting[person].append(account)
    stuck = _untold(rows)
    reminders = [row for person, accounts in waiting.items() for row in _reminder(person, accounts, confirmers)]
    tell_all([*stuck, *reminders])
    return {"reminded": len(reminders), "stuck": len(stuck)}


def _reminder(person: Person, accounts: list[OfficialAccount], confirmers: Confirmers) -> list[Notice]:
    now = confirmers.now
    every = {row.pk: confirmers.policies.for_unit(row.unit_id).decision_reminder_days for row in accounts}
    due = [
        row
        for row in accounts
        if row.unconfirmed_since and row.unconfirmed_since <= now - dt.timedelta(days=every[row.pk])
    ]
    if not due:
        return []
    since = now - dt.timedelta(days=min(every[row.pk] for row in due))
    if Notice.objects.filter(person=person, event=notices.ACCOUNTS_STILL_TO_CONFIRM, created_at__gt=since).exists():
        return []
    names = [row.name for row in due[:NAMED_AT_MOST]] + (["…"] if len(due) > NAMED_AT_MOST else [])
    one = f"{due[0].get_absolute_url()}#confirm"
    return notices_for(
        [person],
        notices.ACCOUNTS_STILL_TO_CONFIRM,
        about=None,
        once=confirmers.on,
        now=now,
        path=one if len(due) == 1 else reverse("accounts:accounts") + "?lacking=confirmation",
        count=len(due),
        accounts=", ".join(names),
    )


def _untold(rows: list[Notice]) -> list[Notice]:
    told = Notice.objects.filter(event=notices.ACCOUNT_UNCONFIRMABLE, key__in={row.key for row in rows})
    already = set(told.values_list("person", "key"))
    return [row for row in rows if (row.person_id, row.key) not in already]
