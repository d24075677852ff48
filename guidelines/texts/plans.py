"""Publishing at a time: what was decided when it was planned, carried out by a job."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.models import record
from governance.people.models import Person
from guidelines.texts import events
from guidelines.texts.errors import GuidelineError
from guidelines.texts.reviews import demand_review
from guidelines.texts.versions import Version


class PastTime(GuidelineError):
    def __init__(self):
        super().__init__(_("This time is past. Leave it empty to publish now."))


class Plan(models.Model):
    """The draft is to be published at a time, as it then stands."""

    version = models.OneToOneField(Version, models.CASCADE, related_name="plan")
    publish_at = models.DateTimeField(db_index=True)
    must_acknowledge = models.BooleanField()
    acknowledge_why = models.CharField(max_length=300, blank=True)
    change_note = models.TextField(blank=True)
    planned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["publish_at", "pk"]

    @classmethod
    def make(
        cls,
        version: Version,
        *,
        publish_at: dt.datetime,
        must_acknowledge: bool,
        acknowledge_why: str = "",
        change_note: str,
        by: Person,
        now: dt.datetime,
    ) -> Plan:
        """Plan it, or plan it anew. Raises Frozen, and GuidelineError for what could not be published now either."""
        if publish_at <= now:
            raise PastTime
        with transaction.atomic():
            version.lock_draft()
            version.demand_text()
            demand_review(version)
            plan, _created = cls.objects.update_or_create(
                version=version,
                defaults={
                    "publish_at": publish_at,
                    "must_acknowledge": must_acknowledge,
                    "acknowledge_why": acknowledge_why.strip(),
                    "change_note": change_note.strip(),
                    "planned_by": by,
                    "planned_at": now,
                },
            )
            after = {"version": version.number, "publish_at": publish_at.isoformat()}
            record(events.GUIDELINE_PLANNED, version.guideline, by=by, now=now, after=after)
        return plan

    def as_decided(self) -> dict[str, object]:
        """What was decided, for the form to begin from."""
        return {
            "publish_at": self.publish_at,
            "must_acknowledge": "yes" if self.must_acknowledge else "no",
            "acknowledge_why": self.acknowledge_why,
            "change_note": self.change_note,
        }

    def call_off(self, *, by: Person | None, now: dt.datetime) -> bool:
        """False where it was called off, or carried out, already."""
        with transaction.atomic():
            deleted, _by_model = Plan.objects.filter(pk=self.pk).delete()
            if deleted:
                before = {"version": self.version.number, "publish_at": self.publish_at.isoformat()}
                record(events.GUIDELINE_PLAN_ENDED, self.version.guideline, by=by, now=now, before=before)
        return bool(deleted)
