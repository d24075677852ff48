"""When each scheduled check last ran, and what it did."""

from django.db import models


class JobRun(models.Model):
    """One row a check; `/readyz` and the settings page read it."""

    name = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
