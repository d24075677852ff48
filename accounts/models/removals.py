"""The log of what was removed from the body's accounts (D53, D118): who, when, why; never what it said."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.posts import Post
from accounts.models.register import OfficialAccount
from governance.models import Person


class Removal(models.Model):
    class Reason(models.TextChoices):
        OFFENSIVE = "offensive", _("Insults, threats or hatred")
        UNLAWFUL = "unlawful", _("Otherwise unlawful")
        PERSONAL_DATA = "personal_data", _("Personal information")
        CONFIDENTIAL = "confidential", _("Confidential information")
        MALICIOUS_LINK = "malicious_link", _("Suspected harmful link")
        BULLYING = "bullying", _("Bullying")
        ADVERTISING = "advertising", _("Advertising or spam")
        OFF_TOPIC = "off_topic", _("Against the rules of the account")

    account = models.ForeignKey(OfficialAccount, models.PROTECT, related_name="removals")
    post = models.OneToOneField(Post, models.SET_NULL, null=True, related_name="removal")
    kind = models.CharField(max_length=10, choices=Post.Kind)
    posted_at = models.DateTimeField()
    reason = models.CharField(_("why"), max_length=20, choices=Reason)
    note = models.CharField(_("in your own words"), max_length=500, blank=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-removed_at", "-pk"]
        indexes = [models.Index(fields=["account", "-removed_at"], name="removal_of_account")]
