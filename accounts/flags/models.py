"""What a check found and nobody may forget: raised, answered by those it concerns, decided, closed."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.inbox.models import Post
from accounts.register.models import OfficialAccount
from governance.access import Permission, holders
from governance.audit.models import Event, body_language, record
from governance.notices.models import Notice, NoticeEvent, notice_row, tell
from governance.people.models import Person
from governance.policy.settings import InactivityOutcome
from governance.units.models import Tree


class FlagQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def visible_to(self, person: Person, *, now: dt.datetime | None = None):
        """Those who may act: the account's people, the unit's head, the information section."""
        return self.filter(
            account__in=OfficialAccount.objects.reached_by(person, Permission.ANSWER_FLAGS, now=now).values("pk")
        )


class FlagConflict(Exception):
    """The flag does not allow this any more; the message says why. Nothing was changed."""


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
        REACHED = "reached", _("Mail arrives again")

    class Answer(models.TextChoices):
        KEEP = "keep", _("We keep it")
        RETIRE = "retire", _("We retire it")

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="flags", verbose_name=_("account"))
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="flags")
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

    def give_answer(self, answer: str, text: str, *, by: Person, now: dt.datetime) -> bool:
        """Those it concerns say what they want: keep, because …, or retire. May be changed until it is decided.

        Tells the information section. Returns False where that is the answer already. Raises FlagConflict.
        """
        with transaction.atomic():
            flag = self._locked_open()
            if not flag.is_decided:
                raise FlagConflict(_("This flag needs no answer: say what has been done."))
            if (flag.answer, flag.answer_text) == (answer, text):
                return False
            before = {"answer": flag.answer, "text": flag.answer_text} if flag.answer else {}
            flag.answer, flag.answer_text, flag.answered_by, flag.answered_at = answer, text, by, now
            flag.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])
            record(Event.FLAG_ANSWERED, flag, by=by, now=now, before=before, after={"answer": answer, "text": text})
            flag.tell_section(now)
        return True

    def settle(self, text: str, *, by: Person, now: dt.datetime) -> bool:
        """Say what has been done about it, which closes it (coverage gaps, handovers).

        Returns False where it is closed already. Raises FlagConflict where a decision is what it takes.
        """
        with transaction.atomic():
            flag = Flag.objects.select_for_update(of=("self",)).select_related("account").get(pk=self.pk)
            if flag.closed_at:
                return False
            if flag.is_decided or flag.reason in FOLLOWS_ITS_POST:
                raise FlagConflict(_("This flag is not closed by hand."))
            flag._close(text[:300], by=by, now=now)
        return True

    def decide(self, decision: str, text: str, *, by: Person, now: dt.datetime) -> bool:
        """The information section keeps the account or begins its retirement (B24, D91, S36).

        Returns False where that was decided already. Raises FlagConflict where it is closed otherwise, and where
        the policy leaves no choice.
        """
        from accounts.register.moves import begin_retirement

        with transaction.atomic():
            flag = Flag.objects.select_for_update(of=("self",)).select_related("account").get(pk=self.pk)
            if flag.closed_at and flag.decision == decision:
                return False
            flag = self._locked_open()
            if not flag.is_decided:
                raise FlagConflict(_("This flag needs no decision."))
            if decision == self.Answer.KEEP and flag.must_retire:
                raise FlagConflict(_("The policy says that an account as quiet as this one must be retired."))
            flag.decision, flag.decision_text, flag.decided_by, flag.decided_at = decision, text, by, now
            flag.save(update_fields=["decision", "decision_text", "decided_by", "decided_at"])
            record(Event.FLAG_DECIDED, flag, by=by, now=now, after={"decision": decision, "text": text})
            flag._close(self.Closed.DECIDED, by=by, now=now)
            if decision == self.Answer.RETIRE:
                with body_language():
                    reason = text or str(flag.get_reason_display())
                begin_retirement(flag.account, by=by, now=now, reason=reason)
            flag._tell_those_concerned(now)
        return True

    def _locked_open(self) -> Flag:
        flag = Flag.objects.select_for_update(of=("self",)).select_related("account").get(pk=self.pk)
        if flag.closed_at:
            raise FlagConflict(_("The flag is closed: %(why)s.") % {"why": flag.closed_because})
        return flag

    def _close(self, why: str, *, by: Person, now: dt.datetime) -> None:
        self.closed_at, self.closed_by, self.close_reason = now, by, why
        self.save(update_fields=["closed_at", "closed_by", "close_reason"])
        record(Event.FLAG_CLOSED, self, by=by, now=now, after={"reason": why})

    def tell_section(self, now: dt.datetime) -> None:
        """A decision waits. Told once a flag, and once more when an answer changes it."""
        people = holders(Permission.DECIDE_FLAGS, Tree.load().path_up(self.unit_id), timezone.localdate(now))
        key = f"flag:{self.pk}:decide:{self.answer}"
        tell([self.notice(person.pk, NoticeEvent.FLAG_RAISED, key, now) for person in people])

    def _tell_those_concerned(self, now: dt.datetime) -> None:
        from accounts.duty.roster import Roster

        roster = Roster.load([self.account_id], now)
        people = {*roster.moderators(self.account_id, now), *roster.head(self.account_id, now)}
        people |= {self.answered_by_id} if self.answered_by_id else set()
        key = f"flag:{self.pk}:decided"
        tell([self.notice(pk, NoticeEvent.FLAG_DECIDED, key, now, decision=self.decision) for pk in people])

    def notice(self, person_id: int, event: NoticeEvent, key: str, now: dt.datetime, **params) -> Notice:
        return notice_row(
            person_id,
            event,
            key=key,
            path=self.get_absolute_url(),
            now=now,
            account=self.account.name,
            reason=self.reason,
            **params,
        )


# Closed with the post, or by what is done with it; never by hand.
FOLLOWS_ITS_POST = frozenset({Flag.Reason.UNANSWERED, Flag.Reason.SECTION})
# What ends with a decision of the information section; the others end when what they found is mended.
DECIDED_BY_SECTION = frozenset({Flag.Reason.INACTIVE, Flag.Reason.CAMPAIGN_OVER, Flag.Reason.EVALUATION_DUE})
