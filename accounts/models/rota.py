"""Who is on duty by agreement: weekly shifts where an account wants them, and somebody who takes over for a while.

Facts only; `accounts.duty` alone interprets them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.register import OfficialAccount
from governance.models import Person


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Shift(models.Model):
    """Every week on this day, from one local time to another, this person comes first. Holders of a role only."""

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="shifts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))  # 23:59 is the end of the day
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["weekday", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="shift_ends_after_start"),
            models.UniqueConstraint(fields=["account", "person", "weekday", "starts"], name="shift_once"),
        ]


class TakeOver(models.Model):
    """From now until a while, this person answers before all others."""

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="takeovers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="takeover_ends_after_start")
        ]
        indexes = [models.Index(fields=["account", "ends_at"], condition=Q(ended_at=None), name="takeover_standing")]
