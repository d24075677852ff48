"""Applications that nobody decides and drafts that nobody goes on with (M07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.applications import notices
from accounts.applications.deciders import Routing
from accounts.applications.models import Application, Status, Verb, transition
from governance.audit.models import AuditEvent, audit_row
from governance.notices.models import Notice, notices_for, tell_all

CHUNK = 1_000
WARNED_DAYS_BEFORE = 7


def remind_deciders(now: dt.datetime) -> dict[str, int]:
    """Remind the decider every so many days, ask the substitute after a longer time; tell once where nobody may decide.

    Each person is told once of each step: the key of a notice names the sending and the step. Counts of new
    notices: `reminded`, `substitutes`, `stuck`.
    """
    routing = Routing.load(now)
    counts = {"reminded": 0, "substitutes": 0, "stuck": 0}
    names = {
        notices.APPLICATION_SLOW: "reminded",
        notices.APPLICATION_SUBSTITUTE: "substitutes",
        notices.APPLICATION_STUCK: "stuck",
    }
    rows: list[Notice] = []
    for application in Application.objects.waiting().order_by("pk").iterator(CHUNK):
        rows += [
            *(row for row in routing.notices_of_waiting(application) if row.event in names),
            *_reminders(application, routing),
        ]
    for row in _tell_new(rows):
        counts[names[row.event]] += 1
    return counts


def _reminders(application: Application, routing: Routing) -> list[Notice]:
    days = routing.days_waiting(application)
    every = routing.policies.for_unit(application.unit_id).decision_reminder_days
    if days < every:
        return []
    # For a decider who applied themselves the substitute is the first to ask, not the second.
    people = [
        row.person
        for row in routing.deciders(application)
        if row.on_behalf_of is None or row.on_behalf_of.pk == application.applicant_id
    ]
    return notices_for(
        people,
        notices.APPLICATION_SLOW,
        about=application,
        once=(application.submission, days // every),
        now=routing.now,
        application=application.name,
        unit=routing.tree.units[application.unit_id].name,
        days=days,
    )


def expire_drafts(now: dt.datetime) -> dict[str, int]:
    """Warn whoever has left a draft untouched for long, and expire it a week later; nothing in it is lost.

    Counts: `warned` (new notices) and `expired`. Drafts go in chunks; one that is being written in is left alone.
    """
    routing = Routing.load(now)
    days = {unit_id: routing.policies.for_unit(unit_id).draft_days for unit_id in routing.tree.units}
    expired = 0
    while chunk := _expire_chunk(days, now):
        expired += chunk
    early = {unit_id: count - min(WARNED_DAYS_BEFORE, count // 2) for unit_id, count in days.items()}
    drafts = Application.objects.untouched(early, now).filter(applicant__is_active=True)
    rows = [row for draft in drafts.iterator(CHUNK) for row in _warnings(draft, days[draft.unit_id], now)]
    return {"warned": len(_tell_new(rows)), "expired": expired}


def _warnings(draft: Application, days: int, now: dt.datetime) -> list[Notice]:
    expires_on = timezone.localdate(draft.changed_at + dt.timedelta(days=days)).isoformat()
    facts = {"application": draft.name, "expires_on": expires_on}
    person = [draft.applicant_id]
    return notices_for(person, notices.APPLICATION_EXPIRING, about=draft, once=draft.changed_at, now=now, **facts)


def _expire_chunk(days: dict[int, int], now: dt.datetime) -> int:
    step = transition(Status.DRAFT, Verb.EXPIRE)
    with transaction.atomic():
        drafts = list(
            Application.objects.untouched(days, now).select_for_update(skip_locked=True).order_by("pk")[:CHUNK]
        )
        # `changed_at` stays: it says since when nobody has touched the draft.
        Application.objects.filter(pk__in=[row.pk for row in drafts], status=step.source).update(status=step.target)
        before, after = {"status": step.source.value}, {"status": step.target.value}
        AuditEvent.objects.bulk_create(
            [audit_row(step.event, row, by=None, now=now, before=before, after=after) for row in drafts]
        )
    return len(drafts)


def _tell_new(rows: list[Notice]) -> list[Notice]:
    """Write those notices whose person has not been told yet, in chunks; returns them."""
    new: list[Notice] = []
    for chunk in _chunks(rows):
        asked = Notice.objects.filter(person__in={row.person_id for row in chunk}, key__in={row.key for row in chunk})
        told = set(asked.values_list("person", "key"))
        fresh = [row for row in chunk if (row.person_id, row.key) not in told]
        tell_all(fresh)
        new += fresh
    return new


def _chunks(rows: list[Notice]) -> Iterable[list[Notice]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
