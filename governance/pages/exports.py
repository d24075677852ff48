"""Rows out as CSV or XLSX, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

# A cell that begins so would be calculated by a spreadsheet.
_FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r")
# What a document made of XML, as spreadsheets and Word's are, cannot hold.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def harmless(value) -> str:
    """The cell's text; one that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_LEADS) else text


def _for_xml(value) -> str:
    return NOT_IN_XML.sub("", harmless(value))


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


def xlsx_response(name: str, headings: Iterable, rows: Iterable[Iterable]) -> HttpResponse:
    """A download in which every cell is text, so nothing in it is calculated. Memory holds a row at a time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"

    def text_cell(text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        return cell

    heads = [text_cell(_for_xml(heading)) for heading in headings]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        texts = map(_for_xml, row)
        # A text such as “#N/A” would be an error, if nobody said it is a text; saying so of all takes twice the time.
        sheet.append([text_cell(text) if text.startswith("#") else text or None for text in texts])
    buffer = io.BytesIO()
    book.save(buffer)
    response = HttpResponse(
        buffer.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
