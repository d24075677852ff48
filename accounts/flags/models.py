"""What a check found and nobody may forget: raised, answered by those it concerns, decided, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.register.models import OfficialAccount
from governance.access import Permission
from governance.notices.kinds import NoticeKind
from governance.notices.models import Notice, notices_for
from governance.people.models import Person
from governance.policy.settings import InactivityOutcome


class FlagQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def visible_to(self, person: Person, *, now: dt.datetime | None = None):
        """Those who may act: the account's people, the unit's head, the information section."""
        return self.filter(
            account__in=OfficialAccount.objects.reached_by(person, Permission.ANSWER_FLAGS, now=now).values("pk")
        )


class Flag(models.Model):
    class Reason(models.TextChoices):
        UNANSWERED = "unanswered", _("Unanswered post")
        INACTIVE = "inactive", _("No activity")
        CAMPAIGN_OVER = "campaign_over", _("Past its end date")
        EVALUATION_DUE = "evaluation_due", _("Evaluation due")
        COVERAGE_GAP = "coverage_gap", _("Nobody on duty")
        HANDOVER = "handover", _("Needs a new holder")
        CONNECTION = "connection", _("The platform cannot be read")
        PLATFORM = "platform", _("Changed on the platform")
        SECTION = "section", _("Waits for the information section")
        NO_ADDRESS = "no_address", _("Cannot be reached by mail")

    class Closed(models.TextChoices):
        """Why the portal itself closed a flag; where a person did, `close_reason` holds their words."""

        POST_CLOSED = "post_closed", _("The post was closed")
        TRIAGED = "triaged", _("The post need not be answered")
        DEADLINE_MOVED = "deadline_moved", _("The deadline was moved")
        HELD = "held", _("A holding reply was sent")
        GIVEN_BACK = "given_back", _("The information section gave it back")
        LIFE = "life", _("The account showed a sign of life")
        COVERED = "covered", _("Somebody is on duty again")
        NEW_EDITOR = "new_editor", _("It has a new editor")
        STATE = "state", _("The account is no longer in use")
        DECIDED = "decided", _("Decided")
        READ_AGAIN = "read_again", _("The platform can be read again")
        MERGED = "merged", _("The post was merged with another")
        REACHED = "reached", _("Mail arrives again")
        AS_IT_WAS = "as_it_was", _("On the platform it is as it was again")

    class Answer(models.TextChoices):
        KEEP = "keep", _("We keep it")
        RETIRE = "retire", _("We retire it")

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="flags", verbose_name=_("account"))
    post = models.ForeignKey("Post", models.CASCADE, null=True, blank=True, related_name="flags")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(_("what"), max_length=20, choices=Reason)
    found = models.JSONField(default=dict)  # the facts at that time, JSON values
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)

    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answer_text = models.TextField(_("because"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # the notice period ran out in silence

    decision = models.CharField(_("decision"), max_length=10, choices=Answer, blank=True)
    decision_text = models.TextField(_("grounds"), blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    close_reason = models.CharField(max_length=300, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            # A post is flagged once in its life; an account once at a time for each reason.
            models.UniqueConstraint(fields=["post", "reason"], condition=Q(post__isnull=False), name="flag_post_once"),
            models.UniqueConstraint(
                fields=["account", "reason"],
                condition=Q(post=None, person=None, closed_at=None),
                name="flag_account_open_once",
            ),
            models.UniqueConstraint(
                fields=["account", "reason", "person"],
                condition=Q(person__isnull=False, closed_at=None),
                name="flag_person_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["reason", "-raised_at"], condition=Q(closed_at=None), name="flag_open"),
            models.Index(fields=["account"], condition=Q(closed_at=None), name="flag_open_of_account"),
        ]

    def __str__(self):
        return f"{self.get_reason_display()}, {self.account}"

    def get_absolute_url(self):
        return reverse("accounts:flag", args=[self.pk])

    @property
    def trail_name(self) -> str:
        """In no language; the reason stands in `facts`."""
        return f"{self.account} {timezone.localdate(self.raised_at).isoformat()}"

    @property
    def facts(self) -> dict:
        """What the trail says of a flag that is raised."""
        return {"reason": self.reason, **self.found}

    @property
    def unit_id(self) -> int:
        return self.account.unit_id

    def roles_of(self, person, on):
        return self.account.roles_of(person, on)

    @property
    def is_decided(self) -> bool:
        """Whether this sort of flag ends with a decision of the information section, not by itself."""
        return self.reason in DECIDED_BY_SECTION

    @property
    def must_retire(self) -> bool:
        return self.found.get("outcome") == InactivityOutcome.MUST_RETIRE

    @property
    def closed_because(self) -> str:
        labels = dict(self.Closed.choices)
        return str(labels.get(self.close_reason, self.close_reason))

    def notices(self, people: Iterable[Person | int], kind: NoticeKind, now: dt.datetime, **params) -> list[Notice]:
        """Unsaved, as `notices_for` makes them."""
        return notices_for(people, kind, about=self, now=now, account=self.account.name, reason=self.reason, **params)


# Closed with the post, or by what is done with it; never by hand.
FOLLOWS_ITS_POST = frozenset({Flag.Reason.UNANSWERED, Flag.Reason.SECTION})
# What ends with a decision of the information section; the others end when what they found is mended.
DECIDED_BY_SECTION = frozenset({Flag.Reason.INACTIVE, Flag.Reason.CAMPAIGN_OVER, Flag.Reason.EVALUATION_DUE})
