"""Roles on accounts that have run out (S29)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.moderators import events, listeners, notices
from accounts.moderators.models import Assignment
from governance.audit.models import AuditEvent, audit_row
from governance.notices.models import notices_for, tell_all

PAGE = 1000


def end_assignments(now: dt.datetime) -> dict[str, int]:
    """End what has run past its last day, tell the person, and ask for a new holder where too few are left."""
    counts = {"ended": 0, "handovers": 0}
    while True:
        with transaction.atomic():
            over = Assignment.objects.open().filter(ends_on__lt=timezone.localdate(now))
            claimed = over.select_for_update(skip_locked=True, of=("self",)).select_related("person", "account")
            page = list(claimed.order_by("ends_on", "pk")[:PAGE])
            if not page:
                return counts
            Assignment.objects.filter(pk__in=[row.pk for row in page]).update(ended_at=now, end_reason="")
            AuditEvent.objects.bulk_create(
                [
                    audit_row(
                        events.ASSIGNMENT_ENDED,
                        row.account,
                        by=None,
                        now=now,
                        after={"person": row.person.name, "part": row.part, "ends_on": row.ends_on.isoformat()},
                    )
                    for row in page
                ],
                batch_size=PAGE,
            )
            tell_all(
                notice
                for row in page
                if row.person.is_active
                for notice in notices_for(
                    [row.person_id],
                    notices.ASSIGNMENT_ENDED,  # as where somebody ends it by hand
                    about=row,
                    now=now,
                    account=row.account.name,
                    person=row.person.name,
                    part=row.part,
                )
            )
            counts["ended"] += len(page)
            counts["handovers"] += sum(listener(page, by=None, now=now) for listener in listeners.roles_ended)
