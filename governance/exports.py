"""Rows out as CSV: streamed, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

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
