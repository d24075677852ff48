"""Duty ahead, the rota, and taking over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.duty.forms import ShiftForm, TakeOverForm
from accounts.duty.models import Shift, Weekday
from accounts.duty.roster import COVERAGE_DAYS, Duty, Roster, Span, on_duty
from accounts.duty.rota import add_shift, give_back, remove_shift, take_over
from accounts.duty.rule import Why
from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount, Pause
from accounts.register.views.register import account_or_404, crumbs
from governance.access import Permission, can, demand, requires, units_where
from governance.calendar.closing_days import ClosingDay
from governance.calendar.hours import is_holiday, midnight
from governance.pages.forms import add_errors, form_page, posted
from governance.pages.lists import page_of
from governance.people.models import Person

ACCOUNTS_A_PAGE = 20


# --- the coming 21 days ---


@dataclass
class Part:
    """Who is on duty in a part of a day; `starts` is None where it is all day, or all that is left of today."""

    duty: Duty
    starts: dt.datetime | None = None

    @property
    def is_gap(self) -> bool:
        return self.duty.person is None

    @property
    def falls_to_head(self) -> bool:
        return self.duty.why == Why.HEAD


@dataclass
class Day:
    day: dt.date
    parts: list[Part] = field(default_factory=list)
    holiday: str = ""
    paused: bool = False

    @property
    def gap(self) -> str:
        """Whether the day needs somebody: "nobody", "head" (only the head is left), or ""."""
        if any(part.is_gap for part in self.parts):
            return "nobody"
        return "head" if any(part.falls_to_head for part in self.parts) else ""


@requires(Permission.SEE_REGISTER)
@require_safe
def duty(request):
    """My accounts and those of my units, and who is on duty on each of the coming days."""
    now = timezone.now()
    accounts = OfficialAccount.objects.reached_by(request.user, Permission.ARRANGE_COVER, now=now).running()
    accounts = accounts.order_by("name", "pk")
    page = page_of(request, accounts.values_list("pk", flat=True), ACCOUNTS_A_PAGE)
    context = {
        "title": _("Duty"),
        "page": page,
        "rows": _calendars(list(page), request.user, now),
        "weekdays": Weekday.labels,
    }
    return render(request, "accounts/duty/duty.html", context)


def _calendars(ids: list[int], person: Person, now: dt.datetime) -> list[dict]:
    """One calendar an account, in the order of the ids; a constant number of queries."""
    if not ids:
        return []
    today = timezone.localdate(now)
    days = [today + dt.timedelta(days=number) for number in range(COVERAGE_DAYS)]
    end = midnight(days[-1] + dt.timedelta(days=1))
    roster = Roster.load(OfficialAccount.objects.filter(pk__in=ids).select_related("unit", "platform"), now, end)
    pauses = defaultdict(list)
    for pause in Pause.objects.overlapping(now, end).filter(account__in=ids):
        pauses[pause.account_id].append(pause)
    closed = defaultdict(dict)
    for row in ClosingDay.objects.filter(day__gte=days[0], day__lte=days[-1]):
        closed[row.unit_id][row.day] = row.name
    holders = defaultdict(list)
    for row in Assignment.objects.current(today).filter(account__in=ids).select_related("person"):
        holders[row.account_id].append(row.person)
    delegates = units_where(person, Permission.DELEGATE, now=now)
    arranges = units_where(person, Permission.ARRANGE_COVER, now=now)
    found = []
    for pk in ids:
        account = roster.accounts[pk]
        spans = roster.spans(pk, now, end)
        calendar = []
        for day in days:
            begins, ends = max(now, midnight(day)), midnight(day + dt.timedelta(days=1))
            holiday, paused = _holiday(roster, account, day, closed), _is_paused(pauses[pk], begins, ends)
            calendar.append(Day(day, _parts(spans, begins, ends), holiday, paused))
        found.append(
            {
                "account": account,
                "weeks": _weeks(calendar),
                "gaps": sum(day.gap == "nobody" for day in calendar),
                "left_to_head": sum(day.gap == "head" for day in calendar),
                "holders": [holder for holder in holders[pk] if holder.unit_id in arranges],
                "may_delegate": account.unit_id in delegates,
                "may_arrange": account.unit_id in arranges,
            }
        )
    return found


def _parts(spans: list[Span], start: dt.datetime, end: dt.datetime) -> list[Part]:
    """The changes of the day; that the same person goes on for another reason is none."""
    parts: list[Part] = []
    for span in spans:
        if span.starts_at >= end or span.ends_at <= start:
            continue
        part = Part(span.duty, max(span.starts_at, start))
        if not parts or (parts[-1].duty.person, parts[-1].falls_to_head) != (part.duty.person, part.falls_to_head):
            parts.append(part)
    if len(parts) == 1:
        parts[0].starts = None
    return parts


def _holiday(roster: Roster, account: OfficialAccount, day: dt.date, closed: dict) -> str:
    if is_holiday(day, roster.policy(account.pk).holiday_calendar):
        return _("Public holiday")
    return next((closed[unit][day] for unit in roster.tree.path_up(account.unit_id) if day in closed[unit]), "")


def _is_paused(pauses: list[Pause], start: dt.datetime, end: dt.datetime) -> bool:
    return any(pause.starts_at < end and pause.over_at > start for pause in pauses)


def _weeks(calendar: list[Day]) -> list[list[Day | None]]:
    """Rows of seven, Monday first; None before today and after the last day."""
    cells: list[Day | None] = [None] * calendar[0].day.weekday() + list(calendar)
    cells += [None] * (-len(cells) % 7)
    return [cells[number : number + 7] for number in range(0, len(cells), 7)]


# --- the rota ---


def _demand_rota(request, account: OfficialAccount, now: dt.datetime) -> None:
    if not any(can(request.user, one, account, now=now) for one in (Permission.DELEGATE, Permission.ARRANGE_COVER)):
        raise PermissionDenied


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def account_rota(request, pk):
    """Weekly shifts of those who hold a role on the account."""
    now, account = timezone.now(), account_or_404(request, pk)
    _demand_rota(request, account, now)
    current = Assignment.objects.current(timezone.localdate(now)).filter(account=account)
    people = Person.objects.filter(pk__in=current.values("person"))
    form = ShiftForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        try:
            _shift, new = add_shift(account, **form.cleaned_data, by=request.user, now=now)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The shift is added.") if new else _("That shift is there already."))
            return redirect("accounts:account_rota", account.pk)
    holders = {person.pk for person in people}
    shifts = list(account.shifts.select_related("person"))
    context = {
        "title": _("Rota of %(account)s") % {"account": account},
        "account": account,
        "form": form,
        "has_people": bool(holders),
        "shifts": [(shift, shift.person_id in holders) for shift in shifts],
        "crumbs": crumbs(account),
    }
    return render(request, "accounts/duty/duty_rota.html", context, status=422 if form.errors else 200)


@requires(Permission.SEE_REGISTER)
@require_POST
def shift_remove(request, pk):
    shift = Shift.objects.select_related("account__unit", "person").filter(pk=pk).first()
    if not shift:
        messages.info(request, _("That shift was removed already."))
        return redirect("accounts:duty")
    _demand_rota(request, shift.account, timezone.now())
    if remove_shift(shift, by=request.user, now=timezone.now()):
        messages.success(request, _("The shift is removed."))
    return redirect("accounts:account_rota", shift.account_id)


# --- taking over ---


def _back(request, account: OfficialAccount) -> str:
    """The post one came from, or the account."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if safe else account.get_absolute_url()


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def account_take_over(request, pk):
    """Whoever may answer there answers before all others for a while; those on duty are told."""
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.ANSWER_POSTS, account, now=now)
    form = TakeOverForm(posted(request), now=now)
    back = _back(request, account)
    if request.method == "POST" and form.is_valid():
        try:
            _row, new = take_over(account, until=form.ends_at(), by=request.user, now=now)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if new:
                messages.success(request, _("You have taken over. Whoever was on duty is told."))
            else:
                messages.info(request, _("You have taken over already."))
            return redirect(back)
    person = on_duty(account, now).person
    lead = (
        _("On duty now: %(name)s. From now on posts to %(account)s come to you first.")
        if person
        else _("Nobody is on duty now. From now on posts to %(account)s come to you first.")
    )
    return form_page(
        request,
        form,
        title=_("Take over now"),
        lead=lead % {"name": person, "account": account},
        crumbs=crumbs(account),
        cancel=back,
        submit=_("Take over now"),
    )


@requires(Permission.SEE_REGISTER)
@require_POST
def account_give_back(request, pk):
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.ANSWER_POSTS, account, now=now)
    if give_back(account, by=request.user, now=now):
        messages.success(request, _("You have given duty back. The usual order holds again."))
    else:
        messages.info(request, _("You had not taken over, or not any more."))
    return redirect(_back(request, account))
