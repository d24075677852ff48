"""The feed of one's own duties: who may read it, and what stands in it."""

import datetime as dt

import icalendar
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.duty.models import Shift, TakeOver
from accounts.duty.views.calendar import feed
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.people import events as people_events
from governance.people.absences import Absence
from governance.people.models import Person
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
KEY = "k" * 43


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def events(person, now):
    """Every event of the feed as it is parsed back."""
    found = icalendar.Calendar.from_ical(feed(person, now))
    assert [part.name for part in found.subcomponents if part.errors] == []
    return found.walk("VEVENT")


def times(person, now):
    return [(event["DTSTART"].dt, event["DTEND"].dt) for event in events(person, now)]


def absent(person, start, end, **fields):
    return Absence.objects.create(person=person, starts_at=start, ends_at=end, registered_by=person, **fields)


def test_whole_days_are_all_day_and_other_times_are_in_utc(account, crew, now):
    absent(crew.moderator, dt.datetime(2026, 11, 22, 23, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC))
    assert times(crew.deputy, now) == [
        (dt.datetime(2026, 11, 22, 23, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC))
    ]
    assert times(crew.moderator, now) == [
        (dt.date(2026, 11, 18), dt.date(2026, 11, 23)),
        (dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC), dt.datetime(2027, 1, 16, 23, tzinfo=dt.UTC)),
    ]


def test_a_shift_keeps_its_local_hour_where_the_clocks_change(account, crew):
    now = dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)
    Shift.objects.create(
        account=account, person=crew.deputy, weekday=0, starts=dt.time(8), ends=dt.time(12), created_by=crew.deputy
    )
    starts = [start for start, _end in times(crew.deputy, now)]
    assert starts[:2] == [dt.datetime(2027, 3, 22, 7, tzinfo=dt.UTC), dt.datetime(2027, 3, 29, 6, tzinfo=dt.UTC)]
    assert len(starts) == 9


def test_take_overs_replacements_and_gaps_that_fall_to_the_head_count(account, crew, cast, now):
    TakeOver.objects.create(account=account, person=cast.section, starts_at=now, ends_at=now + HOUR)
    assert times(cast.section, now) == [(now, now + HOUR)]
    absent(crew.moderator, now + 2 * DAY, now + 3 * DAY, replacement=cast.employee)
    assert times(cast.employee, now) == [(now + 2 * DAY, now + 3 * DAY)]
    absent(crew.moderator, now + 5 * DAY, now + 6 * DAY)
    absent(crew.deputy, now + 5 * DAY, now + 6 * DAY)
    assert times(cast.principal, now) == [(now + 5 * DAY, now + 6 * DAY)]
    assert times(cast.stranger, now) == []


def test_identities_are_stable_and_once(account, crew, now):
    absent(crew.moderator, now + DAY, now + 2 * DAY)
    absent(crew.moderator, now + 5 * DAY, now + 6 * DAY)
    first = [str(event["UID"]) for event in events(crew.moderator, now)]
    later = [str(event["UID"]) for event in events(crew.moderator, now + HOUR)]
    assert first == later
    assert len(set(first)) == 3


def test_text_is_escaped_and_no_citizen_stands_in_it(account, crew, now):
    account.name = "Nordvik; vgs, “ny”\\side\r\nEND:VEVENT"
    account.save()
    factories.post(account, text="A secret question", author="Kari Citizen")
    written = feed(crew.moderator, now)
    assert b"SUMMARY:On duty: Nordvik\\; vgs\\, " in written.replace(b"\r\n ", b"")
    assert b"secret" not in written
    assert b"Kari" not in written
    (event,) = events(crew.moderator, now)
    assert "Nordvik; vgs, “ny”" in str(event["SUMMARY"])


def test_accounts_in_use_alone_at_constant_queries(body, facebook, crew, now, django_assert_num_queries):
    for state in ("planned", "retired"):
        factories.assign(factories.account(unit=body.nordvik, platform=facebook, state=state), crew.moderator)
    for more in (1, 6):
        for _number in range(more):
            factories.assign(factories.account(unit=body.nordvik, platform=facebook), crew.moderator)
        crew.moderator.__dict__.pop("_reach", None)
        with django_assert_num_queries(11):
            written = feed(crew.moderator, now)
    assert written.count(b"BEGIN:VEVENT") == 8


# --- the address ---


def address(key=KEY):
    return reverse("accounts:duty_calendar", args=[key])


@pytest.fixture
def keyed(crew):
    crew.moderator.calendar_key = KEY
    crew.moderator.save()
    return crew.moderator


def test_whoever_knows_the_address_reads_it_without_log_in(client, keyed):
    answer = client.get(address())
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private"
    assert icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


@pytest.mark.parametrize("key", ["x" * 43, "k", "k" * 44, "K" * 43, "-"])
def test_unknown_addresses_are_not_found(client, keyed, key):
    assert client.get(address(key)).status_code == 404


def test_somebody_deactivated_has_no_feed(client, keyed, now):
    keyed.is_active, keyed.deactivated_at = False, now
    keyed.save()
    assert client.get(address()).status_code == 404


def test_it_speaks_the_language_of_the_person(client, keyed, monkeypatch):
    keyed.language = "nb"
    keyed.save()
    asked = []
    monkeypatch.setattr(
        "accounts.duty.views.calendar.feed", lambda person, now: asked.append(translation.get_language()) or b""
    )
    client.get(address(), headers={"accept-language": "da"})
    assert asked == ["nb"]


def test_made_renewed_and_removed_on_the_page_about_me(login, crew):
    client = login(crew.moderator)
    assert "Make an address" in client.get(reverse("me")).content.decode()
    url = reverse("accounts:calendar_key")
    assert client.get(url).status_code == 405
    client.post(url)
    crew.moderator.refresh_from_db()
    first = crew.moderator.calendar_key
    assert len(first) == 43
    assert f"http://testserver{address(first)}" in client.get(reverse("me")).content.decode()
    client.post(url)
    crew.moderator.refresh_from_db()
    assert client.get(address(first)).status_code == 404
    assert client.get(address(crew.moderator.calendar_key)).status_code == 200
    page = client.post(url, {"remove": "yes"}, follow=True).content.decode()
    assert "is removed" in page
    assert client.get(address(crew.moderator.calendar_key)).status_code == 404


def test_another_address_stands_in_the_trail_without_the_address(login, crew):
    client, url = login(crew.moderator), reverse("accounts:calendar_key")
    client.post(url)
    client.post(url)
    client.post(url, {"remove": "yes"})
    client.post(url, {"remove": "yes"})  # there is none any more
    found = AuditEvent.objects.filter(event=people_events.CALENDAR_ADDRESS_CHANGED).order_by("pk")
    assert [(row.before, row.after) for row in found] == [
        ({"calendar_address": had}, {"calendar_address": has})
        for had, has in [(False, True), (True, True), (True, False)]
    ]
    assert {(row.actor_id, row.subject_id) for row in found} == {(crew.moderator.pk, str(crew.moderator.pk))}


def test_no_two_people_have_the_same_address_and_many_have_none(crew):
    crew.moderator.set_calendar_key(KEY, by=crew.moderator, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        crew.deputy.set_calendar_key(KEY, by=crew.deputy, now=timezone.now())
    assert Person.objects.filter(calendar_key="").count() > 1


@pytest.mark.postgresql
def test_an_address_is_looked_up_in_an_index(crew):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Person.objects.active().filter(calendar_key=KEY).order_by().explain()
    assert "person_calendar_key_once" in plan
