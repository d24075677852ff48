"""Somebody responsible has seen an account that came without a decision, and says that it is ours (S34, S35, R03).

Where policy asks for no decision (K1) the unit's own people register an account at once. Until the head of the unit or
the information section has confirmed it, the public is not told that it is ours. What was confirmed is one identity of
one unit: where somebody who may not confirm changes either, it waits anew.

Nobody confirms alone what is theirs alone: what they registered, or where they are the only moderator. The policy may
waive that for heads.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.register import events, notices
from accounts.register.choices import Part, State
from accounts.register.identity import Identity, of_row
from governance.access import Permission, can, holders
from governance.audit.models import record
from governance.notices.models import Notice, notices_for, tell, tell_all
from governance.people.models import Person
from governance.policy.models import Policies, Policy
from governance.units.models import Unit

if TYPE_CHECKING:  # its `write` asks this module
    from accounts.register.models import OfficialAccount


def own_word_is_enough(person: Person, unit: Unit, policy: Policy, now: dt.datetime) -> bool:
    """Whether what this person registers for the unit needs nobody else's look."""
    if can(person, Permission.REGISTER_ACCOUNT, unit, now=now):
        return True
    return policy.heads_confirm_their_own and can(person, Permission.DECIDE_AS_HEAD, unit, now=now)


def may_confirm(person: Person, account: OfficialAccount, now: dt.datetime) -> bool:
    """Whether this person may say that the account is ours, whether or not it waits for that."""
    if not can(person, Permission.CONFIRM_ACCOUNT, account, now=now):
        return False
    if person.pk not in _partial(account):
        return True
    waived = Policies.of(account.unit).heads_confirm_their_own
    return waived and can(person, Permission.DECIDE_AS_HEAD, account, now=now)


def applicant_of(account: OfficialAccount) -> int | None:
    """Id of who applied for it or registered it, where it came of an application."""
    application = getattr(account, "application", None)
    return application.applicant_id if application else None


def _partial(account: OfficialAccount) -> set[int]:
    """Ids of those who would confirm what is theirs alone: who registered it, and its only moderator.

    Laying the role down, or asking somebody beside them who has not said yes, makes it nobody else's.
    """
    leads = list(account.assignments.filter(part=Part.LEAD))
    standing = [row for row in leads if not (row.declined_at or row.ended_at)]

    def is_shared(person_id: int) -> bool:
        others = [row for row in standing if row.person_id != person_id]
        return any(row.accepted_at or row.delegated_by_id != person_id for row in others)

    alone = {row.person_id for row in leads if not is_shared(row.person_id)}
    applicant = applicant_of(account)
    return alone if applicant is None else {*alone, applicant}


def what_is_seen(account: OfficialAccount) -> str:
    """Goes with the button: who presses it confirms the identity and the unit that stood on their page."""
    said = (account.platform_id, account.unit_id, account.handle, account.external_id, account.url)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def confirm(account: OfficialAccount, *, by: Person, now: dt.datetime, seen: str | None = None) -> bool:
    """Somebody responsible says that the account is ours: from now on the public is told so.

    `seen`: `what_is_seen` of the page they looked at. Returns False where nobody needs to confirm it (any more).
    Raises PermissionDenied, and ValidationError where the account has changed since they looked or is retired.
    """
    with transaction.atomic():
        account.lock()
        account.refresh_from_db()
        if not may_confirm(by, account, now):
            raise PermissionDenied
        if account.unconfirmed_since is None:
            return False
        if account.state == State.RETIRED:
            raise ValidationError(_("The account is retired, and was never confirmed."))
        if seen is not None and seen != what_is_seen(account):
            raise ValidationError(_("The account was changed after you opened the page. Look at it once more."))
        account.unconfirmed_since, account.confirmed_by = None, by
        account.save(update_fields=["unconfirmed_since", "confirmed_by"])
        what = {"handle": account.handle, "url": account.url, "external_id": account.external_id}
        after = {"unit": account.unit.name} | {name: said for name, said in what.items() if said}
        record(events.ACCOUNT_CONFIRMED, account, by=by, now=now, after=after)
        told = {applicant_of(account), account.editor_id} - {None, by.pk}
        active = Person.objects.active().filter(pk__in=told).values_list("pk", flat=True)
        tell(active, notices.ACCOUNT_CONFIRMED, about=account, once=now, now=now, account=account.name, by=by.name)
    return True


# --- what waits anew ---------------------------------------------------------------------------------------------


def same_identity(old: Identity, new: Identity) -> bool:
    """Whether who confirmed the one has seen the other too. The register is asked for each by itself, so an id that
    comes to a known handle may be somebody else's."""
    if (old.platform, old.handle_key, old.address) != (new.platform, new.handle_key, new.address):
        return False
    if not (old.handle_key or old.address):
        return bool(old.external_id) and old.external_id == new.external_id
    return old.external_id == new.external_id


def look_again(account: OfficialAccount, old: dict, *, by: Person | None, now: dt.datetime) -> None:
    """Have a changed account confirmed anew where need be. `old`: its `facts()` before. Call it when it is written.

    What the portal itself or whoever runs it changes (`by` None) needs nobody's look.
    """
    application = getattr(account, "application", None) if by else None
    if by is None or application is None or not application.without_a_decision:
        return
    # Somebody may have confirmed it since it was read; by now the row is locked.
    account.refresh_from_db(fields=["unconfirmed_since", "confirmed_by"])
    if account.unconfirmed_since or account.state == State.RETIRED:
        return
    before = of_row(old["platform"], old["handle"], old["external_id"], old["url"])
    if old["unit"] == account.unit and same_identity(before, account.identity):
        return
    if own_word_is_enough(by, account.unit, Policies.of(account.unit), now) or may_confirm(by, account, now):
        return
    confirmed_by, account.confirmed_by, account.unconfirmed_since = account.confirmed_by, None, now
    account.save(update_fields=["unconfirmed_since", "confirmed_by"])
    was = {"confirmed_by": confirmed_by.name} if confirmed_by else {}
    record(events.ACCOUNT_UNCONFIRMED, account, by=by, now=now, before=was)
    tell_all(Confirmers(now).notices_at_once(account, by))


# --- who is told -------------------------------------------------------------------------------------------------


class Confirmers:
    """Who may confirm the accounts of each unit. Asks a few queries a unit, once, and two an account."""

    def __init__(self, now: dt.datetime, policies: Policies | None = None):
        self.now, self.on = now, timezone.localdate(now)
        self.policies = policies or Policies.load()
        self.tree = self.policies.tree
        self._units: dict[int, tuple[list[list[Person]], list[Person]]] = {}

    def of(self, account: OfficialAccount) -> list[Person]:
        """The nearest heads who may, up the tree, and those of the section who may. Empty where nobody may."""
        partial = _partial(account)
        heads, section = self._of_unit(account.unit_id)
        waived = self.policies.for_unit(account.unit_id).heads_confirm_their_own
        able = [[head for head in group if waived or head.pk not in partial] for group in heads]
        nearest = next((group for group in able if group), [])
        return list(dict.fromkeys([*nearest, *(row for row in section if row.pk not in partial)]))

    def informed(self, unit_id: int) -> list[Person]:
        """The head of the unit and the section: who is told at once of whatever comes without a decision."""
        heads, section = self._of_unit(unit_id)
        return list(dict.fromkeys([*next(iter(heads), []), *section]))

    def _of_unit(self, unit_id: int) -> tuple[list[list[Person]], list[Person]]:
        if unit_id not in self._units:
            path = self.tree.path_up(unit_id)
            heads = [list(holders(Permission.DECIDE_AS_HEAD, [step], self.on)) for step in path]
            section = list(holders(Permission.REGISTER_ACCOUNT, path, self.on))
            self._units[unit_id] = [group for group in heads if group], section
        return self._units[unit_id]

    def notices_at_once(self, account: OfficialAccount, by: Person) -> list[Notice]:
        """Unsaved notices to those who may confirm it; where nobody may, to those who can mend that."""
        asked = notices_for(
            self.of(account),
            notices.ACCOUNT_TO_CONFIRM,
            about=account,
            once=account.unconfirmed_since or (),
            now=self.now,
            path=f"{account.get_absolute_url()}#confirm",
            account=account.name,
            unit=account.unit.name,
            by=by.name,
        )
        return asked or self.notices_of_stuck(account)

    def notices_of_stuck(self, account: OfficialAccount) -> list[Notice]:
        administrators = holders(Permission.EDIT_PEOPLE, self.tree.path_up(account.unit_id), self.on)
        return notices_for(
            administrators,
            notices.ACCOUNT_UNCONFIRMABLE,
            about=account,
            once=account.unconfirmed_since or (),
            now=self.now,
            path=account.unit.get_absolute_url(),
            account=account.name,
            unit=account.unit.name,
        )
