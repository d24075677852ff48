"""A sign of life that no interface sees: somebody who answers for the account says so."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.flags.models import Flag
from accounts.flags.moves import close
from accounts.platforms.models import Connection
from accounts.register.models import OfficialAccount, State
from governance.people.models import Person


def can_be_told(account: OfficialAccount) -> bool:
    """Whether its activity is what people say: it is in use, and the portal does not read its platform."""
    in_use = account.state in (State.ACTIVE, State.PAUSED, State.RETIRING)
    return in_use and not Connection.objects.filter(account=account).exists()


def posted_today(account: OfficialAccount, *, by: Person, now: dt.datetime) -> bool:
    """Note that something was published there today, and close what said that it is quiet. False where it was noted.

    Raises ValidationError where the account is not in use, or is read from its platform, which knows better.
    """
    if not can_be_told(account):
        raise ValidationError(_("Nobody needs to say this: the account is not in use, or the portal reads it itself."))
    with transaction.atomic():
        account = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
        known = account.last_activity_at
        noted = known is not None and timezone.localdate(known) >= timezone.localdate(now)
        if not noted:
            old = account.facts()
            account.last_activity_at = now
            account.write(by=by, now=now, old=old)
        close(Flag.objects.filter(account=account, reason=Flag.Reason.INACTIVE), Flag.Closed.LIFE, by=by, now=now)
    return not noted
