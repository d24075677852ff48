"""What is drawn of the time ahead against the question asked at each moment: they must agree, whatever the facts."""

import datetime as dt
import random
from itertools import pairwise

import pytest

from accounts.duty.models import Shift, TakeOver
from accounts.duty.roster import Roster
from accounts.duty.rule import Why
from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from governance.access import Role
from governance.people.absences import Absence
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# Across the days on which clocks are changed, and a leap day.
STARTS = [dt.datetime(2027, 3, 20, 9, 7, tzinfo=dt.UTC), dt.datetime(2026, 10, 18, 22, 0, tzinfo=dt.UTC)]
STARTS += [dt.datetime(2028, 2, 20, 23, 30, tzinfo=dt.UTC), dt.datetime(2026, 12, 20, 0, 0, tzinfo=dt.UTC)]


def scatter(chance, account, people, start):
    """Roles, absences with chains, shifts and take-overs, anywhere around the window."""

    def moment(back=3, ahead=24):
        return start + chance.randrange(-back * 96, ahead * 96) * dt.timedelta(minutes=15)

    for number, person in enumerate(people[:4]):
        row = factories.assign(account, person, Part.LEAD if number < 2 else Part.DEPUTY, rank=number)
        begins = start.date() + chance.randrange(-9, 6) * DAY
        ends = chance.choice([None, begins + chance.randrange(0, 25) * DAY])
        Assignment.objects.filter(pk=row.pk).update(starts_on=begins, ends_on=ends, accepted_at=moment())
    for _number in range(8):
        person, begins = chance.choice(people), moment()
        other = chance.choice([None, *(one for one in people if one != person)])
        Absence.objects.create(
            person=person,
            starts_at=begins,
            ends_at=begins + chance.randrange(1, 200) * HOUR,
            replacement=other,
            registered_by=person,
        )
    for person in people[:4]:
        first = chance.randrange(0, 22)
        Shift.objects.create(
            account=account,
            person=person,
            weekday=chance.randrange(7),
            starts=dt.time(first, chance.choice([0, 30])),
            ends=dt.time(chance.randrange(first + 1, 24), 59),
            created_by=person,
        )
        begins = moment()
        ends = begins + chance.randrange(1, 50) * HOUR
        TakeOver.objects.create(
            account=account,
            person=chance.choice(people),
            starts_at=begins,
            ends_at=ends,
            ended_at=chance.choice([None, begins + HOUR / 2]),
        )


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_spans_say_at_every_moment_what_the_roster_says(account, cast, body, start, seed):
    chance = random.Random(seed)
    people = [cast.moderator, cast.deputy, cast.employee, cast.principal, cast.section, cast.archivist]
    factories.grant(
        cast.employee,
        Role.UNIT_LEADER,
        body.nordvik,
        starts_on=start.date() + 2 * DAY,
        ends_on=start.date() + 9 * DAY,
    )
    scatter(chance, account, people, start)
    end = start + 21 * DAY
    roster = Roster.load([account.pk], start, end)
    spans = roster.spans(account.pk, start, end)
    assert (spans[0].starts_at, spans[-1].ends_at) == (start, end)
    for span, following in pairwise(spans):
        assert span.ends_at == following.starts_at
        assert span.duty != following.duty
    moment = start
    while moment < end:
        (span,) = [span for span in spans if span.starts_at <= moment < span.ends_at]
        assert span.duty == roster.of(account.pk, moment), moment
        moment += dt.timedelta(minutes=29)


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_the_first_gap_is_the_first_moment_left_to_the_head_or_nobody(account, cast, start, seed):
    chance = random.Random(seed)
    people = [cast.moderator, cast.deputy, cast.employee, cast.archivist, cast.principal]
    scatter(chance, account, people, start)
    end = start + 21 * DAY
    roster = Roster.load([account.pk], start, end)
    gap = roster.first_gap(account.pk, start, end)
    left = [span for span in roster.spans(account.pk, start, end) if span.duty.why in (None, Why.HEAD)]
    assert (gap and gap.starts_at) == (left[0].starts_at if left else None)


def test_a_role_that_ends_within_the_window_ends_there(account, cast, now):
    """As for a window that began before somebody laid their role down."""
    factories.assign(account, cast.moderator, Part.LEAD)
    Assignment.objects.update(ended_at=now + HOUR)
    roster = Roster.load([account.pk], now, now + DAY)
    assert [span.ends_at for span in roster.spans(account.pk, now, now + DAY)] == [now + HOUR, now + DAY]
    assert roster.first_gap(account.pk, now, now + DAY).starts_at == now + HOUR
