"""A file in, rows out: CSV, XLSX, JSON, YAML and JSON lines, whatever their encoding.

`governance.imports.importer` says what a row looks like. Nothing here knows what the rows mean.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from governance.imports.rows import FileError, Row, RowError, column_name
from governance.imports.sheets import MAX_ROWS, is_workbook, sheet_cells

MAX_BYTES = 25 * 1024 * 1024
MAX_COLUMNS = 200
MAX_DEPTH = 20  # of nested JSON and YAML
# How PDF, pictures, web pages and RTF begin.
NO_LISTS = (b"%pdf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"<!doctype html", b"<html", b"<table", b"{\\rtf")
MOST_LINES_ABOVE = 10  # a title, a date and blank lines may stand above the headings


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


def read_rows(data: bytes, name: str, sheet: str = "") -> list[Row]:
    """The file's rows. Its kind is told by its first bytes and its name; `sheet` chooses one of an Excel file.

    Raises FileError.
    """
    if len(data) > MAX_BYTES:
        raise FileError(_("The file is larger than %(megabytes)d MB.") % {"megabytes": MAX_BYTES // 1024 // 1024})
    if not data.strip():
        raise FileError(_("The file is empty."))
    if is_workbook(data):
        rows = _table_rows(sheet_cells(data, sheet), short_rows=True)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise FileError(_("The file is protected by a password. Save it without one, and choose it again."))
        raise FileError(_("This is an old Excel file (.xls). Save it as .xlsx or CSV."))
    elif data.lstrip()[:20].lower().startswith(NO_LISTS):
        raise FileError(_("This is no list but a document or a picture. Use CSV, XLSX, JSON or YAML."))
    elif name.lower().endswith((".xlsx", ".xlsm")):
        raise FileError(
            _("The file is called .xlsx but is no Excel file. If it is CSV, call it .csv; otherwise save it again.")
        )
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
        delimiter = _delimiter(text)
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


def _delimiter(text: str) -> str:
    """What divides the first line that is divided at all: a title above the headings is not."""
    lines = (line for line in text.splitlines() if line.strip())
    for line in itertools.islice(lines, MOST_LINES_ABOVE):
        outside_quotes = re.sub(r'"[^"]*"', "", line)
        counts = {mark: outside_quotes.count(mark) for mark in ",;\t"}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","


def _headings(lines: Iterator[tuple[int, list[str]]]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """(headings, the lines below). Lines above them of a single cell, or less than half as wide, are a title."""
    first = list(itertools.islice(lines, MOST_LINES_ABOVE))
    filled = [sum(bool(cell.strip()) for cell in cells) for _number, cells in first]
    place = next((place for place, count in enumerate(filled) if count > 1 and count * 2 > max(filled)), 0)
    headings = first[place][1] if first else []
    return headings, itertools.chain(first[place + 1 :], lines)


def _table_rows(lines: Iterator[tuple[int, list[str]]], *, short_rows: bool) -> Iterator[Row]:
    """Rows below a line of headings. A spreadsheet leaves out empty cells at the end of a row (`short_rows`); in CSV
    a short row is a sign of a file cut off."""
    headings, lines = _headings(lines)
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
