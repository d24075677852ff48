"""Crises: what holds now, opened and closed by whom policy names."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.crisis.forms import CrisisForm
from accounts.crisis.models import CrisisPeriod, may_lead, open_crisis
from governance.access import Permission, can, requires, signed_in
from governance.pages.forms import add_errors, form_page, posted

EARLIER = 20


@signed_in
@require_safe
def crisis(request):
    now = timezone.now()
    running = CrisisPeriod.objects.at(now).select_related("unit", "started_by")
    context = {
        "title": _("Crisis"),
        "running": [(row, may_lead(request.user, row.unit, now)) for row in running],
        "earlier": CrisisPeriod.objects.filter(ended_at__lte=now).select_related("unit", "ended_by")[:EARLIER],
        "may_open": can(request.user, Permission.LEAD_IN_CRISIS, now=now),
    }
    return render(request, "accounts/crisis/crisis.html", context)


@requires(Permission.LEAD_IN_CRISIS)
@require_http_methods(["GET", "HEAD", "POST"])
def crisis_open(request):
    form = CrisisForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            open_crisis(**form.cleaned_data, by=request.user, now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The crisis is open, and everyone concerned is told."))
            return redirect("accounts:crisis")
    return form_page(
        request,
        form,
        title=_("Open a crisis"),
        lead=_("All who answer for accounts there are told at once, also at night. Every page shows it."),
        crumbs=[(_("Crisis"), reverse("accounts:crisis"))],
        cancel=reverse("accounts:crisis"),
        submit=_("Open the crisis"),
    )


@signed_in
@require_POST
def crisis_close(request, pk):
    found = get_object_or_404(CrisisPeriod.objects.select_related("unit"), pk=pk)
    if found.close(by=request.user, now=timezone.now()):
        messages.success(request, _("The crisis is closed."))
    else:
        messages.info(request, _("That was done already."))
    return redirect("accounts:crisis")
