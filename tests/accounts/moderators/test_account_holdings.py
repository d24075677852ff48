"""A leaver: what they held is listed, ended and flagged, never silently."""

import datetime as dt

from accounts.cover import notices
from accounts.cover.holdings import hand_over, holdings
from accounts.flags.models import Flag
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from governance.departures import holdings as registry
from governance.departures.holdings import held_elsewhere
from governance.notices.models import Notice
from tests import factories


def test_all_that_is_held_is_named(account, body, facebook, cast, now):
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    other = factories.account(unit=body.sorvik, platform=facebook, state="planned", name="Sørvik på nett")
    OfficialAccount.objects.filter(pk=other.pk).update(editor=cast.moderator)
    factories.application(applicant=cast.moderator, unit=body.nordvik, platform=facebook, name="Ny konto")
    labels = [holding.label for holding in held_elsewhere(cast.moderator, now)]
    assert labels == ["Moderator, Nordvik vgs on Facebook", "Editor of Sørvik på nett", "Application: Ny konto, draft"]
    assert all(holding.url.startswith("/") and holding.fate for holding in holdings(cast.moderator, now))
    assert holdings(cast.stranger, now) == []


def test_leaving_ends_roles_and_flags_each_account(account, cast, now):
    role = factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    account.editor = cast.moderator
    account.save()
    assert registry.deactivate(cast.moderator, by=cast.admin, now=now)
    role.refresh_from_db()
    assert role.ended_by == cast.admin
    flag = Flag.objects.get()  # one for each account and person, though they held two things
    assert (flag.account, flag.person, flag.reason) == (account, cast.moderator, Flag.Reason.HANDOVER)
    assert AuditEvent.objects.filter(event="assignment.ended").count() == 1
    assert Notice.objects.filter(event=notices.HANDOVER, person=cast.principal, params__account=account.name).exists()


def test_an_editor_without_a_role_is_flagged_too_and_not_closed_by_new_moderators(account, cast, now):
    account.editor = cast.employee
    account.save()
    hand_over(cast.employee, by=cast.admin, now=now)
    hand_over(cast.employee, by=cast.admin, now=now + dt.timedelta(days=1))
    flag = Flag.objects.get()
    assert flag.found == {"part": "editor"}


def test_one_who_answered_and_was_the_editor_is_missed_until_both_have_a_new_holder(account, cast, now):
    """One flag stands for both, so new people who answer do not close it alone."""
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    account.editor = cast.moderator
    account.save()
    registry.deactivate(cast.moderator, by=cast.admin, now=now)
    account.refresh_from_db()
    factories.assign(account, cast.employee, accepted=False).accept(by=cast.employee, now=now)
    assert Flag.objects.open().get().person == cast.moderator
    old = account.facts()
    account.editor = cast.employee
    account.write(by=cast.section, now=now, old=old)
    assert not Flag.objects.open().exists()
