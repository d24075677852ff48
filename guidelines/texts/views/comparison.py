"""Texts beside one another: two languages of a version, and two versions rule by rule."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.access import Permission, can, signed_in
from guidelines.texts.comparison import State, compare
from guidelines.texts.forms import CompareForm, LanguagesForm
from guidelines.texts.guidelines import Guideline
from guidelines.texts.parts import side_by_side
from guidelines.texts.versions import Version

MOST_VERSIONS = 200  # to choose from: nobody has published more of one text


@signed_in
@require_safe
def languages(request, slug, number):
    """Two languages of one version row by row: the same rule stands in the same row."""
    shown = get_object_or_404(
        Version.objects.readable_by(request.user, timezone.now()).select_related("guideline").prefetch_related("texts"),
        guideline__slug=slug,
        number=number,
    )
    texts = {text.language: text for text in shown.texts.all()}
    if not texts:
        raise Http404
    form = LanguagesForm(request.GET or None, present=list(texts))
    left, right = (texts[language] for language in form.chosen)
    context = {
        "title": _("Side by side: version %(number)d") % {"number": shown.number},
        "guideline": shown.guideline,
        "crumb": _crumb(request.user, shown.guideline, shown),
        "version": shown,
        "form": form,
        "left": left,
        "right": right,
        "rows": side_by_side(left.body, right.body) if left != right else [],
    }
    return render(request, "guidelines/texts/languages.html", context)


@signed_in
@require_safe
def versions(request, slug):
    """Two versions of a guideline in one language, rule by rule."""
    guideline = get_object_or_404(Guideline, slug=slug)
    found = list(
        Version.objects.readable_by(request.user, timezone.now())
        .filter(guideline=guideline)
        .prefetch_related("texts")
        .order_by("-number")[:MOST_VERSIONS]
    )
    if not found:
        raise Http404
    form = CompareForm(request.GET or None, versions=found, language=get_language())
    older, newer, language = form.chosen
    texts = [
        next((text for text in version.texts.all() if text.language == language), None) for version in (older, newer)
    ]
    before, after = texts
    rows = compare(before.body if before else "", after.body if after else "")
    changed = [row for row in rows if row.state != State.SAME or row.moved]
    context = {
        "title": _("Compare versions"),
        "guideline": guideline,
        "crumb": _crumb(request.user, guideline, newer),
        "form": form,
        "older": older,
        "newer": newer,
        "before": before,
        "after": after,
        "language": language,
        "rows": rows if form.shows_all else changed,
        "changed": len(changed),
        "new_title": before and after and before.title != after.title,
    }
    return render(request, "guidelines/texts/compare.html", context)


def _crumb(person, guideline, version) -> tuple[str, str]:
    """Where the page was come from: the draft, the list for whoever only reads a draft, or the guideline."""
    if version.published_at is None:
        if not can(person, Permission.PUBLISH_GUIDELINES):
            return _("Guidelines"), reverse("guidelines:guidelines")
        return _("Draft"), reverse("guidelines:draft", args=[guideline.slug])
    text = version.text_in(get_language())
    return text.title if text else guideline.slug, guideline.get_absolute_url()
