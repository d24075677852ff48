"""The .mo files that Django reads, without gettext on the machine."""

import os

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compiles the translations that changed since they were last compiled."
    requires_system_checks = []

    def handle(self, **options):
        for folder in settings.LOCALE_PATHS:
            for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                    continue
                # Whole or not at all: a running portal may be reading it.
                unfinished = target.with_suffix(f".{os.getpid()}.part")
                polib.pofile(str(source)).save_as_mofile(str(unfinished))
                unfinished.replace(target)
                self.stdout.write(f"Compiled {source.relative_to(folder)}")
