"""Decision aids: the list, one to answer, and one to edit."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.access import Permission, can, requires, signed_in
from governance.pages.forms import posted
from governance.policy.models import Policies
from guidelines.aids.models import AidConflict, AidSlug, AidVersion, standing, starter, unlike, write
from guidelines.aids.script import MAX_LENGTH, spelt_way, way_of
from guidelines.texts.targets import ID_PREFIX
from guidelines.texts.versions import Version


@signed_in
@require_safe
def aids(request):
    context = {
        "title": _("Decision aids"),
        "aids": [(row, row.aid) for row in standing(get_language())],
        "may_edit": can(request.user, Permission.PUBLISH_GUIDELINES),
    }
    return render(request, "guidelines/aids/aids.html", context)


@signed_in
@require_safe
def aid(request, slug):
    """One question at a time, as links: the way stands in the address, and nothing is kept."""
    if slug not in AidSlug.values:
        raise Http404
    [row] = standing(get_language(), slug)
    policies = Policies.load()
    # Who belongs to no unit follows what the body itself has decided.
    unit = request.user.unit_id or next((root.pk for root in policies.tree.roots()), 0)
    policy = policies.for_unit(unit)
    answered, step = row.aid.walk(way_of(request.GET.get("way", "")), policy)
    so_far = [answer.step.choices.index(answer.choice) + 1 for answer in answered]
    context = {
        "title": row.aid.title,
        "aid": row.aid,
        "row": row,
        "answered": answered,
        "step": step,
        "choices": [
            (spelt_way([*so_far, position]), choice.words)
            for position, choice in enumerate(step.choices, 1)
            if choice.open_under(policy)
        ],
        "cited": _cited(step.cited),
        "may_edit": can(request.user, Permission.PUBLISH_GUIDELINES),
    }
    return render(request, "guidelines/aids/aid.html", context)


def _cited(cited):
    """(address, title of the guideline, text of the rule) of those rules that stand in a guideline in force."""
    versions = {
        version.guideline.slug: version
        for version in Version.objects.in_force()
        .filter(guideline__slug__in={slug for slug, _anchor in cited})
        .select_related("guideline")
        .prefetch_related("texts")
    }
    found = []
    for slug, anchor in cited:
        text = versions[slug].text_in(get_language()) if slug in versions else None
        place = text and next((place for place in text.rendered().places if place.anchor == anchor), None)
        if place:
            found.append((f"{versions[slug].guideline.get_absolute_url()}#{ID_PREFIX}{anchor}", text, place.text))
    return found


class AidForm(forms.Form):
    body = forms.CharField(
        label="",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": "28", "spellcheck": "true"}),
    )
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Questions and answers")


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug, language):
    """The aid's script in one language, with its earlier versions; `?version=` begins from one of these."""
    if slug not in AidSlug.values or language not in dict(settings.LANGUAGES):
        raise Http404
    [row] = standing(language, slug)
    form = AidForm(posted(request), initial={"body": _earlier(row, request.GET.get("version")), "number": row.number})
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            changed = write(slug, language, **form.cleaned_data, by=request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error("body", error)
        except AidConflict as conflict:
            form.add_error(None, str(conflict))
            theirs = conflict.theirs
            # Sent once more, it replaces what has been looked at.
            form.data = form.data.copy()
            form.data["number"] = theirs.number
        else:
            messages.success(request, _("The decision aid is saved.") if changed else _("Nothing was changed."))
            if others := unlike(slug, language):
                said = _("It now asks other questions, or leads elsewhere, than in: %(languages)s.")
                messages.warning(request, said % {"languages": ", ".join(others)})
            return redirect("guidelines:aid", slug)
    context = {
        "title": _("Edit “%(title)s”") % {"title": row.aid.title},
        "row": row,
        "form": form,
        "theirs": theirs,
        "in_languages": settings.LANGUAGES,
        "versions": AidVersion.objects.filter(slug=slug, language=language).select_related("by"),
        "cancel": reverse("guidelines:aid", args=[slug]),
    }
    return render(request, "guidelines/aids/aid_edit.html", context, status=422 if form.errors else 200)


def _earlier(row, number: str | None) -> str:
    """The body of an earlier version; 0 is the one that came with the portal."""
    if number == "0":
        return starter(row.slug, row.language)
    if number and number.isascii() and number.isdigit() and len(number) < 6:
        found = AidVersion.objects.filter(slug=row.slug, language=row.language, number=number).first()
        if found is None:
            raise Http404
        return found.body
    return row.body
