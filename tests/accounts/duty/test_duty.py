import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.duty.presence import away, held_between
from accounts.duty.roster import Roster, coverage_gaps, on_duty
from accounts.duty.rule import Why, find, stand_in
from accounts.inbox.models import Post
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.access import Role
from governance.people.absences import Absence
from governance.policy.models import set_policy
from governance.units.models import Tree
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def crew(cast, account):
    """`moderator` leads the account, `deputy` is its deputy; `principal` heads the unit."""
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def absent(person, now, *, replacement=None, start=-HOUR, end=DAY):
    return Absence.objects.create(
        person=person, starts_at=now + start, ends_at=now + end, replacement=replacement, registered_by=person
    )


def who(account, now):
    duty = on_duty(account, now)
    return duty.person, duty.why, duty.in_place_of


def test_the_lead_is_on_duty(account, crew, now):
    assert who(account, now) == (crew.moderator, Why.LEAD, None)


def test_then_deputies_in_order_then_the_head(account, crew, cast, now):
    second = factories.person()
    factories.assign(account, second, Part.DEPUTY, rank=2)
    for person, why in [(crew.deputy, Why.DEPUTY), (second, Why.DEPUTY), (cast.principal, Why.HEAD)]:
        absent(on_duty(account, now).person, now)
        assert who(account, now) == (person, why, None)
    absent(cast.principal, now)
    assert who(account, now) == (None, None, None)


def test_the_head_is_the_nearest_one(body, cast, facebook, now):
    """A club without a leader of its own falls to the school above it."""
    club = factories.account(unit=body.klubb, platform=facebook)
    assert who(club, now) == (cast.principal, Why.HEAD, None)
    leader = factories.person()
    factories.grant(leader, Role.UNIT_LEADER, body.klubb)
    assert who(club, now)[0] == leader


def test_an_absence_counts_from_its_start_up_to_its_end(account, crew, now):
    absence = absent(crew.moderator, now, start=HOUR, end=2 * HOUR)
    seen = [on_duty(account, now + hours * HOUR / 2).person for hours in range(5)]
    assert seen == [crew.moderator, crew.moderator, crew.deputy, crew.deputy, crew.moderator]
    Absence.objects.filter(pk=absence.pk).update(cancelled_at=now, cancelled_by=crew.moderator)
    assert on_duty(account, now + HOUR).person == crew.moderator


def test_replacements_are_followed_along_the_chain(account, crew, cast, now):
    absent(crew.moderator, now, replacement=cast.employee)
    assert who(account, now) == (cast.employee, Why.LEAD, crew.moderator)
    absent(cast.employee, now, replacement=cast.stranger)
    assert who(account, now) == (cast.stranger, Why.LEAD, crew.moderator)


def test_a_chain_that_bites_its_tail_leads_on_to_the_deputy(account, crew, cast, now):
    absent(crew.moderator, now, replacement=cast.employee)
    absent(cast.employee, now, replacement=crew.moderator)
    assert who(account, now)[0] == crew.deputy


def test_of_two_absences_at_once_the_one_with_a_replacement_counts(account, crew, cast, now):
    absent(crew.moderator, now, replacement=cast.employee)
    absent(crew.moderator, now, start=-2 * HOUR)
    assert who(account, now)[0] == cast.employee


@pytest.mark.parametrize(
    "change",
    [
        {"accepted_at": None},
        {"declined_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC), "accepted_at": None},
        {"ended_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)},
        {"ends_on": dt.date(2026, 11, 17)},
        {"starts_on": dt.date(2026, 11, 19)},
    ],
)
def test_only_assignments_in_force_count(account, crew, now, change):
    crew.moderator.assignments.update(**change)
    assert who(account, now)[0] == crew.deputy


def test_an_assignment_that_ended_since_still_counted_then(account, crew, now):
    crew.moderator.assignments.update(ended_at=now - HOUR)
    assert on_duty(account, now).person == crew.deputy
    assert on_duty(account, now - 2 * HOUR).person == crew.moderator


def test_deactivated_people_are_skipped(account, crew, now):
    crew.moderator.is_active, crew.moderator.deactivated_at = False, now
    crew.moderator.save()
    assert who(account, now)[0] == crew.deputy


def test_acknowledgement_where_the_policy_demands_it(account, crew, body, now, monkeypatch):
    function = "guidelines.reading.acknowledgements.acknowledged_person_ids"
    monkeypatch.setattr(function, lambda audience, moment, among=None: {crew.deputy.pk})
    assert who(account, now)[0] == crew.deputy
    monkeypatch.setattr(function, lambda audience, moment, among=None: set())
    assert who(account, now)[0] is None
    set_policy(body.nordvik, {"acknowledgement_required": False}, by=None, now=now)
    assert who(account, now)[0] == crew.moderator


def test_many_accounts_cost_as_many_queries_as_one(body, crew, account, facebook, now, django_assert_num_queries):
    Tree.load()
    for number in (1, 6):
        while OfficialAccount.objects.count() < number:
            other = factories.account(unit=body.sorvik, platform=facebook)
            factories.assign(other, crew.moderator)
            absent(factories.person(), now, replacement=crew.deputy)
        with django_assert_num_queries(10):
            roster = Roster.load(OfficialAccount.objects.all(), now)
            assert all(roster.of(pk, now).person for pk in roster.accounts)


def test_whom_the_ladder_reaches(account, crew, cast, now):
    roster = Roster.load([account.pk], now)
    assert roster.moderators(account.pk, now) == [crew.moderator.pk, crew.deputy.pk]
    assert roster.deputies(account.pk, now) == [crew.deputy.pk]
    assert roster.head(account.pk, now) == [cast.principal.pk]
    assert roster.section(account.pk, now) == [cast.section.pk]
    absent(crew.deputy, now, replacement=cast.employee)
    absent(cast.principal, now)
    absent(cast.section, now)
    roster = Roster.load([account.pk], now)
    assert roster.deputies(account.pk, now) == [cast.employee.pk]
    assert roster.head(account.pk, now) == []
    assert roster.section(account.pk, now) == [cast.chief.pk]


def test_away(crew, now):
    absent(crew.deputy, now)
    assert away([crew.moderator.pk, crew.deputy.pk], now) == {crew.deputy.pk}


# --- looking ahead ---


def test_a_gap_is_seen_before_it_comes(account, crew, cast, now):
    absent(crew.moderator, now, start=2 * DAY, end=9 * DAY)
    absent(crew.deputy, now, start=5 * DAY, end=7 * DAY)
    _roster, gaps = coverage_gaps(now)
    gap = gaps[account.pk]
    assert (gap.starts_at, gap.ends_at, gap.falls_to) == (now + 5 * DAY, now + 7 * DAY, cast.principal)


def test_a_gap_past_the_21_days_is_not_seen_yet_and_an_open_one_has_no_end(account, crew, now):
    crew.deputy.assignments.all().delete()
    crew.moderator.assignments.update(ends_on=dt.date(2026, 12, 24))
    assert coverage_gaps(now)[1] == {}
    gap = coverage_gaps(now + 16 * DAY)[1][account.pk]
    assert (gap.starts_at.isoformat(), gap.ends_at) == ("2026-12-25T00:00:00+01:00", None)


def test_a_replacement_who_leaves_too_makes_a_gap(account, crew, cast, now):
    crew.deputy.assignments.all().delete()
    absent(crew.moderator, now, replacement=cast.employee, start=DAY, end=9 * DAY)
    assert coverage_gaps(now)[1] == {}
    absent(cast.employee, now, start=3 * DAY, end=4 * DAY)
    assert coverage_gaps(now)[1][account.pk].starts_at == now + 3 * DAY


# --- the rule itself, whatever the facts ---

people = st.integers(1, 8)
candidates = st.lists(st.tuples(people, st.sampled_from(Why)), max_size=8)
replacements = st.dictionaries(people, st.none() | people, max_size=8)


@given(candidates, replacements, st.sets(people))
def test_found_is_present_and_able_or_there_is_a_gap(listed, absent_people, able):
    found = find(listed, absent_people, able)
    if found:
        assert found.person_id not in absent_people
        assert found.person_id in able
        named = found.in_place_of or found.person_id
        assert (named, found.why) in listed
    else:
        assert not any(person in able and person not in absent_people for person, _why in listed)


@given(people, replacements)
def test_a_stand_in_is_never_absent(person, absent_people):
    found = stand_in(person, absent_people)
    assert found is None or found not in absent_people


@given(candidates, st.sets(people))
def test_with_everybody_present_the_first_able_candidate_wins(listed, able):
    expected = next(((person, why) for person, why in listed if person in able), None)
    found = find(listed, {}, able)
    assert (found and (found.person_id, found.why)) == expected


def test_whoever_stands_in_sees_the_posts_for_as_long(account, crew, cast, now):
    """A replacement holds no assignment; being on duty must be enough to answer, along the chain, and no longer."""
    post = factories.post(account)
    on = now.date()
    assert cast.employee not in {crew.moderator, crew.deputy}
    assert not account.roles_of(cast.employee, on)
    absent(crew.moderator, now, replacement=cast.archivist)
    absent(cast.archivist, now, replacement=cast.employee)
    assert on_duty(account, now).person == cast.employee
    assert account.roles_of(cast.employee, on) == {Role.MODERATOR}
    assert Post.objects.visible_to(cast.employee, now=now).get() == post
    assert not Post.objects.visible_to(cast.employee, now=now + 9 * DAY).exists()
    Absence.objects.update(cancelled_at=now, cancelled_by=cast.principal)
    assert not Post.objects.visible_to(cast.employee, now=now).exists()


def test_at_the_end_of_a_long_chain_the_posts_are_seen_too(account, crew, now):
    """Whom duty reaches, the inbox reaches; a circle on the way is no way."""
    post = factories.post(account)
    chain = [crew.moderator, *(factories.person() for _link in range(6))]
    for person, replacement in itertools.pairwise(chain):
        absent(person, now, replacement=replacement)
    last = chain[-1]
    assert on_duty(account, now).person == last
    assert Post.objects.visible_to(last, now=now).get() == post
    assert account.roles_of(last, now.date()) == {Role.MODERATOR}
    assert list(held_between(last, now, now + DAY).values_list("account", flat=True)) == [account.pk]
    stranger = factories.person()
    absent(last, now, replacement=chain[1])
    assert not Post.objects.visible_to(stranger, now=now).exists()
