"""Decision aids in versions. What a body has not edited is read from the files that come with the portal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.audit.models import record
from governance.people.models import Person
from guidelines.aids import events
from guidelines.aids.script import MAX_LENGTH, Aid, parse
from guidelines.texts.errors import GuidelineError

STARTERS = Path(__file__).parent


class AidSlug(models.TextChoices):
    """In the order of the list."""

    MAY_I_POST = "may-i-post", gettext_lazy("May I post this?")
    WHO_DO_I_SPEAK_FOR = "who-do-i-speak-for", gettext_lazy("Do I speak for the body?")
    JOURNAL = "journal", gettext_lazy("Shall this be journalled?")
    PUPIL_CONTACT = "pupil-contact", gettext_lazy("A pupil wants to connect with me")
    PICTURE = "picture", gettext_lazy("Is this picture all right?")


class AidConflict(GuidelineError):
    """Somebody else saved a version after this one was begun; `theirs` is what now stands."""

    def __init__(self, theirs: Standing):
        super().__init__(
            _("Somebody else has saved a version since you opened this page. Look at theirs, then save again.")
        )
        self.theirs = theirs


@cache
def starter(slug: str, language: str) -> str:
    return (STARTERS / slug / f"{language}.md").read_text("utf-8")


class AidVersionQuerySet(models.QuerySet):
    def newest(self):
        """The last version of each aid in each language."""
        last = AidVersion.objects.filter(slug=OuterRef("slug"), language=OuterRef("language")).order_by("-number")
        return self.filter(pk=Subquery(last.values("pk")[:1]))


class AidVersion(models.Model):
    """One edit of one aid in one language. Rows are added and never changed."""

    slug = models.CharField(gettext_lazy("decision aid"), max_length=40, choices=AidSlug)
    language = models.CharField(gettext_lazy("language"), max_length=5, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField()  # from 1; 0 is what came with the portal
    body = models.TextField(gettext_lazy("questions and answers"))
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = AidVersionQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "language", "-number"]
        constraints = [models.UniqueConstraint(fields=["slug", "language", "number"], name="aid_version_once")]

    def __str__(self):
        return f"{self.get_slug_display()}, {self.get_language_display()}"

    @property
    def trail_name(self) -> str:
        """In no language."""
        return f"{self.slug} {self.language} {self.number}"


@dataclass(frozen=True)
class Standing:
    """An aid as it now stands in one language. `version` None: as it came with the portal."""

    slug: str
    language: str
    body: str
    version: AidVersion | None

    @property
    def number(self) -> int:
        return self.version.number if self.version else 0

    @property
    def aid(self) -> Aid:
        return parse(self.body)

    def get_absolute_url(self):
        return reverse("guidelines:aid", args=[self.slug])


def standing(language: str, *slugs: str) -> list[Standing]:
    """The aids in one language, all of them where none is named."""
    rows = {row.slug: row for row in AidVersion.objects.newest().filter(language=language).select_related("by")}
    return [
        Standing(slug, language, rows[slug].body if slug in rows else starter(slug, language), rows.get(slug))
        for slug in slugs or AidSlug.values
    ]


def write(slug: str, language: str, body: str, *, number: int, by: Person, now: dt.datetime) -> bool:
    """Put a new version in force; `number` is the one it began from. False where it says the same already.

    Raises ValidationError with the script's faults, AidConflict where another version stands by now.
    """
    body = body.replace("\r\n", "\n").strip() + "\n"
    if len(body) > MAX_LENGTH:
        raise ValidationError(_("Write at most %(most)s characters.") % {"most": MAX_LENGTH})
    parse(body)
    [current] = standing(language, slug)
    if current.body.strip() == body.strip():
        return False
    if current.number != number:
        raise AidConflict(current)
    try:
        with transaction.atomic():
            row = AidVersion.objects.create(slug=slug, language=language, number=number + 1, body=body, at=now, by=by)
            record(events.AID_CHANGED, row, by=by, now=now, before={"body": current.body}, after={"body": body})
    except IntegrityError:  # somebody saved at the same moment
        raise AidConflict(standing(language, slug)[0]) from None
    return True


def unlike(slug: str, language: str) -> list[str]:
    """The other languages in which the aid asks other questions, or leads elsewhere."""
    [mine] = standing(language, slug)
    names = dict(settings.LANGUAGES)
    others = [standing(code, slug)[0] for code in names if code != language]
    return [str(names[other.language]) for other in others if other.aid.shape != mine.aid.shape]
