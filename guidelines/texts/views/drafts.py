"""Writing: a new guideline, its draft in each language, and bringing in a document."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.access import Permission, requires
from governance.pages.forms import form_page, posted
from guidelines.texts.comparison import compare
from guidelines.texts.drafts import start
from guidelines.texts.errors import Frozen, GuidelineError
from guidelines.texts.forms import NewGuidelineForm, TextForm
from guidelines.texts.guidelines import Guideline
from guidelines.texts.links import dead_inside_version
from guidelines.texts.markdown import MAX_LENGTH
from guidelines.texts.markdown import render as render_markdown
from guidelines.texts.plans import Plan
from guidelines.texts.versions import EditConflict, Version, as_stored


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = NewGuidelineForm(posted(request), initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        now, data = timezone.now(), form.cleaned_data
        try:
            with transaction.atomic():
                guideline = start(title=data["title"], audience=data["audience"], now=now)
                draft = guideline.draft(by=request.user, now=now)
                draft.save_draft(data["language"], data["title"], "", revision=None, by=request.user, now=now)
        except GuidelineError as error:
            form.add_error("title", str(error))
        else:
            return redirect("guidelines:draft_edit", guideline.slug, data["language"])
    context = {
        "title": _("New guideline"),
        "form": form,
        "lead": _("Next you write the text, or bring in a document that you have."),
        "submit": _("Go on"),
        "crumbs": [(_("Guidelines"), reverse("guidelines:guidelines"))],
        "cancel": reverse("guidelines:guidelines"),
    }
    return form_page(request, **context)


@requires(Permission.PUBLISH_GUIDELINES)
@require_POST
def begin(request, slug):
    """Opens a draft of the next version, or goes to the one that is open."""
    guideline = get_object_or_404(Guideline, slug=slug)
    guideline.draft(by=request.user, now=timezone.now())
    return redirect("guidelines:draft", slug)


@requires(Permission.PUBLISH_GUIDELINES)
@require_safe
def draft(request, slug):
    """The draft as a whole: its languages, and what may be done with it."""
    guideline, found = open_draft(slug)
    texts = {text.language: text for text in found.texts.all()}
    text = found.text_in(get_language())
    context = {
        "title": _("Draft: %(title)s") % {"title": text.title if text else guideline.slug},
        "guideline": guideline,
        "draft": found,
        "by_language": [(code, name, texts.get(code)) for code, name in settings.LANGUAGES],
        "in_force": guideline.in_force(),
        "differences": found.language_differences(),
        "dead_links": dead_inside_version(found),
        "plan": Plan.objects.filter(version=found).first(),
        "round": found.rounds.filter(closed_at=None, until__gt=timezone.now()).first(),
        "comments": found.comments.count(),
        "reviews": found.reviews.select_related("reviewer"),
        "fingerprint": found.fingerprint(),
    }
    return render(request, "guidelines/texts/draft.html", context)


def open_draft(slug: str) -> tuple[Guideline, Version]:
    guideline = get_object_or_404(Guideline, slug=slug)
    return guideline, get_object_or_404(
        Version.objects.drafts().select_related("guideline").prefetch_related("texts"), guideline=guideline
    )


def known(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return str(dict(settings.LANGUAGES)[language])


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug, language):
    """One language of the draft. Preview and save are both a plain POST; a conflict shows both texts."""
    name = known(language)
    if request.method == "POST":
        _keep_a_draft_open(request, slug)
    guideline, found = open_draft(slug)
    standing = found.texts.filter(language=language).first()
    # A new language begins from the nearest text there is: same headings, same rules, same addresses.
    source = standing or found.text_in(language)
    initial = {
        "title": source.title if source else "",
        "body": source.body if source else "",
        "revision": standing.revision if standing else 0,
    }
    form = TextForm(posted(request), initial=initial)
    context = {
        "title": _("Edit draft: %(language)s") % {"language": name},
        "guideline": guideline,
        "draft": found,
        "language": language,
        "form": form,
        "plan": Plan.objects.filter(version=found).first(),
        "copied_from": source.get_language_display() if source and not standing else "",
    }
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if "preview" in request.POST:
            context["preview"] = render_markdown(as_stored(data["body"], standing))
            return render(request, "guidelines/texts/edit.html", context)
        try:
            _text, changed = found.save_draft(
                language, data["title"], data["body"], revision=data["revision"], by=request.user, now=timezone.now()
            )
        except EditConflict as conflict:
            theirs = conflict.theirs.body if conflict.theirs else ""
            context |= {
                "conflict": conflict,
                "form": _after_conflict(data, conflict),
                "rows": compare(theirs, as_stored(data["body"], conflict.theirs)),
            }
            return render(request, "guidelines/texts/edit.html", context, status=422)
        except Frozen as error:
            messages.error(request, str(error))
            return redirect(guideline)
        except GuidelineError as error:
            form.add_error("body", str(error))
            return render(request, "guidelines/texts/edit.html", context, status=422)
        messages.success(request, _("The draft is saved.") if changed else _("Nothing had changed."))
        return redirect("guidelines:draft", slug)
    return render(request, "guidelines/texts/edit.html", context, status=422 if form.errors else 200)


@requires(Permission.PUBLISH_GUIDELINES)
@require_POST
def preview(request, slug, language):
    """The text as it would look, while it is being written. Nothing is kept; a text that is too long is cut."""
    known(language)
    _guideline, found = open_draft(slug)
    standing = found.texts.filter(language=language).first()
    body = as_stored(request.POST.get("body", "")[:MAX_LENGTH], standing)
    return render(request, "guidelines/texts/_preview.html", {"preview": render_markdown(body)})


def _keep_a_draft_open(request, slug: str) -> None:
    """Published or discarded while somebody still wrote: what they send goes into a new draft, and is not lost."""
    guideline = get_object_or_404(Guideline, slug=slug)
    if guideline.open_draft() is None:
        guideline.draft(by=request.user, now=timezone.now())
        messages.warning(
            request, _("The draft was published or discarded while you wrote. What you wrote is in a new draft.")
        )


def _after_conflict(data, conflict) -> TextForm:
    """The same words once more, now knowing of the other's text: saving again means they were compared."""
    revision = conflict.theirs.revision if conflict.theirs else 0
    return TextForm(initial={"title": data["title"], "body": data["body"], "revision": revision})
