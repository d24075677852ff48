"""The audit trail: who, when, before, after. Appended in the transaction of the change itself.

Rows hold names and ids but no foreign keys, so that nothing else can change or delete them. UPDATE, DELETE
and TRUNCATE are refused by the database itself (`append_only`), whoever sends them through the
application's connection.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import models
from django.utils import timezone, translation

from governance.audit.events import Event


class AuditQuerySet(models.QuerySet):
    def about(self, subject: models.Model):
        """The history of one thing, newest first."""
        return self.filter(subject_type=subject._meta.model_name, subject_id=str(subject.pk))


class AuditEvent(models.Model):
    at = models.DateTimeField(default=timezone.now, db_index=True)
    event = models.CharField(max_length=40)  # an Event’s code
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

    @property
    def event_label(self) -> str:
        return Event.label_of(self.event)


_acting_as: ContextVar[str] = ContextVar("acting_as", default="")


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """In this context the trail names a system as the actor, whoever answers for it. "" changes nothing."""
    token = _acting_as.set(name)
    try:
        yield
    finally:
        _acting_as.reset(token)


def audit_row(event: Event, subject: models.Model, *, by, now: dt.datetime, before=None, after=None) -> AuditEvent:
    """An unsaved row, for callers that append many at once with `bulk_create`.

    `by` is the Person who acted, or None where the portal did. `before` and `after` hold JSON values, only
    what changed. A model whose words depend on the reader's language has a `trail_name` that does not.
    """
    system = _acting_as.get()[:150]
    unit_id = subject.pk if subject._meta.model_name == "unit" else getattr(subject, "unit_id", None)
    return AuditEvent(
        at=now,
        event=event,
        actor_id=by.pk if by and not system else None,
        actor_name=system or (by.name if by else ""),
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
