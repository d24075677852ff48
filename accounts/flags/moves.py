"""A flag's way: raised, answered, decided, closed, opened again. One way each, each with its trail, whoever asks.

A check raises with `flag_accounts` or `raise_flags`; what a post or an account does later closes with `close`. Whom to
tell of a new flag is the caller's, except where it is whom the account concerns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.duty.roster import Roster
from accounts.flags import events, notices
from accounts.flags.models import FOLLOWS_ITS_POST, Flag
from accounts.register.moves import begin_retirement
from governance.access import Permission, holders
from governance.audit.events import Event
from governance.audit.models import audit_row, body_language, record
from governance.notices.kinds import NoticeKind
from governance.notices.models import tell_all
from governance.people.models import Person
from governance.rows import insert_rows, update_rows
from governance.units.models import Tree

PAGE = 1000


class FlagConflict(Exception):
    """The flag does not allow this any more; the message says why. Nothing was changed."""


# --- raised ------------------------------------------------------------------------------------------------


def raise_flags(flags: Collection[Flag], *, by: Person | None, now: dt.datetime) -> list[Flag]:
    """Raise these unsaved flags, all of one reason; returns those that stand only now, with the accounts given.

    Where one stands already nothing happens. A post has one flag of a reason in its life: a closed one stands again,
    with what was found this time. Of two who raise the same at once one does. Four statements, one more where flags
    stand again.
    """
    if not flags:
        return []
    accounts = {flag.account_id: flag.account for flag in flags}
    wanted = {_place(flag): flag for flag in flags}
    with transaction.atomic():
        known = {_place(flag): flag for flag in _standing(flags)}
        fresh = [flag for place, flag in wanted.items() if place not in known]
        for flag in fresh:
            flag.raised_at = now
        if insert_rows(fresh, key=("account_id", "post_id", "person_id")):
            raised = [flag for flag in fresh if flag.pk]
        else:
            raised = [flag for flag in _standing(fresh) if flag.raised_at == now] if fresh else []
        again = [flag for place, flag in known.items() if flag.closed_at and place in wanted]
        for flag in again:
            flag.found, flag.raised_at = wanted[_place(flag)].found, now
            flag.closed_at, flag.closed_by, flag.close_reason = None, None, ""
        update_rows(again, ["found", "raised_at", "closed_at", "closed_by", "close_reason"])
        raised = sorted([*raised, *again], key=lambda flag: flag.pk)
        for flag in raised:
            flag.account = accounts[flag.account_id]
        _write_trail(events.FLAG_RAISED, [(flag, flag.facts) for flag in raised], by=by, now=now)
    return raised


def _place(flag: Flag) -> tuple:
    """What a reason stands once for: a post, a person on an account, or the account."""
    return flag.post_id, None if flag.post_id else (flag.account_id, flag.person_id)


def _standing(flags: Collection[Flag]) -> QuerySet[Flag]:
    """The flags in the database about the same: of posts also closed ones, of accounts and people those open."""
    [reason] = {flag.reason for flag in flags}
    posts = [flag.post_id for flag in flags if flag.post_id]
    if posts:
        return Flag.objects.filter(reason=reason, post__in=posts)
    about = {"account__in": {flag.account_id for flag in flags}}
    if any(flag.person_id for flag in flags):
        about["person__in"] = {flag.person_id for flag in flags}
    return Flag.objects.open().filter(reason=reason, post=None, **about)


def flagged(reason: Flag.Reason, *, kept_since: dt.datetime) -> Exists:
    """Of accounts: flagged already, or looked at so lately that the decision to keep the account still stands."""
    standing = Q(closed_at=None) | Q(decision=Flag.Answer.KEEP, closed_at__gt=kept_since)
    return Exists(Flag.objects.filter(standing, account=OuterRef("pk"), reason=reason))


def flag_accounts(
    accounts: QuerySet,
    reason: Flag.Reason,
    now: dt.datetime,
    *,
    found: Callable,
    kind: NoticeKind = notices.FLAG_RAISED,
    answer_by: dt.datetime | None = None,
    section: bool = False,
) -> int:
    """One flag for each of the accounts, page by page, and those it concerns are told. Returns how many are new.

    `found(account)` gives the facts; `section`: the information section is told too. Each page begins after the last
    account of the one before, so that an account still among them when it is flagged is looked at once.
    """
    raised, last = 0, 0
    while True:
        with transaction.atomic():
            rows = accounts.filter(pk__gt=last).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
            page = list(rows[:PAGE])
            if not page:
                return raised
            last = page[-1].pk
            new = [Flag(account=account, reason=reason, found=found(account), answer_by=answer_by) for account in page]
            new = raise_flags(new, by=None, now=now)
            roster = Roster.load([flag.account_id for flag in new], now)
            by = {"answer_by": answer_by.isoformat()} if answer_by else {}
            told = []
            for flag in new:
                people = concerned(roster, flag.account_id, now)
                people = [*people, *(roster.section(flag.account_id, now) if section else [])]
                told += flag.notices(people, kind, now, **by)
            tell_all(told)
            raised += len(new)


def concerned(roster: Roster, account_id: int, now: dt.datetime) -> list[int]:
    """The account's people and the head of the unit; where there is neither, the information section."""
    people = dict.fromkeys([*roster.moderators(account_id, now), *roster.head(account_id, now)])
    return list(people) or roster.section(account_id, now)


# --- answered and decided ------------------------------------------------------------------------------------


def answer(flag: Flag, answer: str, text: str, *, by: Person, now: dt.datetime) -> bool:
    """Those it concerns say what they want: keep, because …, or retire. May be changed until it is decided.

    Tells the information section. Returns False where that is the answer already. Raises FlagConflict.
    """
    with transaction.atomic():
        flag = _locked_open(flag)
        if not flag.is_decided:
            raise FlagConflict(_("This flag needs no answer: say what has been done."))
        if (flag.answer, flag.answer_text) == (answer, text):
            return False
        before = {"answer": flag.answer, "text": flag.answer_text} if flag.answer else {}
        flag.answer, flag.answer_text, flag.answered_by, flag.answered_at = answer, text, by, now
        flag.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])
        record(events.FLAG_ANSWERED, flag, by=by, now=now, before=before, after={"answer": answer, "text": text})
        # A decision waits. Told once a flag, and once more when an answer changes it.
        people = holders(Permission.DECIDE_FLAGS, Tree.load().path_up(flag.unit_id), timezone.localdate(now))
        tell_all(flag.notices(people, notices.FLAG_RAISED, now, once=("decide", flag.answer)))
    return True


def decide(flag: Flag, decision: str, text: str, *, by: Person, now: dt.datetime) -> bool:
    """The information section keeps the account or begins its retirement (B24, D91, S36).

    Returns False where that was decided already. Raises FlagConflict where it is closed otherwise, and where
    the policy leaves no choice.
    """
    with transaction.atomic():
        flag = _locked(flag)
        if flag.closed_at and flag.decision == decision:
            return False
        _demand_open(flag)
        if not flag.is_decided:
            raise FlagConflict(_("This flag needs no decision."))
        if decision == Flag.Answer.KEEP and flag.must_retire:
            raise FlagConflict(_("The policy says that an account as quiet as this one must be retired."))
        flag.decision, flag.decision_text, flag.decided_by, flag.decided_at = decision, text, by, now
        flag.save(update_fields=["decision", "decision_text", "decided_by", "decided_at"])
        record(events.FLAG_DECIDED, flag, by=by, now=now, after={"decision": decision, "text": text})
        close(Flag.objects.filter(pk=flag.pk), Flag.Closed.DECIDED, by=by, now=now)
        if decision == Flag.Answer.RETIRE:
            with body_language():
                reason = text or str(flag.get_reason_display())
            begin_retirement(flag.account, by=by, now=now, reason=reason)
        roster = Roster.load([flag.account_id], now)
        people = {*roster.moderators(flag.account_id, now), *roster.head(flag.account_id, now)}
        people |= {flag.answered_by_id} if flag.answered_by_id else set()
        tell_all(flag.notices(people, notices.FLAG_DECIDED, now, decision=flag.decision))
    return True


def settle(flag: Flag, text: str, *, by: Person, now: dt.datetime) -> bool:
    """Say what has been done about it, which closes it (coverage gaps, handovers).

    Returns False where it is closed already. Raises FlagConflict where a decision is what it takes.
    """
    with transaction.atomic():
        flag = _locked(flag)
        if flag.closed_at:
            return False
        if flag.is_decided or flag.reason in FOLLOWS_ITS_POST:
            raise FlagConflict(_("This flag is not closed by hand."))
        close(Flag.objects.filter(pk=flag.pk), text[:300], by=by, now=now)
    return True


def _locked(flag: Flag) -> Flag:
    return Flag.objects.select_for_update(of=("self",)).select_related("account").get(pk=flag.pk)


def _locked_open(flag: Flag) -> Flag:
    flag = _locked(flag)
    _demand_open(flag)
    return flag


def _demand_open(flag: Flag) -> None:
    if flag.closed_at:
        raise FlagConflict(_("The flag is closed: %(why)s.") % {"why": flag.closed_because})


# --- closed, and open again ------------------------------------------------------------------------------------


def close(flags: QuerySet[Flag], why: str, *, by: Person | None, now: dt.datetime) -> int:
    """Close those of the flags that are open. `why`: a Flag.Closed, or somebody's own words. Returns how many.

    Three statements a page.
    """
    closed = 0
    while True:
        with transaction.atomic():
            rows = flags.filter(closed_at=None).select_related("account").select_for_update(of=("self",))
            page = list(rows.order_by("pk")[:PAGE])
            if not page:
                return closed
            ids = [flag.pk for flag in page]
            Flag.objects.filter(pk__in=ids).update(closed_at=now, closed_by=by, close_reason=why)
            _write_trail(events.FLAG_CLOSED, [(flag, {"reason": why}) for flag in page], by=by, now=now)
            closed += len(page)


def reopen(flags: QuerySet[Flag], *, by: Person | None, now: dt.datetime) -> int:
    """What closed these flags is undone: they stand again, since when they stood. Returns how many.

    Three statements.
    """
    with transaction.atomic():
        rows = flags.exclude(closed_at=None).select_related("account").select_for_update(of=("self",))
        page = list(rows.order_by("pk"))
        if page:
            ids = [flag.pk for flag in page]
            Flag.objects.filter(pk__in=ids).update(closed_at=None, closed_by=None, close_reason="")
            _write_trail(events.FLAG_REOPENED, [(flag, flag.facts) for flag in page], by=by, now=now)
    return len(page)


def _write_trail(event: Event, flags: list[tuple[Flag, dict]], *, by: Person | None, now: dt.datetime) -> None:
    rows = [audit_row(event, flag, by=by, now=now, after=after) for flag, after in flags]
    insert_rows(rows)
