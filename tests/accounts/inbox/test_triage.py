"""The page of one post: the questions, then what the guidelines say, the texts that fit, how it ends."""

import datetime as dt
import json

import pytest
from django.urls import reverse

from accounts.flags.models import Flag
from accounts.inbox import moves
from accounts.inbox.models import Post, Removal
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.policy.models import set_policy
from governance.signin.tokens import ApiToken
from tests import factories

HOUR = dt.timedelta(hours=1)
SECRET = "Kari Nordmann in class 8B"


@pytest.fixture
def post(account, now):
    return factories.post(account, text="When do you open?", language="nb", answer_due_at=now + 24 * HOUR)


@pytest.fixture
def moderator(login, account, cast):
    factories.assign(account, cast.moderator)
    return login(cast.moderator)


def triaged(post, cast, now, tone="question", concerns=()):
    moves.triage(post, tone=tone, concerns=concerns, by=cast.moderator, now=now)
    post.refresh_from_db()


def shown(client, post, **chosen):
    page = client.get(post.get_absolute_url(), chosen)
    assert page.status_code == 200
    return page.content.decode()


def in_order(text, *words):
    places = [text.index(word) for word in words]
    assert places == sorted(places)


def test_first_the_questions_and_no_advice(moderator, post):
    text = shown(moderator, post)
    in_order(text, "When do you open?", "What is it?", "Ready texts", "How did it end?")
    assert "What the guidelines say" not in text
    assert "kommer tilbake til deg" in text  # a holding reply can always be sent


def test_then_the_advice_the_texts_and_the_ways_to_end_it(moderator, post, cast, now):
    triaged(post, cast, now)
    text = shown(moderator, post)
    in_order(text, "When do you open?", "What the guidelines say", "Ready texts", "How did it end?", "What is it?")
    assert "Answer it" in text
    assert "rules M17, S59, B25" in text
    assert "You decide" in text
    assert moderator.get(post.get_absolute_url()).context["close_form"].initial == {"outcome": "answered"}


def test_the_texts_are_in_the_posts_language_or_a_chosen_one(moderator, post, cast, now):
    triaged(post, cast, now)
    text = shown(moderator, post)
    assert "Takk for spørsmålet" in text
    assert 'data-copy="Copy"' in text
    assert "copy.js" in text
    assert "Tak for spørgsmålet" in shown(moderator, post, language="da")
    assert "Takk for spørsmålet" in shown(moderator, post, language="xx")


def test_addresses_stand_where_they_are_needed(moderator, post, body, cast, now):
    values = {
        "political_contact": "politikk@fjordvik.example",
        "it_security_contact": "it@fjordvik.example",
        "child_concern_url": "https://fjordvik.example/barn",
    }
    set_policy(body.central, values, by=cast.admin, now=now)
    triaged(post, cast, now, "neutral", ["political"])
    assert "Contact: politikk@fjordvik.example" in shown(moderator, post)
    triaged(post, cast, now, "neutral", ["malicious_link"])
    assert "Warn IT security: it@fjordvik.example" in shown(moderator, post)
    triaged(post, cast, now, "neutral", ["child"])
    assert 'href="https://fjordvik.example/barn"' in shown(moderator, post)


def test_a_suspect_link_is_nowhere_to_be_clicked(moderator, login, post, cast, now):
    Post.objects.filter(pk=post.pk).update(text="See https://evil.example/x", url="https://evil.example/y")
    triaged(post, cast, now, "neutral", ["malicious_link"])
    text = shown(moderator, post)
    assert "https://evil.example/x" in text
    assert 'href="https://evil.example' not in text
    assert '<details class="ds-details" open>' in text
    assert 'href="https://evil.example' not in shown(login(cast.archivist), post)


def test_a_concern_for_a_child_keeps_nothing_anywhere(moderator, account, cast, now):
    post = factories.post(account, text=SECRET, author="Kari", author_id="kari-8b", answer_due_at=now + HOUR)
    triaged(post, cast, now, "neutral", ["child", "reputation"])
    assert (post.text, post.author, post.author_id) == ("", "", "")
    text = shown(moderator, post)
    assert "The duty to report is your own" in text
    assert "R20" in text
    assert 'name="close-note"' not in text
    assert 'name="remove-note"' not in text
    assert 'name="move-reason"' not in text
    assert moves.move_deadline(post, to=now + 9 * HOUR, reason=SECRET, by=cast.moderator, now=now)
    moves.close(post, outcome="answered", note=SECRET, by=cast.moderator, now=now)
    kept = (
        str(list(AuditEvent.objects.values())) + str(list(Notice.objects.values())) + str(list(Flag.objects.values()))
    )
    kept += str(list(Post.objects.values())) + str(list(Removal.objects.values()))
    assert SECRET not in kept
    assert "Kari" not in kept
    assert "kari-8b" not in kept


def test_what_was_noted_before_goes_too(account, cast, now):
    post = factories.post(account)
    moves.close(post, outcome="answered", note=SECRET, by=cast.moderator, now=now)
    triaged(post, cast, now, "neutral", ["child"])
    assert post.outcome_note == ""


def test_nor_does_the_log_of_removals_keep_a_word(account, cast, now):
    post = factories.post(account)
    moves.remove(post, reason="personal_data", note=SECRET, by=cast.moderator, now=now)
    triaged(post, cast, now, "neutral", ["child"])
    assert Removal.objects.get().note == ""


def test_left_unanswered_for_a_reason(moderator, post, cast, now):
    triaged(post, cast, now, "negative")
    address = f"{post.get_absolute_url()}close/"
    page = moderator.post(address, {"close-outcome": "no_answer_needed"})
    assert page.status_code == 422
    assert "Say why it is left without an answer" in page.content.decode()
    moderator.post(address, {"close-outcome": "no_answer_needed", "close-note": "Only wants to quarrel"})
    post.refresh_from_db()
    assert (post.outcome, post.outcome_note) == ("no_answer_needed", "Only wants to quarrel")


def test_neutral_ones_need_no_reason(post, cast, now):
    triaged(post, cast, now, "neutral")
    assert moves.close(post, outcome="no_answer_needed", by=cast.moderator, now=now)


@pytest.mark.parametrize("outcome", ["referred_formal", "referred_political", "journalled"])
def test_the_other_outcomes(moderator, post, outcome):
    page = moderator.post(f"{post.get_absolute_url()}close/", {"close-outcome": outcome}, follow=True)
    assert "The post is closed." in page.content.decode()
    post.refresh_from_db()
    assert post.outcome == outcome


def test_what_only_a_platform_knows_is_no_choice(moderator, post):
    text = shown(moderator, post)
    assert 'value="withdrawn"' not in text
    assert 'value="referred_section"' not in text
    moves.give_to_section(post, by=post.account.editor or factories.person(), now=post.posted_at)
    assert 'value="referred_section"' in shown(moderator, post)


def test_a_closed_post_has_neither_advice_nor_forms_to_end_it(moderator, post, cast, now):
    triaged(post, cast, now)
    moves.close(post, outcome="answered", by=cast.moderator, now=now)
    text = shown(moderator, post)
    assert "What the guidelines say" not in text
    assert "How did it end?" not in text
    assert "Open it again" in text


def test_who_only_reads_gets_no_advice(login, post, cast, now):
    triaged(post, cast, now)
    text = shown(login(cast.archivist), post)
    assert "What the guidelines say" not in text
    assert "Ready texts" not in text


# --- through the API, the same verbs ---


@pytest.fixture
def patch(client, body, cast, now):
    _token, secret = ApiToken.issue(
        name="Robot",
        unit=body.central,
        scopes=[ApiToken.Scope.POSTS_CLOSE],
        by=cast.section,
        now=now,
        expires_at=now + dt.timedelta(days=900),
    )

    def call(post, **change):
        response = client.patch(
            f"/api/v1/posts/{post.pk}",
            json.dumps(change),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        post.refresh_from_db()
        return response.status_code, response.json()

    return call


def test_the_api_removes_only_with_a_reason(patch, post):
    status, problem = patch(post, outcome="removed")
    assert status == 422
    assert problem["errors"][0]["field"] == "reason"
    assert patch(post, outcome="removed", reason="because")[0] == 422
    status, answer = patch(post, outcome="removed", reason="advertising", note="Rule 4")
    assert (status, answer["outcome"], answer["text"]) == (200, "removed", "")
    row = Removal.objects.get()
    assert (row.reason, row.note) == ("advertising", "Rule 4")
    assert patch(post, outcome="removed", reason="advertising")[0] == 200


def test_the_api_holds(patch, post):
    status, answer = patch(post, holding_reply=True)
    assert (status, answer["state"] != "closed") == (200, True)
    assert post.held_at


def test_a_change_that_fails_is_not_half_done(patch, post):
    status, _problem = patch(post, tone="negative", concerns=["political"], outcome="referred_section")
    assert status == 422
    assert (post.tone, post.concerns, post.outcome) == ("", [], "")


def test_the_log_of_removals_is_linked_from_the_account(moderator, account):
    text = moderator.get(account.get_absolute_url()).content.decode()
    assert f"{reverse('accounts:removals')}?account={account.pk}" in text
