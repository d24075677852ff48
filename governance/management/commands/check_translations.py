"""Are the translations whole? Asks makemessages itself, in a copy, and reads what it would have changed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance.languages import TRANSLATED

SOURCES = ["accounts", "governance", "guidelines", "templates", "locale"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!%)%[sd]|\{(\w+)\}")


class Command(BaseCommand):
    help = "Fails where a text of the source has no finished translation in each language, or one is left over."
    requires_system_checks = []

    def handle(self, **options):
        if not shutil.which("xgettext"):
            raise CommandError("xgettext is missing. Install Debian's package gettext.")
        with tempfile.TemporaryDirectory() as copy:
            catalogues = extracted(Path(copy))
        found = {language: list(shortcomings(catalogue)) for language, catalogue in catalogues.items()}
        for language, lines in found.items():
            if lines:
                self.stderr.write(f"{language}: {len(lines)} to mend, the first: {lines[0]}")
        if any(found.values()):
            raise CommandError("The translations are not whole: run `make messages`, then translate.")
        self.stdout.write(f"Translations whole: {', '.join(TRANSLATED)}, {len(catalogues[TRANSLATED[0]])} texts each.")


def extracted(copy: Path) -> dict[str, polib.POFile]:
    """The catalogues as makemessages leaves them, by language."""
    for name in SOURCES:
        shutil.copytree(settings.BASE_DIR / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    locales = [part for language in TRANSLATED for part in ("--locale", language)]
    # Without settings, or it would write into the real locale folder.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run(
        [sys.executable, "-m", "django", "makemessages", *locales],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
    )
    if run.returncode:
        raise CommandError(f"makemessages failed: {run.stderr}")
    return {language: polib.pofile(str(copy / f"locale/{language}/LC_MESSAGES/django.po")) for language in TRANSLATED}


def shortcomings(catalogue: polib.POFile) -> Iterator[str]:
    """One line for each entry that is not as it should be: what, where, which text."""
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if entry.obsolete:
            what = "no longer used"
        elif not all(texts):
            what = "not translated"
        elif entry.fuzzy:
            what = "fuzzy"
        elif not same_placeholders(entry, texts):
            what = "placeholders differ"
        else:
            continue
        where = ":".join(entry.occurrences[0]) if entry.occurrences else "left over"
        yield f"{what}, {where}: {entry.msgid!r}"


def same_placeholders(entry: polib.POEntry, texts: list[str]) -> bool:
    """A singular form may leave a placeholder out ("one account"); everything else has exactly the source's."""
    if entry.msgid_plural:
        allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        return placeholders(texts[-1]) == placeholders(entry.msgid_plural) and all(
            placeholders(text) <= allowed for text in texts
        )
    return all(placeholders(text) == placeholders(entry.msgid) for text in texts)


def placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text)}
