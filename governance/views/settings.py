"""What administrators of the whole body look after: platforms, API tokens, scheduled jobs, mail, files to import."""

import base64
import datetime as dt
import hashlib

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.access import Permission, requires
from governance.body_imports import IMPORTERS
from governance.calendar import midnight
from governance.delivery import IN_DOUBT_AFTER, send_again
from governance.forms.settings import TokenForm, UploadForm
from governance.imports import Report
from governance.models import ApiToken, JobRun, Notice, Platform
from governance.rows import FileError
from governance.views.pages import demand_place, form_page

STUCK_SHOWN = 50
IMPORT_TITLES = {"units": gettext_lazy("Import units"), "people": gettext_lazy("Import people")}
WAITING_FILE = "import_file"  # in the session


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
        "tokens": [
            {"token": token, "valid": token.is_valid(now)}
            for token in ApiToken.objects.select_related("unit", "person", "created_by")
        ],
        "jobs": JobRun.objects.order_by("name"),
        "waiting": Notice.objects.deliverable(now).count(),
        "stuck_count": stuck.count(),
        "stuck": stuck.select_related("person")[:STUCK_SHOWN],
        "imports": [(title, reverse("import_upload", args=[kind])) for kind, title in IMPORT_TITLES.items()],
    }
    return render(request, "governance/settings.html", context)


@requires(Permission.EDIT_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def token_new(request):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    now = timezone.now()
    form = TokenForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        token, secret = ApiToken.issue(
            by=request.user,
            now=now,
            name=chosen["name"],
            scopes=chosen["scopes"],
            unit=chosen["unit"],
            person=chosen["person"],
            expires_at=midnight(chosen["expires_on"] + dt.timedelta(days=1)),
        )
        context = {"title": _("The new token"), "crumbs": settings_crumbs(), "token": token, "secret": secret}
        response = render(request, "governance/token.html", context)
        response["Cache-Control"] = "no-store"
        return response
    return form_page(
        request,
        form,
        title=_("New API token"),
        lead=_("The token is shown once. Keep it where the other system reads it, never in an e-mail."),
        crumbs=settings_crumbs(),
        cancel=reverse("settings"),
        submit=_("Issue the token"),
    )


@requires(Permission.EDIT_SETTINGS)
@require_POST
def token_revoke(request, pk):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    token = get_object_or_404(ApiToken, pk=pk)
    if token.revoke(by=request.user, now=timezone.now()):
        messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token})
    else:
        messages.info(request, _("That was done already."))
    return redirect("settings")


@requires(Permission.EDIT_SETTINGS)
@require_POST
def notice_send_again(request, pk):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    notice = get_object_or_404(Notice, pk=pk)
    if send_again(notice, by=request.user, now=timezone.now()):
        messages.success(request, _("The notice is sent again at the next delivery."))
    else:
        messages.info(request, _("The notice is neither in doubt nor given up any more."))
    return redirect("settings")


@requires(Permission.EDIT_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request, kind):
    """A file, first as a trial run with its report, then, confirmed, for good.

    Between the two the file waits in the session, so that exactly what was tried is written.
    """
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    if kind not in IMPORTERS:
        raise Http404
    form = UploadForm()
    report, waiting = None, None
    if request.method == "POST" and "confirm" in request.POST:
        waiting = request.session.pop(WAITING_FILE, None)
        if waiting and (waiting["kind"], waiting["digest"]) == (kind, request.POST["confirm"]):
            report = _run(request, waiting, dry_run=False)
        else:
            messages.info(request, _("This file was written already or has been replaced. Choose it again."))
            return redirect("import_upload", kind)
        waiting = None
    elif request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data["file"].read()
            waiting = {
                "kind": kind,
                "name": form.cleaned_data["file"].name,
                "digest": hashlib.sha256(data).hexdigest(),
                "data": base64.b64encode(data).decode(),
            }
            try:
                report = _run(request, waiting, dry_run=True)
                request.session[WAITING_FILE] = waiting
            except FileError as error:
                form.add_error("file", str(error))
    context = {
        "title": IMPORT_TITLES[kind],
        "crumbs": settings_crumbs(),
        "form": form,
        "columns": IMPORTERS[kind].columns,
        "required": IMPORTERS[kind].required,
        "report": report,
        "waiting": waiting,
        "shown": report.worth_showing[:200] if report else [],
        "cancel": reverse("settings"),
    }
    return render(request, "governance/import.html", context, status=422 if form.errors else 200)


def _run(request, waiting: dict, *, dry_run: bool) -> Report:
    """Rejected rows are left out only where the person has asked for it."""
    importer = IMPORTERS[waiting["kind"]](
        by=request.user, now=timezone.now(), dry_run=dry_run, keep_going="keep_going" in request.POST
    )
    return importer.run(base64.b64decode(waiting["data"]), waiting["name"])
