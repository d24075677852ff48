"""The application for an account and what was decided about it: its data, its states and their legal moves.

`TRANSITIONS` is the whole list of moves; `accounts.applications.moves.move` is the one that makes them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.applications import events
from accounts.register.choices import Communication, Kind, ModerationMode, Part, Visibility
from accounts.register.models import OfficialAccount
from governance.access import Permission, units_where
from governance.audit.events import Event
from governance.people.models import Person, Substitute
from governance.platforms.models import Platform
from governance.policy.settings import Establishment
from governance.units.models import Unit

TEXT_LENGTH = 5_000  # characters of one answer; a page of text is about 3,000


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a decision")
    RETURNED = "returned", _("Sent back")
    APPROVED = "approved", _("Approved")
    # Where policy asks for no decision: nobody approved it, and no decision is invented (K1).
    REGISTERED = "registered", _("Registered without a decision")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


EDITABLE = (Status.DRAFT, Status.RETURNED)


class Verb(models.TextChoices):
    SUBMIT = "submit", _("Send")
    REGISTER = "register", _("Register")
    APPROVE = "approve", _("Approve")
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", _("Approve with conditions")
    SEND_BACK = "send_back", _("Send back")
    REJECT = "reject", _("Reject")
    WITHDRAW = "withdraw", _("Withdraw")
    EXPIRE = "expire", _("Expire")
    REVIVE = "revive", _("Take up again")


class Actor(models.TextChoices):
    APPLICANT = "applicant", _("the applicant")
    DECIDER = "decider", _("whom the policy lets decide")
    PORTAL = "portal", _("the portal itself")


@dataclass(frozen=True)
class Transition:
    source: Status
    verb: Verb
    target: Status
    actor: Actor
    event: Event


TRANSITIONS = [
    Transition(Status.DRAFT, Verb.SUBMIT, Status.SUBMITTED, Actor.APPLICANT, events.APPLICATION_SUBMITTED),
    Transition(Status.RETURNED, Verb.SUBMIT, Status.SUBMITTED, Actor.APPLICANT, events.APPLICATION_SUBMITTED),
    Transition(Status.DRAFT, Verb.REGISTER, Status.REGISTERED, Actor.APPLICANT, events.APPLICATION_REGISTERED),
    Transition(Status.RETURNED, Verb.REGISTER, Status.REGISTERED, Actor.APPLICANT, events.APPLICATION_REGISTERED),
    Transition(Status.SUBMITTED, Verb.APPROVE, Status.APPROVED, Actor.DECIDER, events.APPLICATION_APPROVED),
    Transition(
        Status.SUBMITTED, Verb.APPROVE_WITH_CONDITIONS, Status.APPROVED, Actor.DECIDER, events.APPLICATION_APPROVED
    ),
    Transition(Status.SUBMITTED, Verb.SEND_BACK, Status.RETURNED, Actor.DECIDER, events.APPLICATION_RETURNED),
    Transition(Status.SUBMITTED, Verb.REJECT, Status.REJECTED, Actor.DECIDER, events.APPLICATION_REJECTED),
    Transition(Status.DRAFT, Verb.WITHDRAW, Status.WITHDRAWN, Actor.APPLICANT, events.APPLICATION_WITHDRAWN),
    Transition(Status.SUBMITTED, Verb.WITHDRAW, Status.WITHDRAWN, Actor.APPLICANT, events.APPLICATION_WITHDRAWN),
    Transition(Status.RETURNED, Verb.WITHDRAW, Status.WITHDRAWN, Actor.APPLICANT, events.APPLICATION_WITHDRAWN),
    Transition(Status.DRAFT, Verb.EXPIRE, Status.EXPIRED, Actor.PORTAL, events.APPLICATION_EXPIRED),
    Transition(Status.EXPIRED, Verb.REVIVE, Status.DRAFT, Actor.APPLICANT, events.APPLICATION_REVIVED),
]


def transition(source: str, verb: str) -> Transition | None:
    """The legal move from that state by that verb, if there is one."""
    return next((row for row in TRANSITIONS if row.source == source and row.verb == verb), None)


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, person: Person, *, now: dt.datetime | None = None):
        """One's own; once sent, those of the units one answers for, or is a substitute for somebody who does;
        and what one has decided oneself."""
        units = units_where(person, Permission.SEE_APPLICATIONS, now=now)
        represented = Substitute.objects.current(timezone.localdate(now)).filter(substitute=person)
        for row in represented.select_related("person"):
            units = units | units_where(row.person, Permission.SEE_APPLICATIONS, now=now)
        decided = Decision.objects.filter(decided_by=person).values("application")
        return self.filter(Q(applicant=person) | (Q(unit__in=units) & ~Q(submitted_at=None)) | Q(pk__in=decided))

    def waiting(self):
        return self.filter(status=Status.SUBMITTED)

    def mine_open(self, person: Person):
        """What the person has begun and can go on with: drafts and what was sent back."""
        return self.filter(applicant=person, status__in=EDITABLE).select_related("unit", "platform")

    def untouched(self, days_by_unit: dict[int, int], now: dt.datetime):
        """Drafts that nobody changed for as many days as their unit's policy says, one day count a unit."""
        units_by_days: dict[int, list[int]] = {}
        for unit_id, days in days_by_unit.items():
            units_by_days.setdefault(days, []).append(unit_id)
        old = [
            Q(unit__in=units, changed_at__lte=now - dt.timedelta(days=days)) for days, units in units_by_days.items()
        ]
        return self.filter(reduce(or_, old, Q(pk__in=[])), status=Status.DRAFT)


class Application(models.Model):
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="applications", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    # The latest time it was sent, and the how many-eth time that was: a decision is about one of them.
    submitted_at = models.DateTimeField(null=True, blank=True)
    submission = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True, blank=True)
    steps_done = models.JSONField(default=list)
    # How an account comes to be by the policy under which it was registered or decided.
    establishment = models.CharField(max_length=20, choices=Establishment, blank=True, default="")
    # Comes with the form that starts an application, so that a form sent twice starts one.
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.OneToOneField(OfficialAccount, models.PROTECT, null=True, blank=True, related_name="application")

    # purpose
    kind = models.CharField(_("what sort of account"), max_length=20, choices=Kind, default=Kind.ORDINARY)
    name = models.CharField(_("name of the account"), max_length=200, blank=True)
    goal = models.TextField(_("why should the account exist?"), max_length=TEXT_LENGTH, blank=True)
    expected_effect = models.TextField(_("what can be achieved with it?"), max_length=TEXT_LENGTH, blank=True)
    purposes = models.JSONField(_("what is it for?"), default=list, blank=True)
    audience = models.TextField(_("whom shall it reach?"), max_length=TEXT_LENGTH, blank=True)
    message = models.TextField(_("what is the message?"), max_length=TEXT_LENGTH, blank=True)
    communication = models.CharField(
        _("information, dialogue or both"), max_length=20, choices=Communication, blank=True
    )
    # platform
    platform = models.ForeignKey(
        Platform, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("platform")
    )
    platform_reason = models.TextField(_("why that platform?"), max_length=TEXT_LENGTH, blank=True)
    handle_wanted = models.CharField(_("wanted handle"), max_length=100, blank=True)
    another_reason = models.TextField(_("why one more account?"), max_length=TEXT_LENGTH, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    # people
    organisation = models.TextField(_("how is the work organised?"), max_length=TEXT_LENGTH, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(200)],
    )
    absence_plan = models.TextField(_("what happens when they are away?"), max_length=TEXT_LENGTH, blank=True)
    answer_mandate = models.TextField(_("who may answer what?"), max_length=TEXT_LENGTH, blank=True)
    topics_not_commented = models.TextField(_("topics that are not commented"), max_length=TEXT_LENGTH, blank=True)
    # openness
    moderation_mode = models.CharField(_("moderation"), max_length=20, choices=ModerationMode, blank=True)
    visibility = models.CharField(_("open or closed"), max_length=10, choices=Visibility, blank=True)
    visibility_reason = models.TextField(_("why open or closed?"), max_length=TEXT_LENGTH, blank=True)
    pupil_contact = models.BooleanField(_("contact with pupils"), null=True, blank=True)
    alias_profile = models.BooleanField(_("through a work profile under an alias"), null=True, blank=True)
    crisis_use = models.BooleanField(_("used in a crisis"), null=True, blank=True)
    crisis_how = models.TextField(_("how is it used in a crisis?"), max_length=TEXT_LENGTH, blank=True)
    hearing = models.BooleanField(_("used for a hearing"), null=True, blank=True)
    # law
    web_page_url = models.URLField(_("web page with the same information"), max_length=300, blank=True)
    legal_basis = models.TextField(_("legal basis for the personal data"), max_length=TEXT_LENGTH, blank=True)
    joint_controller = models.TextField(
        _("arrangement with the platform as joint controller"), max_length=TEXT_LENGTH, blank=True
    )
    assessment_reference = models.CharField(_("privacy assessment, reference"), max_length=200, blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    archive_routine = models.TextField(_("archive routine"), max_length=TEXT_LENGTH, blank=True)
    # duration
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "expired", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="application_submitted_since",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "rejected"]) | Q(decided_at__isnull=False),
                name="application_decided_since",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["approved", "registered"], account__isnull=False)
                | (~Q(status__in=["approved", "registered"]) & Q(account=None)),
                name="application_has_account",
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=Q(status="submitted"), name="application_waiting"),
            models.Index(fields=["changed_at"], condition=Q(status="draft"), name="application_drafts"),
        ]

    def __str__(self):
        return self.name or str(_("Unnamed application"))

    def get_absolute_url(self):
        return reverse("accounts:application", args=[self.pk])

    @property
    def trail_name(self) -> str:
        """In no language, also before it has a name."""
        return self.name or f"#{self.pk}"

    @property
    def editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def lets_open(self) -> bool:
        """Whether its account may be opened, as far as the application goes."""
        return self.status in (Status.APPROVED, Status.REGISTERED)

    @property
    def without_a_decision(self) -> bool:
        """Whether its account is there without anybody having decided on it."""
        return self.status == Status.REGISTERED

    def came_to_be(self) -> str:
        """Who did what, when, so that its account may be opened; "" where nobody has yet. One query at most."""
        if self.status == Status.REGISTERED:
            said = _("Registered without a decision by %(name)s on %(day)s")
            if self.establishment == Establishment.NOTIFICATION:
                said = _("Registered by notification by %(name)s on %(day)s")
            return said % {"name": self.applicant, "day": _day(self.submitted_at)}
        decision = self.decisions.select_related("decided_by", "on_behalf_of").first()
        if self.status != Status.APPROVED or decision is None:
            return ""
        name = decision.decided_by.name
        if decision.on_behalf_of:
            name = gettext("%(name)s (for %(behalf)s)") % {"name": name, "behalf": decision.on_behalf_of.name}
        if self.establishment == Establishment.AGREEMENT:
            said = _("Agreed with %(name)s on %(day)s")
        elif decision.outcome == Decision.Outcome.CONDITIONS:
            said = _("Approved with conditions by %(name)s on %(day)s")
        else:
            said = _("Approved by %(name)s on %(day)s")
        return said % {"name": name, "day": _day(decision.decided_at)}

    def named(self) -> dict[str, list[Person]]:
        """The people named, by part, in their order. One query."""
        people: dict[str, list[Person]] = {part: [] for part in Part.values}
        for row in self.people.select_related("person").order_by("pk"):
            people[row.part].append(row.person)
        return people


def _day(moment: dt.datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


class ApplicationPerson(models.Model):
    """Somebody named in an application to answer for the account."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    part = models.CharField(_("role"), max_length=10, choices=Part)

    class Meta:
        ordering = ["-part", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="application_person_once")]


class Decision(models.Model):
    """What was decided, with an unchangeable copy of the application as it then was. Append-only."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CONDITIONS = "conditions", _("Approved with conditions")
        RETURNED = "returned", _("Sent back")
        REJECTED = "rejected", _("Rejected")

        @property
        def verb(self) -> Verb:
            return OUTCOME_VERBS[self]

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.TextField(blank=True)  # conditions, what is missing, or grounds
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # Where a substitute decided: whose decision it was (D68). The record names both.
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    snapshot = models.JSONField()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="approved") | ~Q(text=""), name="decision_says_why"),
        ]


OUTCOME_VERBS = {
    Decision.Outcome.APPROVED: Verb.APPROVE,
    Decision.Outcome.CONDITIONS: Verb.APPROVE_WITH_CONDITIONS,
    Decision.Outcome.RETURNED: Verb.SEND_BACK,
    Decision.Outcome.REJECTED: Verb.REJECT,
}


class Comment(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=TEXT_LENGTH)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # sent twice, said once
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
