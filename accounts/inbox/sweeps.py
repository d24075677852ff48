"""Posts past their time: flagged once, the person on duty told, then the policy's ladder climbed (M17, M18)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef
from django.urls import reverse

from accounts.duty.roster import Roster
from accounts.flags.models import Flag
from accounts.flags.moves import raise_flags
from accounts.inbox import claims, notices
from accounts.inbox.deadlines import is_history
from accounts.inbox.models import Post
from accounts.inbox.worklist import Scope, Show
from governance.notices.kinds import NoticeKind
from governance.notices.models import Notice, Occasion, notices_for, tell_all
from governance.policy.models import Policies, units_by
from governance.rows import update_rows

PAGE = 1000
WRITTEN_BY_SWEEPS = ["reminded_at", "look_told_at", "flagged_at", "ladder_step", "next_step_at"]


def remind(now: dt.datetime) -> dict[str, int]:
    """Remind whoever has taken a post on, or is on duty, some hours before it must be answered, once (M17)."""
    counts = {"reminded": 0, "told": 0}
    for (hours,), units in units_by(Policies.load(), "reminder_hours"):
        soon = Post.objects.to_remind(now, until=now + dt.timedelta(hours=hours)).filter(account__unit__in=units)
        while posts := _page(soon, "answer_due_at", now, _remind, counts):
            counts["reminded"] += posts
    return counts


def _remind(posts: list[Post], roster: Roster, now: dt.datetime) -> list[Notice]:
    rows = []
    for post in posts:
        post.reminded_at = now
        on_duty = roster.of(post.account_id, now).person
        person_id = post.claimed_by_id if claims.is_live(post, now) else on_duty and on_duty.pk
        if person_id:
            rows += _notices(post, [person_id], notices.POST_REMINDER, "reminder", roster, now)
    return rows


def unanswered(now: dt.datetime) -> dict[str, int]:
    """Flag every open post past its time, once, and tell whoever is on duty, then those whose rung has come."""
    counts = {"flagged": 0, "told": 0}
    while posts := _page(Post.objects.to_flag(now), "answer_due_at", now, _flag, counts):
        counts["flagged"] += posts
    return counts


def look_yourself(now: dt.datetime) -> dict[str, int]:
    """Tell whoever is on duty of posts past their time whose answers cannot be seen: once, and together by account."""
    counts = {"posts": 0, "told": 0}
    while posts := _page(Post.objects.to_look_for(now), "answer_due_at", now, _look, counts):
        counts["posts"] += posts
    return counts


def _look(posts: list[Post], roster: Roster, now: dt.datetime) -> list[Notice]:
    people: dict[int, set[int]] = defaultdict(set)
    for post in posts:
        post.look_told_at = now
        told = [post.claimed_by_id] if claims.is_live(post, now) else _first_told(post, roster, now)[1]
        people[post.account_id].update(person_id for person_id in told if person_id)
    # All that wait there, as the list does to which the notice leads: one page of the sweep is less.
    rows = Post.objects.unseen(now).filter(account__in=people).order_by().values_list("account")
    waiting = dict(rows.annotate(Count("pk")))
    return [
        row
        for account_id, told in people.items()
        for row in notices_for(
            sorted(told),
            notices.POSTS_UNSEEN,
            about=roster.accounts[account_id],
            once=now,
            now=now,
            path=f"{reverse('accounts:inbox')}?account={account_id}&state={Show.NOT_MEASURABLE}",
            account=roster.accounts[account_id].name,
            posts=waiting[account_id],
        )
    ]


def escalate(now: dt.datetime) -> dict[str, int]:
    """Climb the ladder for flagged posts that are still open."""
    counts = {"escalated": 0, "told": 0}
    while posts := _page(Post.objects.to_escalate(now), "next_step_at", now, _climb_all, counts):
        counts["escalated"] += posts
    return counts


def _page(queryset, order: str, now: dt.datetime, work, counts: dict[str, int]) -> int:
    """Claim one page of posts and work on it in one transaction; how many it was.

    Locked rows are another sweep's, or somebody is just answering: both are left to the next run. In order, so
    that two sweeps do not deadlock.
    """
    with transaction.atomic():
        claimed = queryset.defer("text", "author", "outcome_note").select_for_update(skip_locked=True, of=("self",))
        posts = list(claimed.order_by(order, "pk")[:PAGE])
        if posts:
            roster = Roster.load({post.account_id for post in posts}, now)
            rows = work(posts, roster, now)
            tell_all(rows)
            counts["told"] += len(rows)
            update_rows(posts, WRITTEN_BY_SWEEPS)
    return len(posts)


def _flag(posts: list[Post], roster: Roster, now: dt.datetime) -> list[Notice]:
    raise_flags(
        [
            Flag(
                account=roster.accounts[post.account_id],
                post=post,
                reason=Flag.Reason.UNANSWERED,
                found={"due_at": post.answer_due_at.isoformat()},
            )
            for post in posts
        ],
        by=None,
        now=now,
    )
    said = []
    for post in posts:
        post.flagged_at, post.ladder_step = now, 0
        kind, people = _first_told(post, roster, now)
        said += [Said(post, people, kind, "duty"), *_climb(post, roster, now, told=set(people))]
    return _in_notices(said, roster, now)


def _first_told(post: Post, roster: Roster, now: dt.datetime) -> tuple[NoticeKind, list[int]]:
    """The person on duty; where nobody is, the head of the unit or the information section, at once."""
    duty = roster.of(post.account_id, now)
    if duty.person:
        return notices.POST_OVERDUE, [duty.person.pk]
    return notices.POST_ESCALATED, roster.head(post.account_id, now) or roster.section(post.account_id, now)


def _climb_all(posts: list[Post], roster: Roster, now: dt.datetime) -> list[Notice]:
    return _in_notices([said for post in posts for said in _climb(post, roster, now, told=set())], roster, now)


class Said(NamedTuple):
    """What is to be said of one post, to whom, and on which step of its way."""

    post: Post
    people: list[int]
    kind: NoticeKind
    step: Occasion


def _in_notices(said: list[Said], roster: Roster, now: dt.datetime) -> list[Notice]:
    """One notice a post and person; of history that came in together one an account and person, with the count."""
    rows: list[Notice] = []
    together: dict[int, dict[int, list[Said]]] = defaultdict(lambda: defaultdict(list))
    for one in said:
        if is_history(one.post, one.post.flagged_at):
            for person_id in one.people:
                together[one.post.account_id][person_id].append(one)
        else:
            rows += _notices(*one, roster, now)
    stand = _overdue_on(together, now) if together else {}
    for account_id, people in together.items():
        count, oldest = stand.get(account_id, (0, now))  # none, where they are not measurable any more
        for person_id, told in people.items():
            if count > 1:
                rows += _of_all(roster.accounts[account_id], person_id, count, oldest, now)
            else:
                rows += [
                    row for one in told for row in _notices(one.post, [person_id], one.kind, one.step, roster, now)
                ]
    return rows


def _overdue_on(account_ids: Collection[int], now: dt.datetime) -> dict[int, tuple[int, dt.datetime]]:
    """{account: how many conversations are past their time there, the oldest since when}. One query."""
    rows = Post.objects.overdue(now).filter(account__in=account_ids, measurable=True).order_by().values("account")
    counted = rows.annotate(count=Count("pk"), oldest=Min("answer_due_at"))
    return {row["account"]: (row["count"], row["oldest"]) for row in counted}


def _of_all(account, person_id: int, count: int, oldest: dt.datetime, now: dt.datetime) -> list[Notice]:
    path = f"{reverse('accounts:inbox')}?scope={Scope.ALL}&state={Show.OVERDUE}&account={account.pk}"
    facts = {"account": account.name, "count": count, "due_at": oldest.isoformat()}
    return notices_for([person_id], notices.POSTS_OVERDUE, about=account, once=now, now=now, path=path, **facts)


def _climb(post: Post, roster: Roster, now: dt.datetime, told: set[int]) -> list[Said]:
    """Take every rung whose time has come; who was told a moment ago for another rung is not told again.

    Counted from the time the answer was due; where nobody could know of it then, from when it was flagged.
    """
    ladder = roster.policy(post.account_id).escalation_ladder
    reach = {"deputy": roster.deputies, "unit_leader": roster.head, "information_section": roster.section}
    said: list[Said] = []
    post.next_step_at = None
    since = post.flagged_at if is_history(post, post.flagged_at) else post.answer_due_at
    for place, rung in enumerate(ladder[post.ladder_step :], start=post.ladder_step + 1):
        comes_at = since + dt.timedelta(hours=rung["after_hours"])
        if comes_at > now:
            post.next_step_at = comes_at
            break
        post.ladder_step = place
        people = [person_id for person_id in reach[rung["to"]](post.account_id, now) if person_id not in told]
        told.update(people)
        said.append(Said(post, people, notices.POST_ESCALATED, place))
    return said


def _notices(
    post: Post, people: list[int], kind: NoticeKind, step: Occasion, roster: Roster, now: dt.datetime
) -> list[Notice]:
    # With the due time: a deadline that was moved and ran out again is told again.
    due = post.answer_due_at
    facts = {"account": roster.accounts[post.account_id].name, "due_at": due.isoformat()}
    return notices_for(people, kind, about=post, once=(due, step), now=now, **facts)


# --- at the information section (M28, D117) ---


def section(now: dt.datetime) -> dict[str, int]:
    """Flag every open post that the information section has kept too long."""
    counts = {"flagged": 0, "told": 0}
    while posts := _section_page(now, counts):
        counts["flagged"] += posts
    return counts


def _section_page(now: dt.datetime, counts: dict[str, int]) -> int:
    """Claim one page and work on it in one transaction; how many it was. Locked rows are left to the next run."""
    flagged = Flag.objects.open().filter(post=OuterRef("pk"), reason=Flag.Reason.SECTION)
    late = Post.objects.open().filter(~Exists(flagged), section_due_at__lte=now)
    with transaction.atomic():
        claimed = late.defer("text", "author", "outcome_note").select_for_update(skip_locked=True)
        posts = list(claimed.order_by("section_due_at", "pk")[:PAGE])
        if posts:
            roster = Roster.load({post.account_id for post in posts}, now)
            flags = [
                Flag(
                    account=roster.accounts[post.account_id],
                    post=post,
                    reason=Flag.Reason.SECTION,
                    found={"due_at": post.section_due_at.isoformat()},
                )
                for post in posts
            ]
            raise_flags(flags, by=None, now=now)
            rows = [row for post in posts for row in _section_notices(post, roster, now)]
            tell_all(rows)
            counts["told"] += len(rows)
    return len(posts)


def _section_notices(post: Post, roster: Roster, now: dt.datetime) -> list[Notice]:
    account_id, due = post.account_id, post.section_due_at
    people = dict.fromkeys([*roster.section(account_id, now), *roster.chief(account_id, now)])
    facts = {"account": roster.accounts[account_id].name, "due_at": due.isoformat()}
    return notices_for(people, notices.SECTION_OVERDUE, about=post, once=due, now=now, **facts)
