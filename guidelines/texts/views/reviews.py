"""A second person looks at a draft: who is asked, and what they say."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access import Permission, requires, signed_in
from governance.pages.forms import form_page, posted
from guidelines.texts.errors import Frozen, GuidelineError
from guidelines.texts.forms import AskForm, ReviewForm
from guidelines.texts.reviews import Review, review_is_demanded
from guidelines.texts.views.drafts import open_draft


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, slug):
    """Asks somebody by name to review the draft: a colleague, the personnel section, a lawyer."""
    _guideline, found = open_draft(slug)
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reviewer = form.cleaned_data["reviewer"]
        try:
            new = Review.ask(found, reviewer, by=request.user, now=timezone.now())
        except GuidelineError as error:
            form.add_error("reviewer", str(error))
        else:
            said = _("%(name)s is asked to review the draft.") if new else _("%(name)s was asked already.")
            messages.success(request, said % {"name": reviewer.name})
            return redirect("guidelines:draft", slug)
    lead = _("They get a notice, and see the draft until they have answered.")
    if review_is_demanded():
        lead += " " + _("The policy says that a second person approves the draft before it is published.")
    context = {
        "title": _("Ask for a review"),
        "form": form,
        "lead": lead,
        "submit": _("Ask"),
        "crumbs": [
            (_("Guidelines"), reverse("guidelines:guidelines")),
            (_("Draft"), reverse("guidelines:draft", args=[slug])),
        ],
        "cancel": reverse("guidelines:draft", args=[slug]),
    }
    return form_page(request, **context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, slug):
    """The draft as its reviewer reads it, and their answer. Nobody else finds it."""
    asked = (
        Review.objects.filter(reviewer=request.user, version__guideline__slug=slug, version__published_at=None)
        .select_related("version__guideline", "asked_by", "reviewer")
        .order_by("answered_at", "-asked_at")  # what waits comes before what was answered
    )
    waiting = asked.filter(answered_at=None).first()
    if waiting is None:
        if asked.exists():
            messages.info(request, _("You have answered this already."))
            return redirect("guidelines:guidelines")
        raise Http404
    version = waiting.version
    text = version.text_in(request.GET.get("language") or get_language())
    if text is None:
        raise Http404
    form = ReviewForm(posted(request), initial={"seen": version.fingerprint()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            waiting.answer(data["outcome"], data["comment"], seen=data["seen"], now=timezone.now())
        except Frozen as error:
            messages.error(request, str(error))
            return redirect(version.guideline)
        except GuidelineError as error:
            form = ReviewForm(initial=data | {"seen": version.fingerprint()})
            messages.error(request, str(error))
        else:
            messages.success(request, _("Thank you. %(name)s is told.") % {"name": waiting.asked_by.name})
            return redirect("guidelines:guidelines")
    context = {
        "title": _("Review: %(title)s") % {"title": text.title},
        "version": version,
        "guideline": version.guideline,
        "asked": waiting,
        "text": text,
        "texts": version.texts.all(),
        "rendered": text.rendered(),
        "form": form,
    }
    return render(request, "guidelines/texts/review.html", context, status=422 if request.method == "POST" else 200)
