import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.crisis import notices
from accounts.crisis.models import CrisisPeriod, awake, open_crisis
from accounts.inbox.deadlines import Clock
from accounts.register.models import Pause
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.policy.models import set_policy
from tests import factories

HOUR = dt.timedelta(hours=1)


def told(event):
    return set(Notice.objects.filter(event=event).values_list("person__email", flat=True))


def test_opening_tells_those_who_answer_there_once(account, body, cast, now):
    factories.assign(account, cast.moderator)
    crisis = open_crisis("Storm", body.nordvik, by=cast.section, now=now)
    assert told(notices.CRISIS_OPENED) == {
        "moderator@fjordvik.example",
        "rektor@fjordvik.example",
        "infosjef@fjordvik.example",
        "info@fjordvik.example",
    }
    assert open_crisis("Storm", body.nordvik, by=cast.chief, now=now + HOUR) == crisis
    assert CrisisPeriod.objects.count() == 1
    assert AuditEvent.objects.about(crisis).count() == 1


def test_closing_once(body, cast, now):
    crisis = open_crisis("Storm", body.central, by=cast.section, now=now)
    assert crisis.close(by=cast.chief, now=now + HOUR)
    assert not crisis.close(by=cast.chief, now=now + HOUR)
    assert told(notices.CRISIS_CLOSED) >= {"info@fjordvik.example", "rektor@fjordvik.example"}
    assert not awake(now + 2 * HOUR)


def test_two_crises_for_one_unit_are_refused(body, cast, now):
    open_crisis("Storm", body.central, by=cast.section, now=now)
    with pytest.raises(ValidationError, match="Storm"):
        open_crisis("Flood", body.central, by=cast.section, now=now)


@pytest.mark.parametrize("who", ["moderator", "principal", "admin", "employee"])
def test_nobody_else_opens_one(who, body, cast, now):
    with pytest.raises(PermissionDenied):
        open_crisis("Storm", body.nordvik, by=getattr(cast, who), now=now)


def test_where_policy_names_the_chief_the_section_does_not_lead(body, cast, now):
    set_policy(body.central, {"crisis_owner": "information_chief"}, by=cast.chief, now=now)
    with pytest.raises(PermissionDenied):
        open_crisis("Storm", body.nordvik, by=cast.section, now=now)
    assert open_crisis("Storm", body.nordvik, by=cast.chief, now=now)


def test_what_comes_in_meanwhile_is_due_sooner(account, body, cast, now):
    crisis = open_crisis("Storm", body.central, response_hours=2, by=cast.section, now=now)
    clock = Clock([account])
    assert clock.due_at(account.pk, now + HOUR) == now + 3 * HOUR
    assert clock.due_at(account.pk, now - HOUR) == now + 23 * HOUR
    crisis.close(by=cast.section, now=now + 4 * HOUR)
    assert Clock([account]).due_at(account.pk, now + HOUR) == now + 3 * HOUR
    assert Clock([account]).due_at(account.pk, now + 5 * HOUR) == now + 29 * HOUR


def test_a_crisis_never_gives_more_time_and_reaches_no_other_unit(account, body, cast, facebook, now):
    open_crisis("Storm", body.nordvik, response_hours=48, by=cast.section, now=now)
    other = factories.account(unit=body.sorvik, platform=facebook)
    clock = Clock([account, other])
    assert clock.due_at(account.pk, now) == clock.due_at(other.pk, now) == now + 24 * HOUR


def test_a_pause_stops_the_crisis_clock_too(account, body, cast, now):
    open_crisis("Storm", body.central, response_hours=2, by=cast.section, now=now)
    Pause.objects.create(
        account=account, starts_at=now + HOUR, ends_at=now + 5 * HOUR, reason="Storm", created_by=cast.moderator
    )
    assert Clock([account]).due_at(account.pk, now) == now + 6 * HOUR


def test_every_page_shows_it(login, body, cast, now):
    open_crisis("Storm in the fjord", body.central, by=cast.section, now=now)
    assert b"Storm in the fjord" in login(cast.employee).get("/inbox/").content


def test_the_pages(login, body, cast):
    client = login(cast.section)
    answer = client.post("/crisis/open/", {"title": "Storm", "unit": body.central.pk, "response_hours": "0"})
    assert answer.status_code == 422
    assert b"Storm" in answer.content
    assert CrisisPeriod.objects.count() == 0
    client.post("/crisis/open/", {"title": "Storm", "unit": body.central.pk, "response_hours": "2"})
    crisis = CrisisPeriod.objects.get()
    assert b"Close the crisis" in client.get("/crisis/").content
    client.post(f"/crisis/{crisis.pk}/close/")
    assert client.post(f"/crisis/{crisis.pk}/close/").status_code == 302
    assert b"There is no crisis." in client.get("/crisis/").content
