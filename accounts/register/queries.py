"""The register asked for accounts: whose they are, what the public may see, what waits for whom."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.register.choices import Part, State
from accounts.register.holders import held_by, open_roles
from governance.access import Permission, covers_body, units_where
from governance.people.models import Person
from governance.policy.models import Policies


def any_case(fields: str | list[str], text: str) -> Q:
    """The text somewhere in one of the fields, case-blind. SQLite's LIKE is not, past a to z: so each writing."""
    writings = {text} if text.isascii() else {text, text.lower(), text.upper(), text.capitalize(), text.title()}
    names = [fields] if isinstance(fields, str) else fields
    return reduce(or_, (Q(**{f"{name}__icontains": writing}) for name in names for writing in sorted(writings)))


class OfficialAccountQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Every employee sees the register (S27, B22): transparency is its point."""
        return self.all()

    def held_by(self, person: Person, on: dt.date):
        """Accounts on which the person, or somebody absent whom they stand in for, has a current assignment."""
        held = self.model._default_manager.filter(held_by(person, on, of="assignments__"))
        return self.filter(pk__in=held.order_by().values("pk"))

    def reached_by(self, person: Person, permission: Permission, *, now: dt.datetime | None = None):
        """Accounts the person holds (`held_by`), and those of the units where they have the permission."""
        if covers_body(person, permission, now=now):
            return self.all()
        units = units_where(person, permission, now=now)
        held = self.held_by(person, timezone.localdate(now))
        # An OR would have every account looked at.
        return self.filter(Q(unit__in=units) | Q(pk__in=held.values("pk"))) if units else held

    def posts_visible_to(self, person: Person, *, now: dt.datetime | None = None):
        """Accounts whose posts the person may see: their own, and those of the units they answer for."""
        return self.reached_by(person, Permission.SEE_POSTS, now=now)

    def to_answer_on(self, person: Person, now: dt.datetime):
        """Accounts in use on which the person may answer."""
        return self.reached_by(person, Permission.ANSWER_POSTS, now=now).running()

    def to_open(self, person: Person, *, now: dt.datetime | None = None):
        """Planned accounts that wait for this person to open them: their own, and those of their units."""
        units = units_where(person, Permission.DELEGATE, now=now)
        own = Q(editor=person) | Q(application__applicant=person)
        return self.filter(
            own | Q(unit__in=units) | Q(pk__in=self.held_by(person, timezone.localdate(now)).values("pk")),
            state=State.PLANNED,
        )

    def matching(self, text: str):
        """Search over name, handle, address, unit, purpose and the names of its people."""
        named = open_roles("assignments__") & any_case("assignments__person__name", text)
        theirs = self.model._default_manager.filter(named).order_by().values("pk")
        fields = ["name", "handle", "url", "external_id", "unit__name", "purpose", "editor__name"]
        return self.filter(any_case(fields, text) | Q(pk__in=theirs))

    def matching_publicly(self, text: str):
        """Search over what the public may see: no people."""
        return self.filter(any_case(["name", "handle", "url", "unit__name", "purpose"], text))

    def with_a_public_page(self):
        """What the public is told anything of: what citizens can meet, and what was ours."""
        return self.exclude(state=State.PLANNED).exclude(state=State.RETIRED, handle="", external_id="", url="")

    def public(self):
        """What stands in the public register: the same, without what nobody responsible has confirmed."""
        return self.with_a_public_page().filter(unconfirmed_since=None)

    def unconfirmed(self):
        """What waits for somebody responsible to confirm that it is ours, the longest waiting first."""
        waiting = self.filter(unconfirmed_since__isnull=False).exclude(state=State.RETIRED)
        return waiting.order_by("unconfirmed_since", "pk")

    def to_confirm(self, person: Person, *, now: dt.datetime | None = None):
        """Of these, those this person may confirm: what `confirmation.may_confirm` says of one account."""
        units = units_where(person, Permission.CONFIRM_ACCOUNT, now=now)
        if not units:
            return self.none()
        policies, heads = Policies.load(), units_where(person, Permission.DECIDE_AS_HEAD, now=now)
        waived = [unit for unit in heads if policies.for_unit(unit).heads_confirm_their_own]
        leads = self.model._meta.get_field("assignments").related_model._default_manager.filter(part=Part.LEAD)
        theirs = leads.filter(person=person).order_by().values("account")
        asked_by_others = Q(accepted_at__isnull=False) | Q(delegated_by=None) | ~Q(delegated_by=person)
        others = leads.filter(open_roles() & asked_by_others).exclude(person=person).order_by().values("account")
        partial = Q(application__applicant=person) | (Q(pk__in=theirs) & ~Q(pk__in=others))
        # Asked for by id: a join to what an account need not have would leave it out.
        own = self.model._default_manager.filter(partial).order_by().values("pk")
        return self.unconfirmed().filter(Q(unit__in=waived) | ~Q(pk__in=own), unit__in=units)

    def running(self):
        """Accounts that citizens can meet: not planned, not retired."""
        return self.filter(state__in=[State.ACTIVE, State.PAUSED, State.RETIRING])
