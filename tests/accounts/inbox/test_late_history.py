"""History that arrives late is flagged as it should be; people are told once, with counts; the ladder begins then."""

import datetime as dt

import pytest

from accounts.connectors.base import FetchedPost
from accounts.flags.models import Flag
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import ingest, take_in
from accounts.inbox.models import Post
from accounts.inbox.sweeps import escalate, unanswered
from accounts.register.choices import Part
from governance.notices.models import Notice
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def told() -> dict:
    """{person: their notices' events}"""
    people: dict = {}
    for email, event in Notice.objects.order_by("pk").values_list("person__email", "event"):
        people.setdefault(email, []).append(event)
    return people


def first_connection(account, now):
    posts = [FetchedPost(str(n), "comment", now - 3 * DAY - n * HOUR, text="When?") for n in range(300)]
    take_in(account, posts, answers_seen={"comment"}, now=now, backfill=True)
    factories.connection(account, account.assignments.first().person, complete_until=now)


def imported(account, now):
    items = [Incoming(str(n), text="When?", posted_at=now - 3 * DAY - n * HOUR) for n in range(300)]
    ingest(account, items, source=Post.Source.IMPORT, now=now)


def handed_in(account, now):
    items = [Incoming(str(n), text="When?", posted_at=now - 3 * DAY - n * HOUR) for n in range(300)]
    ingest(account, items, source=Post.Source.API, now=now)


def outage(account, now):
    """They were there before it; only now is it proven that nobody answered."""
    posts = [FetchedPost(str(n), "comment", now - 3 * DAY - n * HOUR, text="When?") for n in range(300)]
    take_in(account, posts, answers_seen={"comment"}, now=now - 3 * DAY)
    Notice.objects.all().delete()
    factories.connection(account, account.assignments.first().person, complete_until=now)


@pytest.mark.parametrize("arrive", [first_connection, imported, handed_in, outage])
def test_300_that_come_late_are_flagged_each_and_told_of_once(account, crew, now, arrive):
    arrive(account, now)
    assert unanswered(now)["flagged"] == 300
    assert Flag.objects.open().count() == 300
    assert told() == {crew.moderator.email: ["posts_overdue"], crew.deputy.email: ["posts_overdue"]}
    assert Notice.objects.filter(channel="mail", sent_at=None).count() == 2
    notice = Notice.objects.first()
    assert notice.params["count"] == 300
    assert notice.params["due_at"] == Post.objects.order_by("answer_due_at").first().answer_due_at.isoformat()
    assert f"account={account.pk}" in notice.path
    assert "When" not in str(notice.params)


def test_the_ladder_is_climbed_from_now_on(account, crew, now):
    imported(account, now)
    unanswered(now)
    Notice.objects.all().delete()
    assert escalate(now + 3 * HOUR) == {"escalated": 0, "told": 0}
    assert escalate(now + 4 * HOUR) == {"escalated": 300, "told": 1}
    assert told() == {crew.principal.email: ["posts_overdue"]}
    Notice.objects.all().delete()
    assert escalate(now + 24 * HOUR)["told"] == 1
    assert told() == {crew.section.email: ["posts_overdue"]}
    assert escalate(now + 90 * HOUR)["told"] == 0


def test_more_than_a_page_is_still_one_notice(account, crew, now, monkeypatch):
    monkeypatch.setattr("accounts.inbox.sweeps.PAGE", 100)
    imported(account, now)
    unanswered(now)
    assert told() == {crew.moderator.email: ["posts_overdue"], crew.deputy.email: ["posts_overdue"]}
    assert set(Notice.objects.values_list("params__count", flat=True)) == {300}


def test_a_single_one_leads_to_itself(account, crew, now):
    ingest(account, [Incoming("1", text="When?", posted_at=now - 3 * DAY)], source=Post.Source.IMPORT, now=now)
    unanswered(now)
    assert told() == {crew.moderator.email: ["post_overdue"], crew.deputy.email: ["post_escalated"]}
    assert set(Notice.objects.values_list("path", flat=True)) == {Post.objects.get().get_absolute_url()}
    assert Post.objects.get().next_step_at == now + 4 * HOUR


def test_one_that_cannot_be_measured_any_more_holds_up_no_other(account, crew, now):
    """Found to stand below the body's own comment after it was flagged."""
    ingest(account, [Incoming("1", text="When?", posted_at=now - 3 * DAY)], source=Post.Source.IMPORT, now=now)
    unanswered(now)
    Post.objects.update(measurable=False)
    assert escalate(now + 4 * HOUR)["escalated"] == 1


def test_what_ran_out_while_it_was_known_is_told_one_by_one(account, crew, now):
    ingest(account, [Incoming(str(n), posted_at=now - DAY) for n in range(3)], source=Post.Source.API, now=now - DAY)
    Notice.objects.all().delete()
    unanswered(now)
    assert told()[crew.moderator.email] == ["post_overdue"] * 3


def test_each_account_has_its_own_notice(account, crew, body, facebook, now):
    other = factories.account(unit=body.nordvik, platform=facebook)
    factories.assign(other, crew.moderator, Part.LEAD)
    for one in (account, other):
        imported(one, now)
    unanswered(now)
    assert told()[crew.moderator.email] == ["posts_overdue"] * 2
