"""The runs that uploaded lists wait for: at once by the worker, or by the next sweep.

Harmless twice: whoever runs a file holds its lock, and finds it done afterwards. Killed anywhere: nothing was written
and the file still waits.
"""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.conf import settings
from django.core.cache import caches
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from governance.imports.kinds import KINDS
from governance.imports.models import MOST_ATTEMPTS, ImportFile, RememberedHeadings
from governance.imports.rows import FileError
from governance.secrets import SecretsLost

log = logging.getLogger(__name__)

# Shorter lists are run while the person waits.
AT_ONCE = 200  # rows
State = ImportFile.State


def progress_of(file: ImportFile) -> int | None:
    """How many of the rows are done, as the process that runs it has told last; None where none has begun."""
    return caches["progress"].get(f"import-{file.pk}")


def start(file: ImportFile) -> None:
    """Run a short file now; of a longer one tell the worker, or leave it to the scheduler where there is none."""
    if file.rows <= AT_ONCE:
        run(file.pk, timezone.now())
    elif not settings.CELERY_TASK_ALWAYS_EAGER:
        transaction.on_commit(lambda: run_later.delay(file.pk))


@shared_task(name="governance.imports.run")
def run_later(pk: int) -> None:
    """What the worker is told: a file's trial run, or its rows for good."""
    run(pk, timezone.now())


def work(now: dt.datetime) -> dict[str, int]:
    """All that waits, and what is to be forgotten."""
    waiting = list(ImportFile.objects.filter(state__in=ImportFile.WAITING).order_by("at").values_list("pk", flat=True))
    return {"run": sum(run(pk, now) for pk in waiting), "forgotten": ImportFile.forget(now)}


def run(pk: int, now: dt.datetime) -> bool:
    """Try or write the file that waits; False where another process does, or has."""
    with transaction.atomic():
        if not _locked(pk):
            return False
    if not ImportFile.count_attempt(pk):
        _give_up(pk, now)
        return False
    try:
        with transaction.atomic():
            file = _locked(pk)
            if not file:
                return False
            with translation.override(file.person.language or settings.LANGUAGE_CODE):
                _run(file, now)
    except (OperationalError, IntegrityError):
        # The database was busy or went away, or somebody wrote the same meanwhile: the next sweep tries again.
        log.warning("import %s is to be tried again", pk, exc_info=True)
        return False
    except Exception:
        log.exception("import %s failed", pk)
        _give_up(pk, now)
    caches["progress"].delete(f"import-{pk}")
    return True


def _locked(pk: int) -> ImportFile | None:
    """The file, where it waits and nobody runs it. Call it in a transaction."""
    files = ImportFile.objects.filter(pk=pk, state__in=ImportFile.WAITING)
    if connection.features.has_select_for_update:
        files = files.select_for_update(of=("self",), skip_locked=True)
    return files.select_related("person").first()


def _run(file: ImportFile, now: dt.datetime) -> None:
    kind, to_write = KINDS[file.kind], file.state == State.TO_WRITE
    file.error, file.state, file.at = "", State.WRITTEN if to_write else State.TRIED, now
    try:
        # Between the click and now the person may have lost the right.
        if not (file.person.is_active and kind.open_to(file.person)):
            raise FileError(_("You may not import this list any more."))
        importer = kind.importer(
            by=file.person,
            now=now,
            dry_run=not to_write,
            keep_going=file.keep_going,
            sheet=file.sheet,
            mapping=file.mapping,
            matches=file.matches,
            progress=lambda done, _all: caches["progress"].set(f"import-{file.pk}", done, 3600),
            **kind.importer.options_from(file.options),
        )
        report = importer.run(file.data(), file.name)
        if to_write and report.rejected and not file.keep_going:
            file.state = State.TRIED  # nothing was written; the person may leave the rejected rows out
        file.report = report.as_dict()
    except (FileError, SecretsLost) as error:
        file.report, file.error = None, str(error) or _("The file can no longer be opened. Choose it again.")
        file.state = State.CHOOSING
    if file.state == State.WRITTEN:
        file.sealed = b""
        RememberedHeadings.remember(file.kind, file.mapping)
    file.save()


def _give_up(pk: int, now: dt.datetime) -> None:
    """Back to the person, with words; only where it has failed, not where another process is at it."""
    files = ImportFile.objects.filter(pk=pk, state__in=ImportFile.WAITING)
    failed = files.first()
    if not failed:
        return
    with translation.override(failed.person.language or settings.LANGUAGE_CODE):
        said = _("The list could not be read to its end, and nothing was imported. Tell whoever runs the portal.")
    files.filter(attempts__lte=MOST_ATTEMPTS).update(state=State.CHOOSING, at=now, error=said, report=None, attempts=0)
