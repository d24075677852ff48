"""Applying for an account: begin, answer step by step, check and send, withdraw, take up again; and reading it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.applications import moves as applying
from accounts.applications.answers import sections
from accounts.applications.deciders import Routing
from accounts.applications.establishment import WITHOUT_A_DECISION, registers_at_once
from accounts.applications.forms import STEP_FORMS, CommentForm, StartForm
from accounts.applications.models import Application, Status, Verb, transition
from accounts.applications.requirements import STEP_TITLES, STEPS, Problem, Surroundings, problems
from accounts.register.confirmation import own_word_is_enough
from governance.access import Permission, requires, signed_in
from governance.audit.models import AuditEvent
from governance.pages.forms import form_page, posted
from governance.pages.revisions import compared_again

MESSAGES_AT_MOST = 200  # comments and events of one application shown on its page


@dataclass(frozen=True)
class StepLink:
    """One step in the navigation. `state`: "done", "attention" (saved, but something is open) or "open"."""

    key: str
    title: str
    url: str
    state: str
    problems: list[Problem]


def step_links(application: Application, found: list[Problem]) -> list[StepLink]:
    links = []
    for key, title in STEP_TITLES.items():
        of_step = [problem for problem in found if problem.step == key]
        seen = key in application.steps_done
        state = "done" if seen and not of_step else "attention" if seen else "open"
        url = reverse("accounts:application_step", args=[application.pk, key])
        links.append(StepLink(key, str(title), url, state, of_step))
    return links


def visible_application(request, pk: int) -> Application:
    """The application, for whoever may see it; 404 for everybody else."""
    rows = Application.objects.visible_to(request.user).select_related("unit", "platform", "applicant", "account")
    return get_object_or_404(rows, pk=pk)


def own_application(request, pk: int) -> Application:
    """One's own application; 403 for those who may read it alone."""
    application = visible_application(request, pk)
    if application.applicant_id != request.user.pk:
        raise PermissionDenied
    return application


@requires(Permission.APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def application_new(request):
    now = timezone.now()
    form = StartForm(posted(request), person=request.user, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        application = applying.start(
            unit=answers["unit"],
            kind=answers["kind"],
            name=answers["name"],
            token=answers["form_token"],
            by=request.user,
            now=now,
        )
        return redirect("accounts:application_step", application.pk, "purpose")
    context = {
        "title": _("Apply for an account"),
        "lead": _(
            "The application has six steps. Each is saved when you go on, and you can come back whenever you like."
        ),
        "crumbs": [(_("Applications"), reverse("accounts:applications"))],
        "form": form,
        "submit": _("Begin"),
        "cancel": reverse("accounts:applications"),
    }
    return form_page(request, **context)


@signed_in
@require_safe
def application(request, pk):
    return _show(request, visible_application(request, pk))


def _show(request, found: Application, status: int = 200, **bound):
    """The page of an application; `bound` holds the form that was sent and is to be mended."""
    now = timezone.now()
    mine = found.applicant_id == request.user.pk
    people = found.named()
    context = {
        "title": str(found),
        "application": found,
        "sections": sections(found, people),
        "mine": mine,
        "history": AuditEvent.objects.about(found)[:MESSAGES_AT_MOST],
        "decisions": found.decisions.select_related("decided_by", "on_behalf_of"),
        "comments": found.comments.select_related("author")[:MESSAGES_AT_MOST] if found.submitted_at else None,
        "comment_form": CommentForm() if found.submitted_at else None,
        "may_withdraw": mine and transition(found.status, Verb.WITHDRAW),
    }
    if mine and found.editable:
        context["steps"] = step_links(found, problems(found, people, Surroundings.of(found, now)))
        context["next_step"] = next((step for step in context["steps"] if step.state != "done"), None)
    if found.status == Status.SUBMITTED:
        routing = Routing.load(now)
        context["deciders"] = routing.deciders(found)
        context["days_waiting"] = routing.days_waiting(found)
        context["may_decide"] = any(row.person == request.user for row in context["deciders"])
    if found.status == Status.EXPIRED:
        context["why_not"] = applying.why_not(found, now)
    return render(request, "accounts/applications/application.html", context | bound, status=status)


@requires(Permission.APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def application_step(request, pk, step):
    if step not in STEPS:
        raise Http404
    now = timezone.now()
    found = own_application(request, pk)
    if not found.editable and request.method != "POST":
        messages.warning(request, applying.why_not(found, now))
        return redirect(found)
    people, surroundings = found.named(), Surroundings.of(found, now)
    links = step_links(found, problems(found, people, surroundings))
    later = "later" in request.POST
    # The form writes into its application while it checks: the page around it shows what is stored.
    form = STEP_FORMS[step](
        posted(request),
        application=copy(found),
        people=people,
        surroundings=surroundings,
        now=now,
        complete=not later,
    )
    if request.method == "POST":
        valid = form.is_valid()
        try:
            with form.saving():
                done = valid and not later
                applying.save_step(found, step, form.answers, form.named, done=done, by=request.user, now=now)
                form.read_again()
        except ValidationError as error:
            form.add_error(None, error)  # sent or withdrawn meanwhile; what was typed stays to be copied
        else:
            if valid and later:
                messages.success(request, _("Saved. Go on whenever you like."))
                return redirect(found)
            if valid:
                return redirect(_after(found, step))
    context = {
        "title": str(STEP_TITLES[step]),
        "application": found,
        "steps": links,
        "step": step,
        "number": list(STEPS).index(step) + 1,
        "form": form,
        "existing": _accounts_of_unit(found) if step == "platform" else None,
        "surroundings": surroundings,
    }
    return render(request, "accounts/applications/application_step.html", context, status=422 if form.errors else 200)


def _accounts_of_unit(application: Application):
    """What the unit has already, on whatever platform (M03, K2)."""
    return application.unit.accounts.exclude(state="retired").select_related("platform")


def _after(application: Application, step: str) -> str:
    keys = list(STEPS)
    following = keys.index(step) + 1
    if following < len(keys):
        return reverse("accounts:application_step", args=[application.pk, keys[following]])
    return reverse("accounts:application_submit", args=[application.pk])


@requires(Permission.APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def application_submit(request, pk):
    """Check and send: what is missing, each with the way to its field, and what sending leads to."""
    now = timezone.now()
    found, status = own_application(request, pk), 200
    if request.method == "POST":
        try:
            sent = applying.send(found, by=request.user, now=now)
        except applying.Incomplete as error:
            messages.error(request, " ".join(error.messages))
            status = 422
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
            return redirect(found)
        else:
            registered = sent.status == Status.REGISTERED
            text = _("The application is sent.")
            if registered:
                text = _("The account is registered.")
            if registered and sent.account.unconfirmed_since:
                text = _("The account is registered. Somebody responsible is asked to confirm that it is ours.")
            messages.success(request, text)
            return redirect(found)
    if not found.editable:
        messages.warning(request, applying.why_not(found, now))
        return redirect(found)
    people = found.named()
    surroundings = Surroundings.of(found, now)
    links = step_links(found, problems(found, people, surroundings))
    policy = surroundings.policy
    at_once = registers_at_once(request.user, found.unit, policy, now)
    context = {
        "title": _("Check and send"),
        "application": found,
        "steps": links,
        "step": "submit",
        "open_steps": [link for link in links if link.problems],
        "sections": sections(found, people),
        "at_once": at_once,
        "to_be_confirmed": at_once and not own_word_is_enough(request.user, found.unit, policy, now),
        # Their own people would need no decision.
        "for_another_unit": not at_once and policy.establishment in WITHOUT_A_DECISION,
        "deciders": [] if at_once else Routing.load(now).deciders(found),
    }
    return render(request, "accounts/applications/application_check.html", context, status=status)


@requires(Permission.APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def application_withdraw(request, pk):
    found = own_application(request, pk)
    if request.method == "POST":
        _try_to_move(request, found, Verb.WITHDRAW, _("The application is withdrawn."))
        return redirect(found)
    context = {
        "title": _("Withdraw the application"),
        "lead": _("“%(application)s” will not be decided. It stays in the list, and you can read it later.")
        % {"application": found},
        "crumbs": [(_("Applications"), reverse("accounts:applications")), (str(found), found.get_absolute_url())],
        "submit": _("Withdraw"),
        "danger": True,
        "cancel": found.get_absolute_url(),
    }
    return form_page(request, **context)


@requires(Permission.APPLY)
@require_POST
def application_revive(request, pk):
    found = own_application(request, pk)
    _try_to_move(request, found, Verb.REVIVE, _("The draft is yours again, with all you had written."))
    return redirect(found)


def _try_to_move(request, found: Application, verb: Verb, done: str) -> None:
    try:
        applying.move(found, verb, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, done)


@signed_in
@require_POST
def application_comment(request, pk):
    found = visible_application(request, pk)
    form = CommentForm(request.POST)
    if found.submitted_at is None:
        messages.warning(request, applying.why_not(found, timezone.now()))
    elif not form.is_valid():
        return _show(request, found, comment_form=form, status=422)
    else:
        said = form.cleaned_data
        applying.comment(found, said["text"], token=said["form_token"], by=request.user, now=timezone.now())
        messages.success(request, _("Your comment is saved."))
    return redirect(f"{found.get_absolute_url()}#comments")
