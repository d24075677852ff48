"""What concerns the person who is logged in: own roles and absences."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.access import signed_in
from governance.people.absences import Absence
from governance.people.models import RoleGrant
from governance.signin.tokens import ApiToken, token_rows


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
        "tokens": _tokens(request.user, now),
        "calendar_url": _calendar_url(request.user),
    }
    return render(request, "governance/people/me.html", context)


def _tokens(person, now) -> list[dict]:
    """The person's own, and those that wait for their word."""
    standing = ApiToken.objects.standing(now).select_related("unit", "person", "owner")
    asked = [token for token in standing.filter(approved_at=None) if token.may_approve(person, now)]
    own = standing.filter(approved_at__isnull=False).owned_by([person])
    return [row | {"may_approve": row["waiting"]} for row in token_rows([*asked, *own], now)]


def _calendar_url(person) -> str:
    """Where a calendar program finds the person's duties; "" where there is no such address."""
    key = person.calendar_key
    return settings.SITE_URL + reverse("accounts:duty_calendar", args=[key]) if key else ""
