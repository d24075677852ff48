"""Home: what waits for me."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.access import signed_in


@signed_in
@require_safe
def home(request):
    return render(request, "accounts/home.html", {"title": _("What waits for me")})
