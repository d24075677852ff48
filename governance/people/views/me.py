"""What concerns the person who is logged in: own roles and absences."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.access import signed_in
from governance.people.absences import Absence
from governance.people.models import RoleGrant


@signed_in
@require_safe
def me(request):
    now = timezone.now()
    context = {
        "title": request.user.name,
        "grants": RoleGrant.objects.current(timezone.localdate(now)).filter(person=request.user).select_related("unit"),
        "absences": Absence.objects.standing()
        .filter(person=request.user, ends_at__gt=now)
        .select_related("replacement"),
        "calendar_url": _calendar_url(request.user),
    }
    return render(request, "governance/people/me.html", context)


def _calendar_url(person) -> str:
    """Where a calendar program finds the person's duties; "" where there is no such address."""
    key = person.calendar_key
    return settings.SITE_URL + reverse("accounts:duty_calendar", args=[key]) if key else ""
