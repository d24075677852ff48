"""What an application becomes: a planned account, and offers to the people it names (B23, M05)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.applications.models import Application
from accounts.applications.requirements import Surroundings, limit_in_words
from accounts.moderators.models import delegate
from accounts.register import events as register_events
from accounts.register.choices import Communication, ModerationMode, Part, Visibility
from accounts.register.models import OfficialAccount
from governance.access import Permission, can
from governance.audit.models import record
from governance.people.models import Person
from governance.policy.models import Policy
from governance.policy.settings import AccountsLimit, Establishment
from governance.units.models import Unit

WITHOUT_A_DECISION = (Establishment.NOTIFICATION, Establishment.OPEN)


def registers_at_once(person: Person, unit: Unit, policy: Policy, now: dt.datetime) -> bool:
    """Whether what this person applies for becomes an account without anybody deciding on it (S33, R03).

    Only where policy asks for no decision, and only for one's own unit or one that one heads. Whoever belongs to a
    unit above or below, or nowhere, applies as under any other policy.
    """
    if policy.establishment not in WITHOUT_A_DECISION:
        return False
    allowed = (Permission.DECIDE_AS_HEAD, Permission.REGISTER_ACCOUNT)
    return person.unit_id == unit.pk or any(can(person, permission, unit, now=now) for permission in allowed)


def establish(
    application: Application,
    surroundings: Surroundings,
    *,
    by: Person,
    delegated_by: Person | None,
    now: dt.datetime,
    unconfirmed: bool = False,
) -> OfficialAccount:
    """Create the account in state planned, and offer the roles. Call it inside the transaction of the move.

    `unconfirmed`: somebody responsible has yet to see it (`accounts.register.confirmation`).

    `surroundings` are read with the unit locked, or two at once would both see room for one more. The applicant
    becomes the editor (B23). Raises ValidationError where a hard limit was reached meanwhile.
    """
    refuse_past_hard_limit(application, surroundings)
    account = OfficialAccount.objects.create(
        platform=application.platform,
        handle="" if surroundings.same_handle else application.handle_wanted,
        name=application.name,
        unit=application.unit,
        kind=application.kind,
        purpose=application.goal,
        audience=application.audience,
        communication=application.communication or Communication.BOTH,
        language=application.language or application.unit.language,
        editor=application.applicant,
        web_page_url=application.web_page_url,
        moderation_mode=application.moderation_mode or ModerationMode.ALONG,
        visibility=application.visibility or Visibility.OPEN,
        pupil_contact=bool(application.pupil_contact),
        crisis_use=bool(application.crisis_use),
        hearing=bool(application.hearing),
        topics_not_commented=application.topics_not_commented,
        ends_on=application.ends_on,
        registered_at=now,
        unconfirmed_since=now if unconfirmed else None,
    )
    after = {"name": account.name, "platform": application.platform.name, "application": application.pk}
    record(register_events.ACCOUNT_REGISTERED, account, by=by, now=now, after=after)
    for part, people in application.named().items():
        for person in people:
            if person.is_active:  # whoever left since it was sent is named in the application and no more
                delegate(account, person, Part(part), by=delegated_by, now=now, starts_on=timezone.localdate(now))
    return account


def refuse_past_hard_limit(application: Application, surroundings: Surroundings) -> None:
    if surroundings.policy.accounts_limit == AccountsLimit.HARD and surroundings.limit_reached:
        raise ValidationError(limit_in_words(application, surroundings))
