"""What a person holds on accounts, and what becomes of it when they leave (D62, M18).

Registered with `governance.departures.holdings` in `apps.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.cover.handovers import ask_for_new_editor
from accounts.duty.models import TakeOver
from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount, State
from governance.audit.models import body_language
from governance.departures.holdings import Holding
from governance.people.models import Person


def _open_roles(person: Person):
    return Assignment.objects.open().filter(person=person).select_related("account", "person", "delegated_by")


def _edited(person: Person):
    return OfficialAccount.objects.filter(editor=person).exclude(state=State.RETIRED).select_related("unit")


def holdings(person: Person, now: dt.datetime) -> list[Holding]:
    """Roles offered or accepted, and accounts they are the editor of."""
    found = [
        Holding(
            f"{row.get_part_display()}, {row.account}",
            _("ends; the head of the unit is told where too few are left"),
            row.account.get_absolute_url(),
        )
        for row in _open_roles(person)
    ]
    found += [
        Holding(
            _("Editor of %(account)s") % {"account": account},
            _("needs a new editor"),
            account.get_absolute_url(),
        )
        for account in _edited(person)
    ]
    return found


def places(people: Collection[int], now: dt.datetime) -> set[int]:
    """Units whose accounts these people answer for: offered or accepted, as the editor, or having taken over."""
    accounts = OfficialAccount.objects.exclude(state=State.RETIRED)
    offered = Assignment.objects.open().filter(person__in=people).values("account")
    took_over = TakeOver.objects.standing(now).filter(person__in=people).values("account")
    theirs = accounts.filter(Q(editor__in=people) | Q(pk__in=offered) | Q(pk__in=took_over))
    return set(theirs.values_list("unit", flat=True))


def hand_over(person: Person, *, by: Person | None, now: dt.datetime) -> None:
    """End the person's roles and flag, for each account, what needs a new holder. In the caller's transaction."""
    with body_language():
        reason = _("The person was deactivated.")
    for assignment in _open_roles(person):
        assignment.end(reason=reason, by=by, now=now)
    for account in _edited(person):
        ask_for_new_editor(account, person, by=by, now=now)
