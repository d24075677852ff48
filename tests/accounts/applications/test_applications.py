"""An application's moves: legal ones, whose they are, and all that happens with them."""

import datetime as dt
import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, transaction
from django.db.utils import DatabaseError

from accounts.applications import events as applications_events
from accounts.applications import moves as applying
from accounts.applications import notices
from accounts.applications.models import TRANSITIONS, Actor, Application, Comment, Decision, Status, Verb
from accounts.moderators import notices as moderators_notices
from accounts.moderators.models import Assignment
from accounts.register import events as register_events
from governance.access import Role
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.models import Substitute
from governance.policy.models import set_policy
from tests import factories

TEXTS = {Verb.APPROVE_WITH_CONDITIONS: "Only in school hours", Verb.SEND_BACK: "Who is deputy?", Verb.REJECT: "Enough"}


# --- every state, verb and actor --------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["applicant", "decider", "bystander", "portal"])
@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("source", list(Status))
def test_only_the_listed_moves_by_the_listed_people(source, verb, who, make, cast, body, now):
    if verb == Verb.REGISTER:
        set_policy(body.nordvik, {"establishment": "open"}, by=None, now=now)
    application = make(source)
    by = {"applicant": cast.employee, "decider": cast.principal, "bystander": cast.chief, "portal": None}[who]
    step = next((row for row in TRANSITIONS if (row.source, row.verb) == (source, verb)), None)
    trail = AuditEvent.objects.filter(subject_type="application")
    if step and step.actor == who:
        moved = applying.move(application, verb, by=by, now=now, text=TEXTS.get(verb, ""))
        assert moved.status == step.target
        row = trail.get()
        assert (row.event, row.before["status"], row.after["status"]) == (step.event, source, step.target)
        assert row.actor_name == (by.name if by else "")
    else:
        with pytest.raises((ValidationError, PermissionDenied)):
            applying.move(application, verb, by=by, now=now, text=TEXTS.get(verb, ""))
        application.refresh_from_db()
        assert application.status == source
        assert not trail.exists()
        assert not Decision.objects.exists()


def test_each_move_stands_once_in_the_table():
    pairs = [(row.source, row.verb) for row in TRANSITIONS]
    assert len(set(pairs)) == len(pairs)
    assert {row.actor for row in TRANSITIONS} == set(Actor)


# --- deciding -------------------------------------------------------------------------------------------------


def test_approval_makes_a_planned_account_and_offers_the_roles(make, cast, now):
    sent = applying.send(make(handle_wanted="nordvik"), by=cast.employee, now=now)
    approved = applying.move(sent, Verb.APPROVE, by=cast.principal, now=now)
    account = approved.account
    assert (account.state, account.name, account.handle, account.editor) == (
        "planned",
        approved.name,
        "nordvik",
        cast.employee,
    )
    assert (account.purpose, account.audience, account.unit) == (approved.goal, approved.audience, approved.unit)
    offers = Assignment.objects.filter(account=account).values_list("person__name", "part", "accepted_at")
    assert set(offers) == {
        (cast.moderator.name, "lead", None),
        (cast.employee.name, "lead", None),
        (cast.deputy.name, "deputy", None),
    }
    assert set(Assignment.objects.values_list("delegated_by", flat=True)) == {cast.principal.pk}
    assert Notice.objects.filter(event=moderators_notices.ASSIGNMENT_OFFERED).count() == 3
    decided = Notice.objects.get(event=notices.APPLICATION_DECIDED)
    assert (decided.person, decided.params["outcome"]) == (cast.employee, "approved")
    events = AuditEvent.objects.filter(subject_type="officialaccount").values_list("event", flat=True)
    assert register_events.ACCOUNT_REGISTERED in events


@pytest.mark.parametrize("verb", [Verb.APPROVE_WITH_CONDITIONS, Verb.SEND_BACK, Verb.REJECT])
def test_conditions_gaps_and_grounds_must_be_written(verb, make, cast, now):
    with pytest.raises(ValidationError, match="Write"):
        applying.move(make("submitted"), verb, by=cast.principal, now=now, text="  ")
    assert not Decision.objects.exists()


def test_the_substitute_decides_for_a_partial_principal_and_the_record_names_both(make, cast, now):
    Substitute.objects.create(person=cast.principal, substitute=cast.stranger, starts_on=now.date())
    sent = applying.send(make(applicant=cast.principal), by=cast.principal, now=now)
    assert Notice.objects.get().params["in_place_of"] == cast.principal.name
    with pytest.raises(ValidationError, match=r"own application.*with Stine Sør"):
        applying.move(sent, Verb.APPROVE, by=cast.principal, now=now)
    applying.move(sent, Verb.APPROVE, by=cast.stranger, now=now)
    decision = Decision.objects.get()
    assert (decision.decided_by, decision.on_behalf_of) == (cast.stranger, cast.principal)
    assert decision.snapshot["decision"]["on_behalf_of"] == cast.principal.name
    assert (
        AuditEvent.objects.get(event=applications_events.APPLICATION_APPROVED).after["on_behalf_of"]
        == cast.principal.name
    )


def test_nobody_can_name_a_decider_where_there_is_none(make, cast, now):
    cast.principal.grants.all().delete()
    waiting = make("submitted", applicant=cast.chief, unit=cast.chief.unit)
    with pytest.raises(ValidationError, match=r"\(impartiality\)\.'"):
        applying.move(waiting, Verb.APPROVE, by=cast.chief, now=now)


@pytest.mark.parametrize(
    ("later", "words"), [(dt.timedelta(minutes=5), "at 10:00: Approved"), (dt.timedelta(days=3), "on 18 Nov")]
)
def test_who_comes_second_hears_who_was_first_and_when(later, words, make, cast, body, now):
    factories.grant(cast.leader, Role.PRINCIPAL, body.nordvik)
    application = make("submitted")
    applying.move(application, Verb.APPROVE, by=cast.principal, now=now)
    with pytest.raises(ValidationError, match=f"Reidun Rektor decided this {words}"):
        applying.move(application, Verb.REJECT, by=cast.leader, now=now + later, text="No")


def test_the_copy_stays_when_rows_change_and_nobody_can_change_it(make, cast, body, now):
    application = make("submitted")
    applying.move(application, Verb.APPROVE_WITH_CONDITIONS, by=cast.principal, now=now, text="In school hours")
    Application.objects.update(goal="Something else")
    cast.moderator.name = "New Name"
    cast.moderator.save()
    decision = Decision.objects.get()
    answers = {row["field"]: row for section in decision.snapshot["sections"] for row in section["answers"]}
    assert answers["goal"]["words"]["nb"] == "Tell what happens at school"
    assert "Mona Moderator" in answers["moderators"]["words"]["en-gb"]
    assert {row["key"]: row["value"] for row in decision.snapshot["policy"]}["minimum_moderators"] == 2
    assert decision.snapshot["existing_accounts"] == []
    for change in (lambda: Decision.objects.update(text="x"), lambda: Decision.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_the_same_instant_make_one_decision(now):
    body = factories.body()
    cast = factories.cast(body)
    factories.grant(cast.leader, Role.PRINCIPAL, body.nordvik)
    application = factories.application(
        applicant=cast.employee,
        unit=body.nordvik,
        platform=factories.platform(),
        moderators=[cast.moderator, cast.employee],
        deputies=[cast.deputy],
        status="submitted",
    )
    start, outcomes = threading.Barrier(2), []

    def decide(person, verb, text):
        try:
            start.wait(10)
            applying.move(application, verb, by=person, now=now, text=text)
            outcomes.append("done")
        except ValidationError as error:
            outcomes.append(" ".join(error.messages))
        finally:
            connections.close_all()

    deciders = [
        threading.Thread(target=decide, args=(cast.principal, Verb.APPROVE, "")),
        threading.Thread(target=decide, args=(cast.leader, Verb.REJECT, "Enough")),
    ]
    for thread in deciders:
        thread.start()
    for thread in deciders:
        thread.join(30)
    assert Decision.objects.count() == 1
    assert outcomes.count("done") == 1
    assert any("decided this at 10:00" in words for words in outcomes)
    assert AuditEvent.objects.filter(subject_type="application").count() == 1


# --- drafts, comments ---------------------------------------------------------------------------------------------


def test_the_form_that_starts_a_draft_starts_one(cast, body, now):
    token = uuid.uuid4()
    first, second = (
        applying.start(unit=body.nordvik, kind="ordinary", name="Nordvik", token=token, by=cast.employee, now=now)
        for _turn in range(2)
    )
    assert first == second
    assert AuditEvent.objects.filter(event=applications_events.APPLICATION_STARTED).count() == 1
    with pytest.raises(PermissionDenied):
        applying.start(unit=body.nordvik, kind="ordinary", name="Mine?", token=token, by=cast.deputy, now=now)


def test_only_the_applicant_writes_and_only_in_a_draft(make, cast, now):
    with pytest.raises(PermissionDenied):
        applying.save_step(make(), "purpose", {"goal": "x"}, {}, done=True, by=cast.principal, now=now)
    with pytest.raises(ValidationError, match="cannot be changed meanwhile"):
        applying.save_step(make("submitted"), "purpose", {"goal": "x"}, {}, done=True, by=cast.employee, now=now)
    assert not Application.objects.filter(goal="x").exists()


def test_a_comment_tells_the_others_once(make, cast, now):
    application, token = make("submitted"), uuid.uuid4()
    assert applying.comment(application, "Why?", token=token, by=cast.section, now=now)
    assert not applying.comment(application, "Why?", token=token, by=cast.section, now=now)
    assert Comment.objects.count() == 1
    assert {notice.person for notice in Notice.objects.all()} == {cast.employee, cast.principal}
    assert AuditEvent.objects.filter(event=applications_events.APPLICATION_COMMENTED).count() == 1


def test_who_sees_which(make, cast, body, now):
    draft, waiting, elsewhere = make(), make("submitted"), make("submitted", unit=body.culture)
    everything = {waiting, elsewhere}

    def seen(person):
        return set(Application.objects.visible_to(person, now=now))

    assert seen(cast.employee) == {draft, *everything}
    assert seen(cast.principal) == {waiting}
    assert seen(cast.chief) == seen(cast.section) == everything
    assert seen(cast.stranger) == seen(cast.admin) == seen(cast.moderator) == set()
    Substitute.objects.create(person=cast.principal, substitute=cast.moderator, starts_on=now.date())
    assert seen(cast.moderator) == {waiting}
    Substitute.objects.all().delete()
    Application.objects.filter(pk=waiting.pk).update(unit=body.nordvik)
    Decision.objects.create(
        application=waiting, outcome="approved", decided_by=cast.deputy, decided_at=now, snapshot={"format": 1}
    )
    assert seen(cast.deputy) == {waiting}
    assert list(Application.objects.mine_open(cast.employee)) == [draft]


def test_the_database_holds_what_a_state_demands(make):
    for status in ("approved", "registered", "rejected", "submitted"):
        application = make()
        with pytest.raises(DatabaseError), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(status=status)
