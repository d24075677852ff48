"""Excel files: their sheets, and the cells of one of them as text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import range_boundaries

from governance.imports.rows import FileError

MAX_UNPACKED_BYTES = 250 * 1024 * 1024  # of an XLSX, which is a zip
MOST_UNPACKED_A_BYTE = 60  # real spreadsheets shrink to a tenth; what unpacks to far more was made to keep us busy
MAX_ROWS = 100_000
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number; the digits after them become zeros


_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


class Formula(str):
    """A cell that Excel would calculate."""


class LongNumber(str):
    """A number with more digits than a spreadsheet keeps: harmless in a column of amounts, wrong in one of ids."""


@dataclass(frozen=True)
class Sheet:
    name: str
    hidden: bool


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK")


@contextmanager
def _opened(data: bytes) -> Iterator[openpyxl.Workbook]:
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
        yield book
        book.close()
    except FileError:
        raise
    except Exception as error:  # openpyxl lets through whatever its parts raise on a broken file
        raise broken from error


def sheets_of(data: bytes) -> list[Sheet]:
    """The sheets of an Excel file in their order, hidden ones too; none of any other file. Raises FileError."""
    if not is_workbook(data):
        return []
    with _opened(data) as book:
        return _listed(book)


def _listed(book: openpyxl.Workbook) -> list[Sheet]:
    return [Sheet(sheet.title, sheet.sheet_state != "visible") for sheet in book.worksheets]


def chosen_sheet(sheets: list[Sheet], name: str = "") -> Sheet:
    """The sheet of that name, or the first that is not hidden: what nobody sees is never read unasked.

    Raises FileError, naming the sheets there are.
    """
    if name:
        found = next((sheet for sheet in sheets if sheet.name.strip().lower() == name.strip().lower()), None)
    else:
        found = next((sheet for sheet in sheets if not sheet.hidden), None)
    if found:
        return found
    named = ", ".join(f"{sheet.name} ({_('hidden')})" if sheet.hidden else sheet.name for sheet in sheets[:20])
    if name:
        raise FileError(
            _("There is no sheet “%(name)s”. The file has: %(sheets)s.") % {"name": name[:40], "sheets": named}
        )
    raise FileError(_("All sheets of the file are hidden. Say which to read: %(sheets)s.") % {"sheets": named})


def sheet_cells(data: bytes, name: str = "") -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of the chosen sheet, without rows that are empty. Raises FileError."""
    with _opened(data) as book:
        sheet = book[chosen_sheet(_listed(book), name).name]
        sheet.reset_dimensions()
        merged = _merged_downwards(book, sheet)
        standing: dict[int, tuple[int, str]] = {}  # column -> (last row merged into its cell, what that says)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number > MAX_ROWS + 1:
                raise FileError(_("The file has more than %(rows)d rows. Divide it.") % {"rows": MAX_ROWS})
            texts = [_text(cell) for cell in cells]
            standing = {column: cell for column, cell in standing.items() if cell[0] >= number}
            begin = merged.get(number, {})
            texts += [""] * (max([*standing, *begin], default=-1) + 1 - len(texts))
            for column, (_last, said) in standing.items():
                texts[column] = said
            standing |= {column: (last, texts[column]) for column, last in begin.items()}
            while texts and not texts[-1].strip():
                texts.pop()
            if texts:
                yield number, texts


def _merged_downwards(book: openpyxl.Workbook, sheet) -> dict[int, dict[int, int]]:
    """{first row: {column from 0: last row}} of cells merged over several rows: one unit beside all its accounts.
    Who opens a sheet row by row is not told of them.
    """
    found: dict[int, dict[int, int]] = {}
    for place in _MERGED.finditer(book._archive.read(sheet._worksheet_path)):
        column, first, _column, last = range_boundaries(place[1].decode())
        if 0 < last - first < MAX_ROWS:
            found.setdefault(first, {})[column - 1] = last
    return found


def _text(cell) -> str:
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
    if isinstance(value, int | float) and abs(value) >= 10**EXACT_DIGITS:
        return LongNumber(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
