"""One post: what was said, what is to be done about it, and what was done."""

from contextlib import nullcontext

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.duty.models import TakeOver
from accounts.inbox import doubles, intake, moves
from accounts.inbox.advice import advise, filled_texts, language_of
from accounts.inbox.forms.post import CloseForm, MoveDeadlineForm, NewPostForm, RemoveForm, TextLanguageForm, TriageForm
from accounts.inbox.models import Post, Removal
from accounts.inbox.views.desk import conversation_of, desk_of, thread_of
from accounts.inbox.worklist import DUE_SOON
from governance.access import Permission, can, demand, signed_in
from governance.audit.models import AuditEvent
from governance.pages.forms import form_page, posted
from governance.pages.revisions import Revised, compared_again
from governance.policy.advice import Action
from governance.policy.models import Policies
from guidelines.ready_texts.models import ReadyText

HISTORY = 100


def time_left(post: Post, now, *, unseen: bool) -> str:
    """How the clock of an open post stands, in words; `unseen`: it is among `Post.objects.unseen`."""
    if post.closed_at:
        return post.get_outcome_display()
    if post.answer_due_at is None:
        return _("No time set")
    if unseen:
        return _("Cannot be measured: look yourself")
    if not post.measurable:
        return _("Not measurable")
    if post.is_overdue(now):
        return _("%(time)s overdue") % {"time": timesince(post.answer_due_at, now, depth=1)}
    return _("%(time)s left") % {"time": timeuntil(post.answer_due_at, now, depth=1)}


def standing(post: Post, now, *, unseen: bool) -> str:
    """The word that gives `time_left` its colour."""
    if post.closed_at:
        return "answered"
    if unseen:
        return "due_soon"
    if not post.measurable:
        return "waiting"
    if post.is_overdue(now):
        return "overdue"
    soon = post.answer_due_at and post.answer_due_at - now < DUE_SOON
    return "due_soon" if soon else "waiting"


def _found(request, pk: int, permission: Permission | None = None) -> Post:
    """The post, if the person may see it (else 404) and, where asked for, holds the permission (else 403)."""
    posts = Post.objects.visible_to(request.user).select_related(
        "account__platform", "account__unit", "triaged_by", "closed_by", "held_by", "removal__removed_by"
    )
    post = get_object_or_404(posts, pk=pk)
    if permission:
        demand(request.user, permission, post)
    return post


@signed_in
@require_safe
def post(request, pk):
    try:
        found = _found(request, pk)
    except Http404:  # merged into another, which notices of old do not know
        kept = Post.objects.visible_to(request.user).filter(pk=doubles.kept_for(pk)).first()
        if kept is None:
            raise
        return redirect(kept)
    return _show(request, found)


def _show(request, post: Post, *, status: int = 200, **bound):
    """The post's page; `bound` are forms that did not hold, to be mended."""
    now = timezone.now()
    may_answer = can(request.user, Permission.ANSWER_POSTS, post, now=now)
    unseen = Post.objects.unseen(now).filter(pk=post.pk).exists()
    to_act = _to_act_with(request, post, now) if may_answer else {}
    context = {
        "title": _("%(kind)s to %(account)s") % {"kind": post.get_kind_display(), "account": post.account},
        "post": post,
        "time_left": time_left(post, now, unseen=unseen),
        "standing": standing(post, now, unseen=unseen),
        "unseen": unseen,
        "concerns": [Post.Concern(concern).label for concern in post.concerns],
        "link_is_suspect": Post.Concern.MALICIOUS_LINK in post.concerns,
        "may_answer": may_answer,
        "took_over": may_answer
        and TakeOver.objects.standing(now).filter(account=post.account_id, person=request.user).first(),
        "history": [_in_words(event) for event in doubles.trail_of(post, HISTORY)],
        "thread": thread_of(post, request.user),
        "conversation": conversation_of(post),
        **desk_of(post, request, now),
        **to_act,
        **bound,
    }
    return render(request, "accounts/inbox/post.html", context, status=status)


def _to_act_with(request, post: Post, now) -> dict:
    """What those who answer see: the questions, the advice, the texts that fit it, the ways to end it."""
    triage_form = TriageForm(post=post)
    if post.closed_at:
        # Read on the platform: it may have been a holding reply only.
        read_there = post.outcome == Post.Outcome.ANSWERED and not post.closed_by_id
        forms = {"triage_form": triage_form, "may_have_been_holding": read_there}
        if post.outcome == Post.Outcome.WITHDRAWN:
            # Or a moderator removed it there, and logs it now.
            forms["remove_form"] = RemoveForm(prefix="remove", post=post)
        return forms
    policy = Policies.of(post.account.unit)
    advice = advise(post.tone, post.concerns, policy)
    kinds = [kind for row in advice for kind in row.texts] or [ReadyText.Kind.HOLDING]
    language_form = TextLanguageForm(request.GET or None)
    wanted = {"language": language_of(post), "tone": ReadyText.Tone.FRIENDLY}
    wanted = language_form.cleaned_data if language_form.is_valid() else wanted
    contacts = {
        Action.FORMAL: policy.formal_inquiry_address,
        Action.POLITICAL: policy.political_contact,
        Action.REMOVE_AND_WARN: policy.it_security_contact,
    }
    suggested = next((row.outcome for row in advice if row.outcome), "")
    return {
        "triage_form": triage_form,
        "advice": [(row, contacts.get(row.action, "")) for row in advice],
        "child_concern_url": policy.child_concern_url,
        "it_security_contact": policy.it_security_contact,
        "texts": filled_texts(post, kinds, policy=policy, **wanted),
        "language_form": TextLanguageForm(initial=wanted),
        "close_form": CloseForm(prefix="close", post=post, initial={"outcome": suggested}),
        "remove_form": RemoveForm(prefix="remove", post=post),
        "removal_suggested": suggested == Post.Outcome.REMOVED,
        "move_form": MoveDeadlineForm(prefix="move", post=post),
        "may_give_back": post.section_since and can(request.user, Permission.ANSWER_FOR_SECTION, post, now=now),
    }


def _in_words(event: AuditEvent) -> dict:
    after = event.after
    what = [Post.Tone(after["tone"]).label] if after.get("tone") else []
    what += [Post.Concern(concern).label for concern in after.get("concerns", ())]
    what += [Post.Outcome(after["outcome"]).label] if after.get("outcome") else []
    if reason := after.get("reason"):
        removed = after.get("outcome") == Post.Outcome.REMOVED
        what.append(dict(Removal.Reason.choices).get(reason, reason) if removed else reason)
    what += [after["to"]] if after.get("to") else []  # handed over to whom
    return {"event": event, "what": what}


def _here_already(post: Post) -> str:
    name = Truncator(post.text).chars(60) or post.get_kind_display()
    said = _("This post is here already: %(post)s. If yours is another one, leave the address out.")
    link = format_html('<a class="ds-link" href="{}">{}</a>', post.get_absolute_url(), name)
    return format_html(said % {"post": "{}"}, link)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request):
    """Manual entry: somebody called, or the platform tells us nothing by itself."""
    now = timezone.now()
    form = NewPostForm(posted(request), person=request.user, now=now, initial={"account": request.GET.get("account")})
    if not form.fields["account"].queryset.exists():
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        try:
            new, created = intake.register_by_hand(account, form.incoming(), by=request.user, now=now)
        except intake.AlreadyHere as known:
            form.add_error(None, _here_already(known.post))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The post is registered.") if created else _("It was registered already."))
            return redirect(new)
    context = {
        "title": _("Register a post"),
        "lead": _("For what you meet on a platform that tells the portal nothing, or that reached you another way."),
        "form": form,
        "submit": _("Register"),
        "cancel": reverse("accounts:inbox"),
        "crumbs": [(_("Inbox"), reverse("accounts:inbox"))],
    }
    return form_page(request, **context)


@signed_in
@require_POST
@compared_again
def post_triage(request, pk):
    found = _found(request, pk, Permission.ANSWER_POSTS)
    form = TriageForm(request.POST, post=found)
    return _do(request, found, moves.triage, _("The triage is saved."), _("That was said already."), form)


@signed_in
@require_POST
def post_close(request, pk):
    found = _found(request, pk, Permission.ANSWER_POSTS)
    form = CloseForm(request.POST, prefix="close", post=found)
    return _do(request, found, moves.close, _("The post is closed."), _("The post was closed already."), form)


@signed_in
@require_POST
def post_remove(request, pk):
    """Log that it is removed. On the platform itself the moderator removes it."""
    found = _found(request, pk, Permission.ANSWER_POSTS)
    form = RemoveForm(request.POST, prefix="remove", post=found)
    said = _("The removal is logged, and what was written is gone here.")
    return _do(request, found, moves.remove, said, _("That was done already."), form)


@signed_in
@require_POST
def post_hold(request, pk):
    found = _found(request, pk, Permission.ANSWER_POSTS)
    said = _("The holding reply is noted. The full answer is still to come.")
    return _do(request, found, moves.hold, said, _("That was done already."))


@signed_in
@require_POST
def post_to_section(request, pk):
    found = _found(request, pk, Permission.ANSWER_POSTS)
    said = _("The information section has the post now and is told.")
    return _do(request, found, moves.give_to_section, said, _("That was done already."))


@signed_in
@require_POST
def post_give_back(request, pk):
    found = _found(request, pk, Permission.ANSWER_FOR_SECTION)
    said = _("The post is with those who answer for the account again.")
    return _do(request, found, moves.give_back, said, _("That was done already."))


@signed_in
@require_POST
def post_reopen(request, pk):
    found = _found(request, pk, Permission.ANSWER_POSTS)
    return _do(request, found, moves.reopen, _("The post is open again."), _("The post is open already."))


@signed_in
@require_POST
def post_move_deadline(request, pk):
    found = _found(request, pk, Permission.ANSWER_POSTS)
    form = MoveDeadlineForm(request.POST, prefix="move", post=found)
    return _do(request, found, moves.move_deadline, _("The time is moved."), _("That is the time already."), form)


def _do(request, post: Post, verb, said: str, already: str, form=None):
    """Run the verb with what its form says, say what became of it, and go back to the post.

    What does not hold is shown on the post's page, in its form there: the one named after the form's prefix.
    """
    if form and not form.is_valid():
        return _show(request, post, status=422, **{f"{form.prefix}_form": form})
    try:
        with form.saving() if isinstance(form, Revised) else nullcontext():
            changed = verb(post, **(form.cleaned_data if form else {}), by=request.user, now=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, post, status=422, **{f"{form.prefix}_form": form})
    except moves.PostConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, said if changed else already)
    return redirect(post)
