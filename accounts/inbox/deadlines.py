"""The response clock of accounts: the facts that `governance.calendar.hours.due` asks for, loaded for many at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from accounts.crisis.models import CrisisPeriod
from accounts.inbox import events
from accounts.inbox.models import Post
from accounts.register.models import OfficialAccount, Pause
from governance.audit.models import record
from governance.calendar.closing_days import ClosingDay
from governance.calendar.hours import after_clock_hours, due
from governance.people.models import Person
from governance.policy.models import Policies
from governance.policy.settings import HoldingReply, PostsThatCount
from governance.rows import update_rows
from governance.units.models import Tree

# What must be answered once it is known what a post is (M21 to M23, S59).
TONES_THAT_COUNT = frozenset({Post.Tone.QUESTION, Post.Tone.NEGATIVE, Post.Tone.FACTUAL_ERROR})


# What was due this long before it could be known is history: told of together, and its ladder begins then.
LATE = dt.timedelta(hours=3)


def is_history(post: Post, at: dt.datetime | None) -> bool:
    """Whether an overdue post could be flagged, at that time, only long after its time.

    It came in that late (an import, a first connection), or the platform could not be read for so long (an outage).
    """
    known_at = at if post.source == Post.Source.PLATFORM else post.first_seen_at
    return known_at is not None and post.answer_due_at is not None and known_at - post.answer_due_at >= LATE


class Clock:
    """Sets due times for posts on the given accounts. Five queries, however many accounts."""

    def __init__(self, accounts: Iterable[OfficialAccount]):
        accounts = list(accounts)
        self.tree = Tree.load()
        self.policies = Policies.load(self.tree)
        self._units = {account.pk: account.unit_id for account in accounts}
        self._pauses = defaultdict(list)
        for pause in Pause.objects.standing().filter(account__in=accounts):
            self._pauses[pause.account_id].append((pause.starts_at, pause.over_at))
        self._closing = defaultdict(set)
        for unit_id, day in ClosingDay.objects.values_list("unit", "day"):
            self._closing[unit_id].add(day)
        self._crises = [
            (crisis, self.tree.below(crisis.unit_id))
            for crisis in CrisisPeriod.objects.exclude(response_hours=None).order_by("started_at", "pk")
        ]
        self._closing_on_path: dict[int, set[dt.date]] = {}

    def due_at(self, account_id: int, posted_at: dt.datetime, tone: str = "") -> dt.datetime | None:
        """When a post must be answered; None where the policy sets no target or the post does not count (K9).

        What comes in during a crisis is due within the crisis's hours, where that is sooner.
        """
        unit_id = self._units[account_id]
        policy = self.policies.for_unit(unit_id)
        counts = {
            PostsThatCount.ALL: True,
            PostsThatCount.UNTIL_TRIAGED: not tone or tone in TONES_THAT_COUNT,
            PostsThatCount.QUESTIONS: tone in TONES_THAT_COUNT,
        }[policy.posts_that_count]
        if not counts:
            return None
        zone = timezone.get_default_timezone()
        pauses = self._pauses[account_id]
        moments = [due(posted_at, policy, self._closing_days(unit_id), pauses, zone)]
        moments += [after_clock_hours(posted_at, hours, pauses) for hours in self._crisis_hours(unit_id, posted_at)]
        return min((moment for moment in moments if moment), default=None)

    def _crisis_hours(self, unit_id: int, at: dt.datetime) -> list[dt.timedelta]:
        return [
            dt.timedelta(hours=crisis.response_hours)
            for crisis, units in self._crises
            if unit_id in units and crisis.started_at <= at and (crisis.ended_at is None or at < crisis.ended_at)
        ]

    def due_of(self, post: Post) -> dt.datetime | None:
        """When this post must be answered: `due_at`, or later where a holding reply was sent and counts."""
        due_at, until = self.due_at(post.account_id, post.posted_at, post.tone), self.held_until(post)
        return max(due_at, until) if due_at and until else due_at

    def held_until(self, post: Post) -> dt.datetime | None:
        """By when a holding reply promises the full answer (D100); None without one, or where it does not count."""
        policy = self.policies.for_unit(self._units[post.account_id])
        if post.held_at is None or policy.holding_reply != HoldingReply.COUNTS:
            return None
        return after_clock_hours(post.held_at, dt.timedelta(hours=policy.holding_hours), self._pauses[post.account_id])

    def _closing_days(self, unit_id: int) -> set[dt.date]:
        if unit_id not in self._closing_on_path:
            days = (self._closing.get(step, set()) for step in self.tree.path_up(unit_id))
            self._closing_on_path[unit_id] = set().union(*days)
        return self._closing_on_path[unit_id]


def set_due(post: Post, due_at: dt.datetime | None) -> bool:
    """Give the post, unsaved, this due time. Whether it is another one: then it is reminded of anew before that."""
    if due_at == post.answer_due_at:
        return False
    post.answer_due_at, post.reminded_at = due_at, None
    return True


def follow_pauses(account: OfficialAccount, *, by: Person | None, now: dt.datetime) -> int:
    """Compute the due times of an account's open posts anew, after a pause was set, changed or ended.

    Leaves alone what is flagged already and what was moved by hand. Call it in the transaction of the pause.
    Returns how many due times changed.
    """
    clock, changed = Clock([account]), []
    waiting = account.posts.open().filter(flagged_at=None, deadline_moved_at=None)
    for post in waiting.select_for_update().order_by("answer_due_at", "pk"):
        if set_due(post, clock.due_of(post)):
            changed.append(post)
    update_rows(changed, ["answer_due_at", "reminded_at"])
    if changed:
        record(events.POST_DEADLINE_MOVED, account, by=by, now=now, after={"posts": len(changed), "reason": "pause"})
    return len(changed)
