"""Texts people read: guidelines in versions that never change once published, and who has acknowledged them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.models import Person


class Audience(models.TextChoices):
    OFFICIAL = "official", _("Official accounts")
    EMPLOYEES = "employees", _("Employees")
    POLITICIANS = "politicians", _("Politicians")
    TEACHERS = "teachers", _("Teachers and school leaders")
    MODERATORS = "moderators", _("Moderators")


class Guideline(models.Model):
    """One text through all its versions."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    audience = models.CharField(_("for"), max_length=20, choices=Audience)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["audience", "slug"]

    def __str__(self):
        return self.slug

    def get_absolute_url(self):
        return reverse("guidelines:guideline", args=[self.slug])


class Version(models.Model):
    """One version of a guideline. Published ones are frozen; the newest published one is in force."""

    guideline = models.ForeignKey(Guideline, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    change_note = models.TextField(_("what has changed"), blank=True)
    must_acknowledge = models.BooleanField(_("must be acknowledged"), default=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["guideline", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["guideline", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["guideline"], condition=Q(published_at=None), name="version_one_draft"),
        ]


class Text(models.Model):
    """A version in one language: Markdown whose headings and rules carry anchors."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="text_language_once")]


class Acknowledgement(models.Model):
    """Somebody has read a version and says so."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="acknowledged_once")]
