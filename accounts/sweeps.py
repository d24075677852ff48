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
from accounts.crisis import models as crisis
from accounts.duty.sweeps import coverage, unreachable
from accounts.evaluation.sweeps import campaign_over, evaluation_due
from accounts.inactivity.sweeps import inactive, inactivity_silence
from accounts.inbox.section_sweep import section
from accounts.inbox.sweeps import escalate, remind, unanswered
from accounts.moderators.sweeps import end_assignments
from accounts.platforms import webhooks as hooks
from accounts.platforms.sweeps import connections
from accounts.register import moves as transitions
from governance.notices import delivery
from governance.operations.models import JobRun
from guidelines.documents import sweeps
from guidelines.reading import sweeps as reading_sweeps
from guidelines.texts import sweeps as texts_sweeps

Counts = dict[str, int]


def _deliver(now: dt.datetime) -> Counts:
    return delivery.deliver(now, awake=crisis.awake(now))


# In the order in which a whole sweep runs them: what changes who is on duty first, delivery last.
SWEEPS: dict[str, Callable[[dt.datetime], Counts]] = {
    "pauses": transitions.apply_pauses,
    "assignments": end_assignments,
    "guideline_plans": texts_sweeps.publish_planned,
    "remind": remind,
    "hooks": hooks.work_off,
    "connections": connections,
    "unanswered": unanswered,
    "escalate": escalate,
    "section": section,
    "inactive": inactive,
    "inactivity_silence": inactivity_silence,
    "campaign_over": campaign_over,
    "evaluation_due": evaluation_due,
    "coverage": coverage,
    "remind_deciders": remind_deciders,
    "expire_drafts": expire_drafts,
    "unreachable": unreachable,
    "guideline_links": texts_sweeps.links,
    "guideline_review": texts_sweeps.review_due,
    "guideline_imports": sweeps.forget_imports,
    "guideline_readers": reading_sweeps.remind_readers,
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
