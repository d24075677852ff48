"""What is said to an account, when it must be answered, and how it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.inbox.measured import unseen
from accounts.register.models import OfficialAccount, on_reached
from governance.access import Permission
from governance.people.models import Person


def filled(name: str, values: Collection[str]) -> Q:
    """Of a column that is often empty: whether it holds one of these. Said in full, because its index leaves out what
    is empty, and of more than a hundred values PostgreSQL does not see that none of them is.
    """
    return Q(**{f"{name}__in": values}) & ~Q(**{name: ""})


class PostQuerySet(models.QuerySet):
    def visible_to(self, person: Person, *, now: dt.datetime | None = None):
        return on_reached(self, person, Permission.SEE_POSTS, now=now)

    def open(self):
        return self.filter(closed_at=None)

    def closed(self):
        return self.exclude(closed_at=None)

    def standing_alone(self):
        """One for each conversation that waits: what follows its first unanswered word is left out."""
        return self.filter(first=None)

    def overdue(self, now: dt.datetime):
        """Conversations unanswered past their time. See also `.is_overdue()`."""
        return self.open().standing_alone().filter(answer_due_at__lte=now)

    def to_flag(self, now: dt.datetime):
        """Overdue and not flagged yet, where silence proves something: what the sweep claims.

        What was read from a platform must have been read, whole and without error, at its due time or later.
        """
        connected = OfficialAccount.objects.filter(pk=OuterRef("account"), connection__isnull=False)
        seen = connected.filter(connection__complete_until__gte=OuterRef("answer_due_at"))
        proven = ~Q(source=Post.Source.PLATFORM) | ~Exists(connected) | Exists(seen)
        return self.overdue(now).filter(proven, flagged_at=None, measurable=True)

    def to_remind(self, now: dt.datetime, *, until: dt.datetime):
        """Due by then, and nobody was reminded yet."""
        waiting = self.open().standing_alone().filter(measurable=True, flagged_at=None, reminded_at=None)
        return waiting.filter(answer_due_at__gt=now, answer_due_at__lte=until)

    def unseen(self, now: dt.datetime):
        """Their time is up, and nobody can tell whether they were answered: somebody must look on the platform."""
        return self.overdue(now).filter(unseen(now), flagged_at=None)

    def to_look_for(self, now: dt.datetime):
        """The same, where nobody was told since their time was up."""
        return self.unseen(now).filter(Q(look_told_at=None) | Q(look_told_at__lt=F("answer_due_at")))

    def to_escalate(self, now: dt.datetime):
        """Flagged, still open, and the next rung of the ladder has come."""
        return self.open().standing_alone().filter(next_step_at__lte=now)


class Post(models.Model):
    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        MENTION = "mention", _("Mention")
        MESSAGE = "message", _("Message")
        REVIEW = "review", _("Review")
        REPLY = "reply", _("Reply")

    class Source(models.TextChoices):
        HAND = "hand", _("by hand")
        IMPORT = "import", _("from a file")
        API = "api", _("through the API")
        PLATFORM = "platform", _("read from the platform")

    class Tone(models.TextChoices):
        QUESTION = "question", _("Question")
        POSITIVE = "positive", _("Positive")
        NEUTRAL = "neutral", _("Neutral")
        NEGATIVE = "negative", _("Negative")
        FACTUAL_ERROR = "factual_error", _("Factual error")

    class Concern(models.TextChoices):
        CASE = "case", _("Needs case handling")
        POLITICAL = "political", _("Political")
        REPUTATION = "reputation", _("Reputation-critical, or unsure")
        CONFIDENTIAL = "confidential", _("Confidential")
        OFFENSIVE = "offensive", _("Offensive or unlawful")
        MALICIOUS_LINK = "malicious_link", _("Suspected malicious link")
        BULLYING = "bullying", _("Bullying")
        CHILD = "child", _("Concern for a child")
        HEARING = "hearing", _("Input to a hearing")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        NO_ANSWER_NEEDED = "no_answer_needed", _("No answer needed")
        REFERRED_FORMAL = "referred_formal", _("Referred: asked to send a formal inquiry")
        REFERRED_POLITICAL = "referred_political", _("Referred to the political level")
        REFERRED_SECTION = "referred_section", _("Referred to the information section")
        REMOVED = "removed", _("Removed")
        JOURNALLED = "journalled", _("Journalled")
        WITHDRAWN = "withdrawn", _("Deleted by its author")

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="posts", verbose_name=_("account"))
    remote_id = models.CharField(max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMMENT)
    source = models.CharField(max_length=10, choices=Source)
    author = models.CharField(_("author"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    # What all addresses of this one post have in common (`addresses`); empty: none is known that is its own.
    address_key = models.CharField(max_length=220, blank=True, default="", db_default="")
    thread_id = models.CharField(max_length=200, blank=True)
    parent_id = models.CharField(max_length=200, blank=True)
    author_id = models.CharField(max_length=200, blank=True)  # the platform's own
    # One conversation is one matter (`matters`): what those who belong together share; empty: it stands by itself.
    matter = models.CharField(max_length=64, blank=True, default="", db_default="")
    # Of an open post: the one that stands for its conversation, with its clock and its flag; null: it does so itself.
    first = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="following")
    language = models.CharField(_("language"), max_length=10, blank=True)  # as the platform says, such as "nb"
    private = models.BooleanField(default=False)
    # What the platform shows of it: edited since we first saw it, hidden from the public, deleted.
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    # Whether the platform would tell us that it was answered. If not, it is never flagged as unanswered.
    measurable = models.BooleanField(default=True)
    # Since when text, author and address are gone for good: no later fetch may bring them back.
    content_removed_at = models.DateTimeField(null=True, blank=True)
    # The platform's own time, capped at the first time we saw it: the clock starts here.
    posted_at = models.DateTimeField(_("posted"))
    first_seen_at = models.DateTimeField(default=timezone.now)

    # Set at arrival by the policy's clock; null where the policy sets no target. Changed by audited verbs only.
    answer_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    deadline_moved_at = models.DateTimeField(null=True, blank=True)  # by hand: the clock no longer sets it
    flagged_at = models.DateTimeField(null=True, blank=True)
    ladder_step = models.PositiveSmallIntegerField(default=0)  # rungs climbed so far
    next_step_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # before the deadline
    look_told_at = models.DateTimeField(null=True, blank=True)  # that somebody must look whether it was answered
    # "Thanks, a fuller answer follows" (D100): it is not the answer, whatever the platform shows before this moment.
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    # With the information section (M28), with a deadline of its own.
    section_since = models.DateTimeField(null=True, blank=True)
    section_due_at = models.DateTimeField(null=True, blank=True)

    # Who has taken it on; a claim keeps others from answering twice, not from seeing.
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)

    tone = models.CharField(_("what it is"), max_length=20, choices=Tone, blank=True)
    concerns = models.JSONField(_("what it touches"), default=list, blank=True)
    triaged_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    triaged_at = models.DateTimeField(null=True, blank=True)

    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    outcome_note = models.TextField(_("note"), blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    # The body's own reply on the platform that closed it; where that goes, the post opens again.
    answer = models.ForeignKey("Reply", models.SET_NULL, null=True, blank=True, related_name="answers")
    reopened_at = models.DateTimeField(null=True, blank=True)  # an answer from before that closes it no more

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="post_once"),
            models.UniqueConstraint(
                fields=["account", "address_key"], condition=~Q(address_key=""), name="post_once_by_address"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None) | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="post_claimed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="post_outcome_when_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_due_at", "id"], condition=Q(closed_at=None), name="post_open_by_due"),
            models.Index(
                fields=["answer_due_at", "id"],
                condition=Q(closed_at=None, flagged_at=None, measurable=True),
                name="post_to_flag",
            ),
            models.Index(
                fields=["answer_due_at", "id"],
                condition=Q(closed_at=None, flagged_at=None, reminded_at=None, measurable=True),
                name="post_to_remind",
            ),
            models.Index(
                fields=["section_due_at"],
                condition=Q(closed_at=None, section_due_at__isnull=False),
                name="post_at_section",
            ),
            models.Index(fields=["account", "thread_id"], name="post_by_thread"),
            models.Index(fields=["account", "parent_id"], condition=~Q(parent_id=""), name="post_by_parent"),
            models.Index(fields=["account", "matter"], condition=~Q(matter=""), name="post_by_matter"),
            models.Index(fields=["next_step_at"], condition=Q(closed_at=None), name="post_to_escalate"),
            models.Index(fields=["account", "answer_due_at"], condition=Q(closed_at=None), name="post_open_of_account"),
            models.Index(fields=["account", "-posted_at"], name="post_of_account"),
            models.Index(fields=["-posted_at", "-id"], name="post_newest"),
            models.Index(fields=["-closed_at", "-id"], condition=Q(closed_at__isnull=False), name="post_closed_newest"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.account}"

    def get_absolute_url(self):
        return reverse("accounts:post", args=[self.pk])

    @property
    def trail_name(self) -> str:
        """In no language, and naming nobody outside."""
        return f"{self.account} {timezone.localdate(self.posted_at).isoformat()}"

    @property
    def unit_id(self) -> int:
        return self.account.unit_id

    def roles_of(self, person, on):
        return self.account.roles_of(person, on)

    def is_overdue(self, now: dt.datetime) -> bool:
        return self.closed_at is None and self.answer_due_at is not None and self.answer_due_at <= now


class Reply(models.Model):
    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="replies")
    remote_id = models.CharField(max_length=200)
    thread_id = models.CharField(max_length=200, blank=True)
    parent_id = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    posted_at = models.DateTimeField()
    first_seen_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)  # when we saw that it is gone

    class Meta:
        ordering = ["posted_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["account", "remote_id"], name="reply_once")]
        indexes = [
            models.Index(fields=["account", "parent_id"], name="reply_by_parent"),
            models.Index(fields=["account", "thread_id"], name="reply_by_thread"),
        ]


class Removal(models.Model):
    class Reason(models.TextChoices):
        OFFENSIVE = "offensive", _("Insults, threats or hatred")
        UNLAWFUL = "unlawful", _("Otherwise unlawful")
        PERSONAL_DATA = "personal_data", _("Personal information")
        CONFIDENTIAL = "confidential", _("Confidential information")
        MALICIOUS_LINK = "malicious_link", _("Suspected harmful link")
        BULLYING = "bullying", _("Bullying")
        ADVERTISING = "advertising", _("Advertising or spam")
        OFF_TOPIC = "off_topic", _("Against the rules of the account")

    account = models.ForeignKey(OfficialAccount, models.PROTECT, related_name="removals")
    post = models.OneToOneField(Post, models.SET_NULL, null=True, related_name="removal")
    kind = models.CharField(max_length=10, choices=Post.Kind)
    posted_at = models.DateTimeField()
    reason = models.CharField(_("why"), max_length=20, choices=Reason)
    note = models.CharField(_("in your own words"), max_length=500, blank=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-removed_at", "-pk"]
        indexes = [models.Index(fields=["account", "-removed_at"], name="removal_of_account")]


class Looking(models.Model):
    """Somebody has the post open; told to the others for a few minutes after `seen_at`."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="lookers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="looking_once")]


class SavedView(models.Model):
    """A search of the inbox under a name, for one person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)  # the address's query string

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_once")]

    def __str__(self):
        return self.name
