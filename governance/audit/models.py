"""The audit trail: who, when, before, after. Appended in the transaction of the change itself.

Rows hold names and ids but no foreign keys, so that nothing else can change or delete them. UPDATE, DELETE
and TRUNCATE are refused by the database itself (`append_only`), whoever sends them through the
application's connection.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """Everything that is audited. A test holds this complete against the calls of `record`."""

    UNIT_CREATED = "unit.created", _("Unit created")
    UNIT_CHANGED = "unit.changed", _("Unit changed")
    UNIT_CLOSED = "unit.closed", _("Unit closed")
    UNIT_REOPENED = "unit.reopened", _("Unit opened again")
    PERSON_CREATED = "person.created", _("Person created")
    PERSON_CHANGED = "person.changed", _("Person changed")
    PERSON_DEACTIVATED = "person.deactivated", _("Person deactivated")
    PERSON_REACTIVATED = "person.reactivated", _("Person reactivated")
    ROLE_GRANTED = "role.granted", _("Role granted")
    ROLE_ENDED = "role.ended", _("Role ended")
    SUBSTITUTE_APPOINTED = "substitute.appointed", _("Substitute appointed")
    SUBSTITUTE_ENDED = "substitute.ended", _("Substitute ended")
    ABSENCE_REGISTERED = "absence.registered", _("Absence registered")
    ABSENCE_CANCELLED = "absence.cancelled", _("Absence called off")
    POLICY_CHANGED = "policy.changed", _("Policy changed")
    POLICY_PRESET = "policy.preset", _("Policy preset applied")
    CLOSING_DAY_ADDED = "closing_day.added", _("Closing day added")
    CLOSING_DAY_REMOVED = "closing_day.removed", _("Closing day removed")
    PLATFORM_CREATED = "platform.created", _("Platform created")
    PLATFORM_CHANGED = "platform.changed", _("Platform changed")
    PLATFORM_ASSESSED = "platform.assessed", _("Platform assessed")
    TOKEN_CREATED = "token.created", _("API token created")
    TOKEN_REVOKED = "token.revoked", _("API token revoked")
    APPLICATION_STARTED = "application.started", _("Application started")
    APPLICATION_SUBMITTED = "application.submitted", _("Application submitted")
    APPLICATION_REGISTERED = "application.registered", _("Application registered without a decision")
    APPLICATION_APPROVED = "application.approved", _("Application approved")
    APPLICATION_RETURNED = "application.returned", _("Application sent back")
    APPLICATION_REJECTED = "application.rejected", _("Application rejected")
    APPLICATION_WITHDRAWN = "application.withdrawn", _("Application withdrawn")
    APPLICATION_EXPIRED = "application.expired", _("Draft expired")
    APPLICATION_REVIVED = "application.revived", _("Draft taken up again")
    APPLICATION_COMMENTED = "application.commented", _("Application commented")
    ACCOUNT_REGISTERED = "account.registered", _("Account registered")
    ACCOUNT_CHANGED = "account.changed", _("Account changed")
    ACCOUNT_CHECKED = "account.checked", _("Opening checklist changed")
    ACCOUNT_OPENED = "account.opened", _("Account opened")
    ACCOUNT_PAUSED = "account.paused", _("Account paused")
    ACCOUNT_RESUMED = "account.resumed", _("Account resumed")
    ACCOUNT_RETIRING = "account.retiring", _("Retirement begun")
    ACCOUNT_KEPT = "account.kept", _("Retirement called off")
    ACCOUNT_RETIRED = "account.retired", _("Account retired")
    ACCOUNT_ABANDONED = "account.abandoned", _("Account given up before opening")
    PAUSE_PLANNED = "pause.planned", _("Pause planned")
    PAUSE_ENDED = "pause.ended", _("Pause ended early")
    ASSIGNMENT_DELEGATED = "assignment.delegated", _("Role on an account delegated")
    ASSIGNMENT_ACCEPTED = "assignment.accepted", _("Role on an account accepted")
    ASSIGNMENT_DECLINED = "assignment.declined", _("Role on an account declined")
    ASSIGNMENT_ENDED = "assignment.ended", _("Role on an account ended")
    POST_REGISTERED = "post.registered", _("Post registered")
    POST_TRIAGED = "post.triaged", _("Post triaged")
    POST_CLOSED = "post.closed", _("Post closed")
    POST_REOPENED = "post.reopened", _("Post reopened")
    POST_DEADLINE_MOVED = "post.deadline_moved", _("Deadline moved")
    POST_HELD = "post.held", _("Holding reply sent")
    POST_CLAIMED = "post.claimed", _("Post taken on")
    POST_RELEASED = "post.released", _("Post released")
    POST_HANDED_OVER = "post.handed_over", _("Post handed over")
    POST_TO_SECTION = "post.to_section", _("Post given to the information section")
    POST_BACK = "post.back", _("Post given back by the information section")
    CONNECTION_MADE = "connection.made", _("Account connected to its platform")
    CONNECTION_PAUSED = "connection.paused", _("Reading from the platform paused")
    CONNECTION_RESUMED = "connection.resumed", _("Reading from the platform resumed")
    CONNECTION_ENDED = "connection.ended", _("Account disconnected from its platform")
    HOOK_CREATED = "hook.created", _("Webhook created")
    HOOK_REVOKED = "hook.revoked", _("Webhook revoked")
    SHIFT_ADDED = "shift.added", _("Shift added")
    SHIFT_REMOVED = "shift.removed", _("Shift removed")
    TAKEN_OVER = "duty.taken_over", _("Duty taken over")
    GIVEN_BACK = "duty.given_back", _("Duty given back")
    CRISIS_OPENED = "crisis.opened", _("Crisis opened")
    CRISIS_CLOSED = "crisis.closed", _("Crisis closed")
    READY_TEXT_CHANGED = "ready_text.changed", _("Ready text changed")
    CALENDAR_ADDRESS_CHANGED = "calendar.address", _("Address of a calendar of duties changed")
    NOTICE_CHOICES_CHANGED = "notice.choices", _("Choice of notices changed")
    FLAG_RAISED = "flag.raised", _("Flag raised")
    FLAG_ANSWERED = "flag.answered", _("Flag answered")
    FLAG_DECIDED = "flag.decided", _("Flag decided")
    FLAG_CLOSED = "flag.closed", _("Flag closed")
    FLAG_REOPENED = "flag.reopened", _("Flag opened again")
    AID_CHANGED = "aid.changed", _("Decision aid changed")
    QUESTION_ASKED = "question.asked", _("Question asked")
    QUESTION_ANSWERED = "question.answered", _("Question answered")
    QUESTION_WITHDRAWN = "question.withdrawn", _("Question withdrawn")
    NOTE_PUBLISHED = "note.published", _("Note published beside a rule")
    NOTE_REMOVED = "note.removed", _("Note removed")
    GUIDELINE_DRAFTED = "guideline.drafted", _("Guideline draft saved")
    GUIDELINE_DISCARDED = "guideline.discarded", _("Guideline draft discarded")
    GUIDELINE_PUBLISHED = "guideline.published", _("Guideline published")
    GUIDELINE_REVIEW_ASKED = "guideline.review_asked", _("Review of a guideline asked for")
    GUIDELINE_APPROVED = "guideline.approved", _("Guideline draft approved")
    GUIDELINE_RETURNED = "guideline.returned", _("Guideline draft sent back")
    GUIDELINE_ROUND_OPENED = "guideline.round_opened", _("Comment round on a guideline opened")
    GUIDELINE_ROUND_CLOSED = "guideline.round_closed", _("Comment round on a guideline closed")
    GUIDELINE_COMMENTED = "guideline.commented", _("Guideline draft commented")
    GUIDELINE_PLANNED = "guideline.planned", _("Publishing of a guideline planned")
    GUIDELINE_PLAN_ENDED = "guideline.plan_ended", _("Planned publishing called off")
    GUIDELINE_REVIEW_DATE = "guideline.review_date", _("Date to look at a guideline again set")
    GUIDELINE_ACKNOWLEDGED = "guideline.acknowledged", _("Guideline acknowledged")
    WORK_USE_DECLARED = "work_use.declared", _("Network used for work declared")
    WORK_USE_ENDED = "work_use.ended", _("Network no longer used for work")
    SITE_ADDED = "site.added", _("Site added to a unit’s overview")
    SITE_SHOWN = "site.shown", _("Who sees a site changed")
    SITE_REMOVED = "site.removed", _("Site removed from a unit’s overview")
    NOTICE_SENT_AGAIN = "notice.sent_again", _("Notice sent again")
    IMPORTED = "imported", _("Rows imported")


class AuditQuerySet(models.QuerySet):
    def about(self, subject: models.Model):
        """The history of one thing, newest first."""
        return self.filter(subject_type=subject._meta.model_name, subject_id=str(subject.pk))

    def visible_to(self, person):
        """Everything to those who see the trail of the whole body; else what belongs to their units."""
        from governance.access import Permission, units_where
        from governance.units.models import Unit

        reached = units_where(person, Permission.SEE_AUDIT)
        if Unit.objects.filter(pk__in=reached, parent=None).exists():
            return self
        return self.filter(unit_id__in=reached)


class AuditEvent(models.Model):
    at = models.DateTimeField(default=timezone.now, db_index=True)
    event = models.CharField(max_length=40, choices=Event)
    actor_id = models.BigIntegerField(null=True)  # null: the portal itself
    actor_name = models.CharField(max_length=150, blank=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    subject_name = models.CharField(max_length=300)
    unit_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["unit_id", "-at"], name="audit_by_unit"),
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "-at"], name="audit_by_actor"),
            models.Index(fields=["event", "-at"], name="audit_by_event"),
        ]


def audit_row(event: Event, subject: models.Model, *, by, now: dt.datetime, before=None, after=None) -> AuditEvent:
    """An unsaved row, for callers that append many at once with `bulk_create`.

    `by` is the Person who acted, or None where the portal did. `before` and `after` hold JSON values, only
    what changed. A model whose words depend on the reader's language has a `trail_name` that does not.
    """
    unit_id = subject.pk if subject._meta.model_name == "unit" else getattr(subject, "unit_id", None)
    return AuditEvent(
        at=now,
        event=event,
        actor_id=by.pk if by else None,
        actor_name=by.name if by else "",
        subject_type=subject._meta.model_name,
        subject_id=str(subject.pk),
        subject_name=str(getattr(subject, "trail_name", subject))[:300],
        unit_id=unit_id,
        before=before or {},
        after=after or {},
    )


def record(event: Event, subject: models.Model, *, by, now: dt.datetime, before=None, after=None) -> AuditEvent:
    """Append one event. Call it inside the transaction that makes the change."""
    row = audit_row(event, subject, by=by, now=now, before=before, after=after)
    row.save(force_insert=True)
    return row


def body_language():
    """A context in which the portal words what it writes into the trail by itself: the same whoever acted."""
    return translation.override(settings.LANGUAGE_CODE)


def json_value(value):
    """A field's value as it stands in the trail."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(value)
    return value


def changes(instance: models.Model, fields: list[str], old: dict) -> tuple[dict, dict]:
    """(before, after) of those fields whose value differs from `old` ({field: value})."""
    before, after = {}, {}
    for name in fields:
        was, now = json_value(old.get(name)), json_value(getattr(instance, name))
        if was != now:
            before[name], after[name] = was, now
    return before, after
