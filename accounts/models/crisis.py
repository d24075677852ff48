"""A crisis: one row that the clock, duty and delivery read (B33, M49). Opened and closed by whom policy names."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.models import Person, Unit


class CrisisQuerySet(models.QuerySet):
    def at(self, moment: dt.datetime):
        """Those in force at the moment."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=moment), started_at__lte=moment)


class CrisisPeriod(models.Model):
    title = models.CharField(_("what has happened"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("holds for"))
    # Clock hours to answer within while it lasts, for posts that come in meanwhile; null: as always.
    response_hours = models.PositiveSmallIntegerField(_("hours to answer within"), null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CrisisQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return self.title
