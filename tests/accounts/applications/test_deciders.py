"""Who decides: pure questions over facts in memory (M07, M08, K1, D68)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.applications.deciders import Deciding, Routing, waiting_for_decision
from accounts.applications.models import Application
from governance.access import Permission, Role
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant, Substitute
from governance.policy.models import Policies, PolicyValue
from governance.units.models import Tree, Unit
from tests import factories

NOW = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)
CENTRAL, DEPARTMENT, SCHOOL, CLUB, UNDER_DEPARTMENT = range(1, 6)
PEOPLE = {name: Person(pk=number, name=name) for number, name in enumerate(
    ["applicant", "principal", "leader", "root_leader", "chief", "substitute", "other"], 1
)}  # fmt: skip


def tree():
    return Tree(
        [
            Unit(pk=CENTRAL, code="c", name="Central", kind="central"),
            Unit(pk=DEPARTMENT, code="d", name="Department", kind="department", parent_id=CENTRAL),
            Unit(pk=SCHOOL, code="s", name="School", kind="school", parent_id=CENTRAL),
            Unit(pk=CLUB, code="k", name="Club", kind="club", parent_id=SCHOOL),
            Unit(pk=UNDER_DEPARTMENT, code="u", name="Unit", kind="unit", parent_id=DEPARTMENT),
        ]
    )


ROLES = {
    "principal": (Role.PRINCIPAL, SCHOOL),
    "leader": (Role.UNIT_LEADER, DEPARTMENT),
    "root_leader": (Role.UNIT_LEADER, CENTRAL),
    "chief": (Role.INFORMATION_CHIEF, CENTRAL),
}


def routing(*holders, policy=None, substitutes=None, absent=(), now=NOW):
    units = tree()
    grants = [
        RoleGrant(person=PEOPLE[name], role=ROLES[name][0], unit_id=ROLES[name][1], starts_on=now.date())
        for name in holders
    ]
    rows = [PolicyValue(unit_id=CENTRAL, key=key, value=value) for key, value in (policy or {}).items()]
    return Routing(
        now,
        units,
        Policies(units, rows),
        grants,
        {PEOPLE[name].pk: [PEOPLE[other] for other in others] for name, others in (substitutes or {}).items()},
        {PEOPLE[name].pk for name in absent},
    )


def waiting(unit_id, applicant="applicant", days=1):
    return Application(
        unit_id=unit_id, applicant=PEOPLE[applicant], status="submitted", submitted_at=NOW - dt.timedelta(days=days)
    )


def names(deciders: list[Deciding]):
    return [(row.person.name, row.on_behalf_of and row.on_behalf_of.name) for row in deciders]


ALL = ("principal", "leader", "root_leader", "chief")


@pytest.mark.parametrize(
    ("policy", "unit_id", "expected"),
    [
        ({}, SCHOOL, "principal"),
        ({}, CLUB, "principal"),
        ({}, DEPARTMENT, "chief"),
        ({}, UNDER_DEPARTMENT, "chief"),
        ({}, CENTRAL, "chief"),
        ({"decider": "information_chief"}, SCHOOL, "chief"),
        ({"decider": "head_of_unit"}, UNDER_DEPARTMENT, "leader"),
        ({"establishment": "agreement", "decider": "information_chief"}, UNDER_DEPARTMENT, "leader"),
        ({"establishment": "agreement"}, CENTRAL, "root_leader"),
    ],
)
def test_policy_says_whose_decision_it_is(policy, unit_id, expected):
    assert names(routing(*ALL, policy=policy).deciders(waiting(unit_id))) == [(expected, None)]


@pytest.mark.parametrize(
    ("holders", "unit_id", "expected"),
    [
        (("root_leader", "chief"), SCHOOL, "root_leader"),  # a school without a principal: the head above it
        (("chief",), SCHOOL, "chief"),
        (("root_leader",), DEPARTMENT, "root_leader"),  # no information chief: the head of the body
    ],
)
def test_a_vacant_post_passes_it_on(holders, unit_id, expected):
    assert names(routing(*holders).deciders(waiting(unit_id))) == [(expected, None)]


def test_nobody_at_all_is_an_empty_answer():
    assert routing().deciders(waiting(SCHOOL)) == []
    assert routing("chief").deciders(waiting(SCHOOL, applicant="chief")) == []


def test_own_application_goes_to_the_substitute():
    facts = routing(*ALL, substitutes={"principal": ["substitute"]})
    assert names(facts.deciders(waiting(SCHOOL, "principal"))) == [("substitute", "principal")]


@pytest.mark.parametrize(
    ("unit_id", "applicant", "expected"),
    [(SCHOOL, "principal", "root_leader"), (DEPARTMENT, "chief", "root_leader")],
)
def test_own_application_without_a_substitute_goes_one_step_further(unit_id, applicant, expected):
    assert names(routing(*ALL).deciders(waiting(unit_id, applicant))) == [(expected, None)]


def test_a_substitute_who_applies_is_partial_too():
    facts = routing("principal", "chief", substitutes={"principal": ["substitute"]}, absent=["principal"])
    assert names(facts.deciders(waiting(SCHOOL, "substitute"))) == [("principal", None)]


def test_who_is_away_keeps_the_right_and_the_substitute_gets_it():
    facts = routing(*ALL, substitutes={"principal": ["substitute"]}, absent=["principal"])
    assert names(facts.deciders(waiting(SCHOOL))) == [("principal", None), ("substitute", "principal")]


@pytest.mark.parametrize(("days", "joined"), [(9, False), (10, True)])
def test_after_long_the_substitute_may_decide_too(days, joined):
    facts = routing(*ALL, substitutes={"principal": ["substitute"]})
    expected = [("principal", None)] + [("substitute", "principal")] * joined
    assert names(facts.deciders(waiting(SCHOOL, days=days))) == expected


def test_who_may_no_longer_log_in_decides_nothing():
    gone = Person(pk=99, name="gone", is_active=False)
    units = tree()
    grants = [RoleGrant(person=gone, role=Role.PRINCIPAL, unit_id=SCHOOL, starts_on=NOW.date())]
    assert Routing(NOW, units, Policies(units, []), grants, {}, set()).deciders(waiting(SCHOOL)) == []


@given(
    holders=st.sets(st.sampled_from(ALL)),
    unit_id=st.sampled_from([CENTRAL, DEPARTMENT, SCHOOL, CLUB, UNDER_DEPARTMENT]),
    applicant=st.sampled_from(list(PEOPLE)),
    substitutes=st.dictionaries(
        st.sampled_from(ALL), st.lists(st.sampled_from(["substitute", "other", "chief", "applicant"]), max_size=2)
    ),
    absent=st.sets(st.sampled_from(ALL)),
    days=st.integers(0, 30),
    policy=st.fixed_dictionaries(
        {
            "decider": st.sampled_from(["by_kind", "information_chief", "head_of_unit"]),
            "establishment": st.sampled_from(["application", "agreement"]),
        }
    ),
)
def test_whatever_the_facts_nobody_decides_for_themselves(
    holders, unit_id, applicant, substitutes, absent, days, policy
):
    facts = routing(*holders, policy=policy, substitutes=substitutes, absent=absent)
    application = waiting(unit_id, applicant, days)
    found = facts.deciders(application)
    assert PEOPLE[applicant] not in [row.person for row in found]
    assert len({row.person.pk for row in found}) == len(found)
    assert all(row.on_behalf_of is None or row.person != row.on_behalf_of for row in found)
    # An impartial chief is never passed over into nothing.
    if "chief" in holders and applicant != "chief":
        assert found


# --- loaded from the database ---------------------------------------------------------------------------------


def test_load_takes_the_same_five_queries_for_any_body(cast, body, now, django_assert_num_queries):
    factories.grant(factories.person(), Role.PRINCIPAL, body.sorvik)
    with django_assert_num_queries(5):
        Routing.load(now)


def test_loaded_facts_know_absence_substitutes_and_dates(cast, body, facebook, now):
    application = factories.application(
        applicant=cast.employee, unit=body.nordvik, platform=facebook, status="submitted"
    )
    stand_in, late = factories.person("Sara Stand"), factories.person("Too late")
    Substitute.objects.create(person=cast.principal, substitute=stand_in, starts_on=now.date())
    Substitute.objects.create(person=cast.principal, substitute=late, starts_on=now.date() + dt.timedelta(days=2))
    assert Routing.load(now).deciding(application, stand_in) is None
    Absence.objects.create(
        person=cast.principal,
        starts_at=now - dt.timedelta(hours=1),
        ends_at=now + dt.timedelta(hours=1),
        registered_by=cast.principal,
    )
    facts = Routing.load(now)
    assert facts.deciding(application, stand_in) == Deciding(stand_in, cast.principal)
    assert facts.deciding(application, late) is None
    assert set(facts.holders(Permission.REGISTER_ACCOUNT, body.klubb.pk)) == {cast.chief, cast.section}


def test_waiting_for_decision_lists_only_ones_own_and_in_order(cast, body, facebook, now, django_assert_num_queries):
    def sent(unit, days, **fields):
        return factories.application(
            applicant=cast.employee,
            unit=unit,
            platform=facebook,
            status="submitted",
            **fields | {"submitted_at": now - dt.timedelta(days=days), "submission": 1},
        )

    newer, older = sent(body.nordvik, 1), sent(body.klubb, 3)
    central = sent(body.culture, 2)
    factories.application(applicant=cast.employee, unit=body.nordvik, platform=facebook)
    assert waiting_for_decision(cast.principal, now) == [older, newer]
    assert waiting_for_decision(cast.chief, now) == [central]
    assert waiting_for_decision(cast.stranger, now) == []
    assert waiting_for_decision(cast.employee, now) == []
    person = Person.objects.get(pk=cast.principal.pk)
    with django_assert_num_queries(10):
        waiting_for_decision(person, now)
