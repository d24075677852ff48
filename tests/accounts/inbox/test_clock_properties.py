"""What holds of every due time: where clocks change, on leap days, with pauses and closing days of every shape.

All times lie on quarters of an hour, so that pauses and blocks often overlap and touch, and a plain count of running
quarters can judge the result. `tests/governance/test_calendar.py` has the examples.
"""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.crisis.models import CrisisPeriod
from accounts.inbox.deadlines import Clock
from accounts.register.models import Pause
from governance.calendar.closing_days import ClosingDay
from governance.calendar.hours import due, is_holiday
from governance.policy.models import set_policy

HOUR, DAY, QUARTER = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(minutes=15)
ZONES = [ZoneInfo("Europe/Oslo"), ZoneInfo("Europe/Copenhagen")]
# Both changes of clocks, leap days, Christmas and the turn of the year, Easter, and an ordinary day.
ANCHORS = [
    dt.datetime(*day, tzinfo=dt.UTC)
    for day in [
        (2026, 3, 29),
        (2026, 10, 25),
        (2027, 3, 28),
        (2024, 2, 29),
        (2028, 2, 29),
        (2026, 12, 24),
        (2027, 1, 1),
        (2026, 4, 2),
        (2026, 11, 18),
    ]
]
PROPERTY = settings(derandomize=True, max_examples=150, deadline=None)
WITH_DATABASE = settings(
    PROPERTY, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

quarters = st.integers(-4 * 24 * 4, 4 * 24 * 4)
arrivals = st.builds(lambda anchor, steps: anchor + steps * QUARTER, st.sampled_from(ANCHORS), quarters)
zones = st.sampled_from(ZONES)
# A last step of years is a pause without an end in sight.
lengths = st.one_of(st.integers(0, 40), st.sampled_from([96, 4 * 96, 400 * 96]))
pauses_around = st.lists(st.tuples(st.integers(-80, 200), lengths), max_size=5)
days_around = st.sets(st.integers(-2, 20), max_size=12)


@st.composite
def blocks_of_a_day(draw):
    """One to three blocks, in order; they may touch no other."""
    edges = sorted(draw(st.sets(st.integers(0, 95), min_size=2, max_size=6)))
    edges = edges[: len(edges) // 2 * 2]
    times = [f"{edge // 4:02}:{edge % 4 * 15:02}" for edge in edges]
    return [times[number : number + 2] for number in range(0, len(times), 2)]


def rules(target, hours, blocks, country):
    return SimpleNamespace(response_target=target, response_hours=hours, working_hours=blocks, holiday_calendar=country)


def policies(*targets):
    some_blocks = st.one_of(st.just([["08:00", "15:45"]]), blocks_of_a_day())
    return st.builds(rules, st.sampled_from(targets), st.integers(1, 30), some_blocks, st.sampled_from(["NO", "DK"]))


every_policy = policies("same_day", "clock_hours", "working_hours")


def around(arrival, offsets):
    return [(arrival + start * QUARTER, arrival + (start + length) * QUARTER) for start, length in offsets]


def closing(arrival, offsets):
    return {arrival.date() + offset * DAY for offset in offsets}


@PROPERTY
@given(arrivals, every_policy, pauses_around, days_around, zones)
def test_it_is_a_moment_in_utc_and_never_before_arrival(arrival, policy, pauses, days, zone):
    found = due(arrival, policy, closing(arrival, days), around(arrival, pauses), zone)
    assert found.utcoffset() == dt.timedelta()
    assert found >= arrival
    # It does not matter in which zone the arrival was written.
    assert found == due(arrival.astimezone(zone), policy, closing(arrival, days), around(arrival, pauses), zone)


@PROPERTY
@given(arrivals, every_policy, pauses_around, pauses_around, days_around, zones)
def test_neither_a_pause_nor_its_length_ever_shortens(arrival, policy, some, more, days, zone):
    days = closing(arrival, days)
    plain = due(arrival, policy, days, around(arrival, some), zone)
    assert plain <= due(arrival, policy, days, around(arrival, [*some, *more]), zone)
    longer = [(start, length + 5) for start, length in some]
    assert plain <= due(arrival, policy, days, around(arrival, longer), zone)


@PROPERTY
@given(arrivals, every_policy, pauses_around, days_around, days_around, zones)
def test_a_closing_day_never_shortens_and_only_working_hours_know_it(arrival, policy, pauses, some, more, zone):
    pauses = around(arrival, pauses)
    fewer = due(arrival, policy, closing(arrival, some), pauses, zone)
    all_of_them = due(arrival, policy, closing(arrival, some | more), pauses, zone)
    assert fewer <= all_of_them
    if policy.response_target != "working_hours":
        assert fewer == all_of_them


@PROPERTY
@given(arrivals, st.integers(0, 900), policies("clock_hours", "working_hours"), pauses_around, days_around, zones)
def test_who_comes_later_is_due_no_earlier(arrival, later, policy, pauses, days, zone):
    pauses, days = around(arrival, pauses), closing(arrival, days)
    assert due(arrival, policy, days, pauses, zone) <= due(arrival + later * QUARTER, policy, days, pauses, zone)


@PROPERTY
@given(arrivals, st.integers(0, 900), policies("same_day"), zones)
def test_who_comes_later_is_due_no_earlier_where_the_day_ends_it(arrival, later, policy, zone):
    """Without a pause: one takes away what is left of the day, which is less for whoever comes later."""
    first, second = (due(moment, policy, (), (), zone) for moment in (arrival, arrival + later * QUARTER))
    assert first <= second
    assert first.astimezone(zone).date() == arrival.astimezone(zone).date()
    assert first.astimezone(zone).time() == dt.time(23, 59, 59)


@PROPERTY
@given(arrivals, st.integers(1, 200), zones)
@example(dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC), 24, ZONES[0])
@example(dt.datetime(2026, 10, 24, 12, tzinfo=dt.UTC), 24, ZONES[1])
def test_clock_hours_are_elapsed_hours_whatever_clocks_are_changed(arrival, hours, zone):
    assert due(arrival, rules("clock_hours", hours, [], "NO"), (), (), zone) - arrival == hours * HOUR


def runs(moment, policy, days, pauses, zone):
    """Whether time runs in the quarter that begins then, read off the rules one by one."""
    if any(start <= moment < end for start, end in pauses):
        return False
    if policy.response_target == "clock_hours":
        return True
    local = moment.astimezone(zone)
    if local.weekday() >= 5 or local.date() in days or is_holiday(local.date(), policy.holiday_calendar):
        return False
    return any(begins <= f"{local:%H:%M}" < ends for begins, ends in policy.working_hours)


@settings(PROPERTY, max_examples=60)
@given(
    arrivals,
    st.builds(
        rules,
        st.sampled_from(["clock_hours", "working_hours"]),
        st.integers(1, 8),
        st.sampled_from([[["08:00", "15:45"]], [["09:00", "11:30"], ["12:00", "16:00"]], [["00:00", "23:45"]]]),
        st.sampled_from(["NO", "DK"]),
    ),
    st.lists(st.tuples(st.integers(-80, 200), st.integers(0, 96)), max_size=5),
    days_around,
    zones,
)
def test_exactly_the_hours_granted_have_run_when_it_is_due(arrival, policy, pauses, days, zone):
    pauses, days = around(arrival, pauses), closing(arrival, days)
    found, moment, left = due(arrival, policy, days, pauses, zone), arrival, policy.response_hours * 4
    while left:
        left -= runs(moment, policy, days, pauses, zone)
        moment += QUARTER
    assert moment == found


# --- through the facts of an account ---


@WITH_DATABASE
@given(
    st.sampled_from(ANCHORS),
    st.sampled_from(["none", "same_day", "clock_hours", "working_hours"]),
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(-60, 100), st.integers(1, 200), st.none() | st.integers(0, 100)), max_size=3),
    st.sets(st.integers(-1, 8), max_size=4),
    st.integers(1, 48),
    st.tuples(st.integers(-9, 1), st.none() | st.integers(1, 12)),
)
def test_a_crisis_never_gives_more_time(account, body, cast, anchor, target, hours, pauses, days, faster, lasts):
    """Nor does what lies above the unit, be it the crisis or a closing day, reach elsewhere than below."""
    began, ends_after = lasts
    with transaction.atomic():
        set_policy(body.nordvik, {"response_target": target, "response_hours": hours}, by=None, now=anchor)
        for start, length, ended_after in pauses:
            starts_at = anchor + start * QUARTER
            Pause.objects.create(
                account=account,
                starts_at=starts_at,
                ends_at=starts_at + length * QUARTER,
                ended_at=None if ended_after is None else starts_at + ended_after * QUARTER,
                reason="-",
                created_by=cast.moderator,
            )
        for offset in days:
            ClosingDay.objects.create(unit=body.central, day=anchor.date() + offset * DAY, name="Closed")
        usual = Clock([account]).due_at(account.pk, anchor)
        crisis = CrisisPeriod.objects.create(
            title="Fire",
            unit=body.central,
            response_hours=faster,
            started_at=anchor + began * HOUR,
            started_by=cast.chief,
            ended_at=None if ends_after is None else anchor + (began + ends_after) * HOUR,
        )
        found = Clock([account]).due_at(account.pk, anchor)
        in_force = CrisisPeriod.objects.at(anchor).exists()
        CrisisPeriod.objects.filter(pk=crisis.pk).update(unit=body.sorvik)
        elsewhere = Clock([account]).due_at(account.pk, anchor)
        transaction.set_rollback(True)
    assert elsewhere == usual
    if not in_force:
        assert found == usual
        return
    assert anchor + faster * HOUR <= found or (usual and found == usual)
    assert usual is None or found <= usual
    assert found.utcoffset() == dt.timedelta()
