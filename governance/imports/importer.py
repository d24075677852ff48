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

        @transaction.atomic                  # a rejected row leaves nothing behind
        def handle_row(self, row):           # write; return an Outcome, or raise RowError(field, reason)
            ...
            return Outcome.ACCEPTED

    class Command(ImportCommand):
        help = "..."
        importer_class = UnitImporter

Hooks, each with a harmless default: `takes(column)` (open sets of columns, such as one a platform),
`headings` (how lists call a column), `holds_ids(column)` and `free_text` (see below), `prepare(rows)` (load what all
rows need; no query per row), `expand(row)` (one row of the file into several, each with its own outcome),
`handle_rows(rows)` (write in batches), `finish()` (after the last row, inside the transaction; may call `reject`),
`says(row)` (what two rows of one key are compared by), `unmatched(what, text, near)`, `note_names(row)` and
`matched(text)` (names that the portal does not know, collected to be matched once for the whole file).
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

Cells are brought to one form of letters, without invisible characters and double blanks, and a placeholder (`-`,
`n/a`, `ingen`) is an empty cell, save in the columns of `free_text`. A cell that begins with `=`, `+`, `-` or `@` is
text: the danger lies in exports, which neutralise it. Rejected are an XLSX formula, a cell that shows an error
(`#N/A`), an id that a spreadsheet has rounded (where `holds_ids(column)`), cells past `max_cell` characters, control
characters, and rows with more or fewer cells than the headings. A row that says what an earlier one has said is
unchanged; one that says something else of the same is rejected.

Outcome
-------
Without `keep_going` all or nothing: one transaction, rolled back when a row was rejected. With it, the good rows are
written: what writes a row does so on a savepoint of its own, unless it has seen to everything before. A dry run rolls
back always. A run that changed something appends one `events.IMPORTED`, beside the events of the objects themselves.
`Report.as_dict()` is a contract::

    {"file": "units.csv", "dry_run": false, "written": true,
     "accepted": 1, "changed": 0, "unchanged": 4, "rejected": 1,
     "rows": [{"row": 2, "outcome": "rejected", "key": "nordvik", "field": "kind", "reason": "..."}, ...],
     "ignored_columns": ["telephone"],
     "sheet": "Ark1", "other_sheets": ["Gammel"],  # of an Excel file
     "unmatched": [{"what": "unit", "text": "Nordvik skole", "rows": 3, "nearest": ["nordvik-vgs"]}]}

`outcome` is accepted (new), changed, unchanged or rejected; in a dry run or a run rolled back, what would have been.
A file refused as a whole gives the same with an `"error"` and zeros.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from governance.audit.models import AuditEvent
from governance.imports import cells, events
from governance.imports.files import read_rows
from governance.imports.headings import recognise
from governance.imports.models import RememberedHeadings
from governance.imports.report import Outcome, Report, Result
from governance.imports.rows import (
    FileError,
    Row,
    RowError,
    first_error,
    is_placeholder,
    lookup_key,
    tidy,
)
from governance.imports.sheets import Sheet, chosen_sheet, sheets_of
from governance.imports.words import in_every_language

MAX_CELL = 20_000  # characters
STEP = 50  # rows between two words on how far it has come


class _Undo(Exception):
    """Rolls the run back."""


class Importer:
    """See the module's docstring."""

    kind = ""
    columns: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    free_text: tuple[str, ...] = ()  # columns that hold what people wrote, kept letter by letter
    headings: Mapping[str, str] = {}  # our column -> how lists call it, `governance.imports.words.bare`, in blanks
    labels: Mapping[str, object] = {}  # our column -> its words on the page
    max_cell = MAX_CELL

    def __init__(
        self,
        *,
        by=None,
        now: dt.datetime,
        dry_run: bool = False,
        keep_going: bool = False,
        sheet: str = "",
        mapping: Mapping[str, str] | None = None,
        matches: Mapping[str, str] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ):
        """`mapping`: file column -> ours; `matches`: what stands in the file -> code or e-mail; `progress` is told
        (rows done, rows in all) now and then.
        """
        self.by, self.now = by, now
        self.dry_run, self.keep_going = dry_run, keep_going
        self.sheet, self.mapping = sheet, mapping or {}
        self.matches = {lookup_key(text): target for text, target in (matches or {}).items()}
        self.progress = progress
        self.report = Report("")
        self.sheets: list[Sheet] = []  # of an Excel file, once it is read
        self.at = 0  # number of the row that is looked at

    # what a subclass says

    def takes(self, column: str) -> bool:
        """Whether the column means something here."""
        return column in self.columns

    def holds_ids(self, column: str) -> bool:
        """Whether the column holds ids of a platform, each digit of which counts."""
        return False

    # Names of what the page asks besides the columns: unit (of rows that name none), retired (all of the file).
    page_options: tuple[str, ...] = ()

    def targets(self) -> list[tuple[str, object]]:
        """(column, words) of all that a column of a file may be."""
        return [(column, self.labels.get(column, column)) for column in self.columns]

    @classmethod
    def options_from(cls, options: Mapping[str, str]) -> dict[str, object]:
        """The keyword arguments that what was chosen on the page stands for."""
        return {}

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
        """Write the rows, one after the other."""
        for row in rows:
            self.guarded(row, self.handle_row)

    def says(self, row: Row) -> object:
        """What the row says, besides its key: two rows of one key that say the same are no contradiction."""
        return row.values

    def note_names(self, row: Row) -> None:
        """Note all names of a rejected row that the portal does not know, so that they are asked for at once."""

    def finish(self) -> None:
        """After the last row, in the same transaction."""

    # what it is given

    def read(self, data: bytes, name: str) -> tuple[list[Row], dict[str, str]]:
        """(rows as they stand in the file, which of our columns each of its columns is). Raises FileError."""
        self.sheets = sheets_of(data)
        self.report = Report(name, dry_run=self.dry_run)
        if self.sheets:
            self.sheet = self.report.sheet = chosen_sheet(self.sheets, self.sheet).name
            self.report.other_sheets = [sheet.name for sheet in self.sheets if sheet.name != self.sheet]
        rows = read_rows(data, name, self.sheet)
        found = list(dict.fromkeys(column for row in rows for column in row.values))
        return rows, recognise(
            found,
            takes=self.takes,
            known=self._called(),
            chosen=self.mapping,
            remembered=RememberedHeadings.of(self.kind, found),
        )

    def _called(self) -> dict[str, list[str]]:
        """Our columns -> how lists and our own pages call them, in every language."""
        known = {}
        for column in self.columns:
            known[column] = self.headings.get(column, "").split()
            known[column] += in_every_language(self.labels[column]) if column in self.labels else []
        return known

    def word(self, column: str) -> str:
        """A column in the reader's words, as the page says it."""
        return str(self.words.get(column, column.replace("_", " ")))

    @cached_property
    def words(self) -> dict[str, object]:
        return dict(self.targets())

    def run(self, data: bytes, name: str) -> Report:
        """Read, check, write. Raises FileError."""
        rows, mapping = self.read(data, name)
        self._check_columns(mapping)
        for row in rows:
            row.values = {mapping[column]: text for column, text in row.values.items() if mapping[column]}
            if row.problem and row.problem.field in mapping:
                row.problem.field = mapping[row.problem.field] or row.problem.field
        self._rows_in_all, self._rows_done = len(rows), 0
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

    def matched(self, text: str) -> str:
        """What somebody matched the text to, or the text itself; "" where it is to be left out."""
        return self.matches.get(lookup_key(text), text)

    def unmatched(self, what: str, text: str, near: Iterable[str] = ()) -> None:
        """Note a name that the portal does not know: `what` is unit, person or platform."""
        self.report.add_unmatched(what, tidy(text)[:200], list(near), self.at)

    def note(self, row: Row, outcome: Outcome, field: str = "", reason: str = "") -> None:
        self._tell(row)
        self.report.results.append(Result(row.number, outcome, self.key_of(row)[:100], field, reason))

    def reject(self, row: Row, error: RowError) -> None:
        self._tell(row)
        key = self.key_of(row)[:100]
        self.report.results.append(Result(row.number, Outcome.REJECTED, key, error.field, error.reason))

    def remark(self, field: str, reason: str) -> None:
        """What the person should know of a row that is taken all the same; said while it is handled."""
        self._remarks.append((field, reason))

    def _tell(self, row: Row) -> None:
        self._rows_done += 1
        if self.progress and self._rows_done % STEP == 0:
            self.progress(min(self._rows_done, self._rows_in_all), self._rows_in_all)

    def guarded(self, row: Row, handle: Callable[[Row], Outcome]) -> None:
        """Handle one row; what it raises as RowError or ValidationError rejects it."""
        self._remarks: list[tuple[str, str]] = []
        self.at = row.number
        try:
            outcome = handle(row)
        except RowError as error:
            self.note_names(row)
            self.reject(row, error)
        except ValidationError as error:
            self.reject(row, first_error(error))
        else:
            fields = [field for field, _reason in self._remarks] or [""]
            self.note(row, outcome, fields[0], " ".join(dict.fromkeys(reason for _field, reason in self._remarks)))

    def missing_columns(self, mapping: Mapping[str, str]) -> list[str]:
        return [column for column in self.required if column not in mapping.values()]

    def _check_columns(self, mapping: Mapping[str, str]) -> None:
        missing, found = self.missing_columns(mapping), list(mapping)
        if missing:
            raise FileError(
                _("The file lacks the columns: %(missing)s. It has: %(found)s. Known columns: %(known)s.")
                % {
                    "missing": ", ".join(missing),
                    "found": ", ".join(column[:40] for column in found[:20]) or "–",
                    "known": ", ".join(self.columns),
                }
            )
        self.report.ignored_columns = [column[:100] for column in found if not mapping[column]]

    def _sound(self, rows: list[Row]) -> list[Row]:
        """The rows worth looking at further; the others are rejected here."""
        sound: list[Row] = []
        earlier: dict[str, Row] = {}
        ids = {column for row in rows for column in row.values if self.holds_ids(column)}
        rounded = cells.rounded_columns(rows, ids)
        for row in rows:
            if cells.is_total(row):
                self.note(row, Outcome.UNCHANGED, "", _("A row of totals; left out."))
                continue
            self.at = row.number
            try:
                self._clean(row, rounded)
                parts = list(self.expand(row))
            except RowError as error:
                self.note_names(row)
                self.reject(row, error)
                continue
            for part in parts:
                key = self.key_of(part)
                if key and key in earlier:
                    self._repeated(part, earlier[key])
                    continue
                if key:
                    earlier[key] = part
                sound.append(part)
        return sound

    def _repeated(self, row: Row, earlier: Row) -> None:
        reason = _("The same stands in row %(row)d already.") % {"row": earlier.number}
        if self.says(row) == self.says(earlier):
            self.note(row, Outcome.UNCHANGED, "", reason)
        else:
            self.reject(row, RowError("", reason))

    def _clean(self, row: Row, rounded: set[str]) -> None:
        problem = row.problem
        for column, text in row.values.items():
            row.values[column] = text.strip()
            if problem or not self.takes(column):
                continue
            about = {"is_id": self.holds_ids(column), "rounded": column in rounded}
            problem = cells.wrong(column, text, max_cell=self.max_cell, **about)
            if problem:
                row.values[column] = "" if cells.is_unreadable(text, self.max_cell) else text
            elif column not in self.free_text:
                row.values[column] = "" if is_placeholder(text) else tidy(text)
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
