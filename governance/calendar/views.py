"""What a unit has decided: its settings, presets and closing days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import Permission, requires
from governance.calendar.closing_days import ClosingDay
from governance.calendar.forms import ClosingDayForm
from governance.pages.forms import form_page, posted
from governance.policy.views import decided_here
from governance.units.views import unit_crumbs

if TYPE_CHECKING:
    from governance.access import SignedInRequest


@requires(Permission.EDIT_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def closing_day_add(request: SignedInRequest, code: str) -> HttpResponse:
    unit = decided_here(request, code)
    form = ClosingDayForm(posted(request), instance=ClosingDay(unit=unit))
    if request.method == "POST" and form.is_valid():
        if form.instance.add(by=request.user, now=timezone.now()):
            messages.success(request, _("The closing day is added."))
        else:
            messages.info(request, _("This day is a closing day already."))
        return redirect(unit)
    return form_page(
        request,
        form,
        title=_("New closing day"),
        lead=_("A day on which %(unit)s, and the units below it, are closed although the calendar has no holiday.")
        % {"unit": unit},
        crumbs=unit_crumbs(unit),
        cancel=unit.get_absolute_url(),
    )


@requires(Permission.EDIT_POLICY)
@require_POST
def closing_day_remove(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    unit = decided_here(request, code)
    day = ClosingDay.objects.filter(unit=unit, pk=pk).first()
    if day and day.remove(by=request.user, now=timezone.now()):
        messages.success(request, _("The closing day is removed."))
    else:
        messages.info(request, _("That was done already."))
    return redirect(reverse("unit", args=[unit.code]))
