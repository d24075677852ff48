"""A comment round: staff read a draft and say what they think of it, rule by rule (D116)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.models import record
from governance.people.models import Person
from guidelines.texts import events, notices
from guidelines.texts.errors import GuidelineError
from guidelines.texts.notices import tell_of_version
from guidelines.texts.readers import readers_of
from guidelines.texts.versions import Version

COMMENT_CAP = 4000


class CommentRoundQuerySet(models.QuerySet):
    def open(self, now: dt.datetime):
        return self.filter(closed_at=None, until__gt=now, version__published_at=None)


class CommentRound(models.Model):
    """From its opening until `until`, or until somebody closes it, everyone may read and comment the draft."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="rounds")
    until = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = CommentRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(closed_at=None), name="round_one_unclosed")
        ]

    @classmethod
    def open_for(cls, version: Version, *, until: dt.datetime, by: Person, now: dt.datetime) -> CommentRound:
        """Open a round, or move the end of the one that is open; those the guideline is for are told of a new one.

        Raises Frozen, and GuidelineError where the end is past or nothing is written yet.
        """
        if until <= now:
            raise GuidelineError(_("The round must end later than now."))
        with transaction.atomic():
            version.lock_draft()
            if not version.texts.exists():
                raise GuidelineError(_("Write the text before you ask others what they think of it."))
            cls.objects.filter(version=version, closed_at=None, until__lte=now).update(closed_at=now)
            current, created = cls.objects.get_or_create(
                version=version, closed_at=None, defaults={"until": until, "opened_by": by, "opened_at": now}
            )
            if not created and current.until == until:
                return current
            cls.objects.filter(pk=current.pk).update(until=until)
            current.until = until
            after = {"version": version.number, "until": until.isoformat()}
            record(events.GUIDELINE_ROUND_OPENED, version.guideline, by=by, now=now, after=after)
            if created:
                tell_of_version(
                    version,
                    readers_of(version.guideline.audience, now).only("pk", "language"),
                    notices.GUIDELINE_ROUND,
                    about=current,
                    address="guidelines:discussion",
                    now=now,
                    until_at=until.isoformat(),
                )
        return current

    def close(self, *, by: Person, now: dt.datetime) -> bool:
        """False where it was closed already."""
        with transaction.atomic():
            if not CommentRound.objects.filter(pk=self.pk, closed_at=None).update(closed_at=now, closed_by=by):
                return False
            after = {"version": self.version.number}
            record(events.GUIDELINE_ROUND_CLOSED, self.version.guideline, by=by, now=now, after=after)
        return True


class Comment(models.Model):
    """What somebody thinks of a rule, or of the whole draft. It stays with the version."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    anchor = models.CharField(max_length=60, blank=True)  # "": the draft as a whole
    text = models.TextField(_("comment"), max_length=COMMENT_CAP)

    class Meta:
        ordering = ["at", "pk"]

    @classmethod
    def write(
        cls, version: Version, *, language: str, anchor: str, text: str, by: Person, now: dt.datetime
    ) -> tuple[Comment, bool]:
        """(the comment, whether it is new): the same words on the same rule are there once.

        Raises Frozen, and GuidelineError where no round is open.
        """
        with transaction.atomic():
            version.lock_draft()  # the same form sent twice at once: the second finds what the first wrote
            if not CommentRound.objects.open(now).filter(version=version).exists():
                raise GuidelineError(_("The comment round is over."))
            comment, created = cls.objects.get_or_create(
                version=version, author=by, anchor=anchor, text=text, defaults={"language": language, "at": now}
            )
            if created:
                after = {"version": version.number, "rule": anchor}
                record(events.GUIDELINE_COMMENTED, version.guideline, by=by, now=now, after=after)
        return comment, created
