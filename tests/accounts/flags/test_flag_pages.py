import datetime as dt

import pytest
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.flags.moves import FlagConflict, answer, decide, settle
from accounts.register.models import State
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories

DAY = dt.timedelta(days=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator)
    return cast


def flag_of(account, reason=Flag.Reason.INACTIVE, **fields):
    defaults = {
        Flag.Reason.INACTIVE: {"found": {"last_activity_at": "2026-06-01T09:00:00+00:00", "outcome": "propose"}},
        Flag.Reason.CAMPAIGN_OVER: {"found": {"ends_on": "2026-10-01"}},
        Flag.Reason.COVERAGE_GAP: {"found": {"starts_at": "2026-12-01T09:00:00+00:00", "ends_at": None}},
    }.get(reason, {})
    return Flag.objects.create(account=account, reason=reason, **(defaults | fields))


@pytest.fixture
def flag(account):
    return flag_of(account, answer_by=timezone.now() + DAY)


ANSWER = {"answer-answer": "keep", "answer-text": "The exam season comes"}
DECISION = {"decide-decision": "keep", "decide-text": "Agreed"}


def test_the_board_shows_what_concerns_me(login, crew, flag, body, facebook):
    elsewhere = factories.account(unit=body.sorvik, platform=facebook, name="Elsewhere")
    flag_of(elsewhere)
    for person in (crew.moderator, crew.principal):
        page = login(person).get("/flags/").content.decode()
        assert "No activity" in page
        assert "Waits for an answer" in page
        assert "Elsewhere" not in page
    assert "Elsewhere" in login(crew.section).get("/flags/").content.decode()
    assert "No flag waits for you." in login(crew.employee).get("/flags/").content.decode()


def test_filters_and_words(login, crew, account, body, facebook):
    for reason in Flag.Reason:
        flag_of(factories.account(unit=body.nordvik, platform=facebook), reason)
    closed = flag_of(account)
    Flag.objects.filter(pk=closed.pk).update(closed_at=timezone.now(), close_reason="life")
    client = login(crew.principal)
    page = client.get("/flags/").content.decode()
    for words in ("It should have ended on 01/10/2026", "is on duty from", "01/06/2026", "Too few people", "achieved"):
        assert words in page, words
    assert "sign of life" not in page.split("<tbody>")[1].replace("The last sign of life", "")
    assert "showed a sign of life" in client.get("/flags/?state=closed").content.decode()
    only = client.get("/flags/?reason=handover").content.decode().split("<tbody>")[1]
    assert "Needs a new holder" in only
    assert "No activity" not in only
    assert "No flag fits this choice." in login(crew.employee).get("/flags/?reason=handover").content.decode()


def test_a_gap_with_an_end(login, crew, account):
    found = {"starts_at": "2026-12-01T09:00:00+00:00", "ends_at": "2026-12-05T09:00:00+00:00"}
    gap = flag_of(account, Flag.Reason.COVERAGE_GAP, found=found)
    assert "until" in login(crew.moderator).get(f"/flags/{gap.pk}/").content.decode()


def test_constant_queries(login, crew, body, facebook, django_assert_num_queries):
    client = login(crew.principal)
    for number in (1, 3):
        while Flag.objects.count() < number:
            flag_of(factories.account(unit=body.nordvik, platform=facebook))
        with django_assert_num_queries(8):
            client.get("/flags/")


@pytest.mark.parametrize("path", ["", "answer/", "decide/"])
def test_strangers_find_nothing(login, cast, flag, path):
    for person in (cast.stranger, cast.employee, cast.archivist):
        client = login(person)
        response = client.post(f"/flags/{flag.pk}/{path}") if path else client.get(f"/flags/{flag.pk}/")
        assert response.status_code == 404


@pytest.mark.parametrize("path", ["answer/", "decide/"])
def test_changes_come_by_post_alone(login, crew, flag, path):
    assert login(crew.section).get(f"/flags/{flag.pk}/{path}").status_code == 405


def test_only_the_section_decides(login, crew, flag):
    for person in (crew.moderator, crew.principal):
        client = login(person)
        assert "Save the decision" not in client.get(f"/flags/{flag.pk}/").content.decode()
        assert client.post(f"/flags/{flag.pk}/decide/", DECISION).status_code == 403
    assert "Save the decision" in login(crew.section).get(f"/flags/{flag.pk}/").content.decode()


def test_keep_with_a_reason_then_a_decision(login, crew, flag):
    client = login(crew.moderator)
    assert client.post(f"/flags/{flag.pk}/answer/", {"answer-answer": "keep"}).status_code == 422  # no reason
    for words in ("The answer is saved.", "That was answered already."):
        assert words in client.post(f"/flags/{flag.pk}/answer/", ANSWER, follow=True).content.decode()
    flag.refresh_from_db()
    assert (flag.answer, flag.answered_by, flag.closed_at) == ("keep", crew.moderator, None)
    told = set(Notice.objects.values_list("person__email", flat=True))
    assert told == {crew.section.email, crew.chief.email}

    client = login(crew.section)
    assert "The exam season comes" in client.get(f"/flags/{flag.pk}/").content.decode()
    for words in ("The decision is saved.", "That was decided already."):
        assert words in client.post(f"/flags/{flag.pk}/decide/", DECISION, follow=True).content.decode()
    flag.refresh_from_db()
    assert (flag.decision, flag.decided_by, flag.closed_by) == ("keep", crew.section, crew.section)
    flag.account.refresh_from_db()
    assert flag.account.state == State.ACTIVE
    decided = Notice.objects.filter(event="flag_decided")
    assert {notice.person for notice in decided} == {crew.moderator, crew.principal}
    assert set(AuditEvent.objects.filter(subject_type="flag").values_list("event", flat=True)) == {
        "flag.answered",
        "flag.decided",
        "flag.closed",
    }


def test_retire_begins_the_retirement(login, crew, flag):
    data = {"decide-decision": "retire", "decide-text": "Nobody reads it"}
    assert login(crew.section).post(f"/flags/{flag.pk}/decide/", data).status_code == 302
    flag.account.refresh_from_db()
    assert flag.account.state == State.RETIRING


def test_two_deciders_the_second_hears_it(crew, flag, now):
    decide(flag, "keep", "Agreed", by=crew.section, now=now)
    with pytest.raises(FlagConflict, match="closed"):
        decide(flag, "retire", "No", by=crew.chief, now=now)
    with pytest.raises(FlagConflict):
        answer(flag, "retire", "Too late", by=crew.moderator, now=now)
    flag.refresh_from_db()
    assert (flag.decision, flag.account.state) == ("keep", State.ACTIVE)


def test_where_the_policy_leaves_no_choice(login, crew, account):
    strict = flag_of(account, found={"outcome": "must_retire"})
    client = login(crew.section)
    assert "must be retired" in client.get(f"/flags/{strict.pk}/").content.decode()
    page = client.post(f"/flags/{strict.pk}/decide/", DECISION, follow=True).content.decode()
    assert "must be retired" in page
    strict.refresh_from_db()
    assert strict.closed_at is None


@pytest.mark.parametrize("reason", [Flag.Reason.HANDOVER, Flag.Reason.COVERAGE_GAP])
def test_what_is_mended_is_settled_with_words(login, crew, account, reason):
    flag = flag_of(account, reason)
    client = login(crew.principal)
    assert client.post(f"/flags/{flag.pk}/answer/", {}).status_code == 422
    data = {"answer-text": "Delegated to Eli"}
    for words in ("The answer is saved.", "That was answered already."):
        if words.startswith("That"):
            assert not settle(Flag.objects.get(pk=flag.pk), "x", by=crew.principal, now=timezone.now())
        else:
            assert words in client.post(f"/flags/{flag.pk}/answer/", data, follow=True).content.decode()
    flag.refresh_from_db()
    assert (flag.closed_by, flag.closed_because) == (crew.principal, "Delegated to Eli")


def test_flags_answer_only_as_their_kind_allows(crew, account, flag, now):
    gap = flag_of(account, Flag.Reason.COVERAGE_GAP)
    with pytest.raises(FlagConflict):
        answer(gap, "keep", "x", by=crew.moderator, now=now)
    with pytest.raises(FlagConflict):
        decide(gap, "keep", "x", by=crew.section, now=now)
    with pytest.raises(FlagConflict):
        settle(flag, "x", by=crew.principal, now=now)


def test_a_decision_that_does_not_hold_keeps_what_was_typed(login, crew, flag):
    response = login(crew.section).post(f"/flags/{flag.pk}/decide/", {"decide-text": "Half a decision"})
    assert response.status_code == 422
    assert "Half a decision" in response.content.decode()
