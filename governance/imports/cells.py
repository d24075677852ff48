"""What is wrong with a cell, whatever it means: too long, damaged, a formula, an error, or an id that was rounded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from governance.imports.rows import Row, RowError, is_error_cell
from governance.imports.sheets import EXACT_DIGITS, Formula, LongNumber

_TOTAL = re.compile(
    r"(?:sum|total|totalt|totalsum|i alt|antall|antal|samlet|samla)"
    r"(?: (?:totalt|antall|antal|kontoer|kontoar|konti))?\s*[:=]?\s*\d*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-\d ,.]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+E\+?|E\+)[0-9]{2}", re.IGNORECASE)


def is_total(row: Row) -> bool:
    """`Sum`, `Totalt: 14`: a count below the list, and nothing else."""
    filled = [text for text in row.values.values() if text.strip()]
    return bool(filled and _TOTAL.fullmatch(filled[0].strip())) and all(
        isinstance(text, Formula) or _NUMBER.fullmatch(text.strip()) for text in filled[1:]
    )


def is_unreadable(text: str, max_cell: int) -> bool:
    return len(text) > max_cell or bool(_CONTROL.search(text))


def wrong(column: str, text: str, *, max_cell: int, is_id: bool, rounded: bool) -> RowError | None:
    """`is_id`: each digit of the column counts; `rounded`: a spreadsheet has rounded most of its long numbers."""
    if len(text) > max_cell:
        return RowError(
            column,
            _("The cell has %(length)d characters; at most %(most)d are read.")
            % {"length": len(text), "most": max_cell},
        )
    if _CONTROL.search(text):
        return RowError(column, _("The cell holds control characters. Is the file damaged?"))
    if isinstance(text, Formula):
        return RowError(column, _("“%(value)s” is a formula. Paste the column as values.") % {"value": text[:40]})
    if is_error_cell(text):
        return RowError(
            column, _("The spreadsheet shows the error %(value)s here. Mend the cell.") % {"value": text.strip()}
        )
    number = text.strip()
    if is_id and (
        isinstance(text, LongNumber)
        or _SCIENTIFIC.fullmatch(number)
        or (rounded and len(number) > EXACT_DIGITS and _ends_rounded(number))
    ):
        return RowError(
            column,
            _("The spreadsheet has rounded this id (%(value)s). Format the column as text and fetch the ids anew.")
            % {"value": number[:40]},
        )
    return None


def rounded_columns(rows: list[Row], columns: Iterable[str]) -> set[str]:
    """Those most of whose long numbers end in zeros from the place where a spreadsheet rounds."""
    found = set()
    for column in columns:
        numbers = [row.get(column).strip() for row in rows]
        long = [number for number in numbers if number.isdigit() and len(number) >= EXACT_DIGITS + 2]
        if sum(_ends_rounded(number) for number in long) * 2 > len(long):
            found.add(column)
    return found


def _ends_rounded(number: str) -> bool:
    return not number[EXACT_DIGITS:].strip("0")
