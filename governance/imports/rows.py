"""A row of a list, and what its cells may mean: text to days, moments and parts.

`governance.imports.files` makes rows of files, `governance.imports.importer` says what a row looks like.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _


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


def column_name(heading: str) -> str:
    """JSON may hold half of a pair of characters, which no page can show."""
    return re.sub(r"[\s\-]+", "_", heading.encode("utf-8", "replace").decode().strip().lower())


def plain_name(column: str) -> str:
    """The last part of a nested column: `social.twitter` is `twitter`."""
    return column.rpartition(".")[2]


# --- Text as people paste it --------------------------------------------------------------------------------

# Soft hyphens, marks of direction, zero-width blanks: nobody sees them, and nobody typed them. The two joiners
# (U+200C, U+200D) hold emoji together and go only where texts are compared.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# What stands in a cell that is meant to be empty, in the languages of our lists.
PLACEHOLDERS = frozenset(
    [
        *("-", "--", "---", "–", "—", ".", "..", "...", "…", "?"),
        *("n/a", "n.a.", "n.a", "i/t", "i.t.", "i/a", "not applicable", "none", "(none)", "null", "nil", "unknown"),
        *("ingen", "(ingen)", "inga", "intet", "ingenting", "tom", "(tom)", "tomt", "ukjent", "ukendt"),
        *("mangler", "manglar", "har ikke", "har ikkje", "finnes ikke", "finst ikkje", "findes ikke"),
        *("ikke aktuelt", "ikkje aktuelt", "ikke aktuel", "ikke relevant", "ikkje relevant"),
    ]
)
# What spreadsheets in English, Norwegian and Danish show where a formula came to nothing.
_ERROR_CELL = re.compile(
    r"#(?:n/a|i/t|ref!|referanse!|reference!|value!|verdi!|værdi!|name\?|navn\?|div/0!|div/0|num!|nummer!|null!|nul!"
    r"|spill!|overflyt!|calc!|getting_data|#+)",
    re.IGNORECASE,
)


def tidy(text: str) -> str:
    """One form of the letters (NFC), nothing invisible, single plain blanks. Line breaks stay."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip()


def lookup_key(text: str) -> str:
    """What two spellings of one name have in common: `Fjordvik\u00a0 kultur\u00adhus` is `fjordvik kulturhus`."""
    return " ".join(re.sub("[\u200c\u200d]", "", tidy(text)).casefold().split())


def is_placeholder(text: str) -> bool:
    """Whether a cell says that there is nothing to say: `-`, `n/a`, `ingen`, `ikke aktuelt`."""
    return tidy(text).lower() in PLACEHOLDERS


def is_error_cell(text: str) -> bool:
    """Whether a spreadsheet shows this where it could not calculate (`#N/A`, `#REF!`) or had no room (`####`)."""
    return bool(_ERROR_CELL.fullmatch(text.strip()))


# --- Text to values -----------------------------------------------------------------------------------------


_MONTHS = (
    ("jan", "januar"),
    ("feb", "februar"),
    ("mar", "mars", "marts"),
    ("apr", "april"),
    ("mai", "maj"),
    ("jun", "juni"),
    ("jul", "juli"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("okt", "oktober"),
    ("nov", "november"),
    ("des", "dec", "desember", "december"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_WEEKDAY = r"(?:(?:man|mån|tir|tys|ons|tor|fre|laur?|lør|søn|sun|son)[a-zåæø]*\.?,?\s+)?(?:den\s+)?"
_DAY = (
    r"(?:(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"|(?P<d>[0-9]{1,2})(?P<mark>[.\-/])\s?(?P<m>[0-9]{1,2})(?P=mark)\s?(?P<y>[0-9]{4}|[0-9]{2})"
    r"|(?P<dd>[0-9]{1,2})\.?\s?(?P<name>[a-z]+)\.?,?\s?(?P<yy>[0-9]{4}))"
)
_TIME = r"(?P<hour>[0-9]{1,2})[.:](?P<minute>[0-9]{2})(?:[.:](?P<second>[0-9]{2}))?"
_WRITTEN_DAY = re.compile(_WEEKDAY + _DAY)
_WRITTEN_MOMENT = re.compile(_WEEKDAY + _DAY + r"(?:,?\s*(?:kl(?:okk[ae]n)?\.?|t|at)?\s*" + _TIME + r")?")


def _day(found: re.Match) -> dt.date | None:
    """The day that was written, in this century where the year has two digits; None where there is no such day."""
    part = found.groupdict()
    year, day = part["year"] or part["y"] or part["yy"], part["day"] or part["d"] or part["dd"]
    month = _MONTH_NUMBERS.get(part["name"], 0) if part["name"] else int(part["month"] or part["m"])
    try:
        return dt.date(int(year) + (2000 if len(year) == 2 else 0), month, int(day))
    except ValueError:
        return None


def parse_date(field: str, text: str) -> dt.date:
    """A day, ISO or as Norwegian and Danish lists write it (`24.12.2026`, `24-12-2026`, `24. desember 2026`).

    Raises RowError.
    """
    found = _WRITTEN_DAY.fullmatch(tidy(text).lower())
    day = _day(found) if found else None
    if day and 1900 <= day.year < 2200:
        return day
    raise RowError(
        field,
        _("“%(value)s” is not a day in the calendar. Write it as 2026-12-24 or 24.12.2026.") % {"value": text[:40]},
    )


def parse_moment(field: str, text: str) -> dt.datetime:
    """A moment in UTC: ISO 8601, or a day as in `parse_date` with a time (`15:00`, `15.00`, `kl. 15.00`).

    Without a zone it is the body's local time; a day alone is its first moment. Raises RowError.
    """
    moment = None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        found = _WRITTEN_MOMENT.fullmatch(tidy(text).lower())
        day = _day(found) if found else None
        clock = [int(found[part] or 0) for part in ("hour", "minute", "second")] if found else []
        if day and clock < [24] and max(clock[1:]) < 60:
            moment = dt.datetime.combine(day, dt.time(*clock))
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
