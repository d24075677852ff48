"""A file in, rows out: CSV, XLSX, JSON, YAML and JSON lines, whatever their encoding.

`governance.imports.importer` says what a row looks like. Nothing here knows what the rows mean.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import yaml
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.calendar.dates import DATE_FORMATS, DATETIME_FORMATS

MAX_BYTES = 25 * 1024 * 1024
MAX_UNPACKED_BYTES = 250 * 1024 * 1024  # of an XLSX, which is a zip
MOST_UNPACKED_A_BYTE = 60  # real spreadsheets shrink to a tenth; what unpacks to far more was made to keep us busy
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_DEPTH = 20  # of nested JSON and YAML


class FileError(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


class RowError(Exception):
    """One row cannot be taken: which field (a column name, or "" for the row), and why."""

    def __init__(self, field: str, reason):
        super().__init__(field, reason)
        self.field, self.reason = field, str(reason)


@dataclass
class Row:
    number: int
    values: dict[str, str]
    # What is wrong with the row before anyone looks at its meaning.
    problem: RowError | None = None

    def get(self, column: str) -> str:
        return self.values.get(column, "")

    def has(self, column: str) -> bool:
        return column in self.values


# --- Bytes to text ------------------------------------------------------------------------------------------


def decode(data: bytes) -> str:
    """Text from UTF-8 (with or without mark), UTF-16, or else Windows-1252/Latin-1.

    Raises FileError where the bytes are no text, end inside a character, or mix two encodings.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise FileError(_("The file breaks off inside a character. Save or fetch it again.")) from None
    # UTF-16 without its mark: every other byte of western text is zero.
    for zeros, encoding in ((data[1::2], "utf-16-le"), (data[0::2], "utf-16-be")):
        if zeros.count(0) > len(zeros) * 0.4:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise FileError(_("This is not a text file. Use CSV, XLSX, JSON or YAML.")) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end >= len(data) and not data[: error.start].isascii():
            raise FileError(_("The file breaks off inside a character. Save or fetch it again.")) from None
        if not data[: error.start].isascii():
            # Valid UTF-8 so far: letters of two encodings in one file would come out as rubbish.
            line = data.count(b"\n", 0, error.start) + 1
            raise FileError(
                _("Line %(line)d is not written in UTF-8 as the lines above it. Save the whole file as UTF-8.")
                % {"line": line}
            ) from None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


# --- Text to rows -------------------------------------------------------------------------------------------


def column_name(heading: str) -> str:
    """JSON may hold half of a pair of characters, which no page can show."""
    return re.sub(r"[\s\-]+", "_", heading.encode("utf-8", "replace").decode().strip().lower())


def plain_name(column: str) -> str:
    """The last part of a nested column: `social.twitter` is `twitter`."""
    return column.rpartition(".")[2]


def read_rows(data: bytes, name: str) -> list[Row]:
    """The file's rows. Its kind is told by its first bytes and its name. Raises FileError."""
    if len(data) > MAX_BYTES:
        raise FileError(_("The file is larger than %(megabytes)d MB.") % {"megabytes": MAX_BYTES // 1024 // 1024})
    if not data.strip():
        raise FileError(_("The file is empty."))
    if data.startswith(b"PK"):
        rows = _table_rows(_xlsx_cells(data), short_rows=True)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError(_("This is an old Excel file (.xls). Save it as .xlsx or CSV."))
    elif name.lower().endswith((".xlsx", ".xlsm")):
        raise FileError(_("This is not a whole Excel file. Save or fetch it again."))
    else:
        text = decode(data)
        suffix = Path(name).suffix.lower()
        if suffix in (".jsonl", ".ndjson"):
            rows = _json_lines(text)
        elif suffix == ".json" or (suffix not in (".csv", ".tsv", ".yaml", ".yml") and text.lstrip()[:1] in ("[", "{")):
            rows = _json_rows(text)
        elif suffix in (".yaml", ".yml"):
            rows = _yaml_rows(text)
        else:
            rows = _table_rows(_csv_cells(text), short_rows=False)
    found: list[Row] = []
    for row in rows:
        if len(found) >= MAX_ROWS:
            raise FileError(_("The file has more than %(rows)d rows. Divide it.") % {"rows": MAX_ROWS})
        found.append(row)
    if not found:
        raise FileError(_("The file has no rows."))
    return found


def _csv_cells(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(MAX_BYTES)  # a too long cell is rejected by row and field further on
    first, _newline, rest = text.partition("\n")
    before = 0
    if re.fullmatch(r"sep=.\r?", first):  # Excel's own hint
        delimiter, text, before = first[4], rest, 1
    else:
        outside_quotes = re.sub(r'"[^"]*"', "", next((line for line in text.splitlines() if line.strip()), ""))
        delimiter = max(",;\t", key=outside_quotes.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = before
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FileError(
                _("Row %(row)d has a quotation mark that is never closed or misplaced. Is the file whole?")
                % {"row": number}
            ) from None
        if any(cell.strip() for cell in cells):
            yield number, cells


class Formula(str):
    """A cell that Excel would calculate."""


def _xlsx_cells(data: bytes) -> Iterator[tuple[int, list[str]]]:
    broken = FileError(_("This is not a whole Excel file. Save or fetch it again."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise broken from None
    if not any(entry.startswith("xl/") for entry in names):
        raise FileError(_("This is not an Excel file (.xlsx). Use CSV, XLSX, JSON or YAML."))
    if unpacked > min(MAX_UNPACKED_BYTES, MOST_UNPACKED_A_BYTE * len(data)):
        raise FileError(_("The Excel file is too large when unpacked. Divide it."))
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number > MAX_ROWS + 1:
                raise FileError(_("The file has more than %(rows)d rows. Divide it.") % {"rows": MAX_ROWS})
            texts = [_xlsx_text(cell) for cell in cells]
            while texts and not texts[-1].strip():
                texts.pop()
            if texts:
                yield number, texts
        book.close()
    except FileError:
        raise
    except Exception as error:  # openpyxl lets through whatever its parts raise on a broken file
        raise broken from error


def _xlsx_text(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _table_rows(lines: Iterator[tuple[int, list[str]]], *, short_rows: bool) -> Iterator[Row]:
    """Rows below a line of headings. A spreadsheet leaves out empty cells at the end of a row (`short_rows`); in CSV
    a short row is a sign of a file cut off."""
    _number, headings = next(lines, (0, []))
    columns = [column_name(heading) for heading in headings]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > MAX_COLUMNS:
        raise FileError(_("The file has more than %(columns)d columns.") % {"columns": MAX_COLUMNS})
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    if twice:
        raise FileError(_("The column “%(column)s” stands twice.") % {"column": twice})
    for number, cells in lines:
        problem = None
        if (len(cells) < len(columns) and not short_rows) or any(cell.strip() for cell in cells[len(columns) :]):
            problem = RowError(
                "",
                _("The row has %(cells)d cells, but there are %(columns)d headings. Is the file whole?")
                % {"cells": len(cells), "columns": len(columns)},
            )
        cells = cells + [""] * (len(columns) - len(cells))
        yield Row(number, {column: cell for column, cell in zip(columns, cells, strict=False) if column}, problem)


def _json_rows(text: str) -> Iterator[Row]:
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise FileError(
            _("The JSON breaks off or is wrong at line %(line)d, column %(column)d. Is the file whole?")
            % {"line": error.lineno, "column": error.colno}
        ) from None
    except RecursionError:
        raise FileError(_("The file is nested too deeply.")) from None
    return _listed_rows(found)


def _json_lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if number > MAX_ROWS:
            raise FileError(_("The file has more than %(rows)d rows. Divide it.") % {"rows": MAX_ROWS})
        try:
            found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
        except (json.JSONDecodeError, RecursionError):
            raise FileError(_("Line %(line)d is not whole JSON. Is the file whole?") % {"line": number}) from None
        yield _nested_row(number, found)


def _yaml_rows(text: str) -> Iterator[Row]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every value stays the text that stands in the file
    try:
        depth = 0
        # Before anything is built: a few lines of aliases can stand for gigabytes.
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise FileError(
                    _("Line %(line)d refers to another place of the file (*alias). Write the values out.")
                    % {"line": event.start_mark.line + 1}
                )
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise FileError(_("The file is nested too deeply."))
        found = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise FileError(
            _("The YAML breaks off or is wrong at line %(line)d. Is the file whole?")
            % {"line": mark.line + 1 if mark else 1}
        ) from None
    return _listed_rows(found)


def _listed_rows(found) -> Iterator[Row]:
    """Rows of a list of objects; the list may stand inside an object, such as {"rows": [...]}."""
    for _level in range(3):
        if isinstance(found, dict):
            lists = [value for value in found.values() if isinstance(value, list)]
            inner = lists or [value for value in found.values() if isinstance(value, dict)]
            found = found["rows"] if "rows" in found else inner[0] if len(inner) == 1 else None
    if not isinstance(found, list):
        raise FileError(_("The file holds no list of rows."))
    for number, item in enumerate(found, start=1):
        yield _nested_row(number, item)


def _nested_row(number: int, item) -> Row:
    if not isinstance(item, dict):
        return Row(number, {}, RowError("", _("This is not a row with named fields.")))
    values: dict[str, str] = {}
    problem = None

    def walk(prefix: str, branch: dict, depth: int):
        nonlocal problem
        for key, value in branch.items():
            column = f"{prefix}.{column_name(str(key))}" if prefix else column_name(str(key))
            if isinstance(value, dict) and depth < MAX_DEPTH:
                walk(column, value, depth + 1)
            elif isinstance(value, list) and not any(isinstance(part, dict | list) for part in value):
                values[column] = ";".join(_plain_text(part) for part in value)
            elif isinstance(value, dict | list):
                problem = RowError(column, _("The field holds a list of objects; only plain values can be read."))
            elif column in values:
                problem = RowError(column, _("The field stands twice."))
            else:
                values[column] = _plain_text(value)

    walk("", item, 1)
    return Row(number, values, problem)


def _plain_text(value) -> str:
    if value is None or value in ("~", "null"):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- Text to values -----------------------------------------------------------------------------------------


def parse_date(field: str, text: str) -> dt.date:
    """A day, ISO or dd.mm.yyyy. Raises RowError."""
    for form in DATE_FORMATS:
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if 1900 <= day.year < 2200:
            return day
    raise RowError(
        field,
        _("“%(value)s” is not a day in the calendar. Write it as 2026-12-24 or 24.12.2026.") % {"value": text[:40]},
    )


def parse_moment(field: str, text: str) -> dt.datetime:
    """A moment in UTC: ISO 8601 or dd.mm.yyyy hh:mm; without a zone it is the body's local time. Raises RowError.

    A day alone is its first moment.
    """
    moment = None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        for form in (*DATETIME_FORMATS, "%d.%m.%Y %H:%M:%S", *DATE_FORMATS):
            try:
                moment = dt.datetime.strptime(text, form)  # noqa: DTZ007 - made local below
                break
            except ValueError:
                continue
    if moment is None or not 1900 <= moment.year < 2200:
        raise RowError(
            field,
            _("“%(value)s” is not a day and time. Write it as 2026-12-24T15:00 or 24.12.2026 15:00.")
            % {"value": text[:40]},
        )
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return moment.astimezone(dt.UTC)


def split_list(text: str) -> list[str]:
    """The parts of a `;`-separated cell."""
    return [part.strip() for part in text.split(";") if part.strip()]


def first_error(error: ValidationError, columns: dict[str, str] | None = None) -> RowError:
    """A model's or form's ValidationError as a RowError; `columns` maps model fields to columns of the file."""
    if hasattr(error, "error_dict"):
        name, errors = next(iter(error.message_dict.items()))
        name = "" if name == "__all__" else name
        return RowError((columns or {}).get(name, name), " ".join(errors))
    return RowError("", " ".join(error.messages))
