"""The applications that somebody leaves behind. Registered with `governance.departures.holdings` in `accounts.apps`."""

from __future__ import annotations

import datetime as dt

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
