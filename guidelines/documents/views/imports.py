"""Bringing in a document: it is read, a person looks over what was recognised, and then it is in the draft."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from governance.access import Permission, requires
from governance.pages.forms import posted
from governance.pages.lists import page_of
from guidelines.documents.forms import DocumentForm
from guidelines.documents.intake import take_in
from guidelines.documents.left_out import REASONS
from guidelines.documents.lines import Kind
from guidelines.documents.models import PendingImport
from guidelines.documents.outline import MAX_BLOCK_CHARACTERS
from guidelines.texts.errors import GuidelineError
from guidelines.texts.versions import EditConflict
from guidelines.texts.views.drafts import known, open_draft

LINES_A_PAGE = 100  # two fields a line: well below what Django takes in one form


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, slug, language):
    """Reads a document. Nothing is in the draft before it has been looked over."""
    name = known(language)
    guideline, draft = open_draft(slug)
    standing = draft.texts.filter(language=language).first()
    revision = standing.revision if standing else 0
    form = DocumentForm(posted(request), request.FILES or None, initial={"revision": revision})
    if request.method == "POST" and form.is_valid():
        _pending, new = PendingImport.begin(
            form.outline,
            guideline=guideline,
            language=language,
            name=form.cleaned_data["document"].name,
            data=form.content,
            revision=form.cleaned_data["revision"],
            by=request.user,
            now=timezone.now(),
        )
        if not new:
            messages.info(request, _("You brought in this very document before. Your corrections are kept."))
        return redirect("guidelines:draft_import_review", slug, language)
    waiting = PendingImport.objects.filter(guideline=guideline, language=language, person=request.user).first()
    context = {
        "title": _("Import a document: %(language)s") % {"language": name},
        "guideline": guideline,
        "language": language,
        "form": form,
        "waiting": waiting,
    }
    return render(request, "guidelines/documents/import.html", context, status=422 if form.errors else 200)


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, slug, language):
    """What was recognised, a line each, to correct; long documents come in pages. Then into the draft, or away."""
    name = known(language)
    guideline, draft = open_draft(slug)
    pending = PendingImport.objects.filter(guideline=guideline, language=language, person=request.user).first()
    if pending is None:
        messages.info(request, _("No document is waiting to be looked over."))
        return redirect("guidelines:draft_import", slug, language)
    page = page_of(request, pending.lines, LINES_A_PAGE)
    if request.method == "POST":
        return _reviewed(request, draft, pending, page)
    rows = [_row(line, at) for at, line in enumerate(page, page.start_index() - 1)]
    context = {
        "title": _("Look over the document: %(language)s") % {"language": name},
        "guideline": guideline,
        "language": language,
        "pending": pending,
        "page": page,
        "rows": rows,
        "kinds": Kind.choices,
        "max_length": MAX_BLOCK_CHARACTERS,
        "counts": _counts(pending.outline()),
        "left_out": [
            row | {"line": row["first"] + 1, "page": row["first"] // LINES_A_PAGE + 1} for row in pending.left_out()
        ],
    }
    return render(request, "guidelines/documents/import_review.html", context)


def _row(line: dict, at: int) -> dict:
    """A line for the page. What the document itself leaves out has its reason, and is taken in by a tick."""
    reason = REASONS.get(line.get("why", ""))
    return {
        **line,
        "at": at,
        "number": line.get("number", ""),
        "rows": min(12, 1 + line["text"].count("\n") + len(line["text"]) // 70),
        "reason": reason,
        "becomes": Kind(line["as"]).label if "as" in line else "",
        "ticks": reason and line["kind"] == Kind.LEAVE_OUT,
    }


def _reviewed(request, draft, pending, page):
    """Saves the page's lines, then does what the button says."""
    slug, language, sent = draft.guideline.slug, pending.language, request.POST
    address = reverse("guidelines:draft_import_review", args=[slug, language])
    if request.POST.get("import") != str(pending.pk):
        messages.warning(request, _("You have brought in another document since this page was opened. Here it is."))
        return redirect(address)
    if "cancel" in request.POST:
        pending.delete()
        messages.success(request, _("The document is put away. The draft is as it was."))
        return redirect("guidelines:draft", slug)
    changes = {
        at: (line["as"] if "as" in line and f"take-{at}" in sent else sent[f"kind-{at}"], sent[f"text-{at}"])
        for at, line in enumerate(page, page.start_index() - 1)
        if f"kind-{at}" in sent and f"text-{at}" in sent
    }
    try:
        pending.correct(changes)
    except PendingImport.DoesNotExist:  # the same form was sent twice at once
        messages.info(request, _("No document is waiting to be looked over."))
        return redirect("guidelines:draft", slug)
    if "confirm" in request.POST:
        return _taken_in(request, draft, pending)
    messages.success(request, _("Your corrections are saved."))
    further = page.next_page_number() if "next" in request.POST and page.has_next() else page.number
    return redirect(f"{address}?page={further}")


def _taken_in(request, draft, pending):
    guideline, language, outline = draft.guideline, pending.language, pending.outline()
    text = draft.text_in(language)
    try:
        imported = take_in(
            outline,
            title=text.title if text else guideline.slug,
            language=language,
            audience=guideline.audience,
            slug=guideline.slug,
            revision=pending.revision,
            by=request.user,
            now=timezone.now(),
        )
    except EditConflict as conflict:
        # Confirmed once more, it replaces the text they have now been told of.
        pending.revision = conflict.theirs.revision if conflict.theirs else 0
        pending.save(update_fields=["revision"])
        messages.warning(
            request,
            _("Somebody else has saved this text meanwhile. Look at it before you replace it with the document."),
        )
        return redirect("guidelines:draft_import_review", guideline.slug, language)
    except GuidelineError as error:
        messages.error(request, str(error))
        return redirect("guidelines:draft_import_review", guideline.slug, language)
    pending.delete()
    parts = _counts(outline)
    if imported.changed:
        messages.success(request, _("The document is in the draft: %(headings)s and %(rules)s were found.") % parts)
    else:
        messages.success(request, _("The draft held this very text already: %(headings)s and %(rules)s.") % parts)
    return redirect("guidelines:draft_edit", guideline.slug, language)


def _counts(outline) -> dict[str, str]:
    headings, rules = len(outline.headings), len(outline.rules)
    return {
        "headings": ngettext("%(count)d heading", "%(count)d headings", headings) % {"count": headings},
        "rules": ngettext("%(count)d rule", "%(count)d rules", rules) % {"count": rules},
    }
