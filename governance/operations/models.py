"""When each scheduled check last ran, and what it did."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

log = logging.getLogger(__name__)


class JobRun(models.Model):
    """One row a check; `/readyz` and the settings page read it."""

    name = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    def __str__(self):
        return self.name

    @classmethod
    def keep(cls, name: str, work: Callable[[], dict]) -> dict:
        """Run the work and keep when it ran and what it gave. Times are the wall clock's, whatever `now` the work has.

        Raises what the work raises, after keeping that too.
        """
        cls.objects.update_or_create(name=name, defaults={"started_at": timezone.now()})
        try:
            result = work()
        except Exception as error:
            cls.objects.filter(name=name).update(finished_at=timezone.now(), error=f"{type(error).__name__}: {error}")
            raise
        cls.objects.filter(name=name).update(finished_at=timezone.now(), result=result, error="")
        if any(result.values()):
            log.info("%s: %s", name, result)
        return result

    @classmethod
    def keep_alone(cls, name: str, work: Callable[[], dict], *, longest: dt.timedelta) -> dict | None:
        """`keep`, unless the same work runs elsewhere: then None.

        `longest`: what has run for so long was killed.
        """
        now = timezone.now()
        cls.objects.get_or_create(name=name)
        over = Q(started_at=None) | Q(finished_at__gte=F("started_at")) | Q(started_at__lte=now - longest)
        if not cls.objects.filter(over, name=name).update(started_at=now):
            return None
        return cls.keep(name, work)
