"""A second person reviews a draft: by name, on what stands, and where the policy says so before it is published."""

import pytest

from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.policy.models import set_policy
from guidelines.texts.errors import Frozen, GuidelineError
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.publication import publish
from guidelines.texts.reviews import Review, is_approved, review_is_demanded
from tests.guidelines.texts.test_views import page, url

APPROVED, RETURNED = Review.Outcome.APPROVED, Review.Outcome.RETURNED


@pytest.fixture
def draft(cast, now):
    guideline = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES, created_at=now)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "- Svar {#svar}\n", revision=0, by=cast.section, now=now)
    return draft


@pytest.fixture
def demanded(body, now):
    set_policy(body.central, {"guideline_review": True}, by=None, now=now)


def asked(draft, reviewer, cast, now):
    Review.ask(draft, reviewer, by=cast.section, now=now)
    return Review.objects.get(version=draft, reviewer=reviewer, answered_at=None)


def answer(draft, reviewer, outcome, cast, now, comment="Because."):
    asked(draft, reviewer, cast, now).answer(outcome, comment, seen=draft.fingerprint(), now=now)


def test_without_the_policy_nobody_has_to_review(draft, cast, now):
    assert not review_is_demanded()
    publish(draft, must_acknowledge=False, by=cast.section, now=now)


def test_with_the_policy_a_second_person_approves_first(demanded, draft, cast, now):
    with pytest.raises(GuidelineError, match="second person"):
        publish(draft, must_acknowledge=False, by=cast.section, now=now)
    assert draft.published_at is None

    answer(draft, cast.archivist, APPROVED, cast, now)
    publish(draft, must_acknowledge=False, by=cast.section, now=now)

    events = list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))
    assert events[-3:] == ["guideline.review_asked", "guideline.approved", "guideline.published"]


def test_a_change_after_the_approval_needs_a_new_one(demanded, draft, cast, now):
    answer(draft, cast.archivist, APPROVED, cast, now)
    draft.save_draft("nb", "Regler", "- Svar fort {#svar}\n", revision=1, by=cast.chief, now=now)
    assert not is_approved(draft)

    # Back to the very words that were approved: they are approved, unless the reviewer put them there.
    draft.save_draft("nb", "Regler", "- Svar {#svar}\n", revision=2, by=cast.chief, now=now)
    assert is_approved(draft)
    draft.texts.update(changed_by=cast.archivist)
    assert not is_approved(draft)


def test_who_wrote_the_last_change_cannot_approve(draft, cast, now):
    with pytest.raises(GuidelineError, match="Ask somebody else"):
        Review.ask(draft, cast.section, by=cast.chief, now=now)
    review = asked(draft, cast.chief, cast, now)
    draft.save_draft("en-gb", "Rules", "- Answer {#svar}\n", revision=0, by=cast.chief, now=now)

    with pytest.raises(GuidelineError, match="yourself"):
        review.answer(APPROVED, "", seen=draft.fingerprint(), now=now)

    assert not is_approved(draft)


def test_one_who_sends_it_back_outweighs_an_approval_until_they_approve(draft, cast, now):
    answer(draft, cast.archivist, APPROVED, cast, now)
    answer(draft, cast.leader, RETURNED, cast, now)
    assert not is_approved(draft)

    answer(draft, cast.leader, APPROVED, cast, now)

    assert is_approved(draft)


def test_an_answer_is_about_what_was_read_and_given_once(draft, cast, now):
    review = asked(draft, cast.leader, cast, now)
    with pytest.raises(GuidelineError, match="Say what must change"):
        review.answer(RETURNED, " ", seen=draft.fingerprint(), now=now)
    with pytest.raises(GuidelineError, match="changed since you opened it"):
        review.answer(APPROVED, "", seen="another", now=now)
    review.answer(APPROVED, "", seen=draft.fingerprint(), now=now)
    with pytest.raises(GuidelineError, match="already"):
        review.answer(RETURNED, "No", seen=draft.fingerprint(), now=now)

    publish(draft, must_acknowledge=False, by=cast.section, now=now)
    with pytest.raises(Frozen):
        Review.ask(draft, cast.archivist, by=cast.section, now=now)


def test_asking_twice_tells_once_and_the_answer_is_told(draft, cast, now):
    assert Review.ask(draft, cast.leader, by=cast.section, now=now)
    assert not Review.ask(draft, cast.leader, by=cast.chief, now=now)
    answer(draft, cast.leader, APPROVED, cast, now)

    told = list(Notice.objects.order_by("pk").values_list("person", "event", "path"))
    assert told == [
        (cast.leader.pk, "guideline_review_asked", url("review", "rules")),
        (cast.section.pk, "guideline_reviewed", url("draft", "rules")),
    ]


# --- pages ----------------------------------------------------------------------------------------------


def test_somebody_is_asked_by_name_and_answers(demanded, draft, login, cast):
    client = login(cast.section)
    page(client, url("review", "rules"), 404)
    assert "The policy says that a second person" in page(client, url("review_ask", "rules"))
    assert "cannot review it" in client.post(url("review_ask", "rules"), {"reviewer": "Ivar Info"}).content.decode()
    assert (
        "Nobody who may log in has the e-mail or name"
        in client.post(url("review_ask", "rules"), {"reviewer": "Nobody"}).content.decode()
    )
    done = client.post(url("review_ask", "rules"), {"reviewer": "Lars Leder"}, follow=True).content.decode()
    assert "Lars Leder is asked" in done
    assert "must approve the draft" in page(client, url("publish", "rules"))

    client = login(cast.leader)
    page(client, url("draft", "rules"), 403)
    assert "Drafts you are asked to review" in page(client, url("guidelines"))
    shown = page(client, url("review", "rules"))
    assert "Svar" in shown
    assert "Svar" in page(client, url("compare", "rules") + "?newer=1&language=nb&show=all")
    assert "written in both" in page(client, url("languages", "rules", 1))
    data = {"outcome": "returned", "comment": "", "seen": draft.fingerprint()}
    refused = client.post(url("review", "rules"), data)
    assert refused.status_code == 422
    assert "Say what must change." in refused.content.decode()
    client.post(url("review", "rules"), data | {"comment": "Too short"})
    assert client.post(url("review", "rules"), data | {"comment": "Too short"}).status_code == 302
    page(client, url("compare", "rules"), 404)

    assert "Too short" in page(login(cast.section), url("draft", "rules"))


def test_the_page_keeps_what_was_typed_when_the_draft_has_changed(draft, login, cast, now):
    Review.ask(draft, cast.leader, by=cast.section, now=now)
    data = {"outcome": "approved", "comment": "Well written", "seen": "x"}

    shown = login(cast.leader).post(url("review", "rules"), data).content.decode()

    assert "changed since you opened it" in shown
    assert "Well written" in shown
    assert draft.fingerprint() in shown


def test_a_draft_waits_on_its_reviewers_home_until_it_is_answered(draft, login, cast, now):
    waiting = asked(draft, cast.leader, cast, now)
    address = url("review", "rules")
    assert address in page(login(cast.leader), "/")
    assert address not in page(login(cast.archivist), "/")

    waiting.answer(APPROVED, "", seen=draft.fingerprint(), now=now)
    assert address not in page(login(cast.leader), "/")
