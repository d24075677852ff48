"""Roles on an account: asked, answered, ordered, ended; and what follows where too few are left."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.cover import notices as cover_notices
from accounts.cover.handovers import short_of_people
from accounts.flags.models import Flag
from accounts.moderators import notices
from accounts.moderators.models import Assignment, change_order, delegate
from accounts.register.choices import Part
from governance.access import Permission, can
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.notices.texts import notice_text
from governance.people.heads import heads_of
from governance.policy.models import set_policy
from governance.units.models import Tree
from guidelines.texts.guidelines import Audience
from guidelines.texts.readers import readers_of
from tests import factories

TODAY = dt.date(2026, 11, 18)


def ask(account, person, cast, now, part=Part.LEAD, **fields):
    return delegate(account, person, part, by=cast.principal, now=now, starts_on=TODAY, **fields)


def trail(event):
    return AuditEvent.objects.filter(event=event)


def test_asked_accepted_and_the_delegator_told(account, cast, now):
    offer = ask(account, cast.moderator, cast, now)
    assert Notice.objects.get(person=cast.moderator).event == notices.ASSIGNMENT_OFFERED
    assert not can(cast.moderator, Permission.ANSWER_POSTS, account, now=now)
    assert offer.accept(by=cast.moderator, now=now)
    assert can(cast.moderator, Permission.ANSWER_POSTS, account, now=now)
    answered = Notice.objects.get(person=cast.principal)
    assert (answered.event, answered.params["answer"]) == (notices.ASSIGNMENT_ANSWERED, "accepted")
    assert not offer.accept(by=cast.moderator, now=now)
    assert trail("assignment.accepted").count() == 1
    assert ask(account, cast.moderator, cast, now) == offer  # the same offer twice


def test_no_is_an_answer_too_and_stands(account, cast, now):
    offer = ask(account, cast.moderator, cast, now)
    assert offer.decline(reason="No time", by=cast.moderator, now=now)
    assert not offer.decline(reason="No time", by=cast.moderator, now=now)
    with pytest.raises(ValidationError, match="no longer open"):
        offer.accept(by=cast.moderator, now=now)
    assert trail("assignment.declined").get().after["reason"] == "No time"
    assert "No time" in notice_text(Notice.objects.get(person=cast.principal)).body
    again = ask(account, cast.moderator, cast, now)
    assert again != offer
    assert Assignment.objects.filter(account=account, person=cast.moderator).count() == 2  # history is kept


def test_what_cannot_be_delegated(account, cast, body, facebook, now):
    with pytest.raises(ValidationError, match="last day has passed"):
        ask(account, cast.moderator, cast, now, ends_on=TODAY - dt.timedelta(days=1))
    ask(account, cast.moderator, cast, now)
    with pytest.raises(ValidationError, match="End that role"):
        ask(account, cast.moderator, cast, now, Part.DEPUTY)
    with pytest.raises(ValidationError, match="retired"):
        ask(factories.account(unit=body.nordvik, platform=facebook, state="retired"), cast.moderator, cast, now)
    gone = factories.person("Gone", is_active=False, deactivated_at=now)
    with pytest.raises(ValidationError, match="no longer log in"):
        ask(account, gone, cast, now)


def test_an_offer_past_its_last_day_cannot_be_accepted(account, cast, now):
    offer = factories.assign(account, cast.moderator, accepted=False, ends_on=TODAY - dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="ran out"):
        offer.accept(by=cast.moderator, now=now)


def test_deputies_come_in_the_order_given(account, cast, now):
    first = ask(account, cast.deputy, cast, now, Part.DEPUTY)
    second = ask(account, cast.employee, cast, now, Part.DEPUTY)
    assert (first.rank, second.rank) == (1, 2)
    assert change_order(second, earlier=True, by=cast.principal, now=now)
    assert not change_order(second, earlier=True, by=cast.principal, now=now)  # first already
    line = Assignment.objects.filter(account=account).order_by("rank").values_list("person", flat=True)
    assert list(line) == [cast.employee.pk, cast.deputy.pk]


def test_ending_below_the_minimum_asks_the_head_for_a_new_holder(account, cast, now):
    lead, deputy = factories.assign(account, cast.moderator), factories.assign(account, cast.deputy, Part.DEPUTY)
    assert short_of_people([account], now) == {}
    assert deputy.end(reason="New duties", by=cast.principal, now=now)
    assert not deputy.end(reason="New duties", by=cast.principal, now=now)
    flag = Flag.objects.get()
    assert (flag.reason, flag.person) == (Flag.Reason.HANDOVER, cast.deputy)
    assert flag.found["deputy_missing"] is True
    assert Notice.objects.get(event=cover_notices.HANDOVER).person == cast.principal
    ended = Notice.objects.get(event=notices.ASSIGNMENT_ENDED)
    assert ended.person == cast.deputy
    assert "New duties" in notice_text(ended).body
    assert trail("assignment.ended").get().after["reason"] == "New duties"
    # Enough people again: the flag is closed by itself.
    ask(account, cast.employee, cast, now, Part.DEPUTY).accept(by=cast.employee, now=now)
    flag.refresh_from_db()
    assert flag.closed_at == now
    assert lead.is_current(TODAY)


def test_laying_down_ones_own_role_tells_whoever_delegated(account, cast, now):
    role = ask(account, cast.moderator, cast, now)
    role.accept(by=cast.moderator, now=now)
    role.end(reason="", by=cast.moderator, now=now)
    answers = Notice.objects.filter(person=cast.principal, event=notices.ASSIGNMENT_ANSWERED)
    assert {notice.params["answer"] for notice in answers} == {"accepted", "laid_down"}


def test_one_person_may_be_enough_where_policy_says_so(account, cast, body, now):
    set_policy(body.nordvik, {"minimum_moderators": 1, "deputy_required": False}, by=cast.admin, now=now)
    deputy = factories.assign(account, cast.deputy, Part.DEPUTY)
    factories.assign(account, cast.moderator)
    deputy.end(reason="x", by=cast.principal, now=now)
    assert not Flag.objects.exists()


def test_the_nearest_head_is_asked(cast, body, now):
    tree = Tree.load()
    assert heads_of(body.klubb.pk, TODAY, tree) == [cast.principal]
    assert heads_of(body.central.pk, TODAY, tree) == [cast.chief]  # no head of its own: whoever may delegate


# --- pages ---


@pytest.fixture
def offer(account, cast):
    return factories.assign(
        account, cast.moderator, accepted=False, delegated_by=cast.principal, starts_on=timezone.localdate()
    )


def test_the_head_asks_by_name_or_email(login, account, cast):
    client = login(cast.principal)
    url = reverse("accounts:assignment_new", args=[account.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"person": "mona", "part": "lead"})
    client.post(url, {"person": "VARA@fjordvik.example", "part": "deputy", "ends_on": "31.12.2099"})
    assert [str(row.person) for row in Assignment.objects.order_by("pk")] == ["Mona Moderator", "David Vara"]


@pytest.mark.parametrize(
    ("person", "message"),
    [
        ("nobody@fjordvik.example", "Nobody who may log in"),
        ("ar", "Several have that name"),
        ("gone@fjordvik.example", "may no longer log in"),
        ("", "required"),
    ],
)
def test_who_cannot_be_asked_is_said_and_what_was_typed_stays(login, account, cast, now, person, message):
    factories.person("Gone", email="gone@fjordvik.example", is_active=False, deactivated_at=now)
    response = login(cast.principal).post(
        reverse("accounts:assignment_new", args=[account.pk]), {"person": person, "part": "lead"}
    )
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{person}"' in response.text or not person
    assert not Assignment.objects.exists()


def test_days_the_wrong_way_round_and_out_of_the_calendar(login, account, cast):
    url = reverse("accounts:assignment_new", args=[account.pk])
    data = {"person": "mona", "part": "lead", "starts_on": "02.01.2099", "ends_on": "01.01.2099"}
    assert "The last day lies before the first." in login(cast.principal).post(url, data).text
    assert "not a day in the calendar" in login(cast.principal).post(url, data | {"ends_on": "31.02.2099"}).text


@pytest.mark.parametrize("actor", ["employee", "moderator", "stranger", "section", "archivist"])
def test_only_heads_and_the_chief_ask(login, account, cast, actor):
    client = login(getattr(cast, actor))
    assert client.post(reverse("accounts:assignment_new", args=[account.pk]), {}).status_code == 403


def test_the_person_answers_on_a_page_of_their_own(login, offer, cast):
    client = login(cast.moderator)
    page = client.get(offer.get_absolute_url())
    assert "Yes, I accept" in page.text
    client.post(reverse("accounts:assignment_accept", args=[offer.pk]))
    assert "already" in client.post(reverse("accounts:assignment_accept", args=[offer.pk]), follow=True).text
    offer.refresh_from_db()
    assert offer.accepted_at
    assert "no longer open" in client.post(reverse("accounts:assignment_decline", args=[offer.pk]), follow=True).text


def test_declining_on_the_page(login, offer, cast):
    client = login(cast.moderator)
    client.post(reverse("accounts:assignment_decline", args=[offer.pk]), {"reason": "No time"})
    offer.refresh_from_db()
    assert (offer.standing, offer.decline_reason) == ("declined", "No time")
    assert "already" in client.post(reverse("accounts:assignment_decline", args=[offer.pk]), follow=True).text
    assert "No time" in login(cast.principal).get(offer.get_absolute_url()).text


def test_a_reason_too_long_changes_nothing(login, offer, cast):
    url = reverse("accounts:assignment_decline", args=[offer.pk])
    assert "300" in login(cast.moderator).post(url, {"reason": "x" * 301}, follow=True).text
    offer.refresh_from_db()
    assert offer.standing == "offered"


@pytest.mark.parametrize("name", ["assignment_accept", "assignment_decline", "assignment_order"])
def test_answers_are_posts(login, offer, cast, name):
    assert login(cast.moderator).get(reverse(f"accounts:{name}", args=[offer.pk])).status_code == 405


def test_nobody_answers_for_another(login, offer, cast):
    for actor in (cast.principal, cast.stranger):
        for name in ("assignment_accept", "assignment_decline"):
            assert login(actor).post(reverse(f"accounts:{name}", args=[offer.pk])).status_code == 404
    assert login(cast.stranger).get(offer.get_absolute_url()).status_code == 404


def test_revoking_needs_a_reason_and_the_right(login, account, cast):
    role = factories.assign(account, cast.moderator)
    url = reverse("accounts:assignment_end", args=[role.pk])
    assert login(cast.stranger).post(url).status_code == 404
    client = login(cast.principal)
    assert client.get(url).status_code == 200
    assert "required" in client.post(url, {"reason": ""}).text
    client.post(url, {"reason": "New duties"})
    role.refresh_from_db()
    assert (role.ended_by, role.end_reason) == (cast.principal, "New duties")
    assert "had ended already" in client.post(url, {"reason": "New duties"}, follow=True).text
    assert "New duties" in client.get(account.get_absolute_url()).text


def test_laying_down_needs_no_reason(login, account, cast):
    role = factories.assign(account, cast.moderator)
    url = reverse("accounts:assignment_end", args=[role.pk])
    assert "Lay down the role" in login(cast.moderator).get(url).text
    login(cast.moderator).post(url, {"reason": ""})
    role.refresh_from_db()
    assert role.ended_by == cast.moderator


def test_the_delegator_without_the_right_any_more_may_look_but_not_end(login, account, cast):
    role = factories.assign(account, cast.moderator, delegated_by=cast.employee)
    assert login(cast.employee).get(role.get_absolute_url()).status_code == 200
    assert login(cast.employee).post(reverse("accounts:assignment_end", args=[role.pk])).status_code == 403


def test_order_of_deputies_on_the_page(login, account, cast):
    factories.assign(account, cast.deputy, Part.DEPUTY, rank=1)
    second = factories.assign(account, cast.employee, Part.DEPUTY, rank=2)
    client = login(cast.principal)
    assert "Ask earlier" in client.get(second.get_absolute_url()).text
    client.post(reverse("accounts:assignment_order", args=[second.pk]), {"move": "up"})
    second.refresh_from_db()
    assert second.rank == 1
    assert login(cast.employee).post(reverse("accounts:assignment_order", args=[second.pk])).status_code == 403


def test_moderators_guidelines_are_for_those_who_answer(account, cast, now):
    """Offered or accepted, and the heads who are on duty when nobody else is; nobody else is asked to read them."""
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.employee, accepted=False)
    retired = factories.account(unit=account.unit, platform=account.platform, state="retired")
    factories.assign(retired, cast.archivist)
    readers = set(readers_of(Audience.MODERATORS, now))
    assert readers == {cast.moderator, cast.employee, cast.principal, cast.leader, cast.stranger}
