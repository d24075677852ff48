"""Absences out of a calendar file: what is proposed, what is refused, what is kept (never why)."""

import datetime as dt
import time

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from governance.audit.models import AuditEvent
from governance.calendar.hours import midnight
from governance.people import calendar_files
from governance.people.absences import Absence
from governance.people.calendar_files import CalendarError, proposals, register_all
from governance.people.views import absences as views
from tests import factories

DAY = dt.timedelta(days=1)


def calendar(*events: str) -> bytes:
    """An iCalendar whose events are these lines."""
    parts = [f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT" for number, event in enumerate(events)]
    lines = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *parts, "END:VCALENDAR", ""])
    return lines.replace("\n", "\r\n").encode()


ALL_DAY = "DTSTART;VALUE=DATE:20261207\nDTEND;VALUE=DATE:20261212\nSUMMARY:Operation"


def found(now, *events):
    return [
        (timezone.localtime(one.start).strftime("%d.%m. %H:%M"), timezone.localtime(one.end).strftime("%d.%m. %H:%M"))
        for one in proposals(calendar(*events), now).events
    ]


# --- what is proposed ---


@pytest.mark.parametrize(
    ("event", "times"),
    [
        (ALL_DAY, ("07.12. 00:00", "12.12. 00:00")),
        ("DTSTART;VALUE=DATE:20261207", ("07.12. 00:00", "08.12. 00:00")),
        ("DTSTART:20261207T090000\nDTEND:20261207T150000", ("07.12. 09:00", "07.12. 15:00")),  # floating: meant as here
        ("DTSTART:20261207T090000Z\nDTEND:20261207T150000Z", ("07.12. 10:00", "07.12. 16:00")),
        ("DTSTART;TZID=America/New_York:20261207T090000\nDURATION:PT2H", ("07.12. 15:00", "07.12. 17:00")),
        ("DTSTART;TZID=W. Europe Standard Time:20261207T090000\nDURATION:PT2H", ("07.12. 09:00", "07.12. 11:00")),
        ("DTSTART;TZID=../../etc/passwd:20261207T090000\nDURATION:PT2H", ("07.12. 09:00", "07.12. 11:00")),
        ("DTSTART;VALUE=DATE:20270327\nDTEND;VALUE=DATE:20270330", ("27.03. 00:00", "30.03. 00:00")),  # clocks go on
        ("DTSTART;VALUE=DATE:20271030\nDTEND;VALUE=DATE:20271102", ("30.10. 00:00", "02.11. 00:00")),  # and back
        ("DTSTART;VALUE=DATE:20261116\nDTEND;VALUE=DATE:20261120", ("16.11. 00:00", "20.11. 00:00")),  # has begun
        (f"{ALL_DAY}\nTRANSP:TRANSPARENT\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", ("07.12. 00:00", "12.12. 00:00")),
    ],
)
def test_times_are_read_as_they_are_meant(now, event, times):
    asked = now if "2027103" not in event else now + 60 * DAY
    assert found(asked, event) == [times]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261207T090000Z\nDTEND:20261207T150000Z\nTRANSP:TRANSPARENT",
        f"{ALL_DAY}\nX-MICROSOFT-CDO-BUSYSTATUS:FREE",
        f"{ALL_DAY}\nX-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        f"{ALL_DAY}\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
        f"{ALL_DAY}\nSTATUS:CANCELLED",
        "DTSTART:20261207T090000Z",  # no length
        "DTSTART:20261101T090000Z\nDTEND:20261102T090000Z",  # over
        "DTSTART;VALUE=DATE:20281201",  # beyond 400 days
    ],
)
def test_what_keeps_nobody_from_answering_is_not_proposed(now, event):
    assert found(now, event) == []


def test_absences_are_ticked_meetings_are_not(now):
    meeting = "DTSTART:20261208T090000Z\nDTEND:20261208T100000Z\nSUMMARY:Meeting"
    listed = proposals(calendar(ALL_DAY, meeting), now).events
    assert [(one.title, one.likely) for one in listed] == [("Operation", True), ("Meeting", False)]


def test_repeating_events_keep_the_local_hour_and_their_exceptions(now):
    weekly = (
        "DTSTART;TZID=Europe/Oslo:20270315T090000\nDTEND;TZID=Europe/Oslo:20270315T110000\n"
        "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Oslo:20270322T090000"
    )
    assert [start for start, _end in found(now, weekly)] == ["15.03. 09:00", "29.03. 09:00", "05.04. 09:00"]


def test_beyond_200_the_likely_ones_stay_and_the_rest_is_counted(now):
    daily = "DTSTART:20261119T080000Z\nDTEND:20261119T081500Z\nSUMMARY:Standup\nRRULE:FREQ=DAILY"
    july = "DTSTART;VALUE=DATE:20270701\nDTEND;VALUE=DATE:20270731\nSUMMARY:Summer"
    listed = proposals(calendar(daily, july), now)
    assert len(listed.events) == 200
    [beyond] = [left for left in listed.left_out if left.why == "beyond"]
    assert beyond.count > 190
    assert "Summer" in [one.title for one in listed.events]


def test_an_event_without_a_readable_time_is_counted_and_the_others_stand(now):
    far = "DTSTART;VALUE=DATE:20261207\nDTEND;VALUE=DATE:99991231"
    length = "DTSTART;VALUE=DURATION:P1D"
    listed = proposals(calendar("DTSTART:20261399T100000", "SUMMARY:No time", far, length, ALL_DAY), now)
    assert (len(listed.events), [(left.why, left.count) for left in listed.left_out]) == (1, [("unreadable", 4)])


# --- what is refused ---

XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><icalendar>&a;</icalendar>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no whole calendar"),
        (b"Subject,Start\nHoliday,2026-12-07", "no whole calendar"),
        (XML, "no whole calendar"),
        (b"<html><body>Log in</body></html>", "no whole calendar"),
        (b"PK\x03\x04 a zip", "no whole calendar"),
        (b"BEGIN:VCALENDAR\x00", "no whole calendar"),
        (calendar(ALL_DAY)[:-60], "no whole calendar"),
        (calendar(ALL_DAY).replace(b"Operation", b"Kj\xf8p"), "not written in UTF-8"),
        (calendar(ALL_DAY).decode().encode("utf-16"), "not written in UTF-8"),
        (calendar(), "holds no events"),
        (b"BEGIN:VCALENDAR" + b"x" * 1024 * 1024, "larger than 1 MB"),
        (calendar(f"{ALL_DAY}\nRRULE:FREQ=SECONDLY"), "repeats several times a day"),
        (calendar(f"{ALL_DAY}\nRRULE:FREQ=DAILY;BYHOUR=1,2,3"), "repeats several times a day"),
        (calendar(f"{ALL_DAY}\nRRULE:FREQ=DAILY;INTERVAL=0"), "calendar"),
        (calendar(f"{ALL_DAY}\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"), "repeats several times a day"),
        (calendar(f"{ALL_DAY}\nRRULE:FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 300)))), "too long a rule"),
        (calendar(*["DTSTART;VALUE=DATE:20261207"] * 5001), "more than 5000"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_files_that_are_not_taken(now, data, said):
    with pytest.raises(CalendarError, match=said):
        proposals(data, now)


def test_a_bomb_of_rules_that_never_match_is_stopped(now, monkeypatch):
    """Each makes the library look at every day until the year 9999."""
    monkeypatch.setattr(calendar_files, "SECONDS", 2)
    never = "DTSTART;VALUE=DATE:19010101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    began = time.monotonic()
    with pytest.raises(CalendarError, match="takes too long"):
        proposals(calendar(*[never] * 500), now)
    assert time.monotonic() - began < 10


def test_addresses_in_the_file_are_not_fetched(now):
    event = f"{ALL_DAY}\nATTACH:http://169.254.169.254/latest\nURL:file:///etc/passwd"
    assert found(now, event) == [("07.12. 00:00", "12.12. 00:00")]


# --- registering ---


def spans(now, *events):
    return [(one.start, one.end) for one in proposals(calendar(*events), now).events]


def test_the_same_file_twice_registers_nothing_new_and_overlaps_are_reported(cast, now):
    person = cast.employee
    chosen = spans(now, ALL_DAY, "DTSTART;VALUE=DATE:20261222")
    assert register_all(person, chosen, None, by=person, now=now).new == 2
    again = register_all(person, chosen, cast.deputy, by=person, now=now)
    assert (again.new, again.already, again.refused) == (0, 2, {})
    overlapping = spans(now, "DTSTART;VALUE=DATE:20261211\nDTEND;VALUE=DATE:20261214")
    done = register_all(person, [*overlapping, *spans(now, "DTSTART;VALUE=DATE:20261229")], None, by=person, now=now)
    assert done.new == 1
    assert "registered already in that time" in done.refused[overlapping[0]]
    assert Absence.objects.count() == 3


# --- the pages ---


@pytest.fixture
def today(monkeypatch, now):
    """The pages ask the clock; here it stands at `now`."""
    monkeypatch.setattr(views.timezone, "now", lambda: now)
    return now


def upload(client, data, url=None):
    return client.post(url or reverse("absence_import"), {"file": SimpleUploadedFile("calendar.ics", data)})


def fields_of(page) -> dict:
    """What the browser would send back from the review."""
    rows = page.context["rows"]
    return {
        "listed": [row["value"] for row in rows],
        "title": [row["title"] for row in rows],
        "chosen": [row["value"] for row in rows if row["ticked"]],
        "replacement": "",
    }


def test_from_the_file_to_the_absence_without_keeping_why(login, cast, today):
    client = login(cast.employee)
    assert reverse("absence_import") in client.get(reverse("me")).content.decode()
    page = upload(client, calendar(ALL_DAY, "DTSTART:20261208T090000Z\nDTEND:20261208T100000Z\nSUMMARY:Meeting"))
    assert page.status_code == 200
    assert "Operation" in page.content.decode()
    sent = fields_of(page) | {"replacement": "vara@fjordvik.example"}
    assert len(sent["chosen"]) == 1
    page = client.post(reverse("absence_import"), sent, follow=True)
    assert "1 absence is registered" in page.content.decode()
    absence = Absence.objects.get()
    assert (absence.person, absence.replacement) == (cast.employee, cast.deputy)
    kept = [str(event.after) for event in AuditEvent.objects.all()]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    kept += [str(vars(absence))]
    assert "Operation" not in " ".join(kept)


def test_the_second_time_it_stands_as_registered(login, cast, today):
    client = login(cast.employee)
    sent = fields_of(upload(client, calendar(ALL_DAY)))
    client.post(reverse("absence_import"), sent)
    page = upload(client, calendar(ALL_DAY))
    assert page.context["rows"][0]["known"]
    assert "registered already" in page.content.decode()
    page = client.post(reverse("absence_import"), sent, follow=True)
    assert "1 absence was registered already" in page.content.decode()
    assert Absence.objects.count() == 1


def test_what_overlaps_comes_back_with_its_reason(login, cast, today):
    client = login(cast.employee)
    start = midnight(dt.date(2026, 12, 9))
    Absence(person=cast.employee, starts_at=start, ends_at=start + DAY).register(by=cast.employee, now=today)
    page = client.post(
        reverse("absence_import"),
        fields_of(upload(client, calendar(ALL_DAY, "DTSTART;VALUE=DATE:20261222"))),
    )
    assert page.status_code == 422
    text = page.content.decode()
    assert "1 absence is registered" in text
    assert "An absence is registered already in that time: Away on 09/12/2026" in text
    assert "Operation" in text
    assert Absence.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"chosen": []}, "Choose at least one time"),
        ({"replacement": "ansatt@fjordvik.example"}, "Nobody stands in for themselves"),
        ({"replacement": "nobody@fjordvik.example"}, "Nobody who may log in"),
        ({"chosen": ["2026-12-01T00:00:00+00:00/2026-12-02T00:00:00+00:00"]}, "not one of the available choices"),
        (
            {"listed": ["9999-12-31T00:00:00+00:00/9999-12-31T23:59:00+00:00"], "title": ["z"]},
            "not one of the available choices",
        ),
        ({"listed": ["x/y"], "title": ["z"]}, "not one of the available choices"),
    ],
)
def test_mistakes_are_named_and_the_times_stay(login, cast, today, changes, said):
    client = login(cast.employee)
    page = client.post(reverse("absence_import"), fields_of(upload(client, calendar(ALL_DAY))) | changes)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no calendar", "no whole calendar"),
        (calendar(f"{ALL_DAY}\nSTATUS:CANCELLED"), "shows no time of being away"),
        (b"BEGIN:VCALENDAR" + b"x" * 1024 * 1024, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_not_taken_says_why(login, cast, today, data, said):
    page = upload(login(cast.employee), data)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_what_could_not_be_shown_is_said(login, cast, today):
    page = upload(login(cast.employee), calendar(ALL_DAY, "SUMMARY:No time"))
    assert "1 event has no time that can be read" in page.content.decode()


def test_a_head_takes_the_file_of_their_own_people_alone(login, cast, today):
    client = login(cast.principal)
    url = reverse("absence_import_for", args=[cast.employee.pk])
    assert url in client.get(cast.employee.get_absolute_url()).content.decode()
    client.post(url, fields_of(upload(client, calendar(ALL_DAY), url)))
    absence = Absence.objects.get()
    assert (absence.person, absence.registered_by) == (cast.employee, cast.principal)
    assert client.get(reverse("absence_import_for", args=[cast.stranger.pk])).status_code == 404
    assert login(cast.admin).get(url).status_code == 403


def test_a_person_without_a_unit(login, db, today):
    client = login(factories.person())
    client.post(reverse("absence_import"), fields_of(upload(client, calendar(ALL_DAY))))
    assert Absence.objects.count() == 1
