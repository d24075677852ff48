"""Roles on accounts that have run out (S29)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.moderators import listeners
from accounts.moderators.models import Assignment
from governance.audit.models import AuditEvent, Event, audit_row
from governance.notices.models import NoticeEvent, notice_row, tell

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
                        Event.ASSIGNMENT_ENDED,
                        row.account,
                        by=None,
                        now=now,
                        after={"person": row.person.name, "part": row.part, "ends_on": row.ends_on.isoformat()},
                    )
                    for row in page
                ],
                batch_size=PAGE,
            )
            tell(
                [
                    notice_row(
                        row.person_id,
                        NoticeEvent.ASSIGNMENT_ENDED,
                        key=f"assignment-{row.pk}-ended",  # as where somebody ends it by hand
                        path=row.get_absolute_url(),
                        now=now,
                        account=row.account.name,
                        person=row.person.name,
                        part=row.part,
                    )
                    for row in page
                    if row.person.is_active
                ]
            )
            counts["ended"] += len(page)
            counts["handovers"] += sum(listener(page, by=None, now=now) for listener in listeners.roles_ended)
