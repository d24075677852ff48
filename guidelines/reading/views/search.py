"""Searching the rules of all guidelines."""

from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.access import signed_in
from governance.pages.lists import page_of
from guidelines.reading.search import MAX_QUERY, search
from guidelines.texts.guidelines import Audience
from guidelines.texts.words import stem, with_marks

HITS_A_PAGE = 25


@signed_in
@require_safe
def results(request):
    """Rules that hold the words, each with a link to its place in the guideline."""
    query = request.GET.get("q", "").replace("\x00", "")[:MAX_QUERY].strip()
    audience = request.GET.get("audience", "")
    audience = audience if audience in Audience.values else ""
    found = search(query, by=request.user, language=get_language(), audience=audience)
    page = page_of(request, found.hits, HITS_A_PAGE)
    context = {
        "title": _("Search the guidelines"),
        "query": query,
        "audience": audience,
        "audiences": Audience.choices,
        "page": page,
        "hits": [_hit(passage, found.words) for passage in page],
        "searched_for": " ".join(found.words) if found.corrected else "",
    }
    return render(request, "guidelines/reading/search.html", context)


def _hit(passage, words):
    """What a line of the results shows; the version's texts are prefetched."""
    text = next(text for text in passage.version.texts.all() if text.language == passage.language)
    stems = [stem(word, passage.language) for word in words]
    fragment = f"#rule-{passage.anchor}" if passage.anchor else ""
    return {
        "title": text.title,
        "guideline": passage.version.guideline,
        "language": passage.language,
        "trail": passage.trail,
        "is_rule": passage.is_rule,
        "url": f"{passage.version.guideline.get_absolute_url()}{fragment}",
        "marked": with_marks(passage.text or " ".join(passage.trail[-1:]), stems, passage.language),
    }
