"""Rows out as CSV or XLSX, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse

# A cell that begins so would be calculated by a spreadsheet.
_FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value) -> str:
    """The cell's text; one that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_LEADS) else text


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_response(name: str, headings: Iterable, rows: Iterable[Iterable]) -> StreamingHttpResponse:
    """A download, sent row by row. Semicolons and the UTF-8 mark, as spreadsheets here expect."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo(), delimiter=";")
        yield "\ufeff" + writer.writerow([harmless(heading) for heading in headings])
        for row in rows:
            yield writer.writerow([harmless(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, headings: list[str], rows: Iterable[Iterable]) -> HttpResponse:
    """A download in which every cell is text, so nothing in it is calculated."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, harmless(value))
        sheet.freeze_panes(1, 0)
    response = HttpResponse(
        buffer.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
