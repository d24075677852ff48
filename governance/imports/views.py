"""Files of units and people to import: a trial run first."""

import base64
import hashlib

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access import Permission, demand_place, requires
from governance.imports.forms import UploadForm
from governance.imports.importer import Report
from governance.imports.rows import FileError
from governance.operations.views.settings import IMPORT_TITLES, settings_crumbs
from governance.people.imports import PersonImporter
from governance.signin.fresh import demand_fresh
from governance.units.imports import UnitImporter

WAITING_FILE = "import_file"  # in the session
IMPORTERS = {importer.kind: importer for importer in (UnitImporter, PersonImporter)}


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
        if kind == PersonImporter.kind:
            demand_fresh(request)  # it may make deciders
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
    return render(request, "governance/imports/import.html", context, status=422 if form.errors else 200)


def _run(request, waiting: dict, *, dry_run: bool) -> Report:
    """Rejected rows are left out only where the person has asked for it."""
    importer = IMPORTERS[waiting["kind"]](
        by=request.user, now=timezone.now(), dry_run=dry_run, keep_going="keep_going" in request.POST
    )
    return importer.run(base64.b64decode(waiting["data"]), waiting["name"])
