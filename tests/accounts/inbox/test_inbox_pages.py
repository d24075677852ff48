import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.inbox import moves
from accounts.inbox.models import Post
from accounts.inbox.sweeps import unanswered
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator)
    return cast


@pytest.fixture
def post(account):
    now = timezone.now()
    return factories.post(account, text="Are you open on Sunday?", posted_at=now - DAY, answer_due_at=now + 3 * HOUR)


def verbs_of(post):
    return {
        "triage": {"triage-tone": "question", "triage-concerns": ["political"]},
        "close": {"close-outcome": "answered"},
        "reopen": {},
        "deadline": {"move-to": "24.12.2030 15:00", "move-reason": "The council meets"},
    }


# --- one post ---


def test_a_post_and_its_history(login, crew, post, now):
    moves.triage(post, tone="question", concerns=["political"], by=crew.moderator, now=timezone.now())
    page = login(crew.moderator).get(f"/posts/{post.pk}/").content.decode()
    for text in ("Are you open on Sunday?", "Political", "Mona Moderator", "Post triaged", "Close the post"):
        assert text in page


def test_what_is_written_is_escaped(login, crew, account):
    bad = factories.post(account, text="<script>alert(1)</script>", author="<b>me</b>")
    page = login(crew.moderator).get(f"/posts/{bad.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>me</b>" not in page


@pytest.mark.parametrize("verb", ["", "triage/", "close/", "reopen/", "deadline/"])
def test_strangers_find_nothing(login, cast, post, verb):
    client = login(cast.stranger)
    address = f"/posts/{post.pk}/{verb}"
    assert (client.post(address) if verb else client.get(address)).status_code == 404


@pytest.mark.parametrize("verb", ["triage", "close", "reopen", "deadline"])
def test_who_may_only_look_changes_nothing(login, cast, post, verb):
    client = login(cast.archivist)
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "Are you open on Sunday?" in page
    assert "Close the post" not in page
    assert client.post(f"/posts/{post.pk}/{verb}/", verbs_of(post)[verb]).status_code == 403
    post.refresh_from_db()
    assert (post.closed_at, post.tone) == (None, "")


@pytest.mark.parametrize("verb", ["triage", "close", "reopen", "deadline"])
def test_changes_come_by_post_alone_and_only_after_log_in(client, login, crew, post, verb):
    address = f"/posts/{post.pk}/{verb}/"
    assert client.post(address).url.startswith("/login/")
    assert login(crew.moderator).get(address).status_code == 405


@pytest.mark.parametrize("verb", ["triage", "close", "reopen", "deadline"])
def test_each_verb_works_and_twice_is_harmless(login, crew, post, verb):
    if verb == "reopen":
        moves.close(post, outcome="answered", by=crew.deputy, now=timezone.now())
    client, data = login(crew.moderator), verbs_of(post)[verb]
    seen = []
    for _time in range(2):
        response = client.post(f"/posts/{post.pk}/{verb}/", data, follow=True)
        assert response.redirect_chain == [(f"/posts/{post.pk}/", 302)]
        fields = ("tone", "outcome", "closed_at", "answer_due_at", "triaged_at", "reopened_at")
        seen.append(Post.objects.values(*fields).get(pk=post.pk))
    assert seen[0] == seen[1]
    assert "already" in response.content.decode()


def test_closing_differently_says_who_was_first(login, crew, post):
    moves.close(post, outcome="answered", by=crew.deputy, now=timezone.now())
    address = f"/posts/{post.pk}/close/"
    page = login(crew.moderator).post(address, {"close-outcome": "no_answer_needed"}, follow=True).content.decode()
    assert "The post was closed already: Answered (David Vara)." in page


@pytest.mark.parametrize(
    ("verb", "data", "kept"),
    [
        ("close", {"close-note": "My long note"}, "My long note"),
        ("triage", {"triage-concerns": ["hearing"]}, "checked"),
        ("deadline", {"move-to": "31.02.2030 10:00", "move-reason": "Because of snow"}, "Because of snow"),
        ("deadline", {"move-to": "01.01.2020 10:00", "move-reason": "Because of snow"}, "must lie ahead"),
    ],
)
def test_what_does_not_hold_keeps_what_was_typed(login, crew, post, verb, data, kept):
    response = login(crew.moderator).post(f"/posts/{post.pk}/{verb}/", data)
    assert response.status_code == 422
    assert kept in response.content.decode()
    assert "Mend this to go on" in response.content.decode()


def test_a_concern_for_a_child_leaves_no_content_on_the_page(login, crew, post):
    client = login(crew.moderator)
    data = {"triage-tone": "question", "triage-concerns": ["child"]}
    page = client.post(f"/posts/{post.pk}/triage/", data, follow=True).content.decode()
    assert "What was written is removed" in page
    assert "Sunday" not in page


def test_moving_the_deadline_of_a_closed_post(login, crew, post):
    moves.close(post, outcome="answered", by=crew.deputy, now=timezone.now())
    data = verbs_of(post)["deadline"]
    page = login(crew.moderator).post(f"/posts/{post.pk}/deadline/", data, follow=True).content.decode()
    assert "its time cannot be moved" in page


def test_a_post_page_costs_the_same_with_more_history(login, crew, post, django_assert_num_queries):
    client = login(crew.moderator)
    client.get(f"/posts/{post.pk}/")  # notes who looks, once a minute
    for tone in ("question", "negative"):
        moves.triage(post, tone=tone, concerns=[], by=crew.moderator, now=timezone.now())
        with django_assert_num_queries(20):
            client.get(f"/posts/{post.pk}/")


# --- by hand ---


def typed(account, **fields):
    data = {
        "account": account.pk,
        "kind": "message",
        "text": "She called the school",
        "posted_at": "18.11.2024 10:00",
        "token": str(uuid.uuid4()),
    }
    return data | fields


def test_a_post_by_hand_twice_is_one_post(login, crew, account):
    client, data = login(crew.moderator), typed(account)
    for words in ("The post is registered.", "It was registered already."):
        assert words in client.post("/posts/new/", data, follow=True).content.decode()
    post = Post.objects.get()
    assert (post.source, post.text, post.account) == (Post.Source.HAND, "She called the school", account)
    assert post.posted_at == dt.datetime(2024, 11, 18, 9, 0, tzinfo=dt.UTC)


def test_the_form_offers_only_accounts_one_answers_for(login, crew, account, body, facebook):
    other = factories.account(unit=body.sorvik, platform=facebook, name="Sørvik’s own")
    client = login(crew.moderator)
    assert "Sørvik’s own" not in client.get("/posts/new/").content.decode()
    suggested = [client.get("/choose/accounts/", {"among": "answer", "q": name}).json() for name in ("nordvik", "sørv")]
    assert suggested == [{"choices": [f"{account.name} (#{account.pk})"]}, {"choices": []}]
    assert "Nothing fits" in client.post("/posts/new/", typed(other) | {"account": other.name}).content.decode()
    exactly = f"{other.name} (#{other.pk})"  # a bare number would also be looked for in handles
    assert client.post("/posts/new/", typed(other) | {"account": exactly}).status_code == 422
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"posted_at": "31.02.2026 10:00"}, {"posted_at": "01.01.2099 10:00"}, {"text": ""}, {"url": "no"}, {"token": "x"}],
)
def test_a_form_that_does_not_hold(login, crew, account, wrong):
    response = login(crew.moderator).post("/posts/new/", typed(account, author="Kept as typed", **wrong))
    assert response.status_code == 422
    assert "Kept as typed" in response.content.decode()
    assert not Post.objects.exists()


def test_who_answers_for_nothing_registers_nothing(login, cast, account):
    for person in (cast.employee, cast.archivist):
        assert login(person).get("/posts/new/").status_code == 403
        assert login(person).post("/posts/new/", typed(account)).status_code == 403


def test_a_flagged_post_answered_on_the_page_leaves_the_board(login, crew, account, monkeypatch):
    late = factories.post(account, answer_due_at=timezone.now() - HOUR)
    unanswered(timezone.now())
    client = login(crew.moderator)
    assert "Unanswered post" in client.get("/flags/").content.decode()
    client.post(f"/posts/{late.pk}/close/", {"close-outcome": "answered"})
    assert not Flag.objects.open().exists()
    assert "No flag waits for you." in client.get("/flags/").content.decode()
