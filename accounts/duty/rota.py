"""Duty by agreement: weekly shifts, and taking over for a while."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.duty import events, notices
from accounts.duty.models import Shift, TakeOver
from accounts.duty.presence import away
from accounts.duty.roster import Roster
from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount, State
from governance.audit.models import body_language, record
from governance.notices.models import tell
from governance.people.models import Person

LONGEST_TAKE_OVER = dt.timedelta(days=14)  # longer is no “for a while”: that is a role on the account
SAME_CLICK = dt.timedelta(minutes=1)


def locked(account: OfficialAccount) -> OfficialAccount:
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
        account = locked(account)
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
        record(events.SHIFT_ADDED, account, by=by, now=now, after=_shift_in_trail(shift))
    return shift, True


def remove_shift(shift: Shift, *, by: Person, now: dt.datetime) -> bool:
    """Returns False where it was gone already."""
    with transaction.atomic():
        deleted, _counts = Shift.objects.filter(pk=shift.pk).delete()
        if deleted:
            record(events.SHIFT_REMOVED, shift.account, by=by, now=now, before=_shift_in_trail(shift))
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
        account = locked(account)
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
        record(events.TAKEN_OVER, account, by=by, now=now, after={"person": by.name, "ends_at": until.isoformat()})
        before = roster.of(account.pk, now).person
        if before and before != by:
            facts = {"account": account.name, "person": by.name, "until_at": until.isoformat()}
            path = account.get_absolute_url()
            tell([before], notices.DUTY_TAKEN_OVER, about=row, path=path, now=now, **facts)
    return row, True


def give_back(account: OfficialAccount, *, by: Person, now: dt.datetime) -> bool:
    """The usual order holds again. Returns False where `by` had not taken over, or not any more."""
    with transaction.atomic():
        account = locked(account)
        if not TakeOver.objects.standing(now).filter(account=account, person=by).update(ended_at=now):
            return False
        record(events.GIVEN_BACK, account, by=by, now=now, after={"person": by.name})
    return True
