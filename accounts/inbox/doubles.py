"""Two posts that are one: merged by whoever answers for the account. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.flags.models import Flag
from accounts.flags.moves import close as close_flags
from accounts.flags.moves import reopen as reopen_flags
from accounts.inbox import events, matters
from accounts.inbox.addresses import rank
from accounts.inbox.deadlines import Clock
from accounts.inbox.models import Post, Removal, filled
from accounts.inbox.moves import PostConflict
from accounts.inbox.store import CONTENT
from governance.audit.models import AuditEvent, record
from governance.people.models import Person
from governance.rows import update_rows

# Said together, so taken together, of the first of the two that has them.
TOGETHER = (
    ("triaged_at", "tone", "triaged_by"),
    ("claimed_at", "claimed_by"),
    ("held_at", "held_by"),
    ("section_since", "section_due_at"),
    ("deadline_moved_at", "answer_due_at"),
    ("flagged_at", "ladder_step", "next_step_at"),
    ("removed_at",),
    ("content_removed_at",),
    ("hidden_at",),
    ("edited_at",),
    ("reminded_at",),
)
KNOWN = ("remote_id", "kind", "source", *CONTENT, "thread_id", "parent_id", "language", "address_key", "matter")
CLOSED = ("outcome", "closed_by", "closed_at", "answer")


def merge(post: Post, other: Post, *, by: Person, now: dt.datetime) -> Post:
    """Make one of two posts of an account; the one that came in first is kept, and returned.

    It has what is known better of both, one flag a reason, and the clock of the earlier time. Where one is closed and
    that was after both were said, it is closed. The trail of both says so. Raises PostConflict where they are not two,
    or where the platform itself tells them apart.
    """
    with transaction.atomic():
        post.account.lock()
        rows = Post.objects.filter(account=post.account_id, pk__in=[post.pk, other.pk]).select_related("account")
        both = sorted(rows.select_for_update(of=("self",)).order_by("remote_id"), key=lambda row: row.pk)
        if len(both) != 2:
            raise PostConflict(_("Choose another post to the same account."))
        if all(row.source == Post.Source.PLATFORM for row in both):
            raise PostConflict(_("The platform itself says that these are two posts."))
        kept, gone = both
        said = {"remote_id": gone.remote_id, "source": gone.source, "posted_at": gone.posted_at.isoformat()}
        _one_flag(kept, gone, by=by, now=now)
        if not Removal.objects.filter(post=kept).exists():
            Removal.objects.filter(post=gone).update(post=kept)
        conversations = {row.matter for row in both}
        _take_both(kept, gone)
        record(events.POST_MERGED, gone, by=by, now=now, before=said, after={"into": kept.pk})
        record(events.POST_MERGED, kept, by=by, now=now, before=said, after={"merged": gone.pk})
        gone.delete()
        kept.save()
        if kept.closed_at:
            close_flags(Flag.objects.filter(post=kept), Flag.Closed.POST_CLOSED, by=by, now=now)
        _stand_anew(kept, conversations)
    return kept


def _take_both(kept: Post, gone: Post) -> None:
    closed = _closed_for_both(kept, gone)
    for names in TOGETHER:
        if getattr(kept, names[0]) is None and getattr(gone, names[0]) is not None:
            for name in names:
                setattr(kept, name, getattr(gone, name))
    kept.concerns = sorted({*kept.concerns, *gone.concerns})
    better, worse = (gone, kept) if rank(gone) > rank(kept) else (kept, gone)
    known = {name: getattr(better, name) or getattr(worse, name) for name in KNOWN}
    kept.measurable, kept.private = better.measurable, kept.private or gone.private
    for name, value in known.items():
        setattr(kept, name, value)
    notes = dict.fromkeys(note for note in (kept.outcome_note, gone.outcome_note) if note)
    kept.outcome_note = "\n".join(notes)
    for name in [*CONTENT, "outcome_note"] if kept.content_removed_at else ():
        setattr(kept, name, "")
    for name in ("posted_at", "first_seen_at"):
        setattr(kept, name, min(getattr(kept, name), getattr(gone, name)))
    kept.reopened_at = max((at for at in (kept.reopened_at, gone.reopened_at) if at), default=None)
    state = {name: getattr(closed, name) if closed else None for name in CLOSED}
    for name, value in state.items():
        setattr(kept, name, "" if name == "outcome" and value is None else value)
    if not kept.deadline_moved_at:
        kept.answer_due_at = Clock([kept.account]).due_of(kept)


def _closed_for_both(kept: Post, gone: Post) -> Post | None:
    """The one whose end is the end of both: what a person decided before what was read, then the earlier one."""
    said = max(kept.posted_at, gone.posted_at)
    ended = [
        one
        for one, other in ((kept, gone), (gone, kept))
        if one.closed_at and one.closed_at >= said and not (other.reopened_at and other.reopened_at > one.closed_at)
    ]
    return min(ended, key=lambda one: (not one.closed_by_id, one.closed_at), default=None)


def _one_flag(kept: Post, gone: Post, *, by: Person, now: dt.datetime) -> None:
    """The flags of the kept one stay; the other's are closed, or become its own where it has none of that reason."""
    mine = Flag.objects.filter(post=kept)
    reasons = list(mine.values_list("reason", flat=True))
    twice = Flag.objects.filter(post=gone, reason__in=reasons)
    still_open = list(twice.open().values_list("reason", flat=True))
    close_flags(twice, Flag.Closed.MERGED, by=by, now=now)
    reopen_flags(mine.filter(reason__in=still_open), by=by, now=now)
    Flag.objects.filter(post=gone).exclude(reason__in=reasons).update(post=kept)


def _stand_anew(kept: Post, conversations: set[str]) -> None:
    """What followed one of the two follows what stands first now, in the conversation of each."""
    waiting = Post.objects.open().filter(filled("matter", conversations), account=kept.account_id)
    posts = list(waiting.select_for_update().order_by("remote_id"))
    matters.stand_for(posts)
    update_rows(posts, ["first"])


def kept_for(pk: int) -> int | None:
    """The post that one that is gone was merged into, be it through others. One query a step."""
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        rows = AuditEvent.objects.filter(subject_type="post", subject_id=str(pk), event=events.POST_MERGED)
        into = next((event.after["into"] for event in rows if "into" in event.after), None)
        if into is None:
            break
        pk = into
    return pk if len(seen) > 1 else None


def trail_of(post: Post, at_most: int) -> list[AuditEvent]:
    """What happened to a post and to those merged into it, newest first. A query more for each time that was done."""
    history, asked = list(AuditEvent.objects.about(post)[:at_most]), {post.pk}
    while wanted := {event.after["merged"] for event in history if "merged" in event.after} - asked:
        asked |= wanted
        rows = AuditEvent.objects.filter(subject_type="post", subject_id__in=[str(pk) for pk in wanted])
        history += [event for event in rows[:at_most] if "into" not in event.after]
    return sorted(history, key=lambda event: (event.at, event.pk), reverse=True)[:at_most]
