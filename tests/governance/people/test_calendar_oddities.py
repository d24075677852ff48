"""Calendar files as programs really write them: whole days, ends of series, zones, folded lines; and what is said of
the entries that are no proposals."""

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.people.calendar_files import proposals
from tests.governance.people.test_absence_import import ALL_DAY, calendar, found, today, upload  # noqa: F401

WEEKLY = "DTSTART;TZID=Europe/Oslo:20261207T080000\nDTEND;TZID=Europe/Oslo:20261207T160000\nRRULE:FREQ=WEEKLY;UNTIL="
MONDAYS = ["07.12. 08:00", "14.12. 08:00", "21.12. 08:00"]


@pytest.mark.parametrize(
    ("event", "times"),
    [
        ("DTSTART;VALUE=DATE:20261228\nDTEND;VALUE=DATE:20261228", ("28.12. 00:00", "29.12. 00:00")),
        ("DTSTART;VALUE=DATE:20261228\nDURATION:PT0S", ("28.12. 00:00", "29.12. 00:00")),
        ("DTSTART;VALUE=DATE:20261228\nDURATION:P2D", ("28.12. 00:00", "30.12. 00:00")),
        ("DTSTART:20261228\nDTEND:20261228", ("28.12. 00:00", "29.12. 00:00")),  # the kind of value left out
        ("DTSTART;VALUE=DATE:20261228\nDTEND:20261229T000000", ("28.12. 00:00", "29.12. 00:00")),
        ("DTSTART;VALUE=DATE:20261228\nDTEND:20261228T235900", ("28.12. 00:00", "29.12. 00:00")),
        ("DTSTART:20261228T080000\nDTEND;VALUE=DATE:20261230", ("28.12. 08:00", "30.12. 00:00")),
    ],
)
def test_whole_days_however_they_are_written(now, event, times):
    assert found(now, event) == [times]


@pytest.mark.parametrize(
    "event",
    [
        WEEKLY + "20261221;BYDAY=MO",
        WEEKLY + "20261221T080000",
        WEEKLY + "20261221T070000Z",
        WEEKLY.replace(";TZID=Europe/Oslo", "") + "20261221",
        WEEKLY.replace(";TZID=Europe/Oslo", "") + "20261221T070000Z",
        WEEKLY.replace("Europe/Oslo", "W. Europe Standard Time") + "20261221",
        WEEKLY.replace("Europe/Oslo", "Kontoret") + "20261221T070000Z",
    ],
)
def test_a_series_goes_on_through_the_day_of_its_end(now, event):
    assert [start for start, _end in found(now, event)] == MONDAYS


@pytest.mark.parametrize("until", ["20261221", "20261220T230000Z", "20261221T000000", "20261221T235959Z"])
def test_a_series_of_whole_days_has_its_last_day(now, until):
    event = f"DTSTART;VALUE=DATE:20261207\nRRULE:FREQ=WEEKLY;UNTIL={until}"
    assert [start for start, _end in found(now, event)] == ["07.12. 00:00", "14.12. 00:00", "21.12. 00:00"]


def test_a_series_to_a_bare_date_keeps_the_local_hour_over_the_change_of_clocks(now):
    event = (
        "DTSTART;TZID=Europe/Oslo:20270322T220000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20270405"  # to summer time
    )
    assert [start for start, _end in found(now, event)] == ["22.03. 22:00", "29.03. 22:00", "05.04. 22:00"]


def test_exceptions_written_as_days_take_out_the_occurrence(now):
    event = WEEKLY + "20261221\nEXDATE;VALUE=DATE:20261214"
    assert [start for start, _end in found(now, event)] == ["07.12. 08:00", "21.12. 08:00"]


def test_one_occurrence_that_is_moved_and_one_that_is_cancelled(now):
    series = "UID:s\n" + WEEKLY + "20261221"
    moved = "UID:s\nRECURRENCE-ID;TZID=Europe/Oslo:20261214T080000\nDTSTART:20261215T080000\nDTEND:20261215T160000"
    gone = "UID:s\nRECURRENCE-ID;TZID=Europe/Oslo:20261221T080000\nDTSTART:20261221T080000\nDURATION:PT8H"
    data = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\n"
    data += "".join(
        f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in (series, moved, gone + "\nSTATUS:CANCELLED\nSUMMARY:Kurs")
    )
    answer = proposals((data + "END:VCALENDAR\n").encode(), now)
    starts = [timezone.localtime(one.start).strftime("%d.%m. %H:%M") for one in answer.events]
    assert starts == ["07.12. 08:00", "15.12. 08:00"]
    assert [(left.why, left.titles) for left in answer.left_out] == [("cancelled", ["Kurs"])]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("title", ["Ferie på Frøya – kjære kolleger", "Påske", "Årsmøte 🌲"])
def test_a_line_folded_inside_a_letter_is_whole_again(now, title, end):
    line = f"SUMMARY:{title}".encode()
    first = next(at for at, byte in enumerate(line) if byte > 127) + 1
    event = ALL_DAY.replace("SUMMARY:Operation", "@@").encode()
    data = b"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\nBEGIN:VEVENT\nUID:1\n" + event + b"\nEND:VEVENT\nEND:VCALENDAR\n"
    data = data.replace(b"@@", line[:first] + b"\n " + line[first:])
    [one] = proposals(data.replace(b"\n", end), now).events
    assert one.title == title


@pytest.mark.usefixtures("today")
def test_what_is_no_proposal_is_named_with_the_reason(login, cast):
    timed = "DTSTART:20261207T090000Z\nDTEND:20261207T150000Z"
    events = [
        ALL_DAY,
        f"{timed}\nTRANSP:TRANSPARENT\nSUMMARY:Hjemmekontor",
        f"{timed}\nSTATUS:TENTATIVE\nSUMMARY:Kanskje",
        f"{timed}\nSTATUS:CANCELLED\nSUMMARY:Avlyst",
        "DTSTART:20261207T090000Z\nSUMMARY:Påminnelse",
        "DTSTART:20251207T090000Z\nDTEND:20251207T100000Z\nSUMMARY:I fjor",
        "DTSTART;TZID=Kontoret:20261208T090000\nDURATION:PT2H\nSUMMARY:Kontoret",
    ]

    html = " ".join(upload(login(cast.employee), calendar(*events)).content.decode().split())

    for said in (
        '1 entry leaves its owner free or at work elsewhere. <span class="subtle"> “Hjemmekontor”',
        '1 entry is only tentative. <span class="subtle"> “Kanskje”',
        '1 entry is cancelled. <span class="subtle"> “Avlyst”',
        '1 entry is a moment without length. <span class="subtle"> “Påminnelse”',
        "1 entry is over, or begins later than in 400 days.",
        "1 entry names a time zone that is not known. Its times are shown as ours.",
    ):
        assert said in html
    assert "I fjor" not in html


@pytest.mark.usefixtures("today")
def test_where_nothing_is_left_it_is_said_why(login, cast):
    page = upload(login(cast.employee), calendar(f"{ALL_DAY}\nSTATUS:CANCELLED"))
    assert page.status_code == 422
    assert "no time of being away or busy. 1 entry is cancelled." in page.content.decode()


def test_a_series_that_cannot_be_worked_out_leaves_the_others(now):
    broken = "DTSTART:20261207T080000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=aldri\nSUMMARY:Odd"
    answer = proposals(calendar(broken, ALL_DAY), now)
    assert [one.title for one in answer.events] == ["Operation"]
    assert [(left.why, left.titles) for left in answer.left_out] == [("unreadable", ["Odd"])]


def test_whole_days_written_from_midnight_to_midnight_are_ticked(now):
    event = "DTSTART:20261206T230000Z\nDTEND:20261208T230000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
    [one] = proposals(calendar(event), now).events
    assert (timezone.localtime(one.start).strftime("%d.%m. %H:%M"), one.likely) == ("07.12. 00:00", True)


def test_the_import_has_its_page(login, cast):
    assert login(cast.employee).get(reverse("absence_import")).status_code == 200
