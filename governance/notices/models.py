"""What people are told. The row is the notice in the portal; `sent_at` null makes it the outbox too.

A person is told once of one event: `key` is unique per person, so a sweep that runs twice tells once. Rooms declare
what they tell in their `notices.py` and say it with `tell`; `governance.notices.delivery` sends the mails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.models import record
from governance.notices import events
from governance.notices.kinds import Group, NoticeKind
from governance.rows import insert_rows

if TYPE_CHECKING:
    from governance.people.models import Person


class Channel(models.TextChoices):
    """How a person wants to be told. The portal shows every notice, whatever they choose."""

    MAIL = "mail", _("By mail, as it happens")
    DIGEST = "digest", _("In one mail a day")
    PORTAL = "portal", _("Only here in the portal")


class NoticeChoice(models.Model):
    """A person's choice for one group; without one, mail."""

    person = models.ForeignKey("Person", models.CASCADE, related_name="notice_choices")
    group = models.CharField(max_length=20, choices=Group)
    channel = models.CharField(max_length=10, choices=Channel)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="notice_choice_once")]


def choices_of(person) -> dict[str, str]:
    """The channel of each group, as the person has it now."""
    chosen = dict(NoticeChoice.objects.filter(person=person).values_list("group", "channel"))
    return {group.value: chosen.get(group, Channel.MAIL.value) for group in Group}


def choose(person, wanted: dict[str, str], *, by, now: dt.datetime) -> bool:
    """Write the person's choices ({group: channel}). Returns whether anything changed."""
    with transaction.atomic():
        before = choices_of(person)
        changed = {group: channel for group, channel in wanted.items() if before[group] != channel}
        for group, channel in sorted(changed.items()):
            NoticeChoice.objects.update_or_create(person=person, group=group, defaults={"channel": channel})
        if changed:
            old = {group: before[group] for group in changed}
            record(events.NOTICE_CHOICES_CHANGED, person, by=by, now=now, before=old, after=changed)
    return bool(changed)


class NoticeQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def deliverable(self, now: dt.datetime):
        """Waiting to be sent as mail: neither sent, nor given up, nor in another worker's hands."""
        return self.filter(
            sent_at=None, handed_over_at=None, given_up_at=None, channel=Channel.MAIL, deliver_after__lte=now
        )

    def for_digest(self):
        """Waiting for the day's one mail, and not seen in the portal meanwhile."""
        return self.unread().filter(channel=Channel.DIGEST, in_digest=None)

    def in_doubt(self, before: dt.datetime):
        """Handed to the mail server by a process that was killed before it heard the answer."""
        return self.filter(sent_at=None, handed_over_at__lt=before)

    def stuck(self, before: dt.datetime):
        """In doubt or given up: an administrator decides whether to send again."""
        return self.filter(Q(handed_over_at__lt=before) | Q(given_up_at__isnull=False), sent_at=None)


class Notice(models.Model):
    person = models.ForeignKey("Person", models.CASCADE, related_name="notices")
    event = models.CharField(max_length=40)  # a NoticeKind’s code
    key = models.CharField(max_length=120)
    params = models.JSONField(default=dict)  # what the text names: no personal data beyond names
    path = models.CharField(max_length=200)  # where one click leads
    # Where the mail goes, if not to the address the person has by then.
    address = models.EmailField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    # As the person had chosen when it was to be sent.
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.MAIL)
    in_digest = models.ForeignKey("self", models.SET_NULL, null=True, related_name="digested")
    deliver_after = models.DateTimeField(default=timezone.now)
    handed_over_at = models.DateTimeField(null=True)  # set before the mail server is spoken to
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["deliver_after"],
                condition=Q(sent_at=None, handed_over_at=None, given_up_at=None, channel="mail"),
                name="notice_outbox",
            ),
            models.Index(
                fields=["person", "created_at"],
                condition=Q(read_at=None, in_digest=None, channel="digest"),
                name="notice_for_digest",
            ),
            models.Index(fields=["person", "-created_at"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    @property
    def event_label(self) -> str:
        return NoticeKind.label_of(self.event)


Occasion = str | int | dt.date | dt.datetime


def key_of(kind: NoticeKind, about: models.Model | None, *once: Occasion) -> str:
    """What a person is told once: this kind, of this matter, on this occasion."""
    matter = (about._meta.model_name, about.pk) if about else ()
    return ":".join(str(part) for part in (kind.once_with or kind, *matter, *map(_in_key, once)))


def _in_key(part: Occasion) -> Occasion:
    """The same moment is the same text, in whichever zone it comes."""
    return f"{part.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}" if isinstance(part, dt.datetime) else part


def notices_for(
    people: Iterable[Person | int],
    kind: NoticeKind,
    *,
    about: models.Model | None,
    now: dt.datetime,
    once: Occasion | tuple[Occasion, ...] = (),
    path: str = "",
    **params,
) -> list[Notice]:
    """Unsaved notices, one a person (Persons or their ids), for callers that tell many at once: see `tell_all`.

    `about`: the one row it is about, None for a notice that stands for others. `once`: what makes this occasion
    another than the last one with the same row (a moment, a deadline, a step); without it, a person is told of the
    row once for all. `path`: where one click leads, unless to the page of the row itself.
    """
    key = key_of(kind, about, *(once if isinstance(once, tuple) else (once,)))
    path = path or about.get_absolute_url()
    return [
        Notice(person_id=pk, event=kind, key=key, path=path, params=params, created_at=now, deliver_after=now)
        for pk in dict.fromkeys(one if isinstance(one, int) else one.pk for one in people)
    ]


def tell(people: Iterable[Person | int], kind: NoticeKind, **about) -> None:
    """Tell people of one thing, as `notices_for` says. Call it in the transaction of what happened."""
    tell_all(notices_for(people, kind, **about))


def tell_all(rows: Iterable[Notice]) -> None:
    """Write notices; those whose person was told already stay as they were.

    Call it in the transaction of the event. In order, so that two sweeps cannot deadlock.
    """
    rows = sorted(rows, key=lambda row: (row.person_id, row.key))
    insert_rows(rows)
