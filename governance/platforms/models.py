"""The platforms a body uses, and what it has decided about each (B02, D04, K20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.models import changes, json_value, record
from governance.platforms import events, usual
from governance.units.models import Unit


class PlatformQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(retired_on=None)


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

    objects = PlatformQuerySet.as_manager()

    AUDITED = ["code", "name", "hosts", "address", "retired_on"]

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def address_of(self, handle: str) -> str:
        return self.address.replace("{handle}", handle) if self.address else ""

    @property
    def all_hosts(self) -> list[str]:
        """The hosts in the row, then those the house knows besides: a host that became known later needs no new row."""
        return usual.with_known_hosts(self.code, self.hosts)

    def owns(self, url: str) -> bool:
        """Whether the address lies on one of the platform's hosts, or below one."""
        host = (urlsplit(url).hostname or "").lower().rstrip(".")
        return any(host == known or host.endswith(f".{known}") for known in self.all_hosts)

    def write(self, *, by, now: dt.datetime, old: Platform | None = None) -> bool:
        """Create the platform, or write what differs from `old`. Returns whether anything was written."""
        with transaction.atomic():
            if old is None:
                self.save(force_insert=True)
                after = {name: json_value(getattr(self, name)) for name in self.AUDITED}
                record(events.PLATFORM_CREATED, self, by=by, now=now, after=after)
                return True
            before, after = changes(self, self.AUDITED, {name: getattr(old, name) for name in self.AUDITED})
            if after:
                self.save(update_fields=list(after))
                record(events.PLATFORM_CHANGED, self, by=by, now=now, before=before, after=after)
            return bool(after)


class PlatformAssessmentQuerySet(models.QuerySet):
    def standing_for(self, unit_path: Iterable[int]) -> dict[int, PlatformAssessment]:
        """What holds for the unit with this path to the root, by platform id: the latest of the nearest unit.

        Platforms nobody has assessed are missing: they are allowed with conditions (K20).
        """
        nearness = {unit_id: steps for steps, unit_id in enumerate(unit_path)}
        standing: dict[int, PlatformAssessment] = {}
        # Latest first, so that a later look never replaces a newer one of the same unit.
        for row in self.filter(unit__in=nearness).select_related("unit", "created_by").order_by("-created_at", "-pk"):
            best = standing.get(row.platform_id)
            if best is None or nearness[row.unit_id] < nearness[best.unit_id]:
                standing[row.platform_id] = row
        return standing


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

    objects = PlatformAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["unit", "platform", "-created_at"], name="assessment_of_unit")]

    def __str__(self):
        return self.platform.name


def assess(platform: Platform, unit: Unit, *, by, now: dt.datetime, **decided) -> bool:
    """Decide about a platform for a unit and those below it: `stance`, `conditions`, `reference`, `assessed_on`.

    Earlier decisions stay in history. Returns False where exactly this stands for the unit already.
    """
    names = ("stance", "conditions", "reference", "assessed_on")
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        row = PlatformAssessment(platform=platform, unit=unit, created_at=now, created_by=by, **decided)
        last = PlatformAssessment.objects.filter(platform=platform, unit=unit).first()
        before, after = changes(row, names, {name: getattr(last, name) for name in names} if last else {})
        if last and not after:
            return False
        row.save(force_insert=True)
        record(events.PLATFORM_ASSESSED, row, by=by, now=now, before=before, after=after)
    return True
