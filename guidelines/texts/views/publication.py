"""Publishing a draft, and discarding it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access import Permission, requires
from governance.pages.forms import form_page, posted
from governance.pages.revisions import compared_again
from guidelines.texts import publication
from guidelines.texts.errors import Frozen, GuidelineError
from guidelines.texts.forms import DiscardForm, PublishForm
from guidelines.texts.guidelines import Guideline
from guidelines.texts.links import dead_inside_version
from guidelines.texts.plans import PastTime, Plan
from guidelines.texts.readers import readers_of
from guidelines.texts.reviews import is_approved, review_is_demanded
from guidelines.texts.views.drafts import open_draft


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def publish(request, slug):
    """Asks whether it must be acknowledged and what has changed; then the draft is in force."""
    guideline = get_object_or_404(Guideline, slug=slug)
    if request.method == "POST" and guideline.open_draft() is None:
        messages.info(request, _("The version was published already."))
        return redirect(guideline)
    guideline, found = open_draft(slug)
    in_force = guideline.in_force()
    form = PublishForm(posted(request), draft=found, first=in_force is None)
    if request.method == "POST" and form.is_valid():
        try:
            with form.saving():
                said = _publish(found, form.cleaned_data, request.user)
        except PastTime as error:
            form.add_error("publish_at", str(error))
        except Frozen:  # the same form was sent twice at once
            messages.info(request, _("The version was published already."))
            return redirect(guideline)
        except GuidelineError as error:
            messages.error(request, str(error))
            return redirect("guidelines:draft", slug)
        else:
            messages.success(request, said)
            return redirect("guidelines:draft" if form.cleaned_data["publish_at"] else "guidelines:guideline", slug)
    context = {
        "title": _("Publish version %(number)d") % {"number": found.number},
        "guideline": guideline,
        "draft": found,
        "in_force": in_force,
        "form": form,
        "texts": found.texts.all(),
        "readers": readers_of(guideline.audience, timezone.now()).count(),
        "differences": found.language_differences(),
        "dead_links": dead_inside_version(found),
        "lacks_review": review_is_demanded() and not is_approved(found),
    }
    return render(request, "guidelines/texts/publish.html", context, status=422 if form.errors else 200)


def _publish(draft, data, by) -> str:
    """Publish now, or plan it, and say so. Raises GuidelineError."""
    if data["number"] != draft.number:
        raise GuidelineError(_("Another draft has been opened since. Look at it before you publish."))
    wanted = {name: data[name] for name in ("must_acknowledge", "change_note")}
    wanted["acknowledge_why"] = data.get("acknowledge_why", "")
    if data["publish_at"]:
        plan = Plan.make(draft, publish_at=data["publish_at"], by=by, now=timezone.now(), **wanted)
        date = date_format(timezone.localtime(plan.publish_at), "DATETIME_FORMAT")
        return _("Version %(number)d is published on %(date)s.") % {"number": draft.number, "date": date}
    publication.publish(draft, by=by, now=timezone.now(), **wanted)
    return _("Version %(number)d is in force.") % {"number": draft.number}


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, slug):
    guideline = get_object_or_404(Guideline, slug=slug)
    found = guideline.open_draft()
    if found is None:
        messages.info(request, _("There is no draft any more."))
        return redirect(guideline)
    form = DiscardForm(posted(request), initial={"draft": found.pk})
    if form.is_bound and not (form.is_valid() and form.cleaned_data["draft"] == found.pk):
        messages.error(request, _("Another draft has been opened since. Look at it before you discard it."))
        return redirect("guidelines:draft", slug)
    if request.method == "POST":
        try:
            found.discard(by=request.user, now=timezone.now())
        except GuidelineError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The draft is discarded."))
        return redirect(guideline if Guideline.objects.filter(pk=guideline.pk).exists() else "guidelines:guidelines")
    text = found.text_in(get_language())
    context = {
        "title": _("Discard the draft?"),
        "lead": _("All languages of the draft of “%(title)s” go, and cannot be brought back. What is in force stays.")
        % {"title": text.title if text else guideline.slug},
        "form": form,
        "submit": _("Discard the draft"),
        "danger": True,
        "crumbs": [
            (_("Guidelines"), reverse("guidelines:guidelines")),
            (_("Draft"), reverse("guidelines:draft", args=[slug])),
        ],
        "cancel": reverse("guidelines:draft", args=[slug]),
    }
    return form_page(request, **context)
