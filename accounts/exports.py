"""Tables out, as CSV and XLSX, safe to open in a spreadsheet."""

import csv
import datetime as dt
import io
from collections.abc import Iterable

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

# A cell that begins with one of these may be run as a formula by the reader's spreadsheet.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value) -> str:
    """The value as text; what a spreadsheet could take for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    text = str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


class _Echo:
    def write(self, line):
        return line


def csv_response(name: str, headings: list[str], rows: Iterable[list]) -> StreamingHttpResponse:
    """UTF-8 with a mark, which Excel needs to read it as UTF-8."""
    writer = csv.writer(_Echo())

    def lines():
        yield "\ufeff" + writer.writerow(headings)
        for row in rows:
            yield writer.writerow([safe_cell(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, headings: list[str], rows: Iterable[list]) -> HttpResponse:
    """Every cell is text, so nothing in it is calculated."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, safe_cell(value))
        sheet.freeze_panes(1, 0)
    response = HttpResponse(
        buffer.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
