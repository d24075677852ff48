"""What lies ahead: a publishing that was planned, and the day to look at a text again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import Permission, requires
from governance.pages.forms import form_page, posted
from governance.pages.revisions import compared_again
from guidelines.texts.forms import ReviewDateForm
from guidelines.texts.guidelines import Guideline
from guidelines.texts.plans import Plan


@requires(Permission.PUBLISH_GUIDELINES)
@require_POST
def plan_cancel(request, slug):
    guideline = get_object_or_404(Guideline, slug=slug)
    plan = Plan.objects.filter(version__guideline=guideline).first()
    if plan and plan.call_off(by=request.user, now=timezone.now()):
        messages.success(request, _("It is not published then. The draft stays."))
    else:
        messages.info(request, _("Nothing was planned any more."))
    return redirect("guidelines:draft" if guideline.open_draft() else "guidelines:guideline", slug)


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def review_date(request, slug):
    """By when somebody looks whether the text is still right."""
    guideline = get_object_or_404(Guideline, slug=slug)
    form = ReviewDateForm(posted(request), instance=guideline)
    if request.method == "POST" and form.is_valid():
        with form.saving():
            changed = guideline.set_review_on(form.cleaned_data["review_on"], by=request.user, now=timezone.now())
        messages.success(request, _("The date is set.") if changed else _("Nothing had changed."))
        return redirect(guideline)
    context = {
        "title": _("When to look at it again"),
        "form": form,
        "crumbs": [(_("Guidelines"), reverse("guidelines:guidelines"))],
        "cancel": guideline.get_absolute_url(),
    }
    return form_page(request, **context)
