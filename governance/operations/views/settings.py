"""What administrators of the whole body look after: platforms, API tokens, scheduled jobs, mail, files to import."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.access import Permission, demand_place, requires
from governance.imports.kinds import kinds_open_to
from governance.notices.delivery import IN_DOUBT_AFTER
from governance.notices.models import Notice
from governance.operations.models import JobRun
from governance.platforms.models import Platform
from governance.signin.tokens import ApiToken

STUCK_SHOWN = 50


def settings_crumbs() -> list[tuple]:
    return [(_("Settings"), reverse("settings"))]


@requires(Permission.EDIT_SETTINGS)
@require_safe
def settings(request):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    now = timezone.now()
    stuck = Notice.objects.stuck(now - IN_DOUBT_AFTER)
    context = {
        "title": _("Settings"),
        "platforms": Platform.objects.all(),
        "token_count": ApiToken.objects.standing(now).count(),
        "jobs": JobRun.objects.order_by("name"),
        "waiting": Notice.objects.deliverable(now).count(),
        "stuck_count": stuck.count(),
        "stuck": stuck.select_related("person")[:STUCK_SHOWN],
        "imports": [
            (kind.title, reverse("import_upload", args=[name])) for name, kind in kinds_open_to(request.user).items()
        ],
    }
    return render(request, "governance/operations/settings.html", context)
