"""Handles that were ours: formerly official, whoever has them now."""

from __future__ import annotations

import datetime as dt

from django.db import models

from accounts.register.identity import of_row
from governance.platforms.models import Platform


class FormerHandle(models.Model):
    """A handle that an account had before: formerly ours, because freed handles get taken over by impostors."""

    account = models.ForeignKey("OfficialAccount", models.CASCADE, related_name="former_handles")
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    handle = models.CharField(max_length=200)
    handle_key = models.CharField(max_length=200)
    until = models.DateTimeField()

    class Meta:
        ordering = ["-until", "-pk"]
        constraints = [models.UniqueConstraint(fields=["platform", "handle_key"], name="former_handle_once")]

    def __str__(self):
        return self.handle


def keep_former(account, old: dict, *, now: dt.datetime) -> None:
    """Keep the handle that an account in use has given up; `old` are its `facts()` before.

    Not one that nobody had confirmed: it never was ours.
    """
    before = of_row(old["platform"], old["handle"], old["external_id"], old["url"])
    if (before.platform, before.handle_key) == (account.platform.code, account.handle_key):
        return
    if account.state != "planned" and before.handle_key and not account.unconfirmed_since:
        FormerHandle.objects.update_or_create(
            platform=old["platform"],
            handle_key=before.handle_key,
            defaults={"account": account, "handle": old["handle"], "until": now},
        )


def forget_former(account) -> None:
    """What is had again is formerly nobody's. Not for want of a look at who has it, nor before it is in use."""
    if account.state != "planned" and not account.unconfirmed_since:
        FormerHandle.objects.filter(platform=account.platform, handle_key=account.handle_key).delete()
