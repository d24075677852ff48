"""How reading an account's platform goes, in one word and in a sentence; the database sorts by it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, IntegerChoices, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.connectors.base import RemoteState
from accounts.inbox.measured import behind
from accounts.platforms.models import Connection, ConnectionQuerySet
from accounts.platforms.news import BROKEN_FOR, EXPIRES_WITHIN


class Health(IntegerChoices):
    """The most troubled first."""

    STOPPED = 0, gettext_lazy("Stopped")
    FAILING = 1, gettext_lazy("In trouble")
    IN_PART = 2, gettext_lazy("Read in part")
    EXPIRING = 3, gettext_lazy("Expires soon")
    PAUSED = 4, gettext_lazy("Paused")
    HEALTHY = 5, gettext_lazy("Read regularly")

    @property
    def colour(self) -> str:
        """The state whose colour its tag takes."""
        return ("stopped", "failing", "failing", "expiring", "paused", "active")[self]


TROUBLED = (Health.STOPPED, Health.FAILING, Health.IN_PART, Health.EXPIRING)


def with_health(connections: ConnectionQuerySet, now: dt.datetime) -> ConnectionQuerySet:
    """Each with `health`, a value of Health. What a person has paused is in nobody's way, whatever else ails it."""
    failing = Q(failures__gt=0) | ~Q(remote_state=RemoteState.ACTIVE)
    return connections.annotate(
        health=Case(
            When(paused_at__isnull=False, then=Value(Health.PAUSED)),
            When(stopped_at__isnull=False, then=Value(Health.STOPPED)),
            When(failing, then=Value(Health.FAILING)),
            When(incomplete_since__lte=now - BROKEN_FOR, then=Value(Health.IN_PART)),
            When(behind(now, activity=True), then=Value(Health.IN_PART)),
            When(expires_at__lte=now + EXPIRES_WITHIN, then=Value(Health.EXPIRING)),
            default=Value(Health.HEALTHY),
        )
    )


def in_words(connection: Connection) -> str:
    """The state as a sentence; the connection comes from `with_health`."""
    health = Health(connection.health)
    if health == Health.PAUSED:
        return _("Paused by %(name)s. Nothing is read until somebody resumes it.") % {"name": connection.paused_by}
    if health in (Health.STOPPED, Health.FAILING):
        if connection.last_error:
            why = connection.get_last_error_display()
        elif connection.remote_state != RemoteState.ACTIVE:
            why = connection.get_remote_state_display()
        else:
            why = _("The reason is not known.")
        if health == Health.STOPPED:
            return _("Reading has stopped: %(why)s") % {"why": why}
        return _("Reading is in trouble, and is tried again: %(why)s") % {"why": why}
    if health == Health.IN_PART:
        return _(
            "For longer than it should take, not all that is there has been read, so nobody knows what is missing. No "
            "post is flagged as unanswered meanwhile. Look on the platform yourself."
        )
    if health == Health.EXPIRING:
        return _("It is read, but the access expires soon. Connect the account anew.")
    return _("The platform is read regularly.")
