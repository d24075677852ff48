"""The register as a spreadsheet; `governance.exports` writes the CSV."""

import io
from collections.abc import Iterable

import xlsxwriter
from django.http import HttpResponse

from governance.exports import harmless


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
