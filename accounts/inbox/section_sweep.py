"""Posts past their time at the information section (M28, D117): flagged once, section and chief told."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.duty.roster import Roster
from accounts.flags.models import Flag
from accounts.inbox.models import Post
from governance.audit.models import AuditEvent, Event, audit_row
from governance.notices.models import NoticeEvent, notice_row, tell

PAGE = 1000


def section(now: dt.datetime) -> dict[str, int]:
    """Flag every open post that the information section has kept too long."""
    counts = {"flagged": 0, "told": 0}
    while posts := _page(now, counts):
        counts["flagged"] += posts
    return counts


def _page(now: dt.datetime, counts: dict[str, int]) -> int:
    """Claim one page and work on it in one transaction; how many it was. Locked rows are left to the next run."""
    flagged = Flag.objects.open().filter(post=OuterRef("pk"), reason=Flag.Reason.SECTION)
    late = Post.objects.open().filter(~Exists(flagged), section_due_at__lte=now)
    with transaction.atomic():
        claimed = late.defer("text", "author", "outcome_note").select_for_update(skip_locked=True)
        posts = list(claimed.order_by("section_due_at", "pk")[:PAGE])
        if posts:
            roster = Roster.load({post.account_id for post in posts}, now)
            _raise_flags(posts, roster, now)
            rows = [row for post in posts for row in _notices(post, roster, now)]
            tell(rows)
            counts["told"] += len(rows)
    return len(posts)


def _raise_flags(posts: list[Post], roster: Roster, now: dt.datetime) -> None:
    found = {post.pk: {"due_at": post.section_due_at.isoformat()} for post in posts}
    Flag.objects.bulk_create(
        [
            Flag(
                account_id=post.account_id,
                post=post,
                reason=Flag.Reason.SECTION,
                raised_at=now,
                found=found[post.pk],
            )
            for post in posts
        ],
        batch_size=PAGE,
        ignore_conflicts=True,
    )
    flags = list(Flag.objects.filter(post__in=posts, reason=Flag.Reason.SECTION).order_by("pk"))
    trail = []
    for flag in flags:
        # One flag a post in its life: where it came back to the section, the same one opens again.
        flag.account = roster.accounts[flag.account_id]
        flag.found, flag.raised_at = found[flag.post_id], now
        flag.closed_at, flag.closed_by, flag.close_reason = None, None, ""
        trail.append(audit_row(Event.FLAG_RAISED, flag, by=None, now=now, after=flag.facts))
    Flag.objects.bulk_update(flags, ["found", "raised_at", "closed_at", "closed_by", "close_reason"], batch_size=PAGE)
    AuditEvent.objects.bulk_create(trail, batch_size=PAGE)


def _notices(post: Post, roster: Roster, now: dt.datetime) -> list:
    account_id, due = post.account_id, post.section_due_at
    people = dict.fromkeys([*roster.section(account_id, now), *roster.chief(account_id, now)])
    return [
        notice_row(
            person_id,
            NoticeEvent.SECTION_OVERDUE,
            key=f"post:{post.pk}:section_overdue:{due:%Y%m%dT%H%M%S}",
            path=post.get_absolute_url(),
            now=now,
            account=roster.accounts[account_id].name,
            due_at=due.isoformat(),
        )
        for person_id in people
    ]
