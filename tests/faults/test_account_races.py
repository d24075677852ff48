"""Two people at the same instant, on PostgreSQL: one of them, and a clear message for the other."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.moderators.models import Assignment, delegate
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount, Pause
from accounts.register.moves import begin_retirement, plan_pause
from governance.audit.models import AuditEvent
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*verbs) -> list:
    """What each returned, or the ValidationError it raised."""
    gate, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(place, verb):
        try:
            gate.wait(timeout=10)
            results[place] = verb()
        except ValidationError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def trail(event):
    return AuditEvent.objects.filter(event=event).count()


def test_two_begin_retirement(account, cast, now):
    def verb(person):
        fresh = OfficialAccount.objects.get(pk=account.pk)
        return lambda: begin_retirement(fresh, by=person, now=now, reason="Quiet")

    assert sorted(at_once(verb(cast.principal), verb(cast.section), verb(cast.chief))) == [False, False, True]
    assert trail("account.retiring") == 1


def test_two_pauses_of_the_same_days(account, cast, now):
    def verb(person, reason):
        start, end = now + dt.timedelta(days=1), now + dt.timedelta(days=3)
        return lambda: plan_pause(account, starts_at=start, ends_at=end, reason=reason, by=person, now=now)

    results = at_once(verb(cast.principal, "One"), verb(cast.section, "Two"))
    assert sum(isinstance(result, Pause) for result in results) == 1
    assert Pause.objects.count() == 1


def test_yes_and_no_and_revoked_together(account, cast, now):
    offer = factories.assign(account, cast.moderator, accepted=False, delegated_by=cast.principal)

    def fresh():
        return Assignment.objects.select_related("account", "person", "delegated_by").get(pk=offer.pk)

    yes, no = fresh(), fresh()
    results = at_once(
        lambda: yes.accept(by=cast.moderator, now=now), lambda: no.decline(reason="", by=cast.moderator, now=now)
    )
    assert sum(result is True for result in results) == 1
    assert trail("assignment.accepted") + trail("assignment.declined") == 1
    offer.refresh_from_db()
    assert bool(offer.accepted_at) != bool(offer.declined_at)


def test_the_same_person_asked_twice(account, cast, now):
    def verb(person, part):
        return lambda: delegate(account, cast.moderator, part, by=person, now=now, starts_on=timezone.localdate(now))

    at_once(verb(cast.principal, Part.LEAD), verb(cast.chief, Part.DEPUTY), verb(cast.principal, Part.LEAD))
    assert Assignment.objects.open().filter(person=cast.moderator).count() == 1


def test_all_leave_at_once_and_each_is_flagged_once(account, cast, now):
    roles = [factories.assign(account, person) for person in (cast.moderator, cast.deputy)]
    rows = [Assignment.objects.select_related("account", "person").get(pk=role.pk) for role in roles for _twice in "ab"]
    at_once(*(lambda row=row: row.end(reason="x", by=cast.principal, now=now) for row in rows))
    assert trail("assignment.ended") == 2
    assert Flag.objects.filter(reason=Flag.Reason.HANDOVER).count() == 2
