"""Rows in from files: what every `import_*` command and every upload page shares.

How to build on it
------------------
Subclass `Importer`, and give the command its class::

    class UnitImporter(Importer):
        kind = "units"                       # in the audit trail and on the pages
        columns = ("code", "name", "parent") # known columns; others are reported as ignored
        required = ("code", "name")          # a file without them is refused as a whole

        def key_of(self, row):               # what must not stand twice in one file; "" = no such check
            return row.get("code")

        def handle_row(self, row):           # write; return an Outcome, or raise RowError(field, reason)
            ...
            return Outcome.ACCEPTED

    class Command(ImportCommand):
        help = "..."
        importer_class = UnitImporter

Hooks, each with a harmless default: `takes(column)` (open sets of columns, such as one a platform),
`allowed_leads(column)` (characters that may begin a cell, see below), `prepare(rows)` (load what all rows need;
no query per row), `expand(row)` (one row of the file into several, each with its own outcome), `handle_rows(rows)`
(write in batches), `finish()` (after the last row, inside the transaction; may call `reject`).
Further options (`--unit`) are keyword arguments of `Importer.__init__`; the command hands them over in
`importer_options(options)`.

`Importer(by=person, now=now, dry_run=..., keep_going=...).run(data, name) -> Report` is all a page needs.
`by` is None on the command line. Raises FileError where the file as a whole cannot be read.
From `governance.imports.rows`: Row, RowError, FileError, `parse_date`, `parse_moment` (both raise RowError; no zone
means local time), `split_list`, `plain_name`.

Rows
----
`Row.number` is the row as the person sees it: the spreadsheet's row number in CSV and XLSX (headings are row 1), the
line in JSON lines, the place in the list (from 1) in JSON and YAML. `row.get("email")` is always a stripped `str`,
"" where the cell is empty or the column missing; `row.has("email")` tells the two apart. Numbers, dates and `no` in
JSON and YAML stay the text that stands in the file. Lists of plain values become `a;b`. Column names are lower-cased,
blanks and hyphens become `_`; nested keys are joined with a dot (`social: {twitter: X}` is the column `social.twitter`;
`plain_name("social.twitter")` is `twitter`). An empty cell says nothing: importers leave what the portal has.

A cell that begins with `=`, `+`, `-` or `@` is rejected as a formula, save for the characters that
`allowed_leads(column)` returns; an XLSX formula always is. So are cells past `max_cell` characters, control
characters, and rows with more or fewer cells than the headings.

Outcome
-------
Without `keep_going` all or nothing: one transaction, rolled back when a row was rejected. With it, each row stands on
its own savepoint. A dry run rolls back always. A run that changed something appends one `events.IMPORTED`, beside the
events of the objects themselves. `Report.as_dict()` is a contract::

    {"file": "units.csv", "dry_run": false, "written": true,
     "accepted": 1, "changed": 0, "unchanged": 4, "rejected": 1,
     "rows": [{"row": 2, "outcome": "rejected", "key": "nordvik", "field": "kind", "reason": "..."}, ...],
     "ignored_columns": ["telephone"]}

`outcome` is accepted (new), changed, unchanged or rejected; in a dry run or a run rolled back, what would have been.
A file refused as a whole gives the same with an `"error"` and zeros.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.audit.models import AuditEvent
from governance.imports import events
from governance.imports.rows import MAX_BYTES, FileError, Formula, Row, RowError, first_error, read_rows

MAX_CELL = 20_000  # characters
FORMULA_LEADS = "=+-@"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    CHANGED = "changed", gettext_lazy("Changed")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")
    REJECTED = "rejected", gettext_lazy("Rejected")


@dataclass(frozen=True)
class Result:
    row: int
    outcome: Outcome
    key: str = ""
    field: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "outcome": self.outcome.value,
            "key": self.key,
            "field": self.field,
            "reason": self.reason,
        }


@dataclass
class Report:
    file: str
    dry_run: bool = False
    written: bool = False
    results: list[Result] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    error: str = ""

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome == outcome for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: self.count(outcome) for outcome in Outcome}

    @property
    def rejected(self) -> list[Result]:
        return [result for result in self.results if result.outcome == Outcome.REJECTED]

    @property
    def worth_showing(self) -> list[Result]:
        """Rejected rows first, then new and changed ones."""
        order = [Outcome.REJECTED, Outcome.ACCEPTED, Outcome.CHANGED]
        shown = [result for result in self.results if result.outcome in order]
        return sorted(shown, key=lambda result: (order.index(result.outcome), result.row))

    @property
    def changes_anything(self) -> bool:
        return any(result.outcome in (Outcome.ACCEPTED, Outcome.CHANGED) for result in self.results)

    def as_dict(self) -> dict[str, Any]:
        shape = {
            "file": self.file,
            "dry_run": self.dry_run,
            "written": self.written,
            **self.counts,
            "rows": [result.as_dict() for result in self.results],
            "ignored_columns": self.ignored_columns,
        }
        return shape | ({"error": self.error} if self.error else {})

    @property
    def conclusion(self) -> str:
        """What came of it, in one sentence."""
        rejected = self.count(Outcome.REJECTED)
        if self.dry_run:
            return _("Nothing was written: this was a trial run.")
        if self.written:
            return _("The rows were written.")
        if rejected:
            return ngettext(
                "Nothing was written, because %(count)d row was rejected.",
                "Nothing was written, because %(count)d rows were rejected.",
                rejected,
            ) % {"count": rejected}
        return _("Nothing was written: the portal already has all of it.")

    def as_text(self) -> str:
        """A table for the terminal: rejected rows first, then what changed, then the counts."""
        lines = []
        for result in self.worth_showing:
            where = f"{result.field}: " if result.field else ""
            told = f"{where}{result.reason}" if result.reason else ""
            lines.append(f"{result.row:>6}  {result.outcome.label:<10}  {result.key}  {told}".rstrip())
        if self.ignored_columns:
            lines.append(_("Ignored columns: %(columns)s") % {"columns": ", ".join(self.ignored_columns)})
        lines.append(", ".join(f"{outcome.label}: {self.count(outcome)}" for outcome in Outcome))
        return "\n".join([*lines, self.conclusion])


class _Undo(Exception):
    """Rolls the run back."""


class Importer:
    """See the module's docstring."""

    kind = ""
    columns: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    max_cell = MAX_CELL

    def __init__(self, *, by=None, now: dt.datetime, dry_run: bool = False, keep_going: bool = False):
        self.by, self.now = by, now
        self.dry_run, self.keep_going = dry_run, keep_going
        self.report = Report("")

    # what a subclass says

    def takes(self, column: str) -> bool:
        """Whether the column means something here."""
        return column in self.columns

    def allowed_leads(self, column: str) -> str:
        """Characters of FORMULA_LEADS with which a cell of this column may begin."""
        return ""

    def prepare(self, rows: list[Row]) -> None:
        """Load what all rows need."""

    def expand(self, row: Row) -> Iterable[Row]:
        """The rows to handle in place of this one; may raise RowError."""
        return [row]

    def key_of(self, row: Row) -> str:
        return ""

    def handle_row(self, row: Row) -> Outcome:
        raise NotImplementedError

    def handle_rows(self, rows: list[Row]) -> None:
        """Write the rows, each on a savepoint of its own."""
        for row in rows:
            self.guarded(row, self.handle_row)

    def finish(self) -> None:
        """After the last row, in the same transaction."""

    # what it is given

    def run(self, data: bytes, name: str) -> Report:
        """Read, check, write. Raises FileError."""
        rows = read_rows(data, name)
        self.report = Report(name, dry_run=self.dry_run)
        self._check_columns(rows)
        try:
            with transaction.atomic():
                self.prepare(rows)
                self.handle_rows(self._sound(rows))
                self.finish()
                self.report.results.sort(key=lambda result: result.row)
                if self.dry_run or (self.report.rejected and not self.keep_going):
                    raise _Undo
                if self.report.changes_anything:
                    self._record(name)
        except _Undo:
            return self.report
        self.report.written = self.report.changes_anything
        return self.report

    def note(self, row: Row, outcome: Outcome) -> None:
        self.report.results.append(Result(row.number, outcome, self.key_of(row)))

    def reject(self, row: Row, error: RowError) -> None:
        key = self.key_of(row)[:100]
        self.report.results.append(Result(row.number, Outcome.REJECTED, key, error.field, error.reason))

    def guarded(self, row: Row, handle: Callable[[Row], Outcome]) -> None:
        """Handle one row on a savepoint; what it raises as RowError or ValidationError rejects it."""
        try:
            with transaction.atomic():
                outcome = handle(row)
        except RowError as error:
            self.reject(row, error)
        except ValidationError as error:
            self.reject(row, first_error(error))
        else:
            self.note(row, outcome)

    def _check_columns(self, rows: list[Row]) -> None:
        found = list(dict.fromkeys(column for row in rows for column in row.values))
        missing = [column for column in self.required if column not in found]
        if missing:
            raise FileError(
                _("The file lacks the columns: %(missing)s. It has: %(found)s. Known columns: %(known)s.")
                % {
                    "missing": ", ".join(missing),
                    "found": ", ".join(column[:40] for column in found[:20]) or "–",
                    "known": ", ".join(self.columns),
                }
            )
        self.report.ignored_columns = [column[:100] for column in found if not self.takes(column)]

    def _sound(self, rows: list[Row]) -> list[Row]:
        """The rows worth looking at further; the others are rejected here."""
        sound: list[Row] = []
        earlier: dict[str, int] = {}
        for row in rows:
            try:
                self._clean(row)
                parts = list(self.expand(row))
            except RowError as error:
                self.reject(row, error)
                continue
            for part in parts:
                key = self.key_of(part)
                if key and key in earlier:
                    reason = _("The same stands in row %(row)d already.") % {"row": earlier[key]}
                    self.reject(part, RowError("", reason))
                    continue
                if key:
                    earlier[key] = part.number
                sound.append(part)
        return sound

    def _clean(self, row: Row) -> None:
        problem = row.problem
        for column, text in row.values.items():
            row.values[column] = text.strip()
            if problem or not self.takes(column):
                continue
            if len(text) > self.max_cell:
                row.values[column] = ""
                problem = RowError(
                    column,
                    _("The cell has %(length)d characters; at most %(most)d are read.")
                    % {"length": len(text), "most": self.max_cell},
                )
            elif _CONTROL.search(text):
                row.values[column] = ""
                problem = RowError(column, _("The cell holds control characters. Is the file damaged?"))
            elif isinstance(text, Formula) or (
                (lead := text.strip()[:1]) and lead in FORMULA_LEADS and lead not in self.allowed_leads(column)
            ):
                problem = RowError(
                    column, _("“%(value)s” looks like a formula. Write the value itself.") % {"value": text[:40]}
                )
        if problem:
            raise problem
        for column in self.required:
            if not row.get(column):
                raise RowError(column, _("The field is empty."))

    def _record(self, name: str) -> None:
        AuditEvent.objects.create(
            at=self.now,
            event=events.IMPORTED,
            actor_id=self.by.pk if self.by else None,
            actor_name=self.by.name if self.by else "",
            subject_type="import",
            subject_id=self.kind,
            subject_name=name[:300],
            after=self.report.counts,
        )


class ImportCommand(BaseCommand):
    """`manage.py import_… FILE [--dry-run] [--json] [--keep-going]`. Exit status 1 when a row was rejected."""

    importer_class: type[Importer]

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="CSV, XLSX, JSON, YAML or JSON lines")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="the report as JSON")
        parser.add_argument(
            "--keep-going", action="store_true", help="write the good rows even where others are rejected"
        )

    def importer_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """Further keyword arguments of the importer."""
        return {}

    def handle(self, *, file: str, dry_run: bool, json: bool, keep_going: bool, **options):
        path = Path(file)
        importer = self.importer_class(
            now=timezone.now(), dry_run=dry_run, keep_going=keep_going, **self.importer_options(options)
        )
        try:
            report = importer.run(_read(path), path.name)
        except FileError as error:
            if json:
                self._print_json(Report(path.name, dry_run=dry_run, error=str(error)))
            raise CommandError(f"{path.name}: {error}") from None
        if json:
            self._print_json(report)
        else:
            self.stdout.write(report.as_text())
        if report.rejected:
            count = len(report.rejected)
            raise CommandError(ngettext("%d row was rejected.", "%d rows were rejected.", count) % count)

    def _print_json(self, report: Report) -> None:
        self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(_("The file cannot be read: %(reason)s") % {"reason": error.strerror}) from None
