"""The audit trail: who, when, before, after. Nobody changes it here or anywhere.

Paged by key: a million rows are never counted, and page 1,000 costs what page 1 costs.
"""

import datetime as dt

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.access import Permission, requires
from governance.calendar.hours import midnight
from governance.pages.exports import csv_response
from governance.people.models import Person
from governance.trail.forms import AuditFilter
from governance.trail.visibility import events_visible_to
from governance.trail.words import in_words, subject_label
from governance.units.models import Tree

EVENTS_A_PAGE = 50
MOST_PEOPLE = 200  # who a few letters may stand for


@requires(Permission.SEE_AUDIT)
@require_safe
def audit(request):
    form = AuditFilter(request.GET)
    found = _found(request, form)
    if mark := _read_mark(request.GET.get("before", "")):
        at, pk = mark
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    rows = list(found[: EVENTS_A_PAGE + 1])
    older = rows[EVENTS_A_PAGE - 1] if len(rows) > EVENTS_A_PAGE else None
    context = {
        "title": _("Audit trail"),
        "form": form,
        "rows": [
            {"event": row, "subject": subject_label(row.subject_type), "changes": in_words(row)}
            for row in rows[:EVENTS_A_PAGE]
        ],
        "older": f"{older.at.isoformat()}~{older.pk}" if older else "",
        "later": bool(mark),
        "export": request.GET.urlencode(),
    }
    return render(request, "governance/trail/audit.html", context)


@requires(Permission.SEE_AUDIT)
@require_safe
def audit_csv(request):
    """Everything that fits the filter, streamed."""
    found = _found(request, AuditFilter(request.GET))
    rows = (
        (
            timezone.localtime(row.at).isoformat(timespec="seconds"),
            row.actor_name,
            row.event_label,
            subject_label(row.subject_type),
            row.subject_name,
            "; ".join(f"{change['label']}: {change['before'] or '–'} → {change['after']}" for change in in_words(row)),
        )
        for row in found.iterator(chunk_size=2000)
    )
    headings = [_("When"), _("Who"), _("What happened"), _("To what"), _("Name"), _("Changes")]
    return csv_response("audit", headings, rows)


def _found(request, form: AuditFilter):
    found = events_visible_to(request.user)
    if not form.is_valid():
        return found.none()
    chosen = form.cleaned_data
    if chosen["who"]:
        named = Person.objects.filter(Q(name__icontains=chosen["who"]) | Q(email__icontains=chosen["who"]))
        found = found.filter(actor_id__in=list(named.values_list("pk", flat=True)[:MOST_PEOPLE]))
    if chosen["event"]:
        found = found.filter(event=chosen["event"])
    if chosen["subject"]:
        found = found.filter(subject_type=chosen["subject"])
        if chosen["id"]:
            found = found.filter(subject_id=chosen["id"])
    if chosen["unit"]:
        found = found.filter(unit_id__in=Tree.load().below(chosen["unit"].pk))
    if chosen["since"]:
        found = found.filter(at__gte=midnight(chosen["since"]))
    if chosen["until"]:
        found = found.filter(at__lt=midnight(chosen["until"] + dt.timedelta(days=1)))
    return found


def _read_mark(text: str) -> tuple[dt.datetime, int] | None:
    """The last row of the page before, as `audit` wrote it; None where somebody has bent it."""
    at, _tilde, pk = text.partition("~")
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, int(pk)) if moment.tzinfo and pk.isdecimal() and len(pk) < 19 else None
