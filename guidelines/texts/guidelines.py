"""A guideline: one text through all its versions, and whom it is for."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access import Permission, can
from governance.audit.models import json_value, record
from governance.people.models import Person
from guidelines.texts import events
from guidelines.texts.versions import Text, Version


class Audience(models.TextChoices):
    OFFICIAL = "official", _("Official accounts")
    EMPLOYEES = "employees", _("Employees")
    POLITICIANS = "politicians", _("Politicians")
    TEACHERS = "teachers", _("Teachers and school leaders")
    MODERATORS = "moderators", _("Moderators")
    CRISIS = "crisis", _("In a crisis")


class GuidelineQuerySet(models.QuerySet):
    def published(self):
        return self.filter(Exists(Version.objects.published().filter(guideline=OuterRef("pk"))))

    def visible_to(self, person: Person):
        """Everyone reads what is published; those who publish also see what is on its way."""
        return self if can(person, Permission.PUBLISH_GUIDELINES) else self.published()


class Guideline(models.Model):
    """One text through all its versions."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    audience = models.CharField(_("for"), max_length=20, choices=Audience)
    created_at = models.DateTimeField(default=timezone.now)
    review_on = models.DateField(_("look at it again by"), null=True, blank=True)  # a published version never changes

    objects = GuidelineQuerySet.as_manager()

    class Meta:
        ordering = ["audience", "slug"]

    def __str__(self):
        return self.slug

    def get_absolute_url(self):
        return reverse("guidelines:guideline", args=[self.slug])

    def in_force(self) -> Version | None:
        """The newest published version. See also `VersionQuerySet.in_force`."""
        return self.versions.published().order_by("-number").first()

    def set_review_on(self, day: dt.date | None, *, by: Person, now: dt.datetime) -> bool:
        """By when somebody looks whether the text is still right. Returns whether that is new."""
        with transaction.atomic():
            before = Guideline.objects.select_for_update().get(pk=self.pk).review_on
            if before == day:
                return False
            self.review_on = day
            self.save(update_fields=["review_on"])
            record(
                events.GUIDELINE_REVIEW_DATE,
                self,
                by=by,
                now=now,
                before={"review_on": json_value(before)},
                after={"review_on": json_value(day)},
            )
        return True

    def open_draft(self) -> Version | None:
        return self.versions.drafts().first()

    def draft(self, *, by: Person | None, now: dt.datetime) -> Version:
        """The draft that is open, or a new one that begins as a copy of the version in force."""
        if found := self.open_draft():
            return found
        try:
            with transaction.atomic():
                last = self.versions.aggregate(last=Max("number"))["last"] or 0
                draft = self.versions.create(number=last + 1, created_by=by, created_at=now)
                if current := self.in_force():
                    Text.objects.bulk_create(
                        Text(version=draft, language=text.language, title=text.title, body=text.body)
                        for text in current.texts.all()
                    )
                record(events.GUIDELINE_DRAFTED, self, by=by, now=now, after={"version": draft.number})
        except IntegrityError:  # somebody opened one at the same moment
            return self.versions.drafts().get()
        return draft
