"""Every scheduled check once, now, with the very code that Celery runs."""

import datetime as dt
import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.sweeps import SWEEPS, run


class Command(BaseCommand):
    help = "Runs the scheduled checks once, with the very code that Celery runs."

    def add_arguments(self, parser):
        parser.add_argument("--only", metavar="NAME", help=f"one check alone: {', '.join(SWEEPS)}")
        parser.add_argument("--at", metavar="ISO-TIME", help="as if it were then; without a zone, local time")
        parser.add_argument("--dry-run", action="store_true", help="says what would be done, and changes nothing")
        parser.add_argument("--json", action="store_true", help="counts by check, for programs")

    def handle(self, *, only, at, dry_run, json: bool, **options):
        now = _moment(at) if at else timezone.now()
        if only and only not in SWEEPS:
            raise CommandError(f"There is no check “{only}”. The checks are: {', '.join(SWEEPS)}.")
        counts, errors = {}, {}
        for name in [only] if only else SWEEPS:
            try:
                counts[name] = run(name, now, dry_run=dry_run)
            except Exception as error:
                # One broken check must not keep the others from running.
                errors[name] = f"{type(error).__name__}: {error}"
        self._show(counts, errors, as_json=json)
        if errors:
            raise CommandError(f"{len(errors)} of the checks failed: {', '.join(errors)}.")

    def _show(self, counts, errors, *, as_json):
        if as_json:
            self.stdout.write(json.dumps(counts | {name: {"error": text} for name, text in errors.items()}))
            return
        for name, result in counts.items():
            self.stdout.write(f"{name}: " + ", ".join(f"{count} {what}" for what, count in result.items()))
        for name, text in errors.items():
            self.stderr.write(f"{name}: {text}")


def _moment(text: str) -> dt.datetime:
    try:
        moment = parse_datetime(text) or dt.datetime.fromisoformat(text)  # a date alone is its midnight
    except ValueError:
        raise CommandError(f"“{text}” is not a time. Write it as 2026-11-18T10:00 or 2026-11-18T10:00+01:00.") from None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
