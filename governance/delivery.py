"""Notices leave as mail: at most once each, exactly once in the ordinary case (ADR 0002).

A row is claimed by one conditional update, committed while the connection to the mail server is open and
before the message is handed over. A process killed after that leaves the row in doubt: it is not sent again by
itself, an administrator sees it and decides (`send_again`). A server that cannot be reached costs nothing, one
that refuses a message gets it again later, with growing pauses.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from governance.calendar import next_sending_time
from governance.models import Notice, Person, Policies
from governance.models.audit import Event, record
from governance.models.notices import NoticeEvent
from governance.texts import notice_text

log = logging.getLogger(__name__)

# A citizen waits past the deadline: these go out at night and on holidays too. All others wait for the morning.
URGENT = (NoticeEvent.POST_OVERDUE, NoticeEvent.POST_ESCALATED)
PAGE = 200
MOST_A_RUN = 2000  # well within a task's time limit; the next tick goes on
MAX_ATTEMPTS = 10
# Longer than any task may run: what was handed over before that belongs to no living process.
IN_DOUBT_AFTER = dt.timedelta(minutes=15)


def deliver(now: dt.datetime) -> dict[str, int]:
    """Send what waits. Raises nothing for a mail server that is down: the rows simply wait on."""
    counts = {"sent": 0, "failed": 0, "given_up": _give_up_on_leavers(now), "postponed": _wait_for_morning(now)}
    connection, used_up = None, []
    try:
        while counts["sent"] < MOST_A_RUN and (page := list(_outbox(now)[:PAGE])):
            for notice in page:
                if connection is None:
                    connection = get_connection()
                    connection.open()
                outcome = _send(notice, connection, now)
                if outcome:
                    counts[outcome] += 1
                if not isinstance(connection, SmtpBackend):
                    # The file backend writes one file a connection; one a mail is easier to read. It names the file
                    # by the connection's address in memory, so that must not be used again at once.
                    connection.close()
                    used_up.append(connection)
                    connection = None
    except OSError as error:  # smtplib's own errors are among them
        log.warning("The mail server cannot be used now: %s", error)
        counts["failed"] += 1
    finally:
        if connection is not None:
            connection.close()
    return counts


def waiting(now: dt.datetime) -> dict[str, int]:
    """What `deliver` would look at, for a dry run."""
    return {"waiting": _outbox(now).count()}


def _outbox(now: dt.datetime):
    return Notice.objects.deliverable(now).select_related("person").order_by("deliver_after", "pk")


def _give_up_on_leavers(now: dt.datetime) -> int:
    """People who have been deactivated get no more mail."""
    gone = Notice.objects.deliverable(now).filter(person__is_active=False)
    return gone.update(given_up_at=now, last_error="deactivated")


def _wait_for_morning(now: dt.datetime) -> int:
    """None at night or on holidays, by the calendar of the person's unit."""
    zone, postponed = timezone.get_default_timezone(), 0
    ordinary = Notice.objects.deliverable(now).exclude(event__in=URGENT)
    if not ordinary.exists():
        return 0
    policies = Policies.load()
    by_calendar: dict[str, list[int]] = {}
    for unit_id in policies.tree.units:
        by_calendar.setdefault(policies.for_unit(unit_id).holiday_calendar, []).append(unit_id)
    for country, units in by_calendar.items():
        morning = next_sending_time(now, country, zone)
        if morning > now:
            postponed += ordinary.filter(person__unit__in=units).update(deliver_after=morning)
    morning = next_sending_time(now, "NO", zone)
    if morning > now:
        postponed += ordinary.filter(person__unit=None).update(deliver_after=morning)
    return postponed


def _send(notice: Notice, connection, now: dt.datetime) -> str:
    """One notice through an open connection: "sent", "failed", "given_up", or "" where another process has it.

    Raises OSError where the connection broke.
    """
    message = message_of(notice, connection)
    # The claim. It is committed here and now; only one process gets the row.
    mine = Notice.objects.deliverable(now).filter(pk=notice.pk)
    if not mine.update(handed_over_at=now, attempts=F("attempts") + 1):
        return ""
    try:
        connection.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
        return _refused(notice, refusal, now)
    except OSError as error:
        # Broken off half-way: the server may have it or not. In doubt, so not again by itself.
        Notice.objects.filter(pk=notice.pk).update(last_error=_in_short(error))
        raise
    Notice.objects.filter(pk=notice.pk).update(sent_at=now, last_error="")
    return "sent"


def _refused(notice: Notice, refusal: Exception, now: dt.datetime) -> str:
    """The server said no, so it does not have the message: later again, a few times."""
    attempts = notice.attempts + 1
    given_up = attempts >= MAX_ATTEMPTS
    Notice.objects.filter(pk=notice.pk).update(
        handed_over_at=None,
        deliver_after=now + dt.timedelta(minutes=min(2**attempts, 360)),
        given_up_at=now if given_up else None,
        last_error=_in_short(refusal),
    )
    log.warning("Notice %s was refused (attempt %s): %s", notice.pk, attempts, type(refusal).__name__)
    return "given_up" if given_up else "failed"


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def message_of(notice: Notice, connection=None) -> EmailMultiAlternatives:
    """The mail in the person's language, as text and HTML, with one link that leads to the matter.

    The Message-ID follows from the notice, so that a mail server which gets it twice can tell.
    """
    language = notice.person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        text = notice_text(notice)
        context = {
            "text": text,
            "person": notice.person,
            "link": f"{settings.SITE_URL}{notice.path}",
            "body_name": settings.BODY_NAME,
            "language": language,
        }
        message = EmailMultiAlternatives(
            subject=" ".join(text.subject.split()),
            body=render_to_string("emails/notice.txt", context),
            to=[notice.person.email],
            headers={
                "Message-ID": f"<notice-{notice.pk}@{urlsplit(settings.SITE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
            },
            connection=connection,
        )
        message.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    return message


def send_again(notice: Notice, *, by: Person, now: dt.datetime) -> bool:
    """Put a notice that is in doubt or given up back into the outbox. Returns False where it is neither."""
    with transaction.atomic():
        stuck = Notice.objects.filter(pk=notice.pk, sent_at=None)
        back = {"handed_over_at": None, "given_up_at": None, "attempts": 0, "deliver_after": now, "last_error": ""}
        changed = stuck.filter(handed_over_at__lt=now - IN_DOUBT_AFTER).update(**back)
        changed = changed or stuck.exclude(given_up_at=None).update(**back)
        if changed:
            record(Event.NOTICE_SENT_AGAIN, notice, by=by, now=now, after={"event": notice.event})
    return bool(changed)
