"""What holds of duty whatever the facts: roles, absences with chains and circles, shifts and take-overs at random.

`test_duty.py` has the examples, `test_duty_ahead.py` what is drawn ahead against the question at each moment.
"""

import datetime as dt
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.duty.models import END_OF_DAY, Shift, TakeOver
from accounts.duty.roster import Roster
from accounts.duty.rule import Why, stand_in
from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from governance.access import Role
from governance.people.absences import Absence
from governance.people.models import Person
from tests import factories

HOUR, DAY, QUARTER = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(minutes=15)
# The hours in which clocks are changed, a leap day, and an ordinary morning.
STARTS = [
    dt.datetime(*moment, tzinfo=dt.UTC)
    for moment in [(2026, 3, 28, 22), (2026, 10, 24, 21), (2028, 2, 28, 23), (2026, 11, 18, 9)]
]
WINDOW = 3 * DAY
CROWD = 6
PROPERTY = settings(
    derandomize=True,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes here
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

number = st.integers(0, CROWD - 1)
quarter = st.integers(-96, 3 * 96)
length = st.integers(1, 160)
times = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 30]))
facts = st.fixed_dictionaries(
    {
        "start": st.sampled_from(STARTS),
        # Who, lead or deputy, from which day to which, accepted when, ended when.
        "roles": st.lists(
            st.tuples(
                number,
                st.sampled_from(Part),
                st.integers(-3, 2),
                st.none() | st.integers(0, 4),
                quarter,
                st.none() | quarter,
            ),
            max_size=4,
            unique_by=lambda row: row[0],
        ),
        # Who, from when, how long, and who takes over: chains and circles come by themselves.
        "absences": st.lists(st.tuples(number, quarter, length, st.none() | number), max_size=8),
        "shifts": st.lists(
            st.tuples(number, st.integers(0, 6), times, times | st.just(END_OF_DAY)),
            max_size=6,
            unique_by=lambda row: row[:3],
        ),
        "takeovers": st.lists(st.tuples(number, quarter, length, st.none() | st.integers(0, 160)), max_size=3),
        "heads": st.lists(
            st.tuples(number, st.integers(-2, 2), st.none() | st.integers(0, 4)),
            max_size=2,
            unique_by=lambda row: row[0],
        ),
        "inactive": st.sets(number, max_size=2),
        "acknowledged": st.none() | st.sets(number),
    }
)


@pytest.fixture
def crowd(body):
    return [factories.person() for _number in range(CROWD)]


def last_day(begins, days):
    return None if days is None else begins + days * DAY


def lay_out(drawn, account, crowd):
    start = drawn["start"]
    today = timezone.localdate(start)
    for who, part, first, days, accepted, ended in drawn["roles"]:
        begins = today + first * DAY
        row = factories.assign(account, crowd[who], part, starts_on=begins, ends_on=last_day(begins, days))
        ended_at = None if ended is None else start + ended * QUARTER
        Assignment.objects.filter(pk=row.pk).update(accepted_at=start + accepted * QUARTER, ended_at=ended_at)
    for who, begins, lasts, other in drawn["absences"]:
        Absence.objects.create(
            person=crowd[who],
            starts_at=start + begins * QUARTER,
            ends_at=start + (begins + lasts) * QUARTER,
            replacement=None if other in (None, who) else crowd[other],
            registered_by=crowd[who],
        )
    for who, weekday, starts, ends in drawn["shifts"]:
        if starts < ends:
            Shift.objects.create(
                account=account, person=crowd[who], weekday=weekday, starts=starts, ends=ends, created_by=crowd[who]
            )
    for who, begins, lasts, ended in drawn["takeovers"]:
        starts_at = start + begins * QUARTER
        ended_at = None if ended is None else starts_at + ended * QUARTER
        TakeOver.objects.create(
            account=account,
            person=crowd[who],
            starts_at=starts_at,
            ends_at=starts_at + lasts * QUARTER,
            ended_at=ended_at,
        )
    for who, first, days in drawn["heads"]:
        begins = today + first * DAY
        factories.grant(crowd[who], Role.PRINCIPAL, account.unit, starts_on=begins, ends_on=last_day(begins, days))
    for who in drawn["inactive"]:
        Person.objects.filter(pk=crowd[who].pk).update(is_active=False, deactivated_at=start)


@pytest.fixture
def world(account, crowd, monkeypatch):
    """`with world(drawn) as it`: the facts laid out for one example; `it.roster`, and `it.moments` to ask at."""

    @contextmanager
    def laid_out(drawn):
        known, start = drawn["acknowledged"], drawn["start"]
        ids = None if known is None else {crowd[who].pk for who in known}
        monkeypatch.setattr(
            "guidelines.reading.acknowledgements.acknowledged_person_ids", lambda audience, now, among=None: ids
        )
        moments = [start + step * QUARTER + dt.timedelta(seconds=1) for step in range(int(WINDOW / QUARTER))]
        with transaction.atomic():
            lay_out(drawn, account, crowd)
            roster = Roster.load([account.pk], start, start + WINDOW)
            yield SimpleNamespace(roster=roster, start=start, end=start + WINDOW, moments=moments)
            transaction.set_rollback(True)

    return laid_out


def away_at(moment):
    return set(Absence.objects.at(moment).values_list("person", flat=True))


@PROPERTY
@given(facts)
def test_whoever_is_on_duty_is_active_present_and_allowed_or_there_is_a_gap(world, account, crowd, drawn):
    with world(drawn) as it:
        active = set(Person.objects.active().values_list("pk", flat=True))
        for moment in it.moments[::13]:
            duty, away, day = it.roster.of(account.pk, moment), away_at(moment), timezone.localdate(moment)
            roles = Assignment.objects.filter(account=account, accepted_at__lte=moment, starts_on__lte=day)
            roles = roles.exclude(ended_at__lte=moment).exclude(ends_on__lt=day)
            held = set(roles.values_list("person", flat=True))
            heads = {grant.person_id for grant in account.unit.grants.all() if grant.is_current(day)}
            able = {pk for pk in active - away if it.roster.acknowledged(account.pk, pk)}
            if duty.person is None:
                assert not able & (held | heads)
                continue
            assert duty.person.pk in able
            assert (duty.in_place_of or duty.person).pk in held | heads or duty.why == Why.TAKEN_OVER
            if able & held:
                assert duty.why != Why.HEAD


@PROPERTY
@given(facts)
def test_what_is_known_of_one_moment_agrees_with_what_is_known_of_a_window(world, account, drawn):
    with world(drawn) as it:
        for moment in it.moments[::24]:
            assert it.roster.of(account.pk, moment) == Roster.load([account.pk], moment).of(account.pk, moment)


@PROPERTY
@given(facts)
def test_what_is_drawn_ahead_agrees_with_the_question_at_each_moment(world, account, drawn):
    with world(drawn) as it:
        spans = it.roster.spans(account.pk, it.start, it.end)
        assert (spans[0].starts_at, spans[-1].ends_at) == (it.start, it.end)
        for moment in it.moments:
            (span,) = [span for span in spans if span.starts_at <= moment < span.ends_at]
            assert span.duty == it.roster.of(account.pk, moment), moment


@PROPERTY
@given(facts)
def test_the_first_gap_is_none_too_many_and_none_too_few(world, account, drawn):
    with world(drawn) as it:
        gap = it.roster.first_gap(account.pk, it.start, it.end)
        for moment in it.moments:
            left = it.roster.of(account.pk, moment).why in (None, Why.HEAD)
            if gap is None or moment < gap.starts_at:
                assert not left, moment
            elif gap.ends_at is None or moment < gap.ends_at:
                assert left, moment


@PROPERTY
@given(facts, number, st.integers(0, 2 * 96), length)
def test_a_take_over_wins_within_its_time_and_nowhere_else(world, account, crowd, drawn, who, begins, lasts):
    """The last one, of somebody who may answer there and is present; what is given back or over counts no more."""
    with world(drawn | {"absences": [], "inactive": set(), "acknowledged": None}) as it:
        if not Assignment.objects.filter(account=account, person=crowd[who]).exists():
            factories.assign(account, crowd[who], Part.DEPUTY, rank=9)
        Assignment.objects.filter(person=crowd[who]).update(
            accepted_at=it.start - DAY, ended_at=None, starts_on=it.start.date() - 2 * DAY, ends_on=None
        )
        before = Roster.load([account.pk], it.start, it.end)
        earlier = list(TakeOver.objects.all())
        TakeOver.objects.filter(starts_at__gte=it.start + begins * QUARTER).delete()
        starts_at = it.start + begins * QUARTER
        ends_at = starts_at + lasts * QUARTER
        TakeOver.objects.create(account=account, person=crowd[who], starts_at=starts_at, ends_at=ends_at)
        roster = Roster.load([account.pk], it.start, it.end)
        for moment in it.moments[::3]:
            duty = roster.of(account.pk, moment)
            if starts_at <= moment < ends_at:
                assert (duty.person, duty.why) == (crowd[who], Why.TAKEN_OVER)
            elif not any(row.starts_at >= starts_at for row in earlier):
                assert duty == before.of(account.pk, moment)


@settings(derandomize=True, deadline=None)
@given(st.permutations(range(12)), st.integers(0, 11))
def test_a_circle_of_any_length_leads_nowhere_and_a_chain_to_its_end(order, cut):
    circle = dict(zip(order, [*order[1:], order[0]], strict=True))
    assert all(stand_in(person, circle) is None for person in order)
    chain = {person: after for person, after in circle.items() if person != cut}
    assert all(stand_in(person, chain) == cut for person in order)


@settings(derandomize=True, deadline=None)
@given(
    st.dates(dt.date(2026, 3, 27), dt.date(2026, 3, 31)) | st.dates(dt.date(2026, 10, 23), dt.date(2026, 10, 27)),
    times,
    times | st.just(END_OF_DAY),
)
def test_a_shift_lies_on_its_day_and_is_as_long_as_it_says_but_for_the_hour_that_is_moved(day, starts, ends):
    if starts >= ends:
        return
    shift = Shift(weekday=day.weekday(), starts=starts, ends=ends)
    begins, over = shift.starts_at(day), shift.ends_at(day)
    assert begins.utcoffset() == over.utcoffset() == dt.timedelta()
    assert timezone.localdate(begins) == day
    written = dt.datetime.combine(day, ends) - dt.datetime.combine(day, starts)
    written += dt.timedelta(minutes=ends == END_OF_DAY)
    changed = day in (dt.date(2026, 3, 29), dt.date(2026, 10, 25))
    assert abs(over - begins - written) <= (HOUR if changed else dt.timedelta())
