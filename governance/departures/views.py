"""Deactivating a person who leaves, and taking them back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access import Permission, can, requires
from governance.departures import holdings
from governance.pages.forms import form_page
from governance.people.reach import demand_reach
from governance.people.views.people import guard_decider, managed_person, people_crumbs
from governance.signin.fresh import demand_fresh


@requires(Permission.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_deactivate(request, pk):
    """Lists everything the person holds, and what becomes of it, before anything ends."""
    found, now = managed_person(request, pk), timezone.now()
    demand_reach(request.user, found, now)
    if request.method == "POST":
        guard_decider(request, found, now)
        try:
            done = holdings.deactivate(found, by=request.user, now=now)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if done:
                messages.success(request, _("%(name)s is deactivated.") % {"name": found})
            else:
                messages.info(request, _("That was done already."))
        return redirect(found)
    context = {
        "title": _("Deactivate %(name)s") % {"name": found},
        "crumbs": people_crumbs(found),
        "person": found,
        "held": holdings.held_by(found, now),
        "may_delegate": bool(found.unit and can(request.user, Permission.DELEGATE, found)),
        "form": Form(),
    }
    return render(request, "governance/departures/person_deactivate.html", context)


@requires(Permission.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_reactivate(request, pk):
    found, now = managed_person(request, pk), timezone.now()
    demand_reach(request.user, found, now)
    if request.method == "POST":
        demand_fresh(request)
        if holdings.reactivate(found, by=request.user, now=now):
            messages.success(request, _("%(name)s may log in again.") % {"name": found})
        else:
            messages.info(request, _("That was done already."))
        return redirect(found)
    return form_page(
        request,
        Form(),
        title=_("Reactivate %(name)s") % {"name": found},
        lead=_("%(name)s may log in again. The roles that ended are to be granted anew.") % {"name": found},
        crumbs=people_crumbs(found),
        cancel=found.get_absolute_url(),
        submit=_("Reactivate"),
    )
