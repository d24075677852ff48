"""What every `import_*` command shares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.imports.files import MAX_BYTES
from governance.imports.headings import parse_mapping, parse_matches
from governance.imports.importer import Importer
from governance.imports.report import Report
from governance.imports.rows import FileError


class ImportCommand(BaseCommand):
    """`manage.py import_… FILE [--dry-run] [--json] [--keep-going]`. Exit status 1 when a row was rejected."""

    importer_class: type[Importer]

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="CSV, XLSX, JSON, YAML or JSON lines")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="the report as JSON")
        parser.add_argument(
            "--keep-going", action="store_true", help="write the good rows even where others are rejected"
        )

        parser.add_argument("--sheet", default="", metavar="NAME", help="the sheet of an Excel file, a hidden one too")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=COLUMN,…",
            help="which of our columns the file's columns are; nothing after the sign leaves one out",
        )
        parser.add_argument(
            "--match",
            action="append",
            default=[],
            metavar="TEXT=CODE",
            help="a unit or platform (code) or person (e-mail) that the file calls otherwise; may be repeated",
        )

    def importer_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """Further keyword arguments of the importer."""
        return {}

    def handle(self, *, file: str, dry_run: bool, json: bool, keep_going: bool, sheet: str, **options):
        path = Path(file)
        try:
            importer = self.importer_class(
                now=timezone.now(),
                dry_run=dry_run,
                keep_going=keep_going,
                sheet=sheet,
                mapping=parse_mapping(options["map"]),
                matches=parse_matches(options["match"]),
                **self.importer_options(options),
            )
            report = importer.run(_read(path), path.name)
        except FileError as error:
            if json:
                self._print_json(Report(path.name, dry_run=dry_run, error=str(error)))
            raise CommandError(f"{path.name}: {error}") from None
        if json:
            self._print_json(report)
        else:
            self.stdout.write(report.as_text())
        if report.rejected:
            count = len(report.rejected)
            raise CommandError(ngettext("%d row was rejected.", "%d rows were rejected.", count) % count)

    def _print_json(self, report: Report) -> None:
        self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(_("The file cannot be read: %(reason)s") % {"reason": error.strerror}) from None
