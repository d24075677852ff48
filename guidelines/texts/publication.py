"""A draft comes into force: at once, or as it was planned."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.access import Permission, can
from governance.audit.models import record
from governance.people.models import Person
from guidelines.texts import events, notices
from guidelines.texts.errors import GuidelineError
from guidelines.texts.index import index_version
from guidelines.texts.plans import Plan
from guidelines.texts.readers import publishers, readers_of
from guidelines.texts.reviews import demand_review
from guidelines.texts.versions import Version


def publish(
    version: Version,
    *,
    must_acknowledge: bool,
    acknowledge_why: str = "",
    change_note: str = "",
    by: Person | None,
    now: dt.datetime,
) -> None:
    """Put the draft in force and freeze it; where it must be acknowledged, tell those it is for.

    `must_acknowledge` is the author's word on whether it must be acknowledged (again), `acknowledge_why` the
    reason that readers see, `change_note` says what has changed. Raises Frozen, and GuidelineError where there is
    no text, or no review that the policy demands.
    """
    with transaction.atomic():
        version.lock_draft()
        texts = version.demand_text()
        demand_review(version)
        Version.objects.drafts().filter(pk=version.pk).update(
            must_acknowledge=must_acknowledge,
            acknowledge_why=acknowledge_why.strip() if must_acknowledge else "",
            change_note=change_note.strip(),
            published_by=by,
            published_at=now,
        )
        version.refresh_from_db()
        Plan.objects.filter(version=version).delete()  # it has happened, now or before its time
        index_version(version)
        record(
            events.GUIDELINE_PUBLISHED,
            version.guideline,
            by=by,
            now=now,
            after={
                "version": version.number,
                "must_acknowledge": must_acknowledge,
                "acknowledge_why": version.acknowledge_why,
                "languages": sorted(text.language for text in texts),
                "change_note": version.change_note,
            },
        )
        if must_acknowledge:
            readers = readers_of(version.guideline.audience, now).only("pk", "language")
            notices.tell_of_version(
                version, readers, notices.GUIDELINE_PUBLISHED, about=version, address="guidelines:guideline", now=now
            )


def carry_out(planned: Plan, now: dt.datetime) -> bool | None:
    """Publish as planned: True, or False where it cannot be: then whoever planned it is told, and the plan ends.

    None where another worker was first, or the plan was moved meanwhile.
    """
    with transaction.atomic():
        # The version before its plan, as whoever publishes, plans anew or discards by hand: no deadlock.
        Version.objects.select_for_update().filter(pk=planned.version_id).first()
        plan = Plan.objects.select_for_update().filter(pk=planned.pk, publish_at__lte=now).first()
        if plan is None:
            return None
        try:
            with transaction.atomic():
                if not can(plan.planned_by, Permission.PUBLISH_GUIDELINES, now=now):
                    raise GuidelineError(_("Whoever planned this may not publish any more."))
                publish(
                    plan.version,
                    must_acknowledge=plan.must_acknowledge,
                    acknowledge_why=plan.acknowledge_why,
                    change_note=plan.change_note,
                    by=plan.planned_by,
                    now=now,
                )
        except GuidelineError:
            plan.call_off(by=None, now=now)
            _tell_stuck(plan, now)
            return False
        return True


def _tell_stuck(plan: Plan, now: dt.datetime) -> None:
    notices.tell_of_version(
        plan.version,
        publishers(now),
        notices.GUIDELINE_PLAN_STUCK,
        about=plan,
        address="guidelines:draft",
        now=now,
    )
