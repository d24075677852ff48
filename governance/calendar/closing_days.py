"""Days on which a unit is closed beside the public holidays: the clock for answers passes over them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from governance.audit.models import record
from governance.calendar import events
from governance.units.models import Unit

if TYPE_CHECKING:
    from governance.people.models import Person


class ClosingDay(models.Model):
    """A day on which a unit, and those below it, is closed though the calendar says nothing."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="closing_days", verbose_name=_("unit"))
    day = models.DateField(_("day"))
    name = models.CharField(_("occasion"), max_length=100)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="closing_day_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.day.isoformat()}"

    def add(self, *, by: Person, now: dt.datetime) -> bool:
        """Write this new day. Returns False where the unit has it already."""
        with transaction.atomic():
            day, created = ClosingDay.objects.get_or_create(unit=self.unit, day=self.day, defaults={"name": self.name})
            if created:
                after = {"day": self.day.isoformat(), "name": self.name}
                record(events.CLOSING_DAY_ADDED, day, by=by, now=now, after=after)
        return created

    def remove(self, *, by: Person, now: dt.datetime) -> bool:
        """Returns False where it was gone already."""
        with transaction.atomic():
            deleted, _counts = ClosingDay.objects.filter(pk=self.pk).delete()
            if deleted:
                before = {"day": self.day.isoformat(), "name": self.name}
                record(events.CLOSING_DAY_REMOVED, self, by=by, now=now, before=before)
        return bool(deleted)
