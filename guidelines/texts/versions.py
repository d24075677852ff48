"""A guideline's versions in their languages: a draft is written, published, and never changes from then on."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access import Permission, can
from governance.audit.models import record
from governance.languages import nearest_first
from governance.people.models import Person
from guidelines.texts import events
from guidelines.texts.errors import Frozen, GuidelineError
from guidelines.texts.markdown import MAX_LENGTH, Rendered, render, with_anchors
from guidelines.texts.parts import Difference, differences

_TOO_LONG = _("The text is too long: divide it into several guidelines.")


class EditConflict(GuidelineError):
    """Somebody else saved this text after it was opened here; `theirs` is what now stands (None: removed)."""

    def __init__(self, theirs: Text | None):
        super().__init__(
            _(
                "Somebody else has saved this text since you opened it. "
                "Nothing of yours is lost: compare the two and save again."
            )
        )
        self.theirs = theirs


def as_stored(body: str, standing: Text | None) -> str:
    """The Markdown as it is kept: with all anchors, those of the text that stands found again."""
    return with_anchors(body, standing.body if standing else "").strip("\n") + "\n"


class VersionQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(published_at=None)

    def drafts(self):
        return self.filter(published_at=None)

    def in_force(self):
        """The newest published version of each guideline. See also `Guideline.in_force`."""
        newest = Version.objects.published().filter(guideline=OuterRef("guideline")).order_by("-number")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def visible_to(self, person: Person):
        return self if can(person, Permission.PUBLISH_GUIDELINES) else self.published()

    def readable_by(self, person: Person, now: dt.datetime):
        """Also a draft that the person is asked to review, or that a comment round is open on."""
        if can(person, Permission.PUBLISH_GUIDELINES):
            return self
        return self.filter(
            Q(published_at__isnull=False)
            | Q(reviews__reviewer=person, reviews__answered_at=None)
            | Q(rounds__closed_at=None, rounds__until__gt=now)
        ).distinct()


class Version(models.Model):
    """One version of a guideline. Published ones are frozen; the newest published one is in force."""

    guideline = models.ForeignKey("Guideline", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    change_note = models.TextField(_("what has changed"), blank=True)
    must_acknowledge = models.BooleanField(_("must be acknowledged"), default=True)
    acknowledge_why = models.CharField(_("why it must be acknowledged again"), max_length=300, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["guideline", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["guideline", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["guideline"], condition=Q(published_at=None), name="version_one_draft"),
        ]

    def __str__(self):
        return f"{self.guideline.slug} {self.number}"

    def save(self, *args, **kwargs):
        if self.pk and Version.objects.published().filter(pk=self.pk).exists():
            raise Frozen
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("guidelines:version", args=[self.guideline.slug, self.number])

    def delete(self, *args, **kwargs):
        if Version.objects.published().filter(pk=self.pk).exists():
            raise Frozen
        return super().delete(*args, **kwargs)

    @property
    def is_frozen(self) -> bool:
        return self.published_at is not None

    def text_in(self, language: str) -> Text | None:
        """The text in this language, or else the nearest there is; the texts may be prefetched."""
        texts = {text.language: text for text in self.texts.all()}
        return next((texts[code] for code in nearest_first(language) if code in texts), None)

    def language_differences(self) -> list[Difference]:
        """Where the languages do not hold the same rules as the body's own language."""
        bodies = {text.language: text.body for text in self.texts.all()}
        return differences(bodies, [settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)])

    def save_draft(
        self, language: str, title: str, body: str, *, revision: int | None, by: Person | None, now: dt.datetime
    ) -> tuple[Text, bool]:
        """Save the draft's text in one language: (text, whether anything changed).

        `revision` is that of the text the editor began from, 0 where there was none; None overwrites whatever
        stands. Missing anchors are written into the text. Raises EditConflict, Frozen, and GuidelineError where the
        text is too long.
        """
        if len(body) > MAX_LENGTH:
            raise GuidelineError(_TOO_LONG)
        with transaction.atomic():
            self.lock_draft()
            standing = self.texts.filter(language=language).first()
            title, body = title.strip(), as_stored(body, standing)
            if len(body) > MAX_LENGTH:  # with all anchors: saved so, no form would take it again
                raise GuidelineError(_TOO_LONG)
            if standing and (standing.title, standing.body) == (title, body):
                return standing, False
            if revision is not None and revision != (standing.revision if standing else 0):
                raise EditConflict(standing)
            if standing is None:
                text = self.texts.create(language=language, title=title, body=body, changed_by=by)
            else:
                text = standing
                text.title, text.body, text.changed_by = title, body, by
                text.revision = standing.revision + 1
                text.save()
            record(
                events.GUIDELINE_DRAFTED,
                self.guideline,
                by=by,
                now=now,
                after={"version": self.number, "language": language, "revision": text.revision},
            )
        return text, True

    def lock_draft(self) -> None:
        """Hold this version's row while it is still a draft. Raises Frozen."""
        if not Version.objects.select_for_update().drafts().filter(pk=self.pk).exists():
            raise Frozen

    def demand_text(self) -> list[Text]:
        """The texts. Raises GuidelineError where there is none, or an empty one."""
        texts = list(self.texts.all())
        if not texts or any(not text.body.strip() for text in texts):
            raise GuidelineError(_("Write the text before you publish it: a language without text is empty."))
        return texts

    def fingerprint(self) -> str:
        """Tells one state of the version's texts from the next."""
        texts = list(self.texts.order_by("language").values_list("language", "title", "body"))
        return hashlib.sha256(json.dumps(texts).encode()).hexdigest()

    def last_writers(self) -> set[int]:
        """Ids of those who wrote the last change of a language."""
        return set(self.texts.exclude(changed_by=None).values_list("changed_by", flat=True))

    def discard(self, *, by: Person, now: dt.datetime) -> None:
        """Throw the draft away; a guideline that never had another version goes with it. Raises Frozen."""
        with transaction.atomic():
            self.lock_draft()
            guideline = self.guideline
            record(events.GUIDELINE_DISCARDED, guideline, by=by, now=now, before={"version": self.number})
            self.delete()
            if not guideline.versions.exists():
                guideline.delete()

    def acknowledge(self, person: Person, *, now: dt.datetime) -> bool:
        """The person has read this version. False where that was known. Raises GuidelineError when it is outdated."""
        with transaction.atomic():
            current = self.guideline.in_force()
            if current is None or current.pk != self.pk:
                raise GuidelineError(
                    _("A newer version has come since you opened this one. Read that one and acknowledge it.")
                )
            _row, created = self.acknowledgements.get_or_create(person=person, defaults={"at": now})
            if created:
                record(
                    events.GUIDELINE_ACKNOWLEDGED, self.guideline, by=person, now=now, after={"version": self.number}
                )
        return created


class Text(models.Model):
    """A version in one language: Markdown whose headings and rules carry anchors."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    changed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+"
    )  # null: as in the version before
    revision = models.PositiveIntegerField(default=1)  # counts the saves, so that two editors notice each other

    class Meta:
        ordering = ["version", "language"]
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="text_language_once")]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self._refuse_when_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._refuse_when_frozen()
        return super().delete(*args, **kwargs)

    def _refuse_when_frozen(self):
        if Version.objects.published().filter(pk=self.version_id).exists():
            raise Frozen

    def rendered(self) -> Rendered:
        return render(self.body)
