"""The information section's own queue and deadline (M28, M29, D117)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.flags.models import Flag
from accounts.inbox import moves
from accounts.inbox.moves import PostConflict
from accounts.inbox.sweeps import unanswered
from accounts.sweeps import SWEEPS
from accounts.sweeps import run as run_sweep
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.absences import Absence
from governance.policy.models import set_policy
from tests import factories

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def post(account, now):
    return factories.post(account, posted_at=now, answer_due_at=now + 24 * HOUR)


def give(post, cast, now):
    done = moves.give_to_section(post, by=cast.moderator, now=now)
    post.refresh_from_db()
    return done


def sweep(now):
    return run_sweep("section", now)


def told(event):
    return set(Notice.objects.filter(event=event).values_list("person__name", flat=True))


def test_it_is_told_and_has_its_own_deadline(post, cast, now):
    assert give(post, cast, now)
    assert (post.section_since, post.section_due_at) == (now, now + 4 * HOUR)
    assert post.answer_due_at == now + 24 * HOUR
    assert told("post_to_section") == {"Ivar Info"}
    assert AuditEvent.objects.get(event="post.to_section").actor_id == cast.moderator.pk
    assert not give(post, cast, now + HOUR)
    assert Notice.objects.count() == 1


def test_the_deadline_is_the_policys(post, body, cast, now):
    set_policy(body.nordvik, {"section_hours": 2}, by=cast.admin, now=now)
    give(post, cast, now)
    assert post.section_due_at == now + 2 * HOUR


def test_where_nobody_of_it_is_there_the_chief_is_told(post, cast, now):
    Absence.objects.create(
        person=cast.section, starts_at=now - HOUR, ends_at=now + 9 * HOUR, registered_by=cast.section
    )
    give(post, cast, now)
    assert told("post_to_section") == {"Ingrid Sjef"}


def test_given_back_whoever_is_on_duty_is_told_once(post, cast, now):
    factories.assign(post.account, cast.moderator)
    factories.assign(post.account, cast.deputy, "deputy")
    give(post, cast, now)
    assert moves.give_back(post, by=cast.section, now=now + HOUR)
    assert not moves.give_back(post, by=cast.section, now=now + HOUR)
    notice = Notice.objects.get(event="post_handed_over")
    assert (notice.person, notice.path) == (cast.moderator, post.get_absolute_url())
    assert notice.params["person"] == "Ivar Info"
    assert notice.params["due_at"] == (now + 24 * HOUR).isoformat()


def test_given_back_a_second_time_is_told_anew(post, cast, now):
    factories.assign(post.account, cast.moderator)
    for hours in (0, 2):
        give(post, cast, now + hours * HOUR)
        moves.give_back(post, by=cast.section, now=now + (hours + 1) * HOUR)
    assert Notice.objects.filter(event="post_handed_over").count() == 2


def test_given_back_to_oneself_is_no_news(post, cast, now):
    factories.assign(post.account, cast.section)
    give(post, cast, now)
    moves.give_back(post, by=cast.section, now=now)
    assert told("post_handed_over") == set()


def test_reputation_critical_or_unsure_goes_there_by_itself_once(post, cast, now):
    moves.triage(post, tone="negative", concerns=["reputation"], by=cast.moderator, now=now)
    post.refresh_from_db()
    assert post.section_since == now
    moves.give_back(post, by=cast.section, now=now + HOUR)
    moves.triage(post, tone="neutral", concerns=["reputation"], by=cast.moderator, now=now + 2 * HOUR)
    post.refresh_from_db()
    assert post.section_since is None
    assert Notice.objects.filter(event="post_to_section").count() == 1


def test_a_closed_post_does_not_go_there(post, cast, now):
    moves.close(post, outcome="answered", by=cast.moderator, now=now)
    with pytest.raises(PostConflict):
        moves.give_to_section(post, by=cast.moderator, now=now)
    moves.triage(post, tone="negative", concerns=["reputation"], by=cast.moderator, now=now)
    post.refresh_from_db()
    assert post.section_since is None


def test_past_its_time_it_is_flagged_once_and_section_and_chief_are_told(post, cast, now):
    give(post, cast, now)
    assert sweep(now + 3 * HOUR)["flagged"] == 0
    assert sweep(now + 4 * HOUR) == {"flagged": 1, "told": 2}
    assert sweep(now + 5 * HOUR) == {"flagged": 0, "told": 0}
    assert told("section_overdue") == {"Ivar Info", "Ingrid Sjef"}
    flag = Flag.objects.get()
    assert (flag.reason, flag.closed_at) == ("section", None)
    assert AuditEvent.objects.filter(event="flag.raised").count() == 1


def test_the_two_flags_of_a_post_do_not_touch_one_another(post, cast, now):
    give(post, cast, now)
    late = now + 30 * HOUR
    sweep(late)
    unanswered(late)
    assert Flag.objects.open().count() == 2
    moves.hold(post, by=cast.moderator, now=late)
    assert [flag.reason for flag in Flag.objects.open()] == ["section"]
    post.refresh_from_db()
    moves.give_back(post, by=cast.section, now=late)
    assert not Flag.objects.open().exists()
    post.refresh_from_db()
    moves.reopen(post, by=cast.moderator, now=late)
    assert not Flag.objects.open().exists()


def test_closing_closes_both_and_reopening_brings_back_what_still_holds(post, cast, now):
    give(post, cast, now)
    late = now + 30 * HOUR
    sweep(late)
    unanswered(late)
    moves.close(post, outcome="answered", by=cast.section, now=late)
    assert not Flag.objects.open().exists()
    assert sweep(late)["flagged"] == 0
    moves.reopen(post, by=cast.section, now=late)
    assert [flag.reason for flag in Flag.objects.open()] == ["unanswered"]
    assert sweep(late) == {"flagged": 1, "told": 2}
    assert Flag.objects.open().count() == Flag.objects.count() == 2
    assert Notice.objects.filter(event="section_overdue").count() == 2  # told once of this deadline


def test_what_was_given_back_may_come_again(post, cast, now):
    give(post, cast, now)
    sweep(now + 5 * HOUR)
    assert moves.give_back(post, by=cast.section, now=now + 6 * HOUR)
    assert not moves.give_back(post, by=cast.section, now=now + 6 * HOUR)
    assert Flag.objects.get().close_reason == Flag.Closed.GIVEN_BACK
    assert give(post, cast, now + 7 * HOUR)
    assert Notice.objects.filter(event="post_to_section").count() == 2
    assert sweep(now + 12 * HOUR)["flagged"] == 1
    assert Flag.objects.get().found == {"due_at": (now + 11 * HOUR).isoformat()}


def test_referred_is_an_end_only_where_the_section_has_it(post, cast, now):
    with pytest.raises(ValidationError, match="Give it to the information section first"):
        moves.close(post, outcome="referred_section", by=cast.moderator, now=now)
    give(post, cast, now)
    assert moves.close(post, outcome="referred_section", by=cast.section, now=now)


def test_the_sweep_costs_the_same_for_many(account, cast, now):
    def late(count):
        for _number in range(count):
            post = factories.post(account)
            moves.give_to_section(post, by=cast.moderator, now=now)

    counted = []
    for count in (1, 3):
        late(count)
        with CaptureQueriesContext(connection) as queries:
            assert SWEEPS["section"](now + 5 * HOUR)["flagged"] == count
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_on_the_page(login, account, post, cast):
    factories.assign(account, cast.moderator)
    client, address = login(cast.moderator), post.get_absolute_url()
    assert "Give it to the information section" in client.get(address).content.decode()
    page = client.post(f"{address}section/", follow=True).content.decode()
    assert "The information section has the post now" in page
    assert "With the information section since" in page
    assert "Give it back" not in page
    assert client.post(f"{address}section/back/").status_code == 403
    client = login(cast.section)
    assert "Give it back" in client.get(address).content.decode()
    assert "for the account again" in client.post(f"{address}section/back/", follow=True).content.decode()
    assert "done already" in client.post(f"{address}section/back/", follow=True).content.decode()
    assert login(cast.stranger).post(f"{address}section/").status_code == 404


def test_its_flag_is_not_closed_by_hand(login, post, cast, now):
    give(post, cast, now)
    sweep(now + 5 * HOUR)
    flag = Flag.objects.get()
    page = login(cast.section).post(f"{flag.get_absolute_url()}answer/", {"answer-text": "Done"}, follow=True)
    assert "not closed by hand" in page.content.decode()
    shown = login(cast.section).get(flag.get_absolute_url()).content.decode()
    assert "should have dealt with a post by" in shown
    flag.refresh_from_db()
    assert flag.closed_at is None
