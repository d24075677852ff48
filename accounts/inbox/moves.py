"""What people do with a post, each in one transaction that locks the row. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.duty.roster import Roster
from accounts.flags.models import Flag
from accounts.flags.moves import close as close_flags
from accounts.flags.moves import reopen as reopen_flags
from accounts.inbox import events, matters, notices
from accounts.inbox.deadlines import TONES_THAT_COUNT, Clock, set_due
from accounts.inbox.models import Post, Removal
from accounts.inbox.store import CONTENT, note_activity
from governance.audit.events import Event
from governance.audit.models import json_value, record
from governance.notices.models import tell
from governance.people.models import Person
from governance.rows import update_rows


class PostConflict(Exception):
    """Somebody else was first; the message says who did what. Nothing was changed."""


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(of=("self",)).select_related("account", "closed_by").get(pk=post.pk)


def _rest(post: Post) -> list[Post]:
    """What else of its conversation waits, locked; the account must be, before the post."""
    if not post.matter:
        return []
    rows = Post.objects.open().filter(account=post.account_id, matter=post.matter).exclude(pk=post.pk)
    return list(rows.select_for_update(of=("self",)).select_related("account").order_by("remote_id"))


def _stand_anew(posts: list[Post]) -> None:
    """Which of a conversation stands for it, after something was done to one of them. All that wait must be given."""
    before = {post.pk: post.first_id for post in posts}
    matters.stand_for(posts)
    update_rows([post for post in posts if post.first_id != before[post.pk]], ["first"])


def _lock_matter(post: Post) -> None:
    """Whoever locks several posts locks the account first, or two would wait for each other."""
    if post.matter:
        post.account.lock()


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
    post's own time; one that was moved by hand stays. Concern for a child removes text and author for good (R20,
    R21); what may be critical for the reputation goes to the information section (M28, M29).
    """
    concerns = sorted(set(concerns))
    with transaction.atomic():
        _lock_matter(post)
        post = _locked(post)
        newly_critical = Post.Concern.REPUTATION in concerns and Post.Concern.REPUTATION not in post.concerns
        if (post.tone, sorted(post.concerns)) == (tone, concerns):
            return False
        old = {"tone": post.tone, "concerns": post.concerns, "answer_due_at": post.answer_due_at}
        fields = ["tone", "concerns", "triaged_by", "triaged_at"]
        post.tone, post.concerns, post.triaged_by, post.triaged_at = tone, concerns, by, now
        if Post.Concern.CHILD in concerns:
            fields += _empty(post, now)
            Removal.objects.filter(post=post).update(note="")
        follows_clock = not post.closed_at and not post.deadline_moved_at
        if follows_clock and set_due(post, Clock([post.account]).due_of(post)):
            fields += ["answer_due_at", "reminded_at"]
            if not post.is_overdue(now):
                fields += _withdraw_flag(post, Flag.Closed.TRIAGED, by=by, now=now)
        _save(post, events.POST_TRIAGED, fields, old, by=by, now=now, via=via)
        if rest := _rest(post):
            _stand_anew([post, *rest])
        if newly_critical and not post.closed_at and not post.section_since:
            _to_section(post, by=by, now=now, via=via)
    return True


def _empty(post: Post, now: dt.datetime) -> list[str]:
    """What a citizen wrote, who it was and what colleagues noted, gone for good; the names of the fields to save."""
    emptied = [*CONTENT, "outcome_note"]
    for name in emptied:
        setattr(post, name, "")
    post.content_removed_at = post.content_removed_at or now
    return [*emptied, "content_removed_at"]


def close(post: Post, *, outcome: str, note: str = "", by: Person, now: dt.datetime, via: str = "") -> bool:
    """Say how a post ended. "Answered" needs no text here: the answer stands on the platform.

    What else waits of the same conversation ends with it, each with its trail.
    `via` names the API token through which it was said, for the trail.

    Returns False where it was closed that way already. Raises PostConflict where it was closed otherwise,
    ValidationError ({field: message}) where this is not the way to that outcome.
    """
    if outcome == Post.Outcome.REMOVED:
        raise ValidationError({"reason": _("Say why it is removed: that belongs into the log.")})
    with transaction.atomic():
        if outcome == Post.Outcome.ANSWERED or post.matter:
            post.account.lock()  # it is written to below
        post = _locked(post)
        if _closed_as(post, outcome):
            return False
        if outcome == Post.Outcome.REFERRED_SECTION and not post.section_since:
            raise ValidationError({"outcome": _("Give it to the information section first, so that it is told.")})
        if Post.Concern.CHILD in post.concerns:
            note = ""  # nothing is kept of it
        elif outcome == Post.Outcome.NO_ANSWER_NEEDED and post.tone in TONES_THAT_COUNT and not note.strip():
            # To leave such a post unanswered can be right, for a reason (S55).
            raise ValidationError({"note": _("Say why it is left without an answer.")})
        for one in [*_rest(post), post]:
            kept = "" if Post.Concern.CHILD in one.concerns else note
            _close(one, outcome, kept, by=by, now=now, via=via)
        if outcome == Post.Outcome.ANSWERED:
            note_activity(post.account, [now])
    return True


def _closed_as(post: Post, outcome: str) -> bool:
    """Whether it is closed that way already. Raises PostConflict where it is closed otherwise."""
    if post.closed_at and post.outcome != outcome:
        raise _already_closed(post)
    return post.closed_at is not None


def _already_closed(post: Post) -> PostConflict:
    return PostConflict(
        _("The post was closed already: %(outcome)s (%(name)s).")
        % {"outcome": post.get_outcome_display(), "name": post.closed_by or _("seen on the platform")}
    )


def _close(post: Post, outcome: str, note: str, *, by: Person, now: dt.datetime, also=(), **said) -> None:
    old = {"outcome": post.outcome, "closed_at": post.closed_at}
    post.outcome, post.outcome_note, post.closed_by, post.closed_at = outcome, note.strip(), by, now
    post.first = None
    fields = ["outcome", "outcome_note", "closed_by", "closed_at", "first", *also]
    _save(post, events.POST_CLOSED, fields, old, by=by, now=now, **said)
    close_flags(Flag.objects.filter(post=post), Flag.Closed.POST_CLOSED, by=by, now=now)


def remove(post: Post, *, reason: str, note: str = "", by: Person, now: dt.datetime, via: str = "") -> bool:
    """Log that a post was removed, who did it, when and why (D53, D118), and keep nothing of what it said.

    The portal deletes nothing on the platform: whoever calls has done so, or does so there. Returns False where it
    is removed already. Raises PostConflict where it is closed otherwise.
    """
    with transaction.atomic():
        _lock_matter(post)
        post = _locked(post)
        # Gone on the platform before it was logged here: the portal took it for deleted by its author.
        if post.outcome != Post.Outcome.WITHDRAWN and _closed_as(post, Post.Outcome.REMOVED):
            return False
        if Post.Concern.CHILD in post.concerns:
            note = ""
        said = {"reason": reason, "note": note.strip()[:500], "removed_by": by, "removed_at": now}
        facts = {"account": post.account, "kind": post.kind, "posted_at": post.posted_at}
        # A post that was opened again and removed anew keeps its one row; the trail has both.
        Removal.objects.update_or_create(post=post, defaults=facts | said)
        emptied = [name for name in _empty(post, now) if name != "outcome_note"]
        _close(post, Post.Outcome.REMOVED, "", by=by, now=now, also=emptied, reason=reason, via=via)
        _stand_anew(_rest(post))
    return True


def hold(post: Post, *, by: Person, now: dt.datetime, via: str = "") -> bool:
    """Note a holding reply: thanks, a fuller answer follows (D100). Where it counts, the full answer gets its time.

    Also for a post that the body's reply on the platform closed: it was only the holding reply, and the post is open
    again. A deadline moved by hand stays; a second holding reply gives no more time. Returns False where a holding
    reply stands. Raises PostConflict where a person closed the post.
    """
    with transaction.atomic():
        _lock_matter(post)
        post = _locked(post)
        if post.closed_at and (post.closed_by_id or post.outcome != Post.Outcome.ANSWERED):
            raise _already_closed(post)
        if post.held_at and not post.closed_at:
            return False
        together = [post, *(_closed_with(post) if post.closed_at else [])]
        waiting = _rest(post)
        for one in [*together, *(one for one in waiting if not one.held_at)]:
            _hold(one, by=by, now=now, via=via)
        _stand_anew([*together, *waiting])
    return True


def _hold(post: Post, *, by: Person, now: dt.datetime, via: str) -> None:
    names = ["held_at", "answer_due_at", "outcome", "closed_at"]
    old = {name: getattr(post, name) for name in names}
    fields = [*names, "held_by"]
    post.held_at, post.held_by = post.closed_at or now, by
    until = Clock([post.account]).held_until(post)
    if until and post.answer_due_at and not old["held_at"] and not post.deadline_moved_at:
        set_due(post, max(post.answer_due_at, until))
    if post.closed_at:
        # A reply after the holding one still closes it.
        post.reopened_at, post.answer = post.closed_at, None
        post.outcome, post.closed_at = "", None
        fields += ["reopened_at", "answer"]
        _reopen_flag(post, by=by, now=now)
    if post.answer_due_at != old["answer_due_at"]:
        fields.append("reminded_at")
        if not post.is_overdue(now):
            fields += _withdraw_flag(post, Flag.Closed.HELD, by=by, now=now)
    _save(post, events.POST_HELD, fields, old, by=by, now=now, via=via)


def _closed_with(post: Post) -> list[Post]:
    """What else of its conversation was closed in the same moment by the same person or answer, locked."""
    if not post.matter:
        return []
    rows = Post.objects.filter(account=post.account_id, matter=post.matter, outcome=post.outcome).exclude(pk=post.pk)
    same = rows.filter(closed_at=post.closed_at, closed_by=post.closed_by_id, answer=post.answer_id)
    return list(same.select_for_update(of=("self",)).select_related("account").order_by("remote_id"))


def give_to_section(post: Post, *, by: Person, now: dt.datetime, via: str = "") -> bool:
    """Put a post into the information section's queue, with a deadline of its own (M28, D117).

    The time to answer the citizen stays. Returns False where it is there already. Raises PostConflict where closed.
    """
    with transaction.atomic():
        post = _locked(post)
        if post.section_since:
            return False
        if post.closed_at:
            raise PostConflict(_("The post is closed. Open it again first."))
        _to_section(post, by=by, now=now, via=via)
    return True


def _to_section(post: Post, *, by: Person, now: dt.datetime, via: str) -> None:
    roster = Roster.load([post.account_id], now)
    old = {"section_since": None, "section_due_at": None}
    due_at = now + dt.timedelta(hours=roster.policy(post.account_id).section_hours)
    post.section_since, post.section_due_at = now, due_at
    _save(post, events.POST_TO_SECTION, list(old), old, by=by, now=now, via=via)
    facts = {"account": post.account.name, "due_at": due_at.isoformat()}
    tell(roster.section(post.account_id, now), notices.POST_TO_SECTION, about=post, once=now, now=now, **facts)


def give_back(post: Post, *, by: Person, now: dt.datetime) -> bool:
    """The information section leaves the answer to the account's own people; whoever is on duty is told.

    Returns False where it has it not.
    """
    with transaction.atomic():
        post = _locked(post)
        if not post.section_since or post.closed_at:
            return False
        old = {"section_since": post.section_since, "section_due_at": post.section_due_at}
        post.section_since = post.section_due_at = None
        close_flags(_flags(post, Flag.Reason.SECTION), Flag.Closed.GIVEN_BACK, by=by, now=now)
        _save(post, events.POST_BACK, list(old), old, by=by, now=now)
        on_duty = Roster.load([post.account_id], now).of(post.account_id, now).person
        if on_duty:
            tell_of_hand_over(post, on_duty, by=by, now=now)
    return True


def tell_of_hand_over(post: Post, to: Person, *, by: Person, now: dt.datetime) -> None:
    if to.pk == by.pk:
        return
    due_at = post.answer_due_at.isoformat() if post.answer_due_at else "–"
    facts = {"person": by.name, "account": str(post.account), "due_at": due_at}
    tell([to], notices.POST_HANDED_OVER, about=post, once=now, now=now, **facts)


def reopen(post: Post, *, by: Person, now: dt.datetime) -> bool:
    """Undo a closing: the clock, the flag and the ladder stand where they stood. Returns False where it is open.

    What else of the conversation was closed in the same move is open again too.

    What was removed stays removed, and so does its row in the log. A flag at the information section is raised
    again by its own check.
    """
    with transaction.atomic():
        _lock_matter(post)
        post = _locked(post)
        if not post.closed_at:
            return False
        together = [post, *_closed_with(post)]
        for one in together:
            _reopen(one, by=by, now=now)
        known = {one.pk for one in together}
        _stand_anew([*together, *(one for one in _rest(post) if one.pk not in known)])
    return True


def _reopen(post: Post, *, by: Person, now: dt.datetime) -> None:
    old = {"outcome": post.outcome, "closed_at": post.closed_at}
    post.outcome = post.outcome_note = ""
    post.closed_at = post.closed_by = post.answer = None
    post.reopened_at = now
    fields = ["outcome", "outcome_note", "closed_by", "closed_at", "answer", "reopened_at"]
    _save(post, events.POST_REOPENED, fields, old, by=by, now=now)
    _reopen_flag(post, by=by, now=now)


def _flags(post: Post, reason: Flag.Reason):
    return Flag.objects.filter(post=post, reason=reason)


def _reopen_flag(post: Post, *, by: Person, now: dt.datetime) -> None:
    if post.flagged_at:
        reopen_flags(_flags(post, Flag.Reason.UNANSWERED), by=by, now=now)


def _withdraw_flag(post: Post, why: Flag.Closed, *, by: Person, now: dt.datetime) -> list[str]:
    """Take a post that is no longer overdue off the board; the names of the fields to save."""
    if not post.flagged_at:
        return []
    close_flags(_flags(post, Flag.Reason.UNANSWERED), why, by=by, now=now)
    post.flagged_at = post.next_step_at = None
    post.ladder_step = 0
    return ["flagged_at", "next_step_at", "ladder_step"]


def move_deadline(post: Post, *, to: dt.datetime, reason: str = "", by: Person, now: dt.datetime) -> bool:
    """Give a post another due time, with a reason. Returns False where it is that already.

    A conversation has one time, that of the post which stands for it: it is moved, whichever of them is named.

    Where it is a concern for a child, that is the reason, and no other words are kept (R20).

    Raises ValidationError ({field: message}); PostConflict where the post is closed.
    """
    if to <= now:
        raise ValidationError({"to": _("The new time must lie ahead.")})
    with transaction.atomic():
        named = _locked(post)
        post = _locked(named.first) if named.first else named
        child = Post.Concern.CHILD in [*named.concerns, *post.concerns]
        reason = "" if child else reason.strip()
        if not reason and not child:
            raise ValidationError({"reason": _("Say why the time is moved.")})
        if post.closed_at:
            raise PostConflict(_("The post is closed; its time cannot be moved."))
        old = {"answer_due_at": post.answer_due_at}
        if not set_due(post, to):
            return False
        post.deadline_moved_at = now
        fields = ["answer_due_at", "deadline_moved_at", "reminded_at"]
        fields += _withdraw_flag(post, Flag.Closed.DEADLINE_MOVED, by=by, now=now)
        _save(post, events.POST_DEADLINE_MOVED, fields, old, by=by, now=now, reason=reason)
    return True
