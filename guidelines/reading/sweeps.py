"""The scheduled checks of guidelines. `accounts.sweeps` names them beside its own; each is harmless when run twice."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from governance.notices.models import Notice, key_of
from guidelines.reading import notices
from guidelines.reading.acknowledgements import demanded
from guidelines.reading.follow_up import with_acknowledgement
from guidelines.texts.notices import tell_of_version
from guidelines.texts.sweeps import REMINDERS, Counts
from guidelines.texts.versions import Version


def remind_readers(now: dt.datetime) -> Counts:
    """Remind those who have yet to acknowledge, on the last of the days in REMINDERS that has passed; once each."""
    told = 0
    demands = demanded(now)
    demanding = {
        (version.guideline_id, version.number): version.published_at
        for version in Version.objects.published().filter(guideline__in=demands)
    }
    current = Version.objects.in_force().filter(guideline__in=demands)
    for version in current.select_related("guideline").prefetch_related("texts"):
        number = demands[version.guideline_id]
        waited = now - demanding[version.guideline_id, number]
        passed = [days for days in REMINDERS if waited >= dt.timedelta(days=days)]
        if not passed:
            continue
        once = (number, passed[-1])
        key = key_of(notices.GUIDELINE_REMINDER, version.guideline, *once)
        known = Notice.objects.filter(person=OuterRef("pk"), key=key)
        people = list(with_acknowledgement(version, now).filter(~Exists(known), has_acknowledged=False))
        with transaction.atomic():
            tell_of_version(
                version,
                people,
                notices.GUIDELINE_REMINDER,
                about=version.guideline,
                once=once,
                address="guidelines:guideline",
                now=now,
            )
        told += len(people)
    return {"reminded": told}
