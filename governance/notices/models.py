"""What people are told. The row is the notice in the portal; `sent_at` null makes it the outbox too.

A person is told once of one event: `key` is unique per person, so a sweep that runs twice tells once.
`governance.notices.delivery` sends the mails; `governance.notices.texts` holds the words.
"""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.models import Event, record


class NoticeEvent(models.TextChoices):
    """Every notice has its subject and body in `governance.notices.texts`; a check holds that complete."""

    APPLICATION_WAITS = "application_waits", _("An application waits for you")
    APPLICATION_SLOW = "application_slow", _("An application still waits for you")
    APPLICATION_SUBSTITUTE = "application_substitute", _("An application waits for you as substitute")
    APPLICATION_STUCK = "application_stuck", _("Nobody may decide an application")
    APPLICATION_NOTIFIED = "application_notified", _("An account was registered by notification")
    APPLICATION_DECIDED = "application_decided", _("Your application is decided")
    APPLICATION_COMMENTED = "application_commented", _("A comment on an application")
    APPLICATION_EXPIRING = "application_expiring", _("Your draft expires soon")
    ASSIGNMENT_OFFERED = "assignment_offered", _("You are asked to answer for an account")
    ASSIGNMENT_ANSWERED = "assignment_answered", _("A role you delegated was answered")
    ASSIGNMENT_ENDED = "assignment_ended", _("Your role on an account has ended")
    EDITOR_NAMED = "editor_named", _("You are the editor of an account now")
    ACCOUNT_OPENED = "account_opened", _("An account you answer for is open")
    ACCOUNT_RETIRING = "account_retiring", _("An account you answer for is to be retired")
    ACCOUNT_KEPT = "account_kept", _("An account you answer for is kept after all")
    ACCOUNT_RETIRED = "account_retired", _("An account you answered for is retired")
    DIGEST = "digest", _("The day’s notices in one mail")
    POST_ARRIVED = "post_arrived", _("A post has come in")
    POST_REMINDER = "post_reminder", _("A post must be answered soon")
    POST_HANDED_OVER = "post_handed_over", _("A post was handed over to you")
    POST_REOPENED = "post_reopened", _("A post you answered is open again")
    POST_TO_SECTION = "post_to_section", _("A reputation-critical post waits for the information section")
    SECTION_OVERDUE = "section_overdue", _("A post at the information section is past its time")
    DUTY_TAKEN_OVER = "duty_taken_over", _("Somebody has taken over for you")
    CRISIS_OPENED = "crisis_opened", _("A crisis was opened")
    CRISIS_CLOSED = "crisis_closed", _("A crisis is over")
    POST_OVERDUE = "post_overdue", _("A post is unanswered past its time")
    POST_ESCALATED = "post_escalated", _("An unanswered post has come to you")
    ACCOUNT_INACTIVE = "account_inactive", _("An account has gone quiet")
    FLAG_RAISED = "flag_raised", _("A flag waits for you")
    FLAG_DECIDED = "flag_decided", _("A flag was decided")
    HANDOVER = "handover", _("Somebody's roles need a new holder")
    ROLE_VACANT = "role_vacant", _("A role needs a new holder")
    GUIDELINE_PUBLISHED = "guideline_published", _("A guideline must be acknowledged")
    WORK_USE_DECLARED = "work_use_declared", _("An employee declares a network used for work")
    QUESTION_ASKED = "question_asked", _("Somebody asks the information section")
    QUESTION_ANSWERED = "question_answered", _("Your question is answered")
    GUIDELINE_REMINDER = "guideline_reminder", _("A guideline still waits to be acknowledged")
    GUIDELINE_REVIEW_ASKED = "guideline_review_asked", _("You are asked to review a guideline")
    GUIDELINE_REVIEWED = "guideline_reviewed", _("A guideline draft was reviewed")
    GUIDELINE_ROUND = "guideline_round", _("A guideline draft may be commented")
    GUIDELINE_PLAN_STUCK = "guideline_plan_stuck", _("A guideline could not be published as planned")
    GUIDELINE_DUE = "guideline_due", _("A guideline is to be looked at again")
    GUIDELINE_LINK_DEAD = "guideline_link_dead", _("A link in a guideline leads nowhere")


class Channel(models.TextChoices):
    """How a person wants to be told. The portal shows every notice, whatever they choose."""

    MAIL = "mail", _("By mail, as it happens")
    DIGEST = "digest", _("In one mail a day")
    PORTAL = "portal", _("Only here in the portal")


class Group(models.TextChoices):
    """What a person chooses a channel for. Deadlines, a crisis and one's own role always come by mail."""

    POSTS = "posts", _("Posts that come in, reminders and hand-overs")
    APPLICATIONS = "applications", _("Applications")
    DUTY = "duty", _("Roles on accounts, and who takes over")
    FLAGS = "flags", _("Flags and accounts that have gone quiet")
    GUIDELINES = "guidelines", _("Guidelines")


_E = NoticeEvent
GROUPS: dict[Group, tuple[NoticeEvent, ...]] = {
    Group.POSTS: (_E.POST_ARRIVED, _E.POST_REMINDER, _E.POST_HANDED_OVER, _E.POST_REOPENED),
    Group.APPLICATIONS: (
        _E.APPLICATION_WAITS,
        _E.APPLICATION_SLOW,
        _E.APPLICATION_NOTIFIED,
        _E.APPLICATION_DECIDED,
        _E.APPLICATION_COMMENTED,
        _E.APPLICATION_EXPIRING,
    ),
    Group.DUTY: (
        _E.ASSIGNMENT_ANSWERED,
        _E.ASSIGNMENT_ENDED,
        _E.ACCOUNT_OPENED,
        _E.ACCOUNT_KEPT,
        _E.ACCOUNT_RETIRED,
        _E.DUTY_TAKEN_OVER,
    ),
    Group.FLAGS: (_E.ACCOUNT_INACTIVE, _E.FLAG_RAISED, _E.FLAG_DECIDED),
    Group.GUIDELINES: (
        _E.GUIDELINE_PUBLISHED,
        _E.GUIDELINE_REMINDER,
        _E.GUIDELINE_REVIEW_ASKED,
        _E.GUIDELINE_REVIEWED,
        _E.GUIDELINE_ROUND,
        _E.GUIDELINE_PLAN_STUCK,
        _E.GUIDELINE_DUE,
        _E.GUIDELINE_LINK_DEAD,
        _E.WORK_USE_DECLARED,
        _E.QUESTION_ASKED,
        _E.QUESTION_ANSWERED,
    ),
}


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
            record(Event.NOTICE_CHOICES_CHANGED, person, by=by, now=now, before=old, after=changed)
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
    event = models.CharField(max_length=40, choices=NoticeEvent)
    key = models.CharField(max_length=120)
    params = models.JSONField(default=dict)  # what the text names: no personal data beyond names
    path = models.CharField(max_length=200)  # where one click leads
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


def notice_row(person_id: int, event: NoticeEvent, *, key: str, path: str, now: dt.datetime, **params) -> Notice:
    return Notice(
        person_id=person_id, event=event, key=key, path=path, params=params, created_at=now, deliver_after=now
    )


def tell(rows: list[Notice]) -> None:
    """Write notices; those whose person was told already stay as they were.

    Call it in the transaction of the event. In order, so that two sweeps cannot deadlock.
    """
    rows.sort(key=lambda row: (row.person_id, row.key))
    Notice.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
