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
from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from governance.audit.models import record
from governance.calendar.hours import next_sending_time
from governance.notices import events, notices
from governance.notices.kinds import Group, NoticeKind
from governance.notices.models import Channel, Notice, NoticeChoice, key_of, tell
from governance.notices.texts import notice_text
from governance.people.models import Person
from governance.policy.models import Policies

log = logging.getLogger(__name__)

# The server says that this mailbox is not there (RFC 5321, 4.2.3): asking again would not make it appear.
NO_MAILBOX = frozenset({550, 551, 553})
PAGE = 200
MOST_A_RUN = 2000  # well within a task's time limit; the next tick goes on
MAX_ATTEMPTS = 10
# Longer than any task may run: what was handed over before that belongs to no living process.
IN_DOUBT_AFTER = dt.timedelta(minutes=15)


def deliver(now: dt.datetime, *, awake: Collection[int] = ()) -> dict[str, int]:
    """Send what waits. Raises nothing for a mail server that is down: the rows simply wait on.

    `awake`: ids of people who are told at night and on holidays too, because there is a crisis.
    """
    _follow_choices(now)
    counts = {"sent": 0, "failed": 0, "given_up": _give_up_on_leavers(now), "postponed": _wait_for_morning(now, awake)}
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


def _follow_choices(now: dt.datetime) -> None:
    """What people want once a day, or only in the portal, leaves the outbox."""
    for group in Group:
        of_group = [kind for kind in NoticeKind.known.values() if kind.group == group]
        for channel in (Channel.DIGEST, Channel.PORTAL):
            chosen = NoticeChoice.objects.filter(group=group, channel=channel).values("person")
            Notice.objects.deliverable(now).filter(event__in=of_group, person__in=chosen).update(channel=channel)


def digest(now: dt.datetime) -> dict[str, int]:
    """One notice a person and day that stands for all those kept for it; `deliver` sends it. Twice a day is once."""
    people, day = 0, timezone.localdate(now)
    digests = Notice.objects.filter(event=notices.DIGEST, key=key_of(notices.DIGEST, None, day))
    while True:
        with transaction.atomic():
            had = digests.values("person")
            waiting = Notice.objects.for_digest().filter(created_at__lte=now, person__is_active=True)
            page = list(
                waiting.exclude(person__in=had).order_by("person").values_list("person", flat=True).distinct()[:PAGE]
            )
            if not page:
                return {"people": people}
            tell(page, notices.DIGEST, about=None, once=day, path=reverse("notices"), now=now, at_on=str(day))
            mine = digests.filter(person=OuterRef("person"))
            waiting.filter(person__in=page).update(in_digest=Subquery(mine.values("pk")[:1]))
            people += len(page)


def _give_up_on_leavers(now: dt.datetime) -> int:
    """People who have been deactivated get no more mail, save what was addressed to them before."""
    gone = Notice.objects.deliverable(now).filter(person__is_active=False, address="")
    return gone.update(given_up_at=now, last_error="deactivated")


def _wait_for_morning(now: dt.datetime, awake: Collection[int]) -> int:
    """None at night or on holidays, by the calendar of the person's unit, unless there is a crisis."""
    zone, postponed = timezone.get_default_timezone(), 0
    urgent = [kind for kind in NoticeKind.known.values() if kind.at_once]
    ordinary = Notice.objects.deliverable(now).exclude(person__in=awake).exclude(event__in=urgent)
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
    try:
        message = message_of(notice, connection)
        message.message()
    except Exception as problem:  # whatever it is, the mails behind it must not wait for it
        log.exception("Notice %s cannot be made a mail", notice.pk)
        Notice.objects.deliverable(now).filter(pk=notice.pk).update(given_up_at=now, last_error=_in_short(problem))
        return "given_up"
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
    given_up = attempts >= MAX_ATTEMPTS or _no_such_mailbox(refusal)
    Notice.objects.filter(pk=notice.pk).update(
        handed_over_at=None,
        deliver_after=now + dt.timedelta(minutes=min(2**attempts, 360)),
        given_up_at=now if given_up else None,
        last_error=_in_short(refusal),
    )
    log.warning("Notice %s was refused (attempt %s): %s", notice.pk, attempts, type(refusal).__name__)
    return "given_up" if given_up else "failed"


def _no_such_mailbox(refusal: Exception) -> bool:
    if not isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return False
    return all(code in NO_MAILBOX for code, _message in refusal.recipients.values())


def unreachable() -> QuerySet[Person]:
    """People who may log in, and whose last mail was given up."""
    given_up = Notice.objects.filter(person=OuterRef("pk"), given_up_at__isnull=False).order_by("-given_up_at")
    sent = Notice.objects.filter(person=OuterRef("pk"), sent_at__isnull=False).order_by("-sent_at")
    people = Person.objects.active().annotate(
        mail_given_up=Subquery(given_up.values("given_up_at")[:1]), mail_sent=Subquery(sent.values("sent_at")[:1])
    )
    return people.filter(Q(mail_sent=None) | Q(mail_sent__lt=F("mail_given_up")), mail_given_up__isnull=False)


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
            "items": _items(notice),
            "choices_link": f"{settings.SITE_URL}{reverse('notice_choices')}",
            "body_name": settings.BODY_NAME,
            "language": language,
        }
        message = EmailMultiAlternatives(
            subject=" ".join(text.subject.split()),
            body=render_to_string("emails/notice.txt", context),
            to=[notice.address or notice.person.email],
            headers={
                "Message-ID": f"<notice-{notice.pk}@{urlsplit(settings.SITE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
            },
            connection=connection,
        )
        message.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    return message


def _items(notice: Notice) -> list[dict]:
    """What a digest gathers, the newest last."""
    if notice.event != notices.DIGEST:
        return []
    return [
        {"subject": notice_text(item).subject, "link": f"{settings.SITE_URL}{item.path}"}
        for item in notice.digested.order_by("created_at", "pk")
    ]


def send_again(notice: Notice, *, by: Person, now: dt.datetime) -> bool:
    """Put a notice that is in doubt or given up back into the outbox. Returns False where it is neither."""
    with transaction.atomic():
        stuck = Notice.objects.filter(pk=notice.pk, sent_at=None)
        back = {"handed_over_at": None, "given_up_at": None, "attempts": 0, "deliver_after": now, "last_error": ""}
        changed = stuck.filter(handed_over_at__lt=now - IN_DOUBT_AFTER).update(**back)
        changed = changed or stuck.exclude(given_up_at=None).update(**back)
        if changed:
            record(events.NOTICE_SENT_AGAIN, notice, by=by, now=now, after={"event": notice.event})
    return bool(changed)
