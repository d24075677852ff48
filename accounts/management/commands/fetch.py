"""Reads the platforms once, now, with the very code that Celery runs."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.platforms import fetches as fetching
from accounts.register.models import OfficialAccount


class Command(BaseCommand):
    help = "Reads the platforms of all connected accounts that are due, or of one, once."

    def add_arguments(self, parser):
        parser.add_argument("--account", metavar="ID", type=int, help="this account alone, due or not")
        parser.add_argument("--json", action="store_true", help="a list of results, for programs")

    def handle(self, *, account, json: bool, **options):
        now = timezone.now()
        if account is not None and not OfficialAccount.objects.filter(pk=account, connection__isnull=False).exists():
            raise CommandError(f"There is no connected account {account}.")
        rows = []
        while batch := fetching.claim(now, account_id=account):
            rows += [_row(connection, fetching.fetch_one(connection, now)) for connection in batch]
            if account is not None:
                break
        self._show(rows, as_json=json)
        if any(row["error"] for row in rows):
            raise CommandError("Some accounts could not be read.")

    def _show(self, rows: list[dict], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            result = row["error"] or f"{row['posts']} read, {row['created']} new, {row['changed']} changed"
            self.stdout.write(f"{row['account']} {row['name']}: {result}")
        if not rows:
            self.stdout.write("No account is due, or all of them are paused or at rest.")


def _row(connection, done: fetching.Fetched) -> dict:
    counts = {name: getattr(done, name) for name in ("posts", "created", "changed", "replies", "unfinished")}
    error = str(done.error) if done.error else ""
    return {"account": connection.account_id, "name": connection.account.name, "error": error} | counts
