"""The feed of one's own duties for a calendar program, at a secret address."""

from __future__ import annotations

import datetime as dt
import secrets

import icalendar
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.duty.models import TakeOver
from accounts.duty.presence import held_between
from accounts.duty.roster import Roster, Span
from accounts.register.models import OfficialAccount
from governance.access import Permission, public, signed_in, units_where
from governance.calendar.hours import midnight
from governance.people.models import Person

AHEAD = dt.timedelta(days=60)
KEY_LENGTH = 43


@signed_in
@require_POST
def calendar_key(request):
    """Make the address, replace it, so that the old one is worthless, or take it away."""
    remove = "remove" in request.POST
    key = "" if remove else secrets.token_urlsafe(32)
    request.user.set_calendar_key(key, by=request.user, now=timezone.now())
    if remove:
        messages.success(request, _("Your calendar address is removed."))
    else:
        messages.success(request, _("Your calendar address is new. Earlier ones no longer work."))
    return redirect("me")


@public
@require_safe
def duty_calendar(request, key):
    """Whoever knows the address reads the duties of one person; no citizen's words stand there."""
    person = Person.objects.active().filter(calendar_key=key).first() if len(key) == KEY_LENGTH else None
    if not person:
        raise Http404
    now = timezone.now()
    with translation.override(person.language or settings.LANGUAGE_CODE):
        content = feed(person, now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="duty.ics"'
    response["Cache-Control"] = "private"
    response["X-Robots-Tag"] = "noindex"
    return response


def feed(person: Person, now: dt.datetime) -> bytes:
    """An iCalendar of when the person is on duty, today and 60 days ahead, in the active language."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Talerstol//Duty//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("My duty"))
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    end = midnight(timezone.localdate(now) + AHEAD)
    roster = Roster.load(_accounts(person, now, end), now, end)
    for account in sorted(roster.accounts.values(), key=lambda account: (account.name, account.pk)):
        for span in roster.spans(account.pk, now, end):
            if span.duty.person == person:
                calendar.add_component(_event(account, person, span, now))
    return calendar.to_ical()


def _accounts(person: Person, now: dt.datetime, end: dt.datetime):
    """Where the person may come on duty: through a role, somebody they replace, a take-over, or as head."""
    own = held_between(person, now, end).values("account")
    taken_over = TakeOver.objects.in_force(now, end).filter(person=person).order_by().values("account")
    heads = units_where(person, Permission.DECIDE_AS_HEAD, now=now)
    return OfficialAccount.objects.running().filter(Q(pk__in=own) | Q(pk__in=taken_over) | Q(unit__in=heads))


def _event(account: OfficialAccount, person: Person, span: Span, now: dt.datetime) -> icalendar.Event:
    """All day where it lasts from midnight to midnight here, else in UTC. What runs already begins today."""
    event = icalendar.Event()
    running = span.starts_at <= now
    starts_at = midnight(timezone.localdate(now)) if running else span.starts_at
    event.add("uid", f"duty-{account.pk}-{person.pk}-{'now' if running else f'{starts_at:%Y%m%dT%H%MZ}'}@talerstol")
    event.add("dtstamp", now.astimezone(dt.UTC).replace(microsecond=0))
    local = [timezone.localtime(moment) for moment in (starts_at, span.ends_at)]
    if all(moment.time() == dt.time() for moment in local):
        event.add("dtstart", local[0].date())
        event.add("dtend", local[1].date())
    else:
        event.add("dtstart", (span.starts_at if not running else now).astimezone(dt.UTC).replace(microsecond=0))
        event.add("dtend", span.ends_at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("summary", _("On duty: %(account)s") % {"account": account.name})
    words = [str(span.duty.why.label)]
    if span.duty.in_place_of:
        words.append(_("in place of %(name)s") % {"name": span.duty.in_place_of})
    event.add("description", ", ".join(words))
    event.add("url", settings.SITE_URL + account.get_absolute_url())
    event.add("transp", "TRANSPARENT")
    return event
