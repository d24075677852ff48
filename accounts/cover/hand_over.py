"""Everything that one person holds on accounts, to another (M18, D62)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.cover import notices
from accounts.duty.rota import locked
from accounts.flags.models import Flag
from accounts.moderators.models import Assignment, delegate
from accounts.register.models import OfficialAccount, State
from governance.access import Role
from governance.notices.models import tell
from governance.people.models import Person
from governance.signin.tokens import ApiToken


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


def tokens_in(person: Person, units: Collection[int], now: dt.datetime) -> list[ApiToken]:
    """The integrations' tokens of these units for which the person answers."""
    return list(ApiToken.objects.valid(now).filter(owner=person, person=None, unit__in=units).select_related("unit"))


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
            account = locked(chosen)
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
    facts = {"account": account.name, "person": by.name}
    tell([account.editor_id], notices.EDITOR_NAMED, about=account, once=now, now=now, **facts)


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
