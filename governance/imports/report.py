"""What came of an import: every row with its outcome, and what nobody could match."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from governance.imports.rows import lookup_key


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("rows of a list", "Accepted")
    CHANGED = "changed", gettext_lazy("Changed")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")
    REJECTED = "rejected", pgettext_lazy("rows of a list", "Rejected")


@dataclass(frozen=True)
class Result:
    row: int
    outcome: Outcome
    key: str = ""
    field: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "outcome": self.outcome.value,
            "key": self.key,
            "field": self.field,
            "reason": self.reason,
        }


@dataclass
class Unmatched:
    """A name in the file that the portal does not know; matched once, it is matched in all its rows."""

    what: str  # unit, person or platform
    text: str
    rows: int = 0
    nearest: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, "text": self.text, "rows": self.rows, "nearest": self.nearest}


@dataclass
class Report:
    file: str
    dry_run: bool = False
    written: bool = False
    results: list[Result] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    error: str = ""
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    _by_text: dict[tuple[str, str], tuple[Unmatched, set[int]]] = field(default_factory=dict, repr=False, compare=False)

    def add_unmatched(self, what: str, text: str, nearest: list[str], row: int) -> None:
        key = what, lookup_key(text)
        if key not in self._by_text:
            self._by_text[key] = Unmatched(what, text, 0, nearest), set()
            self.unmatched.append(self._by_text[key][0])
        found, rows = self._by_text[key]
        rows.add(row)
        found.rows = len(rows)

    @classmethod
    def from_dict(cls, shape: dict[str, Any]) -> Report:
        """The report that `as_dict` told of."""
        return cls(
            shape["file"],
            dry_run=shape["dry_run"],
            written=shape["written"],
            results=[
                Result(row["row"], Outcome(row["outcome"]), row["key"], row["field"], row["reason"])
                for row in shape["rows"]
            ],
            ignored_columns=shape["ignored_columns"],
            error=shape.get("error", ""),
            sheet=shape.get("sheet", ""),
            other_sheets=shape.get("other_sheets", []),
            unmatched=[Unmatched(**row) for row in shape.get("unmatched", [])],
        )

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome == outcome for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: self.count(outcome) for outcome in Outcome}

    @property
    def rejected(self) -> list[Result]:
        return [result for result in self.results if result.outcome == Outcome.REJECTED]

    @property
    def worth_showing(self) -> list[Result]:
        """Rejected rows first, then those with a remark, then new and changed ones."""
        order = [Outcome.REJECTED, Outcome.UNCHANGED, Outcome.ACCEPTED, Outcome.CHANGED]
        shown = [row for row in self.results if row.outcome != Outcome.UNCHANGED or row.reason]
        return sorted(shown, key=lambda result: (order.index(result.outcome), result.row))

    @property
    def changes_anything(self) -> bool:
        return any(result.outcome in (Outcome.ACCEPTED, Outcome.CHANGED) for result in self.results)

    def as_dict(self) -> dict[str, Any]:
        shape = {
            "file": self.file,
            "dry_run": self.dry_run,
            "written": self.written,
            **self.counts,
            "rows": [result.as_dict() for result in self.results],
            "ignored_columns": self.ignored_columns,
        }
        at_times = {
            "error": self.error,
            "sheet": self.sheet,
            "other_sheets": self.other_sheets,
            "unmatched": [name.as_dict() for name in self.unmatched],
        }
        return shape | {name: value for name, value in at_times.items() if value}

    @property
    def conclusion(self) -> str:
        """What came of it, in one sentence."""
        rejected = self.count(Outcome.REJECTED)
        if self.dry_run:
            return _("Nothing was imported: this was a trial run.")
        if self.written:
            return _("The rows were imported.")
        if rejected:
            return ngettext(
                "Nothing was imported, because %(count)d row was rejected.",
                "Nothing was imported, because %(count)d rows were rejected.",
                rejected,
            ) % {"count": rejected}
        return _("Nothing was imported: the portal already has all of it.")

    def as_text(self) -> str:
        """A table for the terminal: rejected rows first, then what changed, then the counts."""
        lines = []
        for result in self.worth_showing:
            where = f"{result.field}: " if result.field else ""
            told = f"{where}{result.reason}" if result.reason else ""
            lines.append(f"{result.row:>6}  {result.outcome.label:<10}  {result.key}  {told}".rstrip())
        for name in self.unmatched:
            near = f" ({', '.join(name.nearest)})" if name.nearest else ""
            lines.append(
                _("Not in the portal: “%(text)s” in %(rows)d rows%(near)s. Match it with --match “%(text)s=…”.")
                % {"text": name.text, "rows": name.rows, "near": near}
            )
        if self.other_sheets:
            lines.append(
                _("Sheet read: %(sheet)s. Not read: %(others)s (--sheet chooses).")
                % {"sheet": self.sheet, "others": ", ".join(self.other_sheets)}
            )
        if self.ignored_columns:
            lines.append(_("Ignored columns: %(columns)s") % {"columns": ", ".join(self.ignored_columns)})
        lines.append(", ".join(f"{outcome.label}: {self.count(outcome)}" for outcome in Outcome))
        return "\n".join([*lines, self.conclusion])
