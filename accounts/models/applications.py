"""The application for an account and what was decided about it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.choices import Communication, Kind, ModerationMode, Part, Visibility
from accounts.models.register import OfficialAccount
from governance.access import Permission, units_where
from governance.models import Person, Platform, Unit


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a decision")
    RETURNED = "returned", _("Sent back")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, person: Person, *, now: dt.datetime | None = None):
        """One's own; and, once sent, those of the units one answers for."""
        units = units_where(person, Permission.SEE_APPLICATIONS, now=now)
        return self.filter(Q(applicant=person) | (Q(unit__in=units) & ~Q(submitted_at=None)))

    def waiting(self):
        return self.filter(status=Status.SUBMITTED)


class Application(models.Model):
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="applications", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    steps_done = models.JSONField(default=list)
    account = models.OneToOneField(OfficialAccount, models.PROTECT, null=True, blank=True, related_name="application")

    # purpose
    kind = models.CharField(_("what sort of account"), max_length=20, choices=Kind, default=Kind.ORDINARY)
    name = models.CharField(_("name of the account"), max_length=200, blank=True)
    goal = models.TextField(_("why should the account exist?"), blank=True)
    expected_effect = models.TextField(_("what can be achieved with it?"), blank=True)
    purposes = models.JSONField(_("what is it for?"), default=list, blank=True)
    audience = models.TextField(_("whom shall it reach?"), blank=True)
    message = models.TextField(_("what is the message?"), blank=True)
    communication = models.CharField(
        _("information, dialogue or both"), max_length=20, choices=Communication, blank=True
    )
    # platform
    platform = models.ForeignKey(
        Platform, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("platform")
    )
    platform_reason = models.TextField(_("why that platform?"), blank=True)
    handle_wanted = models.CharField(_("wanted handle"), max_length=100, blank=True)
    another_reason = models.TextField(_("why one more account?"), blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    # people
    organisation = models.TextField(_("how is the work organised?"), blank=True)
    hours_per_week = models.DecimalField(_("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True)
    absence_plan = models.TextField(_("what happens when they are away?"), blank=True)
    answer_mandate = models.TextField(_("who may answer what?"), blank=True)
    topics_not_commented = models.TextField(_("topics that are not commented"), blank=True)
    # openness
    moderation_mode = models.CharField(_("moderation"), max_length=20, choices=ModerationMode, blank=True)
    visibility = models.CharField(_("open or closed"), max_length=10, choices=Visibility, blank=True)
    visibility_reason = models.TextField(_("why?"), blank=True)
    pupil_contact = models.BooleanField(_("contact with pupils"), null=True, blank=True)
    alias_profile = models.BooleanField(_("through a work profile under an alias"), null=True, blank=True)
    crisis_use = models.BooleanField(_("used in a crisis"), null=True, blank=True)
    crisis_how = models.TextField(_("how?"), blank=True)
    hearing = models.BooleanField(_("used for a hearing"), null=True, blank=True)
    # law
    web_page_url = models.URLField(_("web page with the same information"), max_length=300, blank=True)
    legal_basis = models.TextField(_("legal basis for the personal data"), blank=True)
    joint_controller = models.TextField(_("arrangement with the platform as joint controller"), blank=True)
    assessment_reference = models.CharField(_("privacy assessment, reference"), max_length=200, blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    archive_routine = models.TextField(_("archive routine"), blank=True)
    # duration
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "expired", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="application_submitted_since",
            )
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=Q(status="submitted"), name="application_waiting"),
            models.Index(fields=["changed_at"], condition=Q(status="draft"), name="application_drafts"),
        ]

    def __str__(self):
        return self.name or str(_("Unnamed application"))

    def get_absolute_url(self):
        return reverse("accounts:application", args=[self.pk])


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


class Comment(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
