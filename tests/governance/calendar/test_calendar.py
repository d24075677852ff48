import datetime as dt
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.calendar.hours import due, is_holiday, merge, next_sending_time

OSLO = ZoneInfo("Europe/Oslo")
HOUR = dt.timedelta(hours=1)


def policy(target="clock_hours", hours=24, blocks=(("08:00", "15:45"),), country="NO"):
    return SimpleNamespace(
        response_target=target, response_hours=hours, working_hours=list(blocks), holiday_calendar=country
    )


def oslo(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=OSLO)


def answer_due(arrived, rules, closing_days=(), pauses=()):
    found = due(oslo(arrived), rules, set(closing_days), [(oslo(a), oslo(b)) for a, b in pauses], OSLO)
    return found and found.astimezone(OSLO).replace(tzinfo=None).isoformat(" ", "minutes")


@pytest.mark.parametrize(
    ("arrived", "rules", "expected"),
    [
        ("2026-11-18 10:00", policy("none"), None),
        ("2026-11-18 10:00", policy(), "2026-11-19 10:00"),
        ("2026-11-20 16:00", policy(), "2026-11-21 16:00"),  # clock hours know no weekend
        ("2026-11-18 10:00", policy("same_day"), "2026-11-18 23:59"),
        ("2026-05-17 23:59", policy("same_day"), "2026-05-17 23:59"),
        ("2026-11-18 10:00", policy("working_hours", 4), "2026-11-18 14:00"),
        ("2026-11-18 14:45", policy("working_hours", 4), "2026-11-19 11:00"),
        ("2026-11-18 05:00", policy("working_hours", 1), "2026-11-18 09:00"),
        ("2026-11-20 15:00", policy("working_hours", 1), "2026-11-23 08:15"),  # over a weekend
        ("2026-11-21 12:00", policy("working_hours", 1), "2026-11-23 09:00"),
        ("2026-05-13 15:45", policy("working_hours", 1), "2026-05-15 09:00"),  # Ascension Day is no working day
        ("2026-11-18 11:00", policy("working_hours", 2, [("08:00", "12:00"), ("13:00", "16:00")]), "2026-11-18 14:00"),
        ("2026-06-04 15:45", policy("working_hours", 1, country="DK"), "2026-06-05 09:00"),
        ("2024-02-28 12:00", policy(hours=24), "2024-02-29 12:00"),
        ("2024-02-29 15:00", policy("working_hours", 1), "2024-03-01 08:15"),
        ("2026-03-28 12:00", policy(hours=24), "2026-03-29 13:00"),  # the night of 23 hours
        ("2026-10-24 12:00", policy(hours=24), "2026-10-25 11:00"),  # the night of 25 hours
    ],
)
def test_due(arrived, rules, expected):
    assert answer_due(arrived, rules) == expected


def test_closing_days_are_no_working_days():
    christmas_eve = dt.date(2026, 12, 24)
    assert answer_due("2026-12-23 15:15", policy("working_hours", 1), [christmas_eve]) == "2026-12-28 08:30"
    assert answer_due("2026-12-23 15:15", policy("working_hours", 1)) == "2026-12-24 08:30"


@pytest.mark.parametrize(
    ("rules", "pauses", "expected"),
    [
        (policy(), [("2026-11-18 12:00", "2026-11-18 15:00")], "2026-11-19 13:00"),
        (policy(), [("2026-11-18 08:00", "2026-11-18 12:00")], "2026-11-19 12:00"),  # arrived during the pause
        (policy(), [("2026-11-18 12:00", "2026-11-18 15:00")] * 2, "2026-11-19 13:00"),  # counted once
        (policy(), [("2026-11-19 10:00", "2026-11-25 10:00")], "2026-11-19 10:00"),  # begins when it is due
        (policy(), [("2026-11-19 09:00", "2026-11-25 10:00")], "2026-11-25 11:00"),
        (policy("same_day"), [("2026-11-18 12:00", "2026-11-18 14:00")], "2026-11-19 01:59"),
        (policy("working_hours", 2), [("2026-11-18 11:00", "2026-11-18 14:00")], "2026-11-18 15:00"),
        # At night nothing was running that a pause could stop.
        (policy("working_hours", 8), [("2026-11-18 18:00", "2026-11-19 06:00")], "2026-11-19 10:15"),
    ],
)
def test_pauses_stop_the_clock(rules, pauses, expected):
    assert answer_due("2026-11-18 10:00", rules, pauses=pauses) == expected


def test_merge():
    at = [dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in range(1, 7)]
    periods = [(at[4], at[5]), (at[0], at[2]), (at[1], at[2]), (at[2], at[3]), (at[3], at[3])]
    assert merge(periods) == [(at[0], at[3]), (at[4], at[5])]


# Hypothesis wants the bounds without a zone and adds it itself.
EARLIEST, LATEST = dt.datetime(2020, 1, 1), dt.datetime(2031, 12, 31)  # noqa: DTZ001
moments = st.datetimes(EARLIEST, LATEST, timezones=st.just(dt.UTC))
lengths = st.timedeltas(dt.timedelta(0), dt.timedelta(days=20))
pauses_of = st.lists(st.tuples(moments, lengths).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=4)
near_pauses = st.lists(st.tuples(st.integers(-200, 400), st.integers(0, 200)), max_size=5)
blocks = st.sampled_from([[("08:00", "15:45")], [("00:00", "23:59")], [("09:00", "11:30"), ("12:00", "16:00")]])
policies = st.builds(
    policy,
    target=st.sampled_from(["same_day", "clock_hours", "working_hours"]),
    hours=st.integers(1, 72),
    blocks=blocks,
    country=st.sampled_from(["NO", "DK"]),
)


def around(moment, offsets):
    return [(moment + start * HOUR, moment + (start + length) * HOUR) for start, length in offsets]


@given(moments, policies, near_pauses, st.sets(st.dates(dt.date(2020, 1, 1), dt.date(2031, 1, 1)), max_size=10))
def test_never_before_arrival_and_never_in_the_middle_of_a_pause(moment, rules, offsets, closing):
    pauses = around(moment, offsets)
    found = due(moment, rules, closing, pauses, OSLO)
    assert found >= moment
    if rules.response_target != "same_day":
        assert not any(start < found < end for start, end in merge(pauses))


@given(moments, policies, near_pauses, near_pauses)
def test_a_pause_never_shortens(moment, rules, some, more):
    fewer, all_of_them = around(moment, some), around(moment, some + more)
    assert due(moment, rules, (), fewer, OSLO) <= due(moment, rules, (), all_of_them, OSLO)


@given(moments, lengths, policies.filter(lambda rules: rules.response_target != "same_day"), near_pauses)
def test_who_comes_later_is_due_no_earlier(moment, later, rules, offsets):
    pauses = around(moment, offsets)
    assert due(moment, rules, (), pauses, OSLO) <= due(moment + later, rules, (), pauses, OSLO)


@given(moments, st.integers(1, 200), near_pauses)
def test_clock_hours_move_by_exactly_the_paused_time(moment, hours, offsets):
    pauses = merge(around(moment, offsets))
    found = due(moment, policy(hours=hours), (), pauses, OSLO)
    paused = sum((max(min(end, found) - max(start, moment), dt.timedelta()) for start, end in pauses), dt.timedelta())
    assert found - moment == hours * HOUR + paused


@given(moments, policies.filter(lambda rules: rules.response_target == "working_hours"))
def test_working_hours_end_on_a_working_day(moment, rules):
    local = due(moment, rules, (), (), OSLO).astimezone(OSLO)
    assert local.weekday() < 5
    assert not is_holiday(local.date(), rules.holiday_calendar)


@given(pauses_of)
def test_merged_periods_are_apart_and_in_order(periods):
    merged = merge(periods)
    assert all(one[1] < other[0] for one, other in pairwise(merged))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-18 10:00", "2026-11-18 10:00"),
        ("2026-11-18 07:00", "2026-11-18 07:00"),
        ("2026-11-18 06:59", "2026-11-18 07:00"),
        ("2026-11-18 22:00", "2026-11-19 07:00"),
        ("2026-11-18 21:59", "2026-11-18 21:59"),
        ("2026-12-24 23:00", "2026-12-27 07:00"),  # both days of Christmas
        ("2026-05-01 12:00", "2026-05-02 07:00"),
        ("2026-03-28 23:30", "2026-03-29 07:00"),  # the clocks change that night
    ],
)
def test_next_sending_time(moment, expected):
    assert next_sending_time(oslo(moment), "NO", OSLO) == oslo(expected)


@given(moments)
def test_sending_time_is_never_at_night_nor_earlier(moment):
    found = next_sending_time(moment, "NO", OSLO)
    assert found >= moment
    assert dt.time(7) <= found.astimezone(OSLO).time() < dt.time(22)
    assert not is_holiday(found.astimezone(OSLO).date(), "NO")
