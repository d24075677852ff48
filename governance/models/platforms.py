"""The platforms a body uses, and what it has decided about each (B02, D04, K20)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Platform(models.Model):
    """A social medium. The body edits the list: new ones keep appearing and old ones close (D04)."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    hosts = models.JSONField(
        _("hosts"), default=list, blank=True, help_text=_("The hosts of its addresses, such as facebook.com.")
    )
    # `{handle}` stands for the handle; empty where the handle alone gives no address.
    address = models.CharField(_("address of a profile"), max_length=200, blank=True)
    retired_on = models.DateField(_("no longer used since"), null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def address_of(self, handle: str) -> str:
        return self.address.replace("{handle}", handle) if self.address else ""

    def owns(self, url: str) -> bool:
        """Whether the address lies on one of the platform's hosts, or below one."""
        host = (urlsplit(url).hostname or "").lower().rstrip(".")
        return any(host == known or host.endswith(f".{known}") for known in self.hosts)


class PlatformAssessment(models.Model):
    """What a unit, and those below it, have decided about a platform. The latest one stands."""

    class Stance(models.TextChoices):
        ALLOWED = "allowed", _("Allowed")
        CONDITIONS = "conditions", _("Allowed with conditions")
        NOT_ALLOWED = "not_allowed", _("Not allowed")

    unit = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="assessments", verbose_name=_("platform"))
    stance = models.CharField(_("decision"), max_length=20, choices=Stance, default=Stance.CONDITIONS)
    conditions = models.TextField(_("conditions"), blank=True)
    reference = models.CharField(_("assessment reference"), max_length=200, blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
