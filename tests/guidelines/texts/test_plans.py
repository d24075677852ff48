"""Publishing at a time, and the day to look at a text again."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.models import RoleGrant
from governance.policy.models import set_policy
from guidelines.texts import publication, sweeps
from guidelines.texts.errors import Frozen, GuidelineError
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.plans import Plan
from guidelines.texts.publication import carry_out
from tests.guidelines.texts.test_views import page, url

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def draft(cast, now):
    guideline = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES, created_at=now)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "- Svar {#svar}\n", revision=0, by=cast.section, now=now)
    return draft


def plan(draft, cast, now, **decided):
    decided = {"publish_at": now + HOUR, "must_acknowledge": True, "change_note": "New"} | decided
    return Plan.make(draft, by=cast.section, now=now, **decided)


def test_a_draft_is_published_at_its_time_and_once(draft, cast, now):
    plan(draft, cast, now)
    assert sweeps.publish_planned(now) == {"published": 0, "stuck": 0}
    draft.save_draft("nb", "Regler", "- Svar fort {#svar}\n", revision=1, by=cast.section, now=now)

    assert sweeps.publish_planned(now + HOUR) == {"published": 1, "stuck": 0}
    assert sweeps.publish_planned(now + HOUR) == {"published": 0, "stuck": 0}

    draft.refresh_from_db()
    assert (draft.published_at, draft.published_by, draft.change_note) == (now + HOUR, cast.section, "New")
    assert draft.texts.get().body == "- Svar fort {#svar}\n"
    assert Notice.objects.filter(event="guideline_published").count() == 10
    assert not Plan.objects.exists()


def test_another_worker_was_first(draft, cast, now):
    mine, _theirs = plan(draft, cast, now), sweeps.publish_planned(now + HOUR)

    assert carry_out(mine, now + HOUR) is None
    moved = plan(draft.guideline.draft(by=cast.section, now=now), cast, now)
    plan(moved.version, cast, now, publish_at=now + 2 * HOUR)
    assert carry_out(moved, now + HOUR) is None


def test_a_plan_is_called_off_once(draft, cast, now):
    made = plan(draft, cast, now)

    assert made.call_off(by=cast.chief, now=now)
    assert not made.call_off(by=cast.chief, now=now)

    assert sweeps.publish_planned(now + HOUR) == {"published": 0, "stuck": 0}
    assert AuditEvent.objects.filter(event="guideline.plan_ended").count() == 1


def test_publishing_now_ends_the_plan(draft, cast, now):
    plan(draft, cast, now)
    publication.publish(draft, must_acknowledge=False, by=cast.section, now=now)

    assert sweeps.publish_planned(now + HOUR) == {"published": 0, "stuck": 0}
    with pytest.raises(Frozen):
        plan(draft, cast, now)


def test_what_cannot_be_published_is_told_and_nothing_is_lost(draft, body, cast, now):
    plan(draft, cast, now)
    set_policy(body.central, {"guideline_review": True}, by=None, now=now)

    assert sweeps.publish_planned(now + HOUR) == {"published": 0, "stuck": 1}
    assert sweeps.publish_planned(now + HOUR) == {"published": 0, "stuck": 0}

    draft.refresh_from_db()
    assert draft.published_at is None
    told = Notice.objects.filter(event="guideline_plan_stuck").values_list("person", flat=True)
    assert set(told) == {cast.section.pk, cast.chief.pk}
    with pytest.raises(GuidelineError, match="second person"):
        plan(draft, cast, now)


def test_who_may_no_longer_publish_publishes_nothing(draft, cast, now):
    plan(draft, cast, now)
    RoleGrant.objects.filter(person=cast.section).update(ends_on=now.date() - dt.timedelta(days=1))

    assert sweeps.publish_planned(now + HOUR)["stuck"] == 1


def test_the_page_plans_shows_and_calls_off(draft, login, cast):
    client = login(cast.section)
    data = {"number": "1", "must_acknowledge": "no", "change_note": "Hello", "publish_at": "31.12.2099 08:00"}

    done = client.post(url("publish", "rules"), data, follow=True).content.decode()
    assert "is published on 31 December 2099 08:00" in done
    assert "This draft is published on" in page(client, url("draft_edit", "rules", "nb"))
    again = page(client, url("publish", "rules"))
    assert "31.12.2099 08:00" in again
    assert "Hello" in again
    past = client.post(url("publish", "rules"), data | {"publish_at": "01.01.2020 08:00"})
    assert past.status_code == 422
    assert "This time is past." in past.content.decode()

    assert client.get(url("plan_cancel", "rules")).status_code == 405
    assert "The draft stays." in client.post(url("plan_cancel", "rules"), follow=True).content.decode()
    assert "planned any more" in client.post(url("plan_cancel", "rules"), follow=True).content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None


def test_the_day_to_look_again_is_set_and_reminded_of_once(draft, login, cast, now):
    publication.publish(draft, must_acknowledge=False, by=cast.section, now=now)
    client = login(cast.section)
    page(client, url("review_date", "rules"))
    client.post(url("review_date", "rules"), {"review_on": "19.11.2026"})
    assert (
        "Nothing had changed"
        in client.post(url("review_date", "rules"), {"review_on": "19.11.2026"}, follow=True).content.decode()
    )
    assert client.post(url("review_date", "rules"), {"review_on": "x"}).status_code == 422
    assert "looked at again by 19 November 2026" in page(client, url("guideline", "rules"))

    counts = [sweeps.review_due(now + day * dt.timedelta(days=1))["due"] for day in (0, 1, 2)]

    assert counts == [0, 1, 1]
    told = Notice.objects.filter(event="guideline_due")
    assert set(told.values_list("person", flat=True)) == {cast.section.pk, cast.chief.pk}
    assert told.count() == 2
    assert AuditEvent.objects.filter(event="guideline.review_date").count() == 1
    client.post(url("review_date", "rules"), {"review_on": ""})
    assert sweeps.review_due(timezone.now())["due"] == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_once(cast, now):
    guideline = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES, created_at=now)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "- Svar {#svar}\n", revision=0, by=cast.section, now=now)
    plan(draft, cast, now)
    counts, together = [], threading.Barrier(4)

    def work():
        together.wait()
        counts.append(sweeps.publish_planned(now + HOUR))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(count["published"] for count in counts) == 1
    assert sum(count["stuck"] for count in counts) == 0
    assert Notice.objects.filter(event="guideline_published").count() == 10
    assert AuditEvent.objects.filter(event="guideline.published").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_published_by_hand_at_the_planned_moment_nobody_waits_for_the_other(draft, cast, now):
    mine = plan(draft, cast, now)
    by_hand_has_begun, ends = threading.Event(), []

    def by_hand():
        try:
            with transaction.atomic():
                draft.lock_draft()
                by_hand_has_begun.set()
                time.sleep(1)  # meanwhile the sweep takes what it can
                publication.publish(draft, must_acknowledge=False, by=cast.section, now=now + HOUR)
            ends.append("by hand")
        finally:
            connection.close()

    thread = threading.Thread(target=by_hand)
    thread.start()
    by_hand_has_begun.wait()
    ends.append(carry_out(mine, now + HOUR))
    thread.join()

    assert set(ends) == {"by hand", None}
    assert not Plan.objects.exists()


def test_what_is_called_off_or_closed_too_late_is_said_not_lost(login, cast, draft, now):
    plan(draft, cast, now)
    sweeps.publish_planned(now + HOUR)
    client = login(cast.section)

    late = client.post(url("plan_cancel", "rules"), follow=True).content.decode()
    closed = client.post(url("round_close", "rules"), follow=True).content.decode()

    assert "Nothing was planned any more." in late
    assert "The comment round was closed already." in closed
    assert client.post(url("plan_cancel", "nothing")).status_code == 404


def test_the_publish_form_sent_twice_at_once_ends_on_the_guideline(login, cast, draft, now, monkeypatch):
    publish = publication.publish

    def late(version, **decided):
        publish(version, **decided)
        raise Frozen

    monkeypatch.setattr(publication, "publish", late)
    data = {"number": "1", "must_acknowledge": "yes", "change_note": ""}

    told = login(cast.section).post(url("publish", "rules"), data, follow=True)

    assert "The version was published already." in told.content.decode()
