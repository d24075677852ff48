"""The board of flags: what a check found and nobody may forget."""

import datetime as dt

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.connectors.base import RemoteState
from accounts.connectors.errors import ErrorCode
from accounts.flags import moves
from accounts.flags.forms import AnswerForm, DecideForm, FlagFilter, SettleForm
from accounts.flags.models import FOLLOWS_ITS_POST, Flag
from accounts.flags.moves import FlagConflict
from accounts.inactivity.moves import can_be_told
from governance.access import Permission, can, demand, signed_in
from governance.pages.lists import page_of

FLAGS_A_PAGE = 25


@signed_in
@require_safe
def flags(request):
    now = timezone.now()
    form = FlagFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = Flag.objects.visible_to(request.user, now=now).select_related("account__unit", "person")
    if chosen.get("state") == "closed":
        found = found.exclude(closed_at=None).order_by("-closed_at", "-pk")
    else:
        found = found.open().order_by("raised_at", "pk")
    if chosen.get("reason"):
        found = found.filter(reason=chosen["reason"])
    page = page_of(request, found, FLAGS_A_PAGE)
    context = {
        "title": _("Flags"),
        "form": form,
        "page": page,
        "rows": [(flag, in_words(flag), waits_for(flag, now)) for flag in page],
        "narrowed": any(chosen.values()),
    }
    return render(request, "accounts/flags/flags.html", context)


def in_words(flag: Flag) -> str:
    """What was found, as a sentence."""
    found = {name: _moment(value) for name, value in flag.found.items() if name.endswith(("_at", "_on"))}
    if flag.reason == Flag.Reason.UNANSWERED and "due_at" in found:
        return _("A post should have been answered by %(due_at)s.") % found
    if flag.reason == Flag.Reason.SECTION and "due_at" in found:
        return _("The information section should have dealt with a post by %(due_at)s.") % found
    if flag.reason == Flag.Reason.INACTIVE and "last_activity_at" in found:
        return _("The last sign of life we know of is from %(last_activity_at)s.") % found
    if flag.reason == Flag.Reason.INACTIVE and "opened_at" in found:
        return _("Nothing has been seen there since it was opened on %(opened_at)s.") % found
    if flag.reason == Flag.Reason.CAMPAIGN_OVER and "ends_on" in found:
        return _("It should have ended on %(ends_on)s.") % found
    if flag.reason == Flag.Reason.EVALUATION_DUE:
        return _("Look at what the account has achieved, and whether it should go on.")
    if flag.reason == Flag.Reason.COVERAGE_GAP and "starts_at" in found:
        if flag.found.get("ends_at"):
            return _("No moderator and no deputy is on duty from %(starts_at)s until %(ends_at)s.") % found
        return _("No moderator and no deputy is on duty from %(starts_at)s on.") % found
    if flag.reason == Flag.Reason.HANDOVER:
        return _("Too few people answer for the account since somebody left.")
    if flag.reason == Flag.Reason.NO_ADDRESS and flag.person:
        return _("Mail to %(person)s is refused. Put the address right, or let somebody else answer.") % {
            "person": flag.person
        }
    if flag.reason == Flag.Reason.CONNECTION and flag.found.get("error"):
        return str(ErrorCode(flag.found["error"]).label)
    if flag.reason == Flag.Reason.CONNECTION and "incomplete_since_at" in found:
        return (
            _(
                "The account cannot be read whole since %(incomplete_since_at)s. Until it can, no post there is "
                "flagged as unanswered."
            )
            % found
        )
    if flag.reason == Flag.Reason.CONNECTION and "expires_on" in found:
        return _("The access to the platform expires on %(expires_on)s. Connect the account anew.") % found
    if flag.reason == Flag.Reason.PLATFORM and "new_handle" in flag.found:
        return _(
            "The account was “%(old_handle)s” and is now “%(new_handle)s”. Put the register right, and see to it that "
            "nobody else takes the old handle."
        ) % {name: flag.found[name] for name in ("old_handle", "new_handle")}
    if flag.reason == Flag.Reason.PLATFORM and "state" in flag.found:
        return str(RemoteState(flag.found["state"]).label)
    return flag.get_reason_display()


def _moment(value: str | None) -> str:
    if not value:
        return "–"
    if "T" in value:
        return date_format(timezone.localtime(dt.datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")
    return date_format(dt.date.fromisoformat(value), "SHORT_DATE_FORMAT")


def waits_for(flag: Flag, now) -> str:
    if flag.closed_at:
        return flag.closed_because
    if not flag.is_decided:
        return _("Waits to be dealt with")
    if flag.answered_at:
        return _("Answered, waits for a decision")
    if flag.answer_by and flag.answer_by <= now:
        return _("No answer in time, waits for a decision")
    return _("Waits for an answer")


def _found(request, pk: int, permission: Permission | None = None) -> Flag:
    visible = Flag.objects.visible_to(request.user)
    flag = get_object_or_404(
        visible.select_related("account__unit", "post", "person", "answered_by", "decided_by", "closed_by"), pk=pk
    )
    if permission:
        demand(request.user, permission, flag)
    return flag


@signed_in
@require_safe
def flag(request, pk):
    return _show(request, _found(request, pk))


def _show(request, flag: Flag, *, status: int = 200, **bound):
    now = timezone.now()
    is_open = flag.closed_at is None
    context = {
        "title": _("%(reason)s: %(account)s") % {"reason": flag.get_reason_display(), "account": flag.account},
        "flag": flag,
        "found": in_words(flag),
        "waits_for": waits_for(flag, now),
        "may_say_posted": (
            is_open
            and flag.reason == Flag.Reason.INACTIVE
            and can(request.user, Permission.ANSWER_POSTS, flag.account, now=now)
            and can_be_told(flag.account)
        ),
    }
    if is_open and flag.person_id and can(request.user, Permission.DELEGATE, flag.account.unit, now=now):
        context["hand_over_url"] = reverse("accounts:person_hand_over", args=[flag.person_id])
    if is_open and flag.is_decided and can(request.user, Permission.DECIDE_FLAGS, flag, now=now):
        # Who decides need not answer first.
        context["decide_form"] = DecideForm(initial={"decision": flag.answer}, prefix="decide")
    elif is_open and can(request.user, Permission.ANSWER_FLAGS, flag, now=now):
        if flag.is_decided:
            initial = {"answer": flag.answer, "text": flag.answer_text}
            context["answer_form"] = AnswerForm(initial=initial, prefix="answer")
        elif flag.reason not in FOLLOWS_ITS_POST:
            context["answer_form"] = SettleForm(prefix="answer")
    return render(request, "accounts/flags/flag.html", context | bound, status=status)


@signed_in
@require_POST
def flag_answer(request, pk):
    """Those it concerns answer a flag that is decided, or say what they have done about one that is not."""
    found, now = _found(request, pk, Permission.ANSWER_FLAGS), timezone.now()
    form = (AnswerForm if found.is_decided else SettleForm)(request.POST, prefix="answer")
    if not form.is_valid():
        return _show(request, found, answer_form=form, status=422)
    try:
        if found.is_decided:
            changed = moves.answer(found, **form.cleaned_data, by=request.user, now=now)
        else:
            changed = moves.settle(found, **form.cleaned_data, by=request.user, now=now)
    except FlagConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("The answer is saved.") if changed else _("That was answered already."))
    return redirect(found)


@signed_in
@require_POST
def flag_decide(request, pk):
    found = _found(request, pk, Permission.DECIDE_FLAGS)
    form = DecideForm(request.POST, prefix="decide")
    if not form.is_valid():
        return _show(request, found, decide_form=form, status=422)
    try:
        changed = moves.decide(found, **form.cleaned_data, by=request.user, now=timezone.now())
    except FlagConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("The decision is saved.") if changed else _("That was decided already."))
    return redirect(found)
