"""A document that was read but is not in the draft yet: somebody is looking over what was recognised."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models, transaction

from governance.people.models import Person
from guidelines.documents.left_out import summary
from guidelines.documents.lines import Kind, corrected, lines_of, outline_of
from guidelines.documents.outline import Outline
from guidelines.texts.guidelines import Guideline


class PendingImport(models.Model):
    """One a person for each language of a guideline. It goes when it is in the draft, or put away."""

    guideline = models.ForeignKey(Guideline, models.CASCADE, related_name="pending_imports")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)  # of the file
    digest = models.CharField(max_length=64)  # of its bytes: the same document once more is no new import
    revision = models.PositiveIntegerField()  # of the draft's text that the document is to replace
    lines = models.JSONField()  # see guidelines.documents.lines

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guideline", "language", "person"], name="pending_import_one_a_person")
        ]

    @classmethod
    def begin(
        cls,
        outline: Outline,
        *,
        guideline: Guideline,
        language: str,
        name: str,
        data: bytes,
        revision: int,
        by: Person,
        now: dt.datetime,
    ) -> tuple[PendingImport, bool]:
        """(what is to be looked over, whether it is new). The same document again keeps what was corrected."""
        digest = hashlib.sha256(data).hexdigest()
        with transaction.atomic():
            Guideline.objects.select_for_update().get(pk=guideline.pk)  # two uploads at once come one after the other
            before = cls.objects.filter(guideline=guideline, language=language, person=by).first()
            if before and before.digest == digest:
                return before, False
            if before:
                before.delete()
            return cls.objects.create(
                guideline=guideline,
                language=language,
                person=by,
                at=now,
                name=name[-200:],
                digest=digest,
                revision=revision,
                lines=lines_of(outline),
            ), True

    def correct(self, changes: dict[int, tuple[str, str]]) -> bool:
        """Take over corrected lines, position -> (kind, text). Whether anything changed.

        Raises DoesNotExist where it is in the draft, or put away, by now.
        """
        with transaction.atomic():
            standing = PendingImport.objects.select_for_update().get(pk=self.pk)
            self.lines = [
                corrected(line, *changes[at]) if at in changes else line for at, line in enumerate(standing.lines)
            ]
            if self.lines == standing.lines:
                return False
            self.save(update_fields=["lines"])
        return True

    def left_out(self) -> list[dict]:
        """What is still left out of what the document holds, by reason, each with the place of its first line."""
        parts = [
            (at, line["why"], line["times"])
            for at, line in enumerate(self.lines)
            if "why" in line and line["kind"] == Kind.LEAVE_OUT
        ]
        first = {why: at for at, why, _times in reversed(parts)}
        return [row | {"first": first[row["code"]]} for row in summary([(why, times) for _at, why, times in parts])]

    def outline(self) -> Outline:
        return outline_of(self.lines, self.language)
