"""The starter set: what each of its guidelines contains for a preset, and making drafts of them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access import Permission, requires
from governance.languages import DEFAULT
from governance.policy.presets import PRESET_NAMES
from guidelines.starter import texts as starter_texts
from guidelines.starter.forms import StarterForm
from guidelines.texts.guidelines import Guideline
from guidelines.texts.markdown import render as render_markdown


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def starter_set(request):
    """Posting makes a draft of the guideline that `slug` names, or of all that are missing."""
    own = starter_texts.preset_of_the_body()
    form = StarterForm(request.POST if request.method == "POST" else request.GET or None, initial={"preset": own})
    if request.method == "POST" and form.is_valid():
        return _begin(request, request.POST.get("slug", ""), form.cleaned_data["preset"])
    preset = form.cleaned_data["preset"] if form.is_valid() else own
    standing = {guideline.slug: guideline for guideline in Guideline.objects.filter(slug__in=starter_texts.AUDIENCES)}
    context = {
        "title": _("Starter set"),
        "form": form,
        "preset": preset,
        "own_preset": PRESET_NAMES[own],
        "cards": [_card(slug, preset, standing.get(slug)) for slug in starter_texts.AUDIENCES],
        "missing": len(starter_texts.AUDIENCES) - len(standing),
    }
    return render(request, "guidelines/starter/starter.html", context, status=422 if form.errors else 200)


def _begin(request, slug: str, preset: str):
    if slug not in ("", *starter_texts.AUDIENCES):
        raise Http404
    now = timezone.now()
    slugs = [slug] if slug else list(starter_texts.AUDIENCES)
    begun = [one for one in slugs if starter_texts.begin(one, preset, by=request.user, now=now)]
    if not begun:
        messages.info(request, _("Nothing was changed: what is there already stays as it is."))
    else:
        said = ngettext("%(count)d draft has been made.", "%(count)d drafts have been made.", len(begun))
        messages.success(request, said % {"count": len(begun)})
    if slug and begun:
        return redirect("guidelines:draft", slug)
    return redirect(f"{reverse('guidelines:starter')}?preset={preset}")


def _card(slug: str, preset: str, standing: Guideline | None) -> dict:
    texts = starter_texts.texts(slug, preset)
    language = get_language() if get_language() in texts else DEFAULT
    title, body = texts[language]
    parts: list[tuple[str, list[str]]] = []
    for place in render_markdown(body).places:
        if place.level:
            parts.append((place.text, []))
        else:
            parts[-1][1].append(place.text)
    return {
        "slug": slug,
        "title": title,
        "language": language,
        "audience": starter_texts.AUDIENCES[slug].label,
        "parts": parts,
        "count": sum(len(rules) for _heading, rules in parts),
        "standing": standing,
    }
