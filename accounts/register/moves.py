"""An official account's states and its legal moves, as data; and the one `move()` that makes them.

`docs/states.md` is generated from TRANSITIONS. Pauses move an account too: planned ahead, they are carried out by
`apply_pauses`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.register import events, listeners, notices
from accounts.register.checklists import RETIREMENT_ITEMS, Check
from accounts.register.confirmation import applicant_of
from accounts.register.gates import Gate, opening_gates, retirement_gates, unconfirmed_gates
from accounts.register.models import OfficialAccount, Pause, State
from governance.access import Permission, demand
from governance.audit.events import Event
from governance.audit.models import AuditEvent, audit_row, record
from governance.notices.kinds import NoticeKind
from governance.notices.models import tell
from governance.people.heads import heads_of
from governance.people.models import Person
from governance.units.models import Tree


class Verb(models.TextChoices):
    OPEN = "open", _("Open")
    PAUSE = "pause", _("Pause")
    RESUME = "resume", _("Resume")
    BEGIN_RETIREMENT = "begin_retirement", _("Begin retirement")
    KEEP = "keep", _("Call off retirement")
    RETIRE = "retire", _("Retire")
    DISOWN = "disown", _("This is not ours")
    ABANDON = "abandon", _("Give up before opening")


@dataclass(frozen=True)
class Transition:
    """One legal move. `gates` says what must be in place; `notice` is what the account's people are told."""

    source: State
    verb: Verb
    target: State
    permission: Permission
    event: Event
    gates: Callable[[OfficialAccount, dt.datetime], list[Gate]] | None = None
    notice: NoticeKind | None = None


TRANSITIONS = [
    Transition(
        State.PLANNED,
        Verb.OPEN,
        State.ACTIVE,
        Permission.OPEN_ACCOUNT,
        events.ACCOUNT_OPENED,
        opening_gates,
        notices.ACCOUNT_OPENED,
    ),
    Transition(State.PLANNED, Verb.ABANDON, State.RETIRED, Permission.EDIT_ACCOUNT, events.ACCOUNT_ABANDONED),
    Transition(State.ACTIVE, Verb.PAUSE, State.PAUSED, Permission.PAUSE_ACCOUNT, events.ACCOUNT_PAUSED),
    Transition(State.PAUSED, Verb.RESUME, State.ACTIVE, Permission.PAUSE_ACCOUNT, events.ACCOUNT_RESUMED),
    *(
        Transition(
            source,
            Verb.BEGIN_RETIREMENT,
            State.RETIRING,
            Permission.EDIT_ACCOUNT,
            events.ACCOUNT_RETIRING,
            notice=notices.ACCOUNT_RETIRING,
        )
        for source in (State.ACTIVE, State.PAUSED)
    ),
    Transition(
        State.RETIRING,
        Verb.KEEP,
        State.ACTIVE,
        Permission.EDIT_ACCOUNT,
        events.ACCOUNT_KEPT,
        notice=notices.ACCOUNT_KEPT,
    ),
    Transition(
        State.RETIRING,
        Verb.RETIRE,
        State.RETIRED,
        Permission.EDIT_ACCOUNT,
        events.ACCOUNT_RETIRED,
        retirement_gates,
        notices.ACCOUNT_RETIRED,
    ),
    *(
        Transition(
            source,
            Verb.DISOWN,
            State.RETIRED,
            Permission.CONFIRM_ACCOUNT,
            events.ACCOUNT_DISOWNED,
            unconfirmed_gates,
            notices.ACCOUNT_DISOWNED,
        )
        for source in (State.PLANNED, State.ACTIVE, State.PAUSED)
    ),
]
NOTHING_TO_KNOW_IT_BY = dict.fromkeys(["handle", "external_id", "url", "handle_key", "address_key"], "")


def transition(state: str, verb: Verb) -> Transition | None:
    return next((row for row in TRANSITIONS if row.source == state and row.verb == verb), None)


class GatesClosed(ValidationError):
    """The move is legal, but something is not in place yet: `gates` are those not met."""

    def __init__(self, gates: list[Gate]):
        self.gates = gates
        super().__init__([ValidationError(f"{gate.label}: {gate.missing}") for gate in gates])


def move(
    account: OfficialAccount, verb: Verb, *, by: Person | None, now: dt.datetime, reason: str = "", **fields: Any
) -> bool:
    """Make one move: state, `fields`, audit and notices in one transaction. `by` None is the portal itself.

    Returns False, changing nothing, where the account already is where the verb leads. Raises ValidationError where
    the state does not allow the verb, GatesClosed where something is missing, PermissionDenied.
    """
    with transaction.atomic():
        locked = (
            OfficialAccount.objects.select_for_update(of=("self",), no_key=True)
            .select_related("unit", "platform")
            .get(pk=account.pk)
        )
        step = transition(locked.state, verb)
        if not step:
            if locked.state in {row.target for row in TRANSITIONS if row.verb == verb}:
                account.refresh_from_db()
                return False
            raise ValidationError(
                _("“%(verb)s” is not possible now: the account is %(state)s."),
                params={"verb": verb.label, "state": locked.get_state_display().lower()},
            )
        if by:
            demand(by, step.permission, locked, now=now)
        unmet = [gate for gate in step.gates(locked, now) if not gate.met] if step.gates else []
        if unmet:
            raise GatesClosed(unmet)
        changed = OfficialAccount.objects.filter(pk=locked.pk, state=step.source).update(state=step.target, **fields)
        if not changed:  # where the database knows no row locks
            raise ValidationError(_("Somebody else was first. Look at the account again."))
        record(
            step.event,
            locked,
            by=by,
            now=now,
            before={"state": step.source.value},
            after={"state": step.target.value} | ({"reason": reason} if reason else {}),
        )
        if step.notice:
            _tell_its_people(locked, step.notice, by=by, now=now, reason=reason)
        account.refresh_from_db()
    return True


def _tell_its_people(
    account: OfficialAccount, kind: NoticeKind, *, by: Person | None, now: dt.datetime, reason: str
) -> None:
    """Its moderators, its editor and the head of its unit, except whoever did it."""
    told = set(account.assignments.open().values_list("person", flat=True))
    told |= {head.pk for head in heads_of(account.unit_id, timezone.localdate(now), Tree.load())}
    told |= {account.editor_id}
    told -= {None, by.pk if by else None}
    active = Person.objects.filter(pk__in=told, is_active=True).values_list("pk", flat=True)
    tell(active, kind, about=account, once=now, now=now, account=account.name, reason=reason)


# --- The verbs -----------------------------------------------------------------------------------------


def open_account(account: OfficialAccount, *, by: Person, now: dt.datetime) -> bool:
    """From here on citizens meet it, and its clock runs."""
    return move(account, Verb.OPEN, by=by, now=now, opened_at=now)


def abandon(account: OfficialAccount, *, by: Person, now: dt.datetime, reason: str) -> bool:
    """It never opened and will not: it was never ours in public, so its handle is not held."""
    with transaction.atomic():
        done = move(account, Verb.ABANDON, by=by, now=now, reason=reason, retired_at=now, **NOTHING_TO_KNOW_IT_BY)
        if done:
            _end_roles(account, by=by, now=now, reason=reason)
    return done


def disown(account: OfficialAccount, *, by: Person, now: dt.datetime, reason: str) -> bool:
    """It is not ours: somebody registered it, and nobody confirmed it. Its handle is free for whose it is."""
    with transaction.atomic():
        done = move(account, Verb.DISOWN, by=by, now=now, reason=reason, retired_at=now, **NOTHING_TO_KNOW_IT_BY)
        if done:
            told = Person.objects.active().filter(pk=applicant_of(account)).exclude(pk=by.pk)
            tell(told, notices.ACCOUNT_DISOWNED, about=account, once=now, now=now, account=account.name, reason=reason)
            _cut_pauses_short(account, by=by, now=now)
            _end_roles(account, by=by, now=now, reason=reason)
    return done


def begin_retirement(account: OfficialAccount, *, by: Person | None, now: dt.datetime, reason: str) -> bool:
    """From active or paused; its pauses are over."""
    with transaction.atomic():
        done = move(account, Verb.BEGIN_RETIREMENT, by=by, now=now, reason=reason)
        if done:
            _cut_pauses_short(account, by=by, now=now)
    return done


def _cut_pauses_short(account: OfficialAccount, *, by: Person | None, now: dt.datetime) -> None:
    cut_short = Pause.objects.filter(account=account, ends_at__gt=now, ended_at=None)
    if cut_short.update(ended_at=now, ended_by=by):
        _tell_of_pauses(account, by=by, now=now)


def keep(account: OfficialAccount, *, by: Person | None, now: dt.datetime, reason: str) -> bool:
    """Retirement is called off; what was ticked for it holds no more."""
    with transaction.atomic():
        done = move(account, Verb.KEEP, by=by, now=now, reason=reason)
        if done:
            Check.objects.filter(account=account, item__in=RETIREMENT_ITEMS).delete()
    return done


def retire(account: OfficialAccount, *, by: Person, now: dt.datetime) -> bool:
    """The account stays in the register as formerly ours, its handle held; nobody answers for it any more.

    One that nobody confirmed was never ours in public: its handle is not held.
    """
    with transaction.atomic():
        account.lock()
        account.refresh_from_db()
        forgotten = NOTHING_TO_KNOW_IT_BY if account.unconfirmed_since and account.state != State.RETIRED else {}
        done = move(account, Verb.RETIRE, by=by, now=now, retired_at=now, **forgotten)
        if done:
            _end_roles(account, by=by, now=now, reason="")
    return done


def _end_roles(account: OfficialAccount, *, by: Person, now: dt.datetime, reason: str) -> None:
    for assignment in account.assignments.open().select_related("person", "account"):
        assignment.end(reason=reason, by=by, now=now)


# --- Pauses ----------------------------------------------------------------------------------------------


def plan_pause(
    account: OfficialAccount, *, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Person, now: dt.datetime
) -> Pause:
    """Close the account for a while, from now or later (M19, M20, S63). Its answer times follow.

    The very same pause again gives the one there is. Raises ValidationError where the end has passed or lies before
    the start, where it overlaps another pause, or where the account is neither active nor paused.
    """
    if ends_at <= max(starts_at, now):
        raise ValidationError({"ends_at": _("The pause must end after it begins, and in the future.")})
    starts_at = max(starts_at, now)
    with transaction.atomic():
        locked = OfficialAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        if locked.state not in (State.ACTIVE, State.PAUSED):
            raise ValidationError(
                _("Only an account in use can be paused; this one is %(state)s."),
                params={"state": locked.get_state_display().lower()},
            )
        other: Pause | None = Pause.objects.filter(account=account).overlapping(starts_at, ends_at).first()
        if other and other.ends_at == ends_at and other.reason == reason and other.created_by_id == by.pk:
            return other
        if other:
            raise ValidationError(
                _("There is a pause already from %(start)s until %(end)s. End it first, or choose other days."),
                params={"start": _local(other.starts_at), "end": _local(other.over_at)},
            )
        pause = Pause.objects.create(
            account=account, starts_at=starts_at, ends_at=ends_at, reason=reason, created_by=by, created_at=now
        )
        record(
            events.PAUSE_PLANNED,
            account,
            by=by,
            now=now,
            after={"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "reason": reason},
        )
        if starts_at <= now and locked.state == State.ACTIVE:
            move(account, Verb.PAUSE, by=by, now=now, reason=reason)
        _tell_of_pauses(account, by=by, now=now)
    return pause


def end_pause(pause: Pause, *, by: Person, now: dt.datetime) -> bool:
    """End a running pause, or call off one to come. False where it is over already."""
    with transaction.atomic():
        OfficialAccount.objects.select_for_update(no_key=True).get(pk=pause.account_id)
        if not Pause.objects.filter(pk=pause.pk, ended_at=None, ends_at__gt=now).update(ended_at=now, ended_by=by):
            return False
        pause.refresh_from_db()
        account = pause.account
        record(
            events.PAUSE_ENDED,
            account,
            by=by,
            now=now,
            before={"ends_at": pause.ends_at.isoformat()},
            after={"ended_at": now.isoformat()},
        )
        account.refresh_from_db()
        if account.state == State.PAUSED and not Pause.objects.filter(account=account).running(now).exists():
            move(account, Verb.RESUME, by=by, now=now)
        _tell_of_pauses(account, by=by, now=now)
    return True


def resume(account: OfficialAccount, *, by: Person, now: dt.datetime) -> bool:
    """Back in use: ends the running pause, where there is one of record. False where it is in use already."""
    pause = Pause.objects.filter(account=account).running(now).first()
    if pause and end_pause(pause, by=by, now=now):
        account.refresh_from_db()
        return True
    return move(account, Verb.RESUME, by=by, now=now)


def _tell_of_pauses(account: OfficialAccount, *, by: Person | None, now: dt.datetime) -> None:
    for listener in listeners.pauses_changed:
        listener(account, by=by, now=now)


def _local(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%d.%m.%Y %H:%M")


def apply_pauses(now: dt.datetime) -> dict[str, int]:
    """Carry out planned pauses: those begun pause their accounts, those over wake them. Twice changes nothing.

    A paused account without any pause of record (an import may say so) stays paused until somebody resumes it.
    """
    of_account = Pause.objects.filter(account=OuterRef("pk")).standing()
    running = Exists(of_account.running(now))
    begun = OfficialAccount.objects.filter(running, state=State.ACTIVE)
    over = OfficialAccount.objects.filter(~running, Exists(of_account.filter(starts_at__lte=now)), state=State.PAUSED)
    return {"paused": _move_all(begun, Verb.PAUSE, now), "resumed": _move_all(over, Verb.RESUME, now)}


def _move_all(accounts: QuerySet[OfficialAccount], verb: Verb, now: dt.datetime) -> int:
    step = next(row for row in TRANSITIONS if row.verb == verb)
    with transaction.atomic():
        rows = list(accounts.select_for_update(skip_locked=True).order_by("pk"))
        OfficialAccount.objects.filter(pk__in=[row.pk for row in rows], state=step.source).update(state=step.target)
        before, after = {"state": step.source.value}, {"state": step.target.value}
        AuditEvent.objects.bulk_create(
            [audit_row(step.event, row, by=None, now=now, before=before, after=after) for row in rows], batch_size=1000
        )
    return len(rows)
