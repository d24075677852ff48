"""People, the roles they are granted, who stands in for them and when they are away.

Absences are facts; `accounts.duty` and `accounts.models.applications` interpret them.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access import Role


class PersonManager(BaseUserManager):
    def create_user(self, email: str, name: str, password: str | None = None, **fields) -> Person:
        person = self.model(email=email.strip().lower(), name=name, **fields)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """An employee. Logs in by e-mail. Never deleted while history names them: deactivated."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    unit = models.ForeignKey(
        "Unit", models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True, default="")
    is_active = models.BooleanField(_("may log in"), default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(
                condition=Q(is_active=True, deactivated_at=None) | Q(is_active=False, deactivated_at__isnull=False),
                name="person_inactive_since",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("person", args=[self.pk])

    def clean(self):
        self.email = self.email.strip().lower()


class CurrentOnQuerySet(models.QuerySet):
    """Rows with an inclusive period of dates: `starts_on`, `ends_on` (open where null)."""

    def current(self, on: dt.date):
        """See also `.is_current()` on the instance."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class RoleGrant(models.Model):
    """A role, for a unit and all below it, from one date to another (inclusive)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=30, choices=[(role, role.label) for role in Role if role.granted])
    unit = models.ForeignKey("Unit", models.PROTECT, related_name="grants", verbose_name=_("unit"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CurrentOnQuerySet.as_manager()

    class Meta:
        ordering = ["unit__name", "role", "person__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="grant_ends_after_start"
            ),
            # One open-ended grant of the same thing; dated ones may follow one another.
            models.UniqueConstraint(
                fields=["person", "role", "unit"], condition=Q(ends_on=None), name="grant_open_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.unit}"

    def is_current(self, on: dt.date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class Substitute(models.Model):
    """Who stands in for a decider who is away, partial or slow (D68)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="substitutes", verbose_name=_("stands in for"))
    substitute = models.ForeignKey(Person, models.PROTECT, related_name="substitutes_for", verbose_name=_("substitute"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    appointed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = CurrentOnQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("substitute")), name="substitute_is_another"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="substitute_ends_after_start"
            ),
        ]

    def is_current(self, on: dt.date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class AbsenceQuerySet(models.QuerySet):
    def standing(self):
        """Not called off."""
        return self.filter(cancelled_at=None)

    def at(self, moment: dt.datetime):
        return self.standing().filter(starts_at__lte=moment, ends_at__gt=moment)

    def overlapping(self, start: dt.datetime, end: dt.datetime):
        return self.standing().filter(starts_at__lt=end, ends_at__gt=start)


class Absence(models.Model):
    """From when to when somebody is away. Never why: that would be personal data we do not need."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences", verbose_name=_("person"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    replacement = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who takes over")
    )
    registered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["person", "ends_at"], condition=Q(cancelled_at=None), name="absence_standing")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start"),
            models.CheckConstraint(
                condition=Q(replacement=None) | ~Q(replacement=F("person")), name="absence_replacement_is_another"
            ),
        ]
