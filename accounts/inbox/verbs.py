"""What people do with a post, each in one transaction that locks the row. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.clock import Clock
from accounts.inbox.flags import close_flags, withdraw_flag
from accounts.inbox.store import note_activity
from accounts.models import Flag, OfficialAccount, Post
from governance.models import Person
from governance.models.audit import Event, json_value, record


class PostConflict(Exception):
    """Somebody else was first; the message says who did what. Nothing was changed."""


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(of=("self",)).select_related("account", "closed_by").get(pk=post.pk)


def _save(post: Post, event: Event, fields: list[str], old: dict, *, by: Person, now: dt.datetime, **also) -> None:
    """Write those fields and their change to the trail. `also` goes into the trail's `after`."""
    if by and post.claimed_by_id == by.pk:
        post.claimed_at = now  # whoever works on what they took on goes on holding it
        fields = [*fields, "claimed_at"]
    post.save(update_fields=fields)
    audited = [name for name in old if old[name] != getattr(post, name)]
    record(
        event,
        post,
        by=by,
        now=now,
        before={name: json_value(old[name]) for name in audited},
        after={name: json_value(getattr(post, name)) for name in audited}
        | {name: value for name, value in also.items() if value},
    )


def triage(post: Post, *, tone: str, concerns: Iterable[str], by: Person, now: dt.datetime, via: str = "") -> bool:
    """Say what a post is and what it touches (M21 to M31, S55 to S65). Returns whether anything changed.

    The due time follows the policy: what need not be answered loses it, what must be gets it, counted from the
    post's own time; one that was moved by hand stays. Concern for a child removes text and author for good.
    """
    concerns = sorted(set(concerns))
    with transaction.atomic():
        post = _locked(post)
        if (post.tone, sorted(post.concerns)) == (tone, concerns):
            return False
        old = {"tone": post.tone, "concerns": post.concerns, "answer_due_at": post.answer_due_at}
        fields = ["tone", "concerns", "triaged_by", "triaged_at"]
        post.tone, post.concerns, post.triaged_by, post.triaged_at = tone, concerns, by, now
        if Post.Concern.CHILD in concerns:
            post.text = post.author = ""
            post.content_removed_at = post.content_removed_at or now
            fields += ["text", "author", "content_removed_at"]
        if not post.closed_at and not post.deadline_moved_at:
            post.answer_due_at = Clock([post.account]).due_at(post.account_id, post.posted_at, tone)
            if post.answer_due_at != old["answer_due_at"] and not post.is_overdue(now):
                fields += withdraw_flag(post, Flag.Closed.TRIAGED, by=by, now=now)
            fields.append("answer_due_at")
        _save(post, Event.POST_TRIAGED, fields, old, by=by, now=now, via=via)
    return True


def close(post: Post, *, outcome: str, note: str = "", by: Person, now: dt.datetime, via: str = "") -> bool:
    """Say how a post ended. "Answered" needs no text here: the answer stands on the platform.

    `via` names the API token through which it was said, for the trail.

    Returns False where it was closed that way already. Raises PostConflict where it was closed otherwise.
    """
    with transaction.atomic():
        post = _locked(post)
        if post.closed_at:
            if post.outcome == outcome:
                return False
            raise PostConflict(
                _("The post was closed already: %(outcome)s (%(name)s).")
                % {"outcome": post.get_outcome_display(), "name": post.closed_by or _("seen on the platform")}
            )
        old = {"outcome": "", "closed_at": None}
        post.outcome, post.outcome_note, post.closed_by, post.closed_at = outcome, note.strip(), by, now
        fields = ["outcome", "outcome_note", "closed_by", "closed_at"]
        _save(post, Event.POST_CLOSED, fields, old, by=by, now=now, via=via)
        close_flags([post.pk], by=by, now=now)
        if outcome == Post.Outcome.ANSWERED:
            note_activity(post.account, [now])
    return True


def reopen(post: Post, *, by: Person, now: dt.datetime) -> bool:
    """Undo a closing: the clock, the flag and the ladder stand where they stood. Returns False where it is open."""
    with transaction.atomic():
        post = _locked(post)
        if not post.closed_at:
            return False
        old = {"outcome": post.outcome, "closed_at": post.closed_at}
        post.outcome = post.outcome_note = ""
        post.closed_at = post.closed_by = post.answer = None
        post.reopened_at = now
        fields = ["outcome", "outcome_note", "closed_by", "closed_at", "answer", "reopened_at"]
        _save(post, Event.POST_REOPENED, fields, old, by=by, now=now)
        if post.flagged_at:
            Flag.objects.filter(post=post).update(closed_at=None, closed_by=None, close_reason="")
    return True


def move_deadline(post: Post, *, to: dt.datetime, reason: str, by: Person, now: dt.datetime) -> bool:
    """Give a post another due time, with a reason. Returns False where it is that already.

    Raises ValidationError ({field: message}); PostConflict where the post is closed.
    """
    if to <= now:
        raise ValidationError({"to": _("The new time must lie ahead.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the time is moved.")})
    with transaction.atomic():
        post = _locked(post)
        if post.closed_at:
            raise PostConflict(_("The post is closed; its time cannot be moved."))
        if post.answer_due_at == to:
            return False
        old = {"answer_due_at": post.answer_due_at}
        post.answer_due_at, post.deadline_moved_at = to, now
        fields = ["answer_due_at", "deadline_moved_at"]
        fields += withdraw_flag(post, Flag.Closed.DEADLINE_MOVED, by=by, now=now)
        _save(post, Event.POST_DEADLINE_MOVED, fields, old, by=by, now=now, reason=reason.strip())
    return True


def recompute_due(account: OfficialAccount, *, by: Person | None, now: dt.datetime) -> int:
    """Compute the due times of an account's open posts anew, after a pause was set, changed or ended.

    Leaves alone what is flagged already and what was moved by hand. Call it in the transaction of the pause.
    Returns how many due times changed.
    """
    clock, changed = Clock([account]), []
    waiting = account.posts.open().filter(flagged_at=None, deadline_moved_at=None)
    for post in waiting.select_for_update().order_by("answer_due_at", "pk"):
        due_at = clock.due_at(account.pk, post.posted_at, post.tone)
        if due_at != post.answer_due_at:
            post.answer_due_at = due_at
            changed.append(post)
    Post.objects.bulk_update(changed, ["answer_due_at"], batch_size=500)
    if changed:
        record(Event.POST_DEADLINE_MOVED, account, by=by, now=now, after={"posts": len(changed), "reason": "pause"})
    return len(changed)
