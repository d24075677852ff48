"""Who is on duty by agreement: weekly shifts where an account wants them, and somebody who takes over for a while.

Facts only; `accounts.duty` alone interprets them.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.register.models import OfficialAccount
from governance.people.models import Person


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


END_OF_DAY = dt.time(23, 59)


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

    def __str__(self):
        # The audit trail keeps it, so it is in no language.
        return f"{self.person} {self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def unit_id(self) -> int:
        return self.account.unit_id

    @property
    def until(self) -> str:
        """The end as people write it: the end of the day is 24:00."""
        return "24:00" if self.ends == END_OF_DAY else f"{self.ends:%H:%M}"

    def starts_at(self, day: dt.date) -> dt.datetime:
        """The moment at which it begins on that day, in UTC: where clocks are changed, the earlier of two."""
        return _local(day, self.starts)

    def ends_at(self, day: dt.date) -> dt.datetime:
        if self.ends == END_OF_DAY:
            return _local(day + dt.timedelta(days=1), dt.time())
        return _local(day, self.ends)


def _local(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, timezone.get_current_timezone()).astimezone(dt.UTC)


class TakeOverQuerySet(models.QuerySet):
    def in_force(self, start: dt.datetime, end: dt.datetime):
        """Of some time in the window, or of the moment where both are one; the last taken over first."""
        found = self.filter(Q(ended_at=None) | Q(ended_at__gt=start), starts_at__lte=end, ends_at__gt=start)
        return found.order_by("-starts_at", "-pk")

    def standing(self, now: dt.datetime):
        """Neither over nor given back."""
        return self.filter(ended_at=None, ends_at__gt=now)


class TakeOver(models.Model):
    """From now until a while, this person answers before all others."""

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="takeovers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TakeOverQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="takeover_ends_after_start")
        ]
        indexes = [models.Index(fields=["account", "ends_at"], condition=Q(ended_at=None), name="takeover_standing")]

    @property
    def over_at(self) -> dt.datetime:
        """When it is, or was, really over."""
        return min(self.ended_at, self.ends_at) if self.ended_at else self.ends_at
