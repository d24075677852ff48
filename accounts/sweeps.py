"""The scheduled checks by name. Celery, `manage.py sweep` and the tests run them through `run`.

Each check takes the moment and returns counts. Each is set-based, claims its rows by a conditional statement in
pages, and is harmless when run twice, at once with itself, or killed anywhere: unique constraints and the rows'
own columns say what is done, and the next run does the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from accounts.applications.sweeps import expire_drafts, remind_deciders
from accounts.cover.sweeps import coverage, unreachable
from accounts.crisis.models import awake
from accounts.evaluation.sweeps import campaign_over, evaluation_due
from accounts.inactivity.sweeps import inactive, inactivity_silence
from accounts.inbox.sweeps import escalate, look_yourself, remind, section, unanswered
from accounts.moderators.sweeps import end_assignments
from accounts.platforms.servers import ask_servers
from accounts.platforms.sweeps import connections
from accounts.platforms.webhooks import work_off
from accounts.register.moves import apply_pauses
from accounts.register.sweeps import remind_confirmers
from governance.imports import jobs as import_jobs
from governance.notices import delivery
from governance.operations.models import JobRun
from guidelines.documents.sweeps import forget_imports
from guidelines.reading.sweeps import remind_readers
from guidelines.texts.sweeps import links, publish_planned, review_due

Counts = dict[str, int]


def _deliver(now: dt.datetime) -> Counts:
    return delivery.deliver(now, awake=awake(now))


# In the order in which a whole sweep runs them: what changes who is on duty first, delivery last.
SWEEPS: dict[str, Callable[[dt.datetime], Counts]] = {
    "pauses": apply_pauses,
    "assignments": end_assignments,
    "guideline_plans": publish_planned,
    "remind": remind,
    "hooks": work_off,
    "connections": connections,
    "servers": ask_servers,
    "unanswered": unanswered,
    "look_yourself": look_yourself,
    "escalate": escalate,
    "section": section,
    "inactive": inactive,
    "inactivity_silence": inactivity_silence,
    "campaign_over": campaign_over,
    "evaluation_due": evaluation_due,
    "coverage": coverage,
    "remind_deciders": remind_deciders,
    "expire_drafts": expire_drafts,
    "remind_confirmers": remind_confirmers,
    "unreachable": unreachable,
    "guideline_links": links,
    "guideline_review": review_due,
    "guideline_imports": forget_imports,
    "imports": import_jobs.work,
    "guideline_readers": remind_readers,
    "digest": delivery.digest,
    "deliver": _deliver,
}


def run(name: str, now: dt.datetime, *, dry_run: bool = False) -> Counts:
    """Run one check at that moment; its counts. Raises KeyError for a name that is not in SWEEPS.

    A dry run does all of it in a transaction that is rolled back; delivery, whose mails cannot be, only counts.
    """
    check = SWEEPS[name]
    if not dry_run:
        return JobRun.keep(name, lambda: check(now))
    if name == "deliver":
        return delivery.waiting(now)
    with transaction.atomic():
        counts = check(now)
        transaction.set_rollback(True)
    return counts
