"""The scheduled checks of guidelines. `accounts.sweeps` names them beside its own; each is harmless when run twice."""

from __future__ import annotations

import datetime as dt

from guidelines.documents.models import PendingImport
from guidelines.texts.sweeps import IMPORT_DAYS, Counts


def forget_imports(now: dt.datetime) -> Counts:
    """Put away documents that nobody has gone on looking over: they may hold anything."""
    put_away, _by_model = PendingImport.objects.filter(at__lte=now - dt.timedelta(days=IMPORT_DAYS)).delete()
    return {"put away": put_away}
