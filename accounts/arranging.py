"""Arranging duty: weekly shifts, taking over for a while, and handing all of a person's accounts to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.duty import Roster, away
from accounts.models import Assignment, Flag, OfficialAccount, Shift, TakeOver
from accounts.models.moderators import delegate
from accounts.models.register import State
from governance.access import Role
from governance.models import Person
from governance.models.audit import Event, body_language, record
from governance.models.notices import NoticeEvent, notice_row, tell

LONGEST_TAKE_OVER = dt.timedelta(days=14)  # longer is no “for a while”: that is a role on the account
SAME_CLICK = dt.timedelta(minutes=1)


def _locked(account: OfficialAccount) -> OfficialAccount:
    """Whoever arranges the duty of an account waits here for whoever does so at the same time."""
    return OfficialAccount.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account.pk)


# --- the rota ---


def add_shift(
    account: OfficialAccount,
    person: Person,
    *,
    weekday: int,
    starts: dt.time,
    ends: dt.time,
    by: Person,
    now: dt.datetime,
) -> tuple[Shift, bool]:
    """Put the person on the rota; (the shift, whether it is new). The same shift twice gives the one there is.

    Raises ValidationError where the person holds no role on the account today, where somebody has a shift in that
    time already, or where it ends before it begins.
    """
    if ends <= starts:
        raise ValidationError({"ends": _("The end comes before the start.")})
    with transaction.atomic():
        account = _locked(account)
        if not Assignment.objects.current(timezone.localdate(now)).filter(account=account, person=person).exists():
            words = _("%(name)s holds no role on this account now, so cannot stand on its rota.")
            raise ValidationError({"person": words % {"name": person}})
        same_day = Shift.objects.filter(account=account, weekday=weekday)
        same = same_day.filter(person=person, starts=starts, ends=ends).first()
        if same:
            return same, False
        other = same_day.filter(starts__lt=ends, ends__gt=starts).select_related("person").first()
        if other:
            raise ValidationError(
                _("%(name)s has the shift on %(day)s from %(starts)s until %(ends)s, which overlaps. Remove it first."),
                params={
                    "name": other.person,
                    "day": other.get_weekday_display(),
                    "starts": f"{other.starts:%H:%M}",
                    "ends": other.until,
                },
            )
        shift = Shift.objects.create(
            account=account, person=person, weekday=weekday, starts=starts, ends=ends, created_by=by, created_at=now
        )
        record(Event.SHIFT_ADDED, account, by=by, now=now, after=_shift_in_trail(shift))
    return shift, True


def remove_shift(shift: Shift, *, by: Person, now: dt.datetime) -> bool:
    """Returns False where it was gone already."""
    with transaction.atomic():
        deleted, _counts = Shift.objects.filter(pk=shift.pk).delete()
        if deleted:
            record(Event.SHIFT_REMOVED, shift.account, by=by, now=now, before=_shift_in_trail(shift))
    return bool(deleted)


def _shift_in_trail(shift: Shift) -> dict:
    with body_language():
        weekday = str(shift.get_weekday_display())
    return {
        "person": shift.person.name,
        "weekday": weekday,
        "starts": f"{shift.starts:%H:%M}",
        "ends": shift.until,
    }


# --- taking over ---


def take_over(account: OfficialAccount, *, until: dt.datetime, by: Person, now: dt.datetime) -> tuple[TakeOver, bool]:
    """From now until then `by` answers before all others; (the row, whether it is new). Whoever was on duty is told.

    The same click twice changes nothing; another end replaces the one before. Whether `by` may answer there is the
    caller's question. Raises ValidationError where the time is wrong, where nobody answers for the account any more,
    or where `by` could not be on duty: away, or without the acknowledgement that the policy demands.
    """
    if until <= now:
        raise ValidationError({"until": _("This time is over already.")})
    if until > now + LONGEST_TAKE_OVER:
        raise ValidationError({"until": _("For at most 14 days. For longer, a role on the account is right.")})
    with transaction.atomic():
        account = _locked(account)
        if account.state not in (State.ACTIVE, State.PAUSED, State.RETIRING):
            raise ValidationError(_("Nobody answers for this account now."))
        roster = Roster(now, now, [account])
        if away([by.pk], now):
            raise ValidationError(_("You are registered as away. Call that off first."))
        if not roster.acknowledged(account.pk, by.pk):
            raise ValidationError(_("Read and acknowledge the guidelines for those who answer first."))
        standing = list(TakeOver.objects.in_force(now, now).filter(account=account))
        mine = next((row for row in standing if row.person_id == by.pk), None)
        if mine and mine == standing[0] and abs(mine.ends_at - until) < SAME_CLICK:
            return mine, False
        if mine:
            TakeOver.objects.filter(pk=mine.pk).update(ended_at=now)
        row = TakeOver.objects.create(account=account, person=by, starts_at=now, ends_at=until)
        record(Event.TAKEN_OVER, account, by=by, now=now, after={"person": by.name, "ends_at": until.isoformat()})
        before = roster.of(account.pk, now).person
        if before and before != by:
            tell(
                [
                    notice_row(
                        before.pk,
                        NoticeEvent.DUTY_TAKEN_OVER,
                        key=f"take-over-{row.pk}",
                        path=account.get_absolute_url(),
                        now=now,
                        account=account.name,
                        person=by.name,
                        until_at=until.isoformat(),
                    )
                ]
            )
    return row, True


def give_back(account: OfficialAccount, *, by: Person, now: dt.datetime) -> bool:
    """The usual order holds again. Returns False where `by` had not taken over, or not any more."""
    with transaction.atomic():
        account = _locked(account)
        if not TakeOver.objects.standing(now).filter(account=account, person=by).update(ended_at=now):
            return False
        record(Event.GIVEN_BACK, account, by=by, now=now, after={"person": by.name})
    return True


# --- everything of one person to another ---


def to_hand_over(person: Person, units: Collection[int]) -> list[Assignment]:
    """What may be handed over in these units: the person's open roles, and of those that ended because they left, the
    last on each account that still has no new holder.
    """
    theirs = Assignment.objects.filter(person=person, account__unit__in=units).exclude(account__state=State.RETIRED)
    theirs = theirs.select_related("account__unit", "account__platform", "person").order_by("account__name", "pk")
    found = {row.account_id: row for row in theirs.open()}
    flagged = Flag.objects.open().filter(reason=Flag.Reason.HANDOVER, person=person)
    flagged = flagged.filter(~Q(found__part=Role.EDITOR), account__unit__in=units)
    for row in theirs.filter(ended_at__isnull=False, account__in=flagged.values("account")).order_by("ended_at", "pk"):
        if row.account_id not in found or found[row.account_id].ended_at:
            found[row.account_id] = row
    return sorted(found.values(), key=lambda row: (row.account.name, row.pk))


def edited_in(person: Person, units: Collection[int]) -> list[OfficialAccount]:
    """The accounts of these units that the person is the editor of, whether or not they have left."""
    edited = OfficialAccount.objects.filter(editor=person, unit__in=units).exclude(state=State.RETIRED)
    return list(edited.select_related("unit").order_by("name", "pk"))


def hand_over_editors(
    accounts: Iterable[OfficialAccount], person: Person, to: Person, *, by: Person, now: dt.datetime
) -> int:
    """Make another person the editor where `person` still is. Nobody has to accept that, but they are told.

    Returns how many are new.
    """
    if not to.is_active:
        raise ValidationError(_("%(name)s may no longer log in. Choose somebody else."), params={"name": to.name})
    new = 0
    with transaction.atomic():
        for chosen in sorted(accounts, key=lambda account: account.pk):
            account = _locked(chosen)
            if account.editor_id != person.pk:
                continue
            old = account.facts()
            account.editor = to
            new += account.write(by=by, now=now, old=old)
            _tell_new_editor(account, by=by, now=now)
    return new


def _tell_new_editor(account: OfficialAccount, *, by: Person, now: dt.datetime) -> None:
    if account.editor_id == by.pk:
        return
    row = notice_row(
        account.editor_id,
        NoticeEvent.EDITOR_NAMED,
        key=f"editor-{account.pk}-{now.isoformat()}",
        path=account.get_absolute_url(),
        now=now,
        account=account.name,
        person=by.name,
    )
    tell([row])


def hand_over_all(rows: Iterable[Assignment], to: Person, *, reason: str, by: Person, now: dt.datetime) -> int:
    """Offer each of these roles to another person, and end it where it has not ended. Returns how many are new.

    All or nothing. Raises ValidationError that names the account where the other person cannot take it.
    """
    new = 0
    with transaction.atomic():
        for row in sorted(rows, key=lambda row: row.account_id):
            held_before = Assignment.objects.open().filter(account=row.account, person=to).exists()
            today = timezone.localdate(now)
            last = row.ends_on if row.ends_on and row.ends_on >= today else None
            try:
                delegate(row.account, to, row.part, by=by, now=now, starts_on=today, ends_on=last)
            except ValidationError as error:
                raise ValidationError(
                    [f"{row.account}: {message}" for message in error.messages],
                ) from None
            ended = row.ended_at is None and row.end(reason=reason, by=by, now=now)
            new += not held_before or ended
    return new
