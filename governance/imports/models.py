"""A list on its way in, and the headings that lists have had before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping

from django.db import models, transaction
from django.db.models import F

from governance.imports.report import Report
from governance.secrets import seal_bytes, unseal_bytes

MOST_ATTEMPTS = 4  # a file that has killed its process so often is not tried again
KEPT_UNWRITTEN = dt.timedelta(days=1)
KEPT_REPORT = dt.timedelta(days=7)


class RememberedHeadings(models.Model):
    """What somebody made of a list's headings, for the next list that has the very same ones."""

    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)  # of the headings, in no order
    mapping = models.JSONField()  # file column -> ours, "" for one left out

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="headings_once")]

    def __str__(self):
        return self.kind

    @staticmethod
    def _digest(found: Iterable[str]) -> str:
        return hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest()

    @classmethod
    def of(cls, kind: str, found: Iterable[str]) -> dict[str, str]:
        row = cls.objects.filter(kind=kind, digest=cls._digest(found)).first()
        return row.mapping if row else {}

    @classmethod
    def remember(cls, kind: str, mapping: Mapping[str, str]) -> None:
        cls.objects.update_or_create(kind=kind, digest=cls._digest(mapping), defaults={"mapping": dict(mapping)})


class ImportFile(models.Model):
    """A file that somebody has uploaded: tried, looked at, written. One a person for each kind.

    The file itself is sealed, and goes when its rows are written; what came of it goes a week later.
    Who runs it holds the row's lock until all is written: killed half-way, nothing was written and it still waits.
    """

    class State(models.TextChoices):
        CHOOSING = "choosing"  # columns are to be mapped
        TO_TRY = "to_try"  # waits for its trial run
        TRIED = "tried"  # somebody looks at the report
        TO_WRITE = "to_write"
        WRITTEN = "written"

    WAITING = (State.TO_TRY, State.TO_WRITE)

    kind = models.CharField(max_length=20)
    person = models.ForeignKey("Person", models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    sealed = models.BinaryField()
    rows = models.PositiveIntegerField(default=0)
    sheet = models.CharField(max_length=100, blank=True)
    sheets = models.JSONField(default=list)  # [name, hidden] of each
    columns = models.JSONField(default=list)  # [file column, what stands in it, for example] of each
    mapping = models.JSONField(default=dict)  # file column -> ours
    matches = models.JSONField(default=dict)  # what stands in the file -> code or e-mail
    options = models.JSONField(default=dict)  # see `Importer.page_options`
    keep_going = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.CHOOSING)
    at = models.DateTimeField()  # of the last step
    attempts = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(null=True)  # `Report.as_dict()`
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="import_file_one_a_person")]
        indexes = [models.Index(fields=["state", "at"], name="import_files_waiting")]

    def __str__(self):
        return self.name

    @property
    def waits(self) -> bool:
        return self.state in self.WAITING

    def data(self) -> bytes:
        """The file. Raises SecretsLost."""
        return unseal_bytes(bytes(self.sealed))

    def told(self) -> Report | None:
        return Report.from_dict(self.report) if self.report else None

    @classmethod
    def begin(cls, kind: str, *, name: str, data: bytes, by, now: dt.datetime, **facts) -> ImportFile:
        """A file in place of what the person has of this kind; `facts` are what was found in it."""
        with transaction.atomic():
            cls.objects.filter(kind=kind, person=by).delete()
            return cls.objects.create(kind=kind, name=name[-200:], sealed=seal_bytes(data), person=by, at=now, **facts)

    def move(self, state: State, *, now: dt.datetime, since: Iterable[State], **changes) -> bool:
        """To another state with these changes; False where it is in none of `since` any more."""
        changes |= {"state": state, "at": now, "attempts": 0}
        return bool(ImportFile.objects.filter(pk=self.pk, state__in=list(since)).update(**changes))

    @classmethod
    def count_attempt(cls, pk: int) -> bool:
        """One attempt more; False where there were too many, or nothing waits."""
        waiting = cls.objects.filter(pk=pk, state__in=cls.WAITING)
        return bool(waiting.filter(attempts__lt=MOST_ATTEMPTS).update(attempts=F("attempts") + 1))

    @classmethod
    def forget(cls, now: dt.datetime) -> int:
        """Delete what nobody went on with, and reports that have been here long enough."""
        left = cls.objects.exclude(state=cls.State.WRITTEN).filter(at__lt=now - KEPT_UNWRITTEN)
        told = cls.objects.filter(state=cls.State.WRITTEN, at__lt=now - KEPT_REPORT)
        return left.delete()[0] + told.delete()[0]
