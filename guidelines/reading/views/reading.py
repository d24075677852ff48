"""Reading guidelines: the list, one text with its rules, older versions, acknowledging."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from governance.access import Permission, can, signed_in
from governance.pages.lists import page_of
from guidelines.reading.acknowledgements import demanded
from guidelines.reading.follow_up import may_follow_up, to_acknowledge
from guidelines.texts.errors import GuidelineError
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.readers import readers_of
from guidelines.texts.reviews import Review
from guidelines.texts.rounds import Comment, CommentRound
from guidelines.texts.versions import Version

GUIDELINES_A_PAGE = 50
VERSIONS_A_PAGE = 25


@signed_in
@require_safe
def guidelines(request):
    """All guidelines by audience; on top those that wait for the person."""
    now = timezone.now()
    page = page_of(request, Guideline.objects.visible_to(request.user), GUIDELINES_A_PAGE)
    current = {
        version.guideline_id: version
        for version in Version.objects.in_force().filter(guideline__in=list(page)).prefetch_related("texts")
    }
    drafts = {
        version.guideline_id: version
        for version in Version.objects.drafts()
        .visible_to(request.user)
        .filter(guideline__in=list(page))
        .prefetch_related("texts")
    }
    rows = [_row(guideline, current.get(guideline.pk), drafts.get(guideline.pk)) for guideline in page]
    rows.sort(key=lambda row: (Audience.values.index(row["guideline"].audience), row["title"].casefold()))
    asked = Review.objects.filter(reviewer=request.user, answered_at=None)
    context = {
        "title": _("Guidelines"),
        "rows": rows,
        "page": page,
        "waiting": [_row(version.guideline, version, None) for version in to_acknowledge(request.user, now)],
        "discussed": _titled(Version.objects.drafts().filter(rounds__in=CommentRound.objects.open(now))),
        "to_review": _titled(Version.objects.drafts().filter(reviews__in=asked)),
        "may_publish": can(request.user, Permission.PUBLISH_GUIDELINES),
        "may_follow_up": may_follow_up(request.user),
    }
    return render(request, "guidelines/reading/guidelines.html", context)


def _titled(drafts) -> list[tuple]:
    """(guideline, text in the reader's language) of drafts that others than those who write may see."""
    found = drafts.distinct().select_related("guideline").prefetch_related("texts").order_by("guideline__slug")
    return [(draft.guideline, text) for draft in found if (text := draft.text_in(get_language()))]


def _row(guideline, current, draft):
    text = current.text_in(get_language()) if current else None
    text = text or (draft.text_in(get_language()) if draft else None)
    return {
        "guideline": guideline,
        "version": current,
        "draft": draft,
        "text": text,
        "title": text.title if text else guideline.slug,
    }


@signed_in
@require_safe
def guideline(request, slug):
    """The version in force; those who write see the way to the draft where nothing is in force yet."""
    found = get_object_or_404(Guideline.objects.visible_to(request.user), slug=slug)
    current = found.in_force()
    if current is None:
        return redirect("guidelines:draft", slug)
    return _page(request, found, current)


@signed_in
@require_safe
def version(request, slug, number):
    found = get_object_or_404(Guideline.objects.visible_to(request.user), slug=slug)
    # A draft has its own page: here stands only what was once in force.
    shown = get_object_or_404(Version.objects.published().filter(guideline=found), number=number)
    return _page(request, found, shown)


def _page(request, found, shown):
    now = timezone.now()
    shown = Version.objects.select_related("published_by").prefetch_related("texts").get(pk=shown.pk)
    in_force = found.in_force()
    wanted = request.GET.get("language") or get_language()
    text = shown.text_in(wanted)
    if text is None:
        raise Http404
    mine = found_acknowledgement(request.user, found, now)
    last_read = found_last_read(request.user, found)
    rendered = text.rendered()
    context = {
        "title": text.title,
        "guideline": found,
        "version": shown,
        "in_force": in_force,
        "is_in_force": shown.pk == in_force.pk,
        "text": text,
        "rendered": rendered,
        "notes": _notes(found, rendered),
        "other_texts": sorted(
            shown.texts.all(), key=lambda other: list(dict(settings.LANGUAGES)).index(other.language)
        ),
        "fallback": text.language != wanted and wanted in dict(settings.LANGUAGES),
        "wanted_language": dict(settings.LANGUAGES).get(wanted, ""),
        **mine,
        "last_read": last_read,
        "since": _since(found, last_read, in_force) if shown.pk == in_force.pk else [],
        "may_follow_up": may_follow_up(request.user),
        "may_publish": can(request.user, Permission.PUBLISH_GUIDELINES),
    }
    return render(request, "guidelines/reading/guideline.html", context)


def _notes(found, rendered):
    """(note, the rule it stands beside), in the order of the text; None where the text has no such rule."""
    places = {place.anchor: (number, place) for number, place in enumerate(rendered.places)}
    rows = [(note, *places.get(note.anchor, (len(places), None))) for note in found.notes.standing()]
    return [(note, place) for note, _number, place in sorted(rows, key=lambda row: row[1])]


def found_acknowledgement(person, found, now):
    """Whether the guideline asks for an acknowledgement, and the one of this person that meets it."""
    number = demanded(now, guideline=found).get(found.pk)
    if number is None:
        return {"demanded": False, "acknowledgement": None}
    mine = (
        person.acknowledgements.filter(version__guideline=found, version__number__gte=number)
        .select_related("version")
        .order_by("at")
        .first()
    )
    is_for_me = readers_of(found.audience, now).filter(pk=person.pk).exists()
    return {"demanded": True, "acknowledgement": mine, "is_for_me": is_for_me}


def found_last_read(person, found) -> int | None:
    """The number of the newest version that the person has acknowledged, whatever is demanded now."""
    numbers = person.acknowledgements.filter(version__guideline=found).order_by("-version__number")
    return numbers.values_list("version__number", flat=True).first()


def _since(found, last_read, in_force) -> list[Version]:
    """The versions that have come since the person last read the text, newest first."""
    if last_read is None or last_read >= in_force.number:
        return []
    return list(found.versions.published().filter(number__gt=last_read).order_by("-number")[:20])


@signed_in
@require_POST
def acknowledge(request, slug):
    """Acknowledges the version that the form was shown with; a newer one must be read first."""
    found = get_object_or_404(Guideline.objects.published(), slug=slug)
    number = request.POST.get("version", "")
    readable = number.isdecimal() and len(number) < 10
    shown = get_object_or_404(Version.objects.published().filter(guideline=found), number=number if readable else 0)
    try:
        new = shown.acknowledge(request.user, now=timezone.now())
    except GuidelineError as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request,
            _("Thank you. It is noted that you have read this.") if new else _("You had already acknowledged this."),
        )
    return redirect(found)


@signed_in
@require_safe
def versions(request, slug):
    found = get_object_or_404(
        Guideline.objects.visible_to(request.user).prefetch_related(
            Prefetch("versions", Version.objects.in_force().prefetch_related("texts"), to_attr="current")
        ),
        slug=slug,
    )
    said = Exists(Comment.objects.filter(version=OuterRef("pk")))
    rows = Version.objects.published().filter(guideline=found).annotate(has_comments=said)
    rows = rows.select_related("published_by").order_by("-number")
    page = page_of(request, rows, VERSIONS_A_PAGE)
    current = found.current[0] if found.current else None
    text = current.text_in(get_language()) if current else None
    context = {
        "title": _("Versions of “%(title)s”") % {"title": text.title if text else found.slug},
        "guideline": found,
        "guideline_title": text.title if text else found.slug,
        "page": page,
        "current": current,
        "may_publish": can(request.user, Permission.PUBLISH_GUIDELINES),
    }
    return render(request, "guidelines/texts/versions.html", context)
