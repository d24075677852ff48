"""Who answers for an account: asked, saying yes or no, in which order, and until when."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.moderators.forms import AnswerForm, AssignmentForm
from accounts.moderators.models import Assignment, change_order, delegate, may_end
from accounts.register.choices import Part
from accounts.register.forms import ReasonForm
from accounts.register.views.register import account_or_404, crumbs, tell_errors
from governance.access import Permission, can, demand, requires, signed_in
from governance.pages.forms import form_page, posted
from governance.policy.models import Policies
from guidelines.reading.acknowledgements import has_acknowledged
from guidelines.texts.guidelines import Audience


def _assignment_or_404(request, pk, now) -> Assignment:
    visible = Assignment.objects.visible_to(request.user, now=now)
    return get_object_or_404(
        visible.select_related("account__platform", "account__unit", "person", "delegated_by"), pk=pk
    )


def _own_or_404(request, pk) -> Assignment:
    """An offer is answered by the person it was made to, nobody else."""
    own = Assignment.objects.filter(person=request.user)
    return get_object_or_404(own.select_related("account", "person", "delegated_by"), pk=pk)


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_new(request, pk):
    """The head of the unit asks somebody to answer for the account (M05)."""
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.DELEGATE, account, now=now)
    form = AssignmentForm(posted(request), today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            asked = delegate(account, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("person", error)
        else:
            messages.success(request, _("%(name)s is asked, and gets a notice.") % {"name": asked.person.name})
            return redirect(account.get_absolute_url() + "#people")
    return form_page(
        request,
        form,
        title=_("Ask somebody to answer for the account"),
        lead=_("The person says yes or no in the portal. You are told what they answer."),
        crumbs=crumbs(account),
        cancel=account.get_absolute_url(),
        submit=_("Ask"),
    )


@signed_in
@require_safe
def assignment(request, pk):
    return _show(request, _assignment_or_404(request, pk, timezone.now()))


def _show(request, found: Assignment, status: int = 200, **bound):
    """The page of an assignment; `bound` holds the form that was sent and is to be mended."""
    now = timezone.now()
    mine = found.person_id == request.user.pk
    needed = Policies.of(found.account.unit).acknowledgement_required
    context = {
        "title": f"{found.person.name}, {found.get_part_display()}",
        "assignment": found,
        "mine": mine,
        "answerable": mine and found.standing == "offered",
        "form": AnswerForm(),
        # One may say yes before; one is on duty only after.
        "must_acknowledge": mine and needed and not has_acknowledged(request.user, Audience.MODERATORS, now),
        "may_end": found.standing in ("offered", "accepted") and may_end(request.user, found, now=now),
        "may_order": found.standing in ("offered", "accepted")
        and found.part == Part.DEPUTY
        and can(request.user, Permission.DELEGATE, found, now=now),
        "crumbs": crumbs(found.account),
    }
    return render(request, "accounts/moderators/assignment.html", context | bound, status=status)


@signed_in
@require_POST
def assignment_accept(request, pk):
    found = _own_or_404(request, pk)
    try:
        new = found.accept(by=request.user, now=timezone.now())
    except ValidationError as error:
        tell_errors(request, error)
    else:
        if new:
            messages.success(request, _("Thank you. You now answer for %(account)s.") % {"account": found.account.name})
        else:
            messages.info(request, _("You have said yes already."))
    return redirect(found)


@signed_in
@require_POST
def assignment_decline(request, pk):
    found = _own_or_404(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form=form, status=422)
    try:
        new = found.decline(reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
    except ValidationError as error:
        tell_errors(request, error)
    else:
        if new:
            messages.success(request, _("You have said no. Whoever asked you is told."))
        else:
            messages.info(request, _("You have said no already."))
    return redirect(found)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_end(request, pk):
    """Revoked by whoever delegates there, with a reason; or laid down by the person."""
    now = timezone.now()
    found = _assignment_or_404(request, pk, now)
    mine = found.person_id == request.user.pk
    if not mine:
        demand(request.user, Permission.DELEGATE, found, now=now)
    form = (AnswerForm if mine else ReasonForm)(posted(request))
    if request.method == "POST" and (form.is_valid()):
        if found.end(reason=form.cleaned_data["reason"], by=request.user, now=now):
            messages.success(request, _("The role has ended."))
        else:
            messages.info(request, _("The role had ended already."))
        return redirect(found.account.get_absolute_url() + "#people")
    return form_page(
        request,
        form,
        title=_("Lay down the role") if mine else _("End the role"),
        lead=_("%(name)s, %(part)s for %(account)s. If too few people are left, the head of the unit is told.")
        % {"name": found.person.name, "part": found.get_part_display().lower(), "account": found.account.name},
        crumbs=crumbs(found.account),
        cancel=reverse("accounts:assignment", args=[found.pk]),
        submit=_("Lay down the role") if mine else _("End the role"),
        danger=True,
    )


@signed_in
@require_POST
def assignment_order(request, pk):
    """Deputies are asked in order; this moves one up or down."""
    now = timezone.now()
    found = _assignment_or_404(request, pk, now)
    demand(request.user, Permission.DELEGATE, found, now=now)
    change_order(found, earlier=request.POST.get("move") == "up", by=request.user, now=now)
    return redirect(found.account.get_absolute_url() + "#people")
