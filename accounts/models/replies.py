"""What the body itself said on a platform, in threads with citizens. A reply that is there closes what it answers."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models.register import OfficialAccount


class Reply(models.Model):
    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="replies")
    remote_id = models.CharField(max_length=200)
    thread_id = models.CharField(max_length=200, blank=True)
    parent_id = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    posted_at = models.DateTimeField()
    first_seen_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)  # when we saw that it is gone

    class Meta:
        ordering = ["posted_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["account", "remote_id"], name="reply_once")]
        indexes = [
            models.Index(fields=["account", "parent_id"], name="reply_by_parent"),
            models.Index(fields=["account", "thread_id"], name="reply_by_thread"),
        ]
