"""Sending an application: what it must say, who decides it, and where nobody needs to."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.applications import moves as applying
from accounts.applications import notices
from accounts.applications.models import Decision, Status, Verb
from accounts.moderators.models import Assignment
from accounts.register import notices as register_notices
from accounts.register.gates import opening_gates
from accounts.register.models import OfficialAccount
from governance.notices.models import Notice
from governance.platforms.models import PlatformAssessment
from governance.policy.models import set_policy


def policy(unit, now, **values):
    set_policy(unit, values, by=None, now=now)


# --- sending ------------------------------------------------------------------------------------------------


def test_sending_tells_the_decider_once(make, cast, now):
    applying.send(make(), by=cast.employee, now=now)
    notice = Notice.objects.get()
    assert (notice.person, notice.event) == (cast.principal, notices.APPLICATION_WAITS)


def test_an_incomplete_application_cannot_be_sent(make, cast, now):
    application = make(goal="", hours_per_week=None)
    application.people.filter(part="deputy").delete()
    with pytest.raises(applying.Incomplete) as refusal:
        applying.send(application, by=cast.employee, now=now)
    assert [(row.step, row.field) for row in refusal.value.problems] == [
        ("purpose", "goal"),
        ("people", "deputies"),
        ("people", "hours_per_week"),
    ]
    application.refresh_from_db()
    assert application.status == Status.DRAFT


def test_sent_back_mended_and_sent_again_is_a_second_sending(make, cast, now):
    application = applying.send(make(), by=cast.employee, now=now)
    applying.move(application, Verb.SEND_BACK, by=cast.principal, now=now, text="Who is deputy?")
    later = now + dt.timedelta(days=1)
    applying.save_step(application, "purpose", {"goal": "Better"}, {}, done=True, by=cast.employee, now=later)
    again = applying.send(application, by=cast.employee, now=later)
    assert (again.submission, again.submitted_at, again.decided_at) == (2, later, None)
    assert Notice.objects.filter(person=cast.principal, event=notices.APPLICATION_WAITS).count() == 2
    with pytest.raises(ValidationError, match="sent again after you opened"):
        applying.move(again, Verb.APPROVE, by=cast.principal, now=later, submission=1)


def test_where_nobody_may_decide_those_who_can_mend_it_are_told(make, cast, now):
    cast.principal.grants.all().delete()
    cast.chief.grants.all().delete()
    applying.send(make(), by=cast.employee, now=now)
    told = {notice.person: notice.path for notice in Notice.objects.filter(event=notices.APPLICATION_STUCK)}
    assert told.keys() == {cast.admin, cast.section}
    assert "/units/nordvik" in told[cast.admin]
    assert "/applications/" in told[cast.section]


@pytest.mark.parametrize("mode", ["notification", "open"])
def test_without_a_decision_the_account_is_registered_at_once(mode, make, cast, body, now):
    policy(body.nordvik, now, establishment=mode)
    application = applying.send(make(), by=cast.employee, now=now)
    assert (application.status, application.account.state) == (Status.REGISTERED, "planned")
    assert application.decided_at is None
    assert not Decision.objects.exists()
    # Its head and the section at once, with a link to the button that confirms it.
    asked = Notice.objects.filter(event=register_notices.ACCOUNT_TO_CONFIRM)
    assert {row.person for row in asked} == {cast.principal, cast.section, cast.chief}
    assert {row.path for row in asked} == {f"{application.account.get_absolute_url()}#confirm"}
    assert asked[0].params["by"] == cast.employee.name
    # An ordinary employee delegates nothing: the offers come from the policy, not from a person.
    assert set(Assignment.objects.values_list("delegated_by", flat=True)) == {None}


@pytest.mark.parametrize("mode", ["notification", "open"])
def test_the_head_and_the_section_are_told_where_nobody_need_confirm(mode, make, cast, body, now):
    policy(body.nordvik, now, establishment=mode, heads_confirm_their_own=True)
    account = applying.send(make(applicant=cast.principal), by=cast.principal, now=now).account
    assert account.unconfirmed_since is None
    told = Notice.objects.filter(event=notices.APPLICATION_NOTIFIED)
    assert {row.person for row in told} == {cast.section, cast.chief}
    by_section = applying.send(make(applicant=cast.section, another_reason="For news"), by=cast.section, now=now)
    assert by_section.account.unconfirmed_since is None
    told = Notice.objects.filter(event=notices.APPLICATION_NOTIFIED, path=by_section.account.get_absolute_url())
    assert {row.person for row in told} == {cast.principal, cast.chief}


@pytest.mark.parametrize("mode", ["notification", "open"])
@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        ("employee", "nordvik", Status.REGISTERED),  # belongs there
        ("principal", "nordvik", Status.REGISTERED),
        ("principal", "klubb", Status.REGISTERED),  # heads what lies below too
        ("section", "nordvik", Status.REGISTERED),
        ("chief", "culture", Status.REGISTERED),
        ("employee", "klubb", Status.SUBMITTED),  # of the unit above
        ("employee", "central", Status.SUBMITTED),  # of a unit below
        ("employee", "culture", Status.SUBMITTED),
        ("stranger", "nordvik", Status.SUBMITTED),  # the head of another school
        ("admin", "nordvik", Status.SUBMITTED),
        ("archivist", "nordvik", Status.SUBMITTED),
    ],
)
def test_who_registers_for_a_unit_without_a_decision(mode, who, unit, status, make, cast, body, now):
    policy(body.central, now, establishment=mode)
    person = getattr(cast, who)
    application = applying.send(make(applicant=person, unit=getattr(body, unit)), by=person, now=now)
    assert application.status == status
    assert (application.account is None) == (status == Status.SUBMITTED)


def test_an_application_for_another_unit_is_decided_by_whom_the_policy_names(make, cast, body, now):
    policy(body.central, now, establishment="open", decider="head_of_unit")
    application = applying.send(make(unit=body.culture), by=cast.employee, now=now)
    decided = applying.move(application, Verb.APPROVE, by=cast.leader, now=now)
    assert decided.status == Status.APPROVED
    assert decided.account.unconfirmed_since is None  # somebody responsible has seen it


def test_who_left_the_unit_meanwhile_no_longer_registers_for_it(make, cast, body, now):
    policy(body.nordvik, now, establishment="notification")
    application, stale = make(), cast.employee
    type(stale).objects.filter(pk=stale.pk).update(unit=body.culture)
    with pytest.raises(ValidationError, match="changed just now"):
        applying.send(application, by=stale, now=now)


# What is said of how an account came to be, by mode and by who does what.
WORDS = [
    ("application", Verb.APPROVE, "Approved by Reidun Rektor on 18 November 2026"),
    ("application", Verb.APPROVE_WITH_CONDITIONS, "Approved with conditions by Reidun Rektor on 18 November 2026"),
    ("agreement", Verb.APPROVE, "Agreed with Reidun Rektor on 18 November 2026"),
    ("notification", None, "Registered by notification by Eli Ansatt on 18 November 2026"),
    ("open", None, "Registered without a decision by Eli Ansatt on 18 November 2026"),
]


@pytest.mark.parametrize(("mode", "verb", "words"), WORDS)
def test_the_gate_says_who_did_what(mode, verb, words, make, cast, body, now):
    policy(body.nordvik, now, establishment=mode)
    application = applying.send(make(), by=cast.employee, now=now)
    if verb:
        application = applying.move(application, verb, by=cast.principal, now=now, text="Alt text.")
    policy(body.nordvik, now, establishment="agreement")  # what the policy says later changes nothing of it
    gate = next(gate for gate in opening_gates(application.account, now) if gate.key == "approval")
    assert (gate.label, gate.met) == (words, True)


def test_a_head_who_registers_delegates_at_the_same_time(make, cast, body, now):
    policy(body.nordvik, now, establishment="notification")
    applying.send(make(applicant=cast.principal), by=cast.principal, now=now)
    assert set(Assignment.objects.values_list("delegated_by__name", flat=True)) == {cast.principal.name}


def test_under_agreement_the_head_decides_whatever_the_decider(make, cast, body, now):
    policy(body.culture, now, establishment="agreement", decider="information_chief")
    application = applying.send(make(unit=body.culture), by=cast.employee, now=now)
    with pytest.raises(PermissionDenied):
        applying.move(application, Verb.APPROVE, by=cast.chief, now=now)
    assert applying.move(application, Verb.APPROVE, by=cast.leader, now=now).status == Status.APPROVED


# --- limits and platforms ------------------------------------------------------------------------------------


def problems_of(application, now):
    from accounts.applications.requirements import Surroundings, problems

    return {
        row.field: row.message for row in problems(application, application.named(), Surroundings.of(application, now))
    }


def test_a_soft_limit_asks_for_a_reason(make, account, now):
    assert "has 1 account on Facebook already" in problems_of(make(), now)["another_reason"]
    assert problems_of(make(another_reason="Another audience"), now) == {}


def test_a_hard_limit_refuses_trials_too(make, account, body, now):
    policy(body.nordvik, now, accounts_limit="hard")
    trial = make(kind="trial", ends_on=dt.date(2027, 1, 31), another_reason="Please")
    assert "A trial counts too" in problems_of(trial, now)["platform"]


def test_a_hard_limit_reached_meanwhile_stops_the_approval(make, cast, body, facebook, now):
    policy(body.nordvik, now, accounts_limit="hard")
    first, second = (applying.send(make(), by=cast.employee, now=now) for _turn in range(2))
    applying.move(first, Verb.APPROVE, by=cast.principal, now=now)
    with pytest.raises(ValidationError, match="allows no more"):
        applying.move(second, Verb.APPROVE, by=cast.principal, now=now)
    assert OfficialAccount.objects.count() == 1
    assert Decision.objects.count() == 1
    applying.move(second, Verb.REJECT, by=cast.principal, now=now, text="There is one")


def test_a_platform_not_allowed_cannot_be_applied_for(make, body, facebook, now):
    stance = PlatformAssessment.Stance.NOT_ALLOWED
    PlatformAssessment.objects.create(unit=body.central, platform=facebook, stance=stance, reference="26/118")
    assert "26/118" in problems_of(make(), now)["platform"]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"pupil_contact": True}, "visibility", "must be closed"),
        ({"visibility": "closed"}, "visibility_reason", "Say why"),
        ({"crisis_use": True}, "crisis_how", "Say how"),
        ({"web_page_url": ""}, "web_page_url", "not answered"),
        ({"kind": "project"}, "ends_on", "not answered"),
        ({"kind": "project", "ends_on": dt.date(2026, 11, 18)}, "ends_on", "must lie ahead"),
        ({"assessment_reference": "26/1"}, "assessed_on", "date that belongs"),
        ({"assessed_on": dt.date(2026, 1, 1)}, "assessment_reference", "reference that belongs"),
        ({"assessment_reference": "26/1", "assessed_on": dt.date(2027, 1, 1)}, "assessed_on", "has not come"),
        ({"goal": "   "}, "goal", "not answered"),
        ({"platform": None}, "platform", "not answered"),
    ],
)
def test_what_an_application_must_say(fields, field, words, make, now):
    found = problems_of(make(**fields), now)
    assert words in found.pop(field)
    assert found == {}


def test_a_trial_has_a_light_form(make, now):
    light = {"expected_effect": "", "message": "", "organisation": "", "hours_per_week": None, "legal_basis": ""}
    assert set(problems_of(make(**light), now)) == set(light)
    assert problems_of(make(**light, kind="trial", ends_on=dt.date(2027, 1, 31)), now) == {}


def test_policy_decides_about_alias_people_and_web_page(make, body, cast, now):
    policy(body.nordvik, now, alias_profile=False, minimum_moderators=3, deputy_required=False, web_page_required=False)
    application = make(alias_profile=True, web_page_url="")
    application.people.filter(part="deputy").delete()
    assert set(problems_of(application, now)) == {"alias_profile", "moderators"}


def test_people_and_units_that_are_gone_are_named(make, body, cast, facebook, now):
    cast.deputy.is_active, cast.deputy.deactivated_at = False, now
    cast.deputy.save()
    body.nordvik.closed_on = now.date()
    body.nordvik.save()
    facebook.retired_on = now.date()
    facebook.save()
    found = problems_of(make(), now)
    assert cast.deputy.name in found["deputies"]
    assert "Nordvik vgs is closed" in found["unit"]
    assert "no longer used" in found["platform"]


def test_a_handle_in_the_register_cannot_be_wanted(make, account, now):
    found = problems_of(make(handle_wanted=account.handle.upper(), another_reason="x"), now)
    assert account.name in found["handle_wanted"]
