"""Lists in from a file: upload, see what was recognised, map the rest, look at the trial run, write.

Who may is asked for each kind anew (`governance.imports.kinds`); a person sees the own files alone.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.access import Permission, can, signed_in
from governance.imports import jobs
from governance.imports.forms import ListForm, SheetForm, UploadForm
from governance.imports.kinds import KINDS, Kind, kinds_open_to
from governance.imports.models import ImportFile, RememberedHeadings
from governance.imports.report import Outcome
from governance.imports.rows import FileError
from governance.operations.views.settings import settings_crumbs
from governance.pages.exports import csv_response
from governance.signin.fresh import demand_fresh

SHOWN = 200  # rows of the report on the page; all of them are in the download
SAMPLES = 3  # cells of a column shown beside its heading
State = ImportFile.State
# What a button of the step asks for.
ACTS = frozenset({"put_away", "choose_sheet", "try", "confirm"})


def _kind(request, name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    if not KINDS[name].open_to(request.user):
        raise PermissionDenied
    return KINDS[name]


def _own(request, name: str):
    """The file itself is megabytes, and read only where its rows are."""
    return ImportFile.objects.filter(kind=name, person=request.user).defer("sealed")


def _to_another(request, name: str) -> HttpResponse:
    """From a tab that was left open to the file chosen since; 404 where there is none."""
    since = _own(request, name).only("pk").first()
    if not since:
        raise Http404
    messages.info(request, _("You have chosen another file since. Here it is."))
    return redirect("import_step", name, since.pk)


def _crumbs(request) -> list[tuple]:
    return settings_crumbs() if can(request.user, Permission.EDIT_SETTINGS) else []


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request, kind):
    """A file to begin with; what the person has begun of this kind is found again here."""
    opened = _kind(request, kind)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = _begin(kind, opened, upload.name, upload.read(), by=request.user)
            return redirect("import_step", kind, file.pk)
        except FileError as error:
            form.add_error("file", str(error))
    importer = opened.importer
    context = {
        "title": opened.title,
        "crumbs": _crumbs(request),
        "form": form,
        "columns": [importer.labels.get(column, column) for column in importer.columns],
        "required": [importer.labels.get(column, column) for column in importer.required],
        "begun": _own(request, kind).defer("report").first(),
        "others": [
            (other.title, reverse("import_upload", args=[name]))
            for name, other in kinds_open_to(request.user).items()
            if name != kind
        ],
    }
    return render(request, "governance/imports/import.html", context, status=422 if form.errors else 200)


def _begin(name: str, kind: Kind, title: str, data: bytes, *, by) -> ImportFile:
    """Keep the file, and try it at once where nothing is left to be asked. Raises FileError."""
    now = timezone.now()
    rows = _looked_at(kind, data, title, "", now)
    file = ImportFile.begin(name, name=title, data=data, by=by, now=now, **rows["facts"])
    if rows["clear"] and len(file.sheets) < 2:
        _try(file)
    return file


def _looked_at(kind: Kind, data: bytes, title: str, sheet: str, now) -> dict:
    """What the file holds (`facts`, columns of an ImportFile), and whether every column is `clear`."""
    importer = kind.importer(now=now, sheet=sheet)
    rows, mapping = importer.read(data, title)
    samples: dict[str, list[str]] = {column: [] for column in mapping}
    for row in rows[:50]:
        for column, text in row.values.items():
            shown = Truncator(text.strip()).chars(40)
            if shown and len(samples[column]) < SAMPLES and shown not in samples[column]:
                samples[column].append(shown)
    remembered = RememberedHeadings.of(importer.kind, mapping)
    undecided = [column for column, target in mapping.items() if not target and column not in remembered]
    return {
        "clear": not undecided and not importer.missing_columns(mapping),
        "facts": {
            "rows": len(rows),
            "sheets": [[sheet.name, sheet.hidden] for sheet in importer.sheets],
            "sheet": importer.sheet,
            "columns": [[column, found] for column, found in samples.items()],
            "mapping": mapping,
        },
    }


def _try(file: ImportFile, **changes) -> None:
    since = (State.CHOOSING, State.TRIED)
    if file.move(State.TO_TRY, now=timezone.now(), since=since, report=None, error="", **changes):
        file.refresh_from_db()
        jobs.start(file)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_step(request, kind, pk):
    """Where the file is: its columns and names to be seen to, its trial run, how far it has come, or its result."""
    opened, file = _kind(request, kind), _own(request, kind).filter(pk=pk).first()
    if not file:
        return _to_another(request, kind)
    if opened.fresh and "confirm" in request.POST:
        demand_fresh(request)
    report = file.told()
    worth_showing = report.worth_showing if report else []
    importer = opened.importer(now=timezone.now())
    unmatched = report.unmatched if report else []
    posted = request.POST if request.method == "POST" else None
    sheet_form = SheetForm(posted if posted and "choose_sheet" in posted else None, file=file)
    asks = posted is not None and "try" in posted
    form = ListForm(posted if asks else None, file=file, importer=importer, unmatched=unmatched)
    if posted is not None and not file.waits:
        answer = _next(request, opened, file, sheet_form, form)
        if answer:
            return answer
    elif posted is not None:
        return redirect("import_step", kind, pk)
    missing = importer.missing_columns(file.mapping)
    context = {
        "title": f"{opened.title}: {file.name}",
        "crumbs": [*_crumbs(request), (opened.title, reverse("import_upload", args=[kind]))],
        "file": file,
        "done": jobs.progress_of(file) if file.waits else None,
        "sheet_form": sheet_form if len(file.sheets) > 1 else None,
        "form": form,
        "missing": [importer.word(column) for column in missing],
        "recognised": sum(bool(target) for target in file.mapping.values()),
        "page": reverse(opened.page),
        "report": report,
        "counts": [(outcome.label, report.count(outcome)) for outcome in Outcome] if report else [],
        "ignored": [column.replace("_", " ") for column in report.ignored_columns] if report else [],
        "good": report.count(Outcome.ACCEPTED) + report.count(Outcome.CHANGED) if report else 0,
        "shown": [(row, importer.word(row.field)) for row in worth_showing[:SHOWN]],
        "more": max(len(worth_showing) - SHOWN, 0),
        "strange_platforms": [name for name in unmatched if name.what == "platform"]
        if can(request.user, Permission.EDIT_PLATFORMS)
        else [],
        "to_confirm": file.state == State.TRIED and report and report.changes_anything,
        "written": file.state == State.WRITTEN,
    }
    bad = form.errors or sheet_form.errors
    return render(request, "governance/imports/step.html", context, status=422 if bad else 200)


def _next(request, opened: Kind, file: ImportFile, sheet_form, form) -> HttpResponse | None:
    """What the person asked for; None where the form is to be mended."""
    here = redirect("import_step", file.kind, file.pk)
    if ACTS.isdisjoint(request.POST):
        return here
    if "put_away" in request.POST:
        ImportFile.objects.filter(pk=file.pk).exclude(state__in=ImportFile.WAITING).delete()
        return redirect("import_upload", file.kind)
    if file.state == State.WRITTEN:
        messages.info(request, _("This file was imported already. Choose it again to import it once more."))
        return here
    if "choose_sheet" in request.POST and sheet_form.is_valid():
        _choose_sheet(request, opened, file, sheet_form.cleaned_data["sheet"])
        return here
    if "try" in request.POST and form.is_valid():
        _try(file, mapping=form.mapping, matches=form.matches, options=form.options)
        return here
    if "confirm" in request.POST:
        keep_going = "keep_going" in request.POST
        if file.move(State.TO_WRITE, now=timezone.now(), since=[State.TRIED], keep_going=keep_going):
            file.refresh_from_db()
            jobs.start(file)
        return here
    return None


def _choose_sheet(request, kind: Kind, file: ImportFile, sheet: str) -> None:
    now = timezone.now()
    try:
        found = _looked_at(kind, file.data(), file.name, sheet, now)
    except FileError as error:
        messages.error(request, str(error))
        return
    since = (State.CHOOSING, State.TRIED)
    file.move(State.CHOOSING, now=now, since=since, report=None, error="", matches={}, **found["facts"])


@signed_in
@require_safe
def import_progress(request, kind, pk):
    """How far a long file has come, for htmx; it fetches the whole page anew when the file no longer waits."""
    _kind(request, kind)
    file = get_object_or_404(_own(request, kind).defer("report"), pk=pk)
    done = jobs.progress_of(file) if file.waits else 0
    answer = render(request, "governance/imports/_progress.html", {"file": file, "done": done})
    if not file.waits:
        answer["HX-Refresh"] = "true"
    return answer


@signed_in
@require_safe
def import_report(request, kind, pk):
    """Every row of the file with what came of it."""
    opened = _kind(request, kind)
    report = get_object_or_404(_own(request, kind), pk=pk).told()
    if not report:
        raise Http404
    importer = opened.importer(now=timezone.now())
    headings = [_("Row"), _("Outcome"), _("Which"), _("Field"), _("Reason")]
    rows = ([row.row, row.outcome.label, row.key, importer.word(row.field), row.reason] for row in report.results)
    return csv_response(f"import-{kind}", headings, rows)
