"""The applications that somebody leaves behind. Registered with `governance.departures.holdings` in `accounts.apps`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.applications.models import EDITABLE, Application, Status
from governance.departures.holdings import Holding
from governance.people.models import Person


def holdings(person: Person, now: dt.datetime) -> list[Holding]:
    """Applications that are not decided; they stay as they are."""
    undecided = Application.objects.filter(applicant=person, status__in=[*EDITABLE, Status.SUBMITTED])
    return [
        Holding(
            _("Application: %(application)s, %(status)s")
            % {"application": application, "status": application.get_status_display().lower()},
            _("stays as it is"),
            application.get_absolute_url(),
        )
        for application in undecided
    ]


def places(people: Collection[int], now: dt.datetime) -> set[int]:
    """Units with an undecided application of these people, or one that names them for a role."""
    undecided = Application.objects.filter(status__in=[*EDITABLE, Status.SUBMITTED])
    theirs = undecided.filter(Q(applicant__in=people) | Q(people__person__in=people))
    return set(theirs.order_by().values_list("unit", flat=True))
