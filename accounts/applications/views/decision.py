"""Deciding an application, and the decision to read, print and keep."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.applications import moves as applying
from accounts.applications.answers import in_language, sections
from accounts.applications.deciders import Routing
from accounts.applications.forms import DecisionForm
from accounts.applications.models import Application, Decision, Status
from accounts.applications.requirements import Surroundings, problems
from accounts.applications.views.application import visible_application
from governance.access import signed_in
from governance.pages.forms import posted


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def application_decide(request, pk):
    """For whom the policy lets decide now: by right, or as substitute (M07, M08, D68)."""
    now = timezone.now()
    found = visible_application(request, pk)
    form = DecisionForm(posted(request), initial={"submission": found.submission})
    if request.method == "POST" and form.is_valid():
        try:
            applying.move(
                found,
                Decision.Outcome(form.cleaned_data["outcome"]).verb,
                by=request.user,
                now=now,
                text=form.cleaned_data["text"],
                submission=form.cleaned_data["submission"],
            )
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, _("Your decision is recorded, and the applicant is told."))
        return redirect(found)
    routing = Routing.load(now)
    refusal = _why_not_decide(found, request.user, routing)
    if refusal:
        messages.warning(request, refusal)
        return redirect(found)
    deciding = routing.deciding(found, request.user)
    if deciding is None:
        raise PermissionDenied
    people, surroundings = found.named(), Surroundings.of(found, now)
    context = {
        "title": _("Decide the application"),
        "application": found,
        "form": form,
        "deciding": deciding,
        "sections": sections(found, people),
        "surroundings": surroundings,
        # What has come between since it was sent: the decider weighs it.
        "problems": problems(found, people, surroundings),
    }
    return render(request, "accounts/applications/decision_form.html", context, status=422 if form.errors else 200)


def _why_not_decide(application: Application, person, routing: Routing) -> str:
    """Why this person cannot decide it, where a message says more than a refusal."""
    if application.status != Status.SUBMITTED:
        return applying.why_not(application, routing.now)
    if application.applicant_id == person.pk:
        return applying.impartiality(routing.deciders(application))
    return ""


@signed_in
@require_safe
def application_decision(request, pk):
    """The decision with its copy of the application; the latest, or another by `?decision=`."""
    found = visible_application(request, pk)
    context = _document(found, _decision(request, found))
    return render(
        request, "accounts/applications/decision.html", {"title": _("Decision"), "application": found, **context}
    )


@signed_in
@require_safe
def application_decision_pdf(request, pk):
    # Not at the top: WeasyPrint loads Pango, which the rest of the portal does without.
    from governance.pages.pdf import tagged_pdf

    found = visible_application(request, pk)
    decision = _decision(request, found)
    page = render_to_string("accounts/applications/decision_pdf.html", _document(found, decision), request=request)
    response = HttpResponse(tagged_pdf(page), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="decision-{found.pk}-{decision.pk}.pdf"'
    return response


def _decision(request, application: Application) -> Decision:
    wanted = request.GET.get("decision", "")
    decisions = application.decisions.all()
    if len(wanted) > 40:  # no row's number is as long, and Python refuses to read numbers of thousands of digits
        raise Http404
    found = decisions.filter(pk=int(wanted)).first() if wanted.isdecimal() else decisions.first()
    if found is None:
        raise Http404
    return found


def _document(application: Application, decision: Decision) -> dict:
    """What the page and the PDF show: the stored copy alone, in the reader's language."""
    copy = in_language(decision.snapshot, get_language())
    return {
        "decision": decision,
        "copy": copy,
        "decided_at": dt.datetime.fromisoformat(copy["decision"]["decided_at"]),
        "submitted_at": dt.datetime.fromisoformat(copy["application"]["submitted_at"]),
        "pdf_url": f"{reverse('accounts:application_decision_pdf', args=[application.pk])}?decision={decision.pk}",
    }
