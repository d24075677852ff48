"""The inbox’s list: whose posts, which, in which order; news; kept views."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.utils import timezone

from accounts.duty.rota import take_over
from accounts.inbox import claims
from accounts.inbox.models import Looking, Post, SavedView
from accounts.inbox.worklist import posts_of
from accounts.register.choices import Part
from governance.people.absences import Absence
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


# --- the list ---


def test_the_inbox_shows_what_is_mine_with_the_time_left(login, crew, account, post, body, facebook):
    hidden = factories.account(unit=body.sorvik, platform=facebook, name="Somebody else’s")
    factories.post(hidden, text="Hidden question")
    page = login(crew.moderator).get("/inbox/").content.decode().replace("\xa0", " ")
    assert "Are you open on Sunday?" in page
    assert "2 hours left" in page or "3 hours left" in page
    assert "Hidden question" not in page
    assert "Somebody else’s" not in page


def test_an_empty_inbox_says_so(login, cast):
    page = login(cast.employee).get("/inbox/").content.decode()
    assert "Nothing waits for an answer." in page
    assert "No post fits this choice." in login(cast.employee).get("/inbox/?q=x").content.decode()


def test_the_most_urgent_come_first_and_those_without_a_time_last(login, crew, account):
    now = timezone.now()
    for text, due_at in [("none", None), ("later", now + DAY), ("overdue", now - HOUR), ("soon", now + HOUR)]:
        factories.post(account, text=f"It is {text}", answer_due_at=due_at)
    page = login(crew.moderator).get("/inbox/").content.decode().replace("\xa0", " ")
    places = [page.index(f"It is {text}") for text in ("overdue", "soon", "later", "none")]
    assert places == sorted(places)
    assert "1 hour overdue" in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", {"open", "overdue"}),
        ("state=overdue", {"overdue"}),
        ("state=closed", {"closed"}),
        ("state=all", {"open", "overdue", "closed"}),
        ("q=OVERDUE", {"overdue"}),
        ("scope=accounts", {"open", "overdue"}),
        ("state=nonsense", {"open", "overdue"}),
    ],
)
def test_filters(login, crew, account, query, seen):
    now = timezone.now()
    factories.post(account, text="text-open", answer_due_at=now + DAY)
    factories.post(account, text="text-overdue", answer_due_at=now - DAY)
    factories.post(account, text="text-closed", closed_at=now, outcome="answered")
    page = login(crew.moderator).get(f"/inbox/?{query}").content.decode()
    assert {text for text in ("open", "overdue", "closed") if f"text-{text}" in page} == seen


def test_by_account_and_only_mine(login, crew, account, post, body, facebook):
    """The principal sees all of the school's accounts, and holds none herself."""
    other = factories.account(unit=body.klubb, platform=facebook)
    factories.post(other, text="From the club")
    client = login(crew.principal)
    assert "From the club" in client.get("/inbox/").content.decode()
    assert "From the club" not in client.get(f"/inbox/?account={account.pk}").content.decode()
    assert "From the club" not in client.get("/inbox/?scope=accounts").content.decode()


def test_pages(login, crew, account):
    client = login(crew.moderator)
    for _number in range(30):
        factories.post(account)
    assert "Page 1 of 2" in client.get("/inbox/").content.decode()
    assert client.get("/inbox/?page=2").content.decode().count("When do you open?") == 5 * 2  # link and box


def test_only_who_may_answer_is_offered_to_register_a_post(login, crew, account):
    assert 'href="/posts/new/"' in login(crew.moderator).get("/inbox/").content.decode()
    assert 'href="/posts/new/"' not in login(factories.person()).get("/inbox/").content.decode()


def texts(client, query="") -> list[str]:
    return [row["post"].text for row in client.get(f"/inbox/?{query}").context["rows"]]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("state=due_soon", {"soon"}),
        ("state=not_measurable", {"blind"}),
        ("kind=review", {"review"}),
        ("tone=negative", {"angry"}),
        ("tone=none", {"soon", "blind", "review", "old"}),
        ("concern=political", {"angry"}),
        ("claimed=yes", {"taken"}),
        ("claimed=no", {"soon", "blind", "review", "angry", "old"}),
        ("since=17.11.2026", {"soon", "blind", "review", "angry", "taken"}),
        ("platform={facebook}&unit={nordvik}&kind=review", {"review"}),
        ("unit={sorvik}", set()),
        ("since=31.02.2026&kind=review", {"review"}),
        ("account=999999&concern=x&platform=x&claimed=x", {"soon", "blind", "review", "angry", "taken", "old"}),
    ],
)
def test_every_filter_alone_and_together(login, crew, account, facebook, body, query, seen):
    now = timezone.now()
    factories.post(account, text="soon", answer_due_at=now + HOUR)
    factories.post(account, text="blind", measurable=False)
    factories.post(account, text="review", kind="review")
    factories.post(account, text="angry", tone="negative", concerns=["political", "hearing"])
    claims.claim(factories.post(account, text="taken", tone="question"), by=crew.moderator, now=now)
    factories.post(account, text="old", posted_at=factories.LONG_AGO)
    query = query.format(facebook=facebook.pk, nordvik=body.nordvik.pk, sorvik=body.sorvik.pk)
    assert set(texts(login(crew.moderator), query)) == seen


def test_a_unit_means_those_below_it_too(login, crew, account, body, facebook):
    factories.post(factories.account(unit=body.klubb, platform=facebook), text="From the club")
    assert texts(login(crew.principal), f"unit={body.nordvik.pk}") == ["From the club"]


def test_what_is_narrowed_stands_in_words_and_can_be_cleared(login, crew, post):
    page = login(crew.moderator).get("/inbox/?scope=accounts&state=due_soon&q=Sunday").content.decode()
    assert "Search: Sunday · Show: Due soon" in page
    assert 'href="/inbox/?scope=accounts">Clear' in page


def test_mine_now_is_what_i_took_on_and_where_i_am_on_duty(login, crew, account, body, facebook):
    """The deputy is on duty only while the moderator is away; the principal where nobody else is."""
    now = timezone.now()
    factories.assign(account, crew.deputy, Part.DEPUTY)
    factories.post(account, text="school")
    factories.post(factories.account(unit=body.nordvik, platform=facebook), text="nobody’s")
    assert texts(login(crew.moderator), "scope=mine") == ["school"]
    assert texts(login(crew.deputy), "scope=mine") == []
    assert texts(login(crew.principal), "scope=mine") == ["nobody’s"]
    claims.claim(Post.objects.get(text="school"), by=crew.principal, now=now)
    assert texts(login(crew.principal), "scope=mine") == ["school", "nobody’s"]
    Absence.objects.create(person=crew.moderator, starts_at=now - DAY, ends_at=now + DAY, registered_by=crew.moderator)
    assert texts(login(crew.deputy), "scope=mine") == ["school"]
    assert texts(login(crew.moderator), "scope=mine") == []


def test_the_sections_queue_is_the_sections(login, crew, account):
    factories.post(account, text="critical", section_since=timezone.now())
    factories.post(account, text="ordinary")
    assert texts(login(crew.section), "scope=section") == ["critical"]
    assert "information section’s" in login(crew.section).get("/inbox/").content.decode()
    assert "scope=section" not in login(crew.moderator).get("/inbox/").content.decode()
    assert set(texts(login(crew.moderator), "scope=section")) == {"critical", "ordinary"}


def opens_with(client) -> str:
    page = client.get("/inbox/").content.decode()
    return re.search(r'aria-current="true"\s+href="/inbox/\?scope=(\w+)"', page)[1]


def test_it_opens_with_mine_for_whoever_is_on_duty_there_and_with_all_for_the_others(login, crew, account):
    """The principal and the section are on duty only where nobody else is: they keep the overview."""
    factories.assign(account, crew.deputy, Part.DEPUTY)
    nobodys = factories.account(unit=account.unit, platform=account.platform)
    factories.post(nobodys, text="nobody’s")
    factories.post(account, text="school")
    assert opens_with(login(crew.moderator)) == "mine"
    for other in (crew.deputy, crew.principal, crew.chief, crew.section):
        assert opens_with(login(other)) == "all"
    assert set(texts(login(crew.principal))) == {"school", "nobody’s"}
    now = timezone.now()
    take_over(account, until=now + HOUR, by=crew.deputy, now=now)
    assert opens_with(login(crew.deputy)) == "mine"
    assert opens_with(login(crew.moderator)) == "all"


def test_whose_posts_are_shown_stands_in_words_and_what_the_address_says_wins(login, crew, account, body, facebook):
    factories.assign(account, crew.deputy, Part.DEPUTY)
    quiet = factories.account(unit=body.nordvik, platform=facebook)
    factories.assign(quiet, crew.deputy)
    factories.post(account, text="school")
    client = login(crew.deputy)
    page = client.get("/inbox/").content.decode()
    assert "You see what you have taken on" in page
    assert "Nothing of yours waits for an answer." in page
    assert 'name="scope" value="mine"' in page
    for said in ("scope=all", "kind=comment", "state="):
        answer = client.get(f"/inbox/?{said}")
        assert [row["post"].text for row in answer.context["rows"]] == ["school"]
        assert "You see all posts that you may see." in answer.content.decode()


def test_what_is_kept_and_what_follows_stays_with_mine(login, crew, account):
    made = [factories.post(account) for _number in range(26)]
    page = login(crew.moderator).get("/inbox/").content.decode()
    assert f'href="/posts/{made[0].pk}/?from=scope%3Dmine"' in page
    assert 'name="query" value="scope=mine"' in page
    assert "?scope=mine&amp;page=2" in page
    assert "&amp;scope=mine" in re.search(r'hx-get="([^"]+)"', page)[1]


def test_each_scope_keeps_the_other_choices(login, crew, post):
    page = " ".join(login(crew.moderator).get("/inbox/?scope=mine&kind=comment&page=2").content.decode().split())
    for address in ("scope=accounts&amp;kind=comment", "scope=all&amp;kind=comment"):
        assert f'data-variant="tertiary" href="/inbox/?{address}"' in page
    assert 'aria-current="true" href="/inbox/?scope=mine&amp;kind=comment"' in page


# --- news ---


def test_htmx_gets_the_list_alone_with_what_is_new(login, crew, account, post):
    client = login(crew.moderator)
    page = client.get("/inbox/?kind=comment&page=1")
    assert f'hx-get="/inbox/?after={post.pk}&amp;kind=comment&amp;page=1"' in page.content.decode()
    assert "HX-Request" in page["Vary"]
    factories.post(account)
    factories.post(account, kind="review")
    answer = client.get(f"/inbox/?after={post.pk}&kind=comment", headers={"HX-Request": "true"}).content.decode()
    assert "1 new post" in answer
    assert "<html" not in answer
    assert "after=" not in answer
    assert "new post" not in client.get("/inbox/?after=x9&kind=comment").content.decode()


# --- kept views ---


def test_a_view_is_kept_opened_replaced_and_deleted(login, crew, post):
    client = login(crew.moderator)
    said = {"name": "  Late   ones ", "query": "state=overdue&q=x&page=3&nonsense=1"}
    page = client.post("/inbox/views/", said, follow=True).content.decode()
    assert "The view “Late ones” is kept." in page
    assert 'href="/inbox/?q=x&amp;state=overdue"' in page
    client.post("/inbox/views/", {"name": "Late ones", "query": "state=closed"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Late ones", "state=closed")
    client.get("/inbox/")  # with what was said about it
    assert "Late ones" not in login(crew.deputy).get("/inbox/").content.decode()
    assert login(crew.deputy).post(f"/inbox/views/{view.pk}/delete/").status_code == 404
    login(crew.moderator).post(f"/inbox/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name_and_there_are_at_most_twenty(login, crew):
    client = login(crew.moderator)
    assert "Give the view a name" in client.post("/inbox/views/", {"name": " "}, follow=True).content.decode()
    long = {"name": "Long", "query": "q=" + "%C3%B8" * 100}
    assert "too long to be kept" in client.post("/inbox/views/", long, follow=True).content.decode()
    for number in range(20):
        client.post("/inbox/views/", {"name": f"View {number}", "query": ""})
    page = client.post("/inbox/views/", {"name": "One more", "query": ""}, follow=True).content.decode()
    assert "You keep 20 views already" in page
    client.post("/inbox/views/", {"name": "View 3", "query": "kind=review"})
    assert SavedView.objects.count() == 20
    assert SavedView.objects.get(name="View 3").query == "kind=review"


# --- scale ---


def test_the_same_queries_for_one_row_and_for_a_full_page(login, crew, account, django_assert_num_queries):
    client = login(crew.moderator)
    for number in (1, 3, 25):
        while Post.objects.count() < number:
            made = factories.post(account)
            claims.claim(made, by=crew.moderator, now=timezone.now())
            Looking.objects.create(post=made, person=crew.deputy)
        for query, queries, headers in [
            ("scope=all", 14, {}),
            ("scope=all", 11, {"HX-Request": "true"}),
            ("", 28, {}),
            ("scope=mine", 26, {}),
        ]:
            with django_assert_num_queries(queries):
                client.get(f"/inbox/?{query}", headers=headers)


@pytest.mark.postgresql
def test_the_list_is_read_from_an_index(crew, account, now):
    """A page of the list walks an index in its order; nothing is sorted."""
    Post.objects.bulk_create(
        (
            Post(
                account=account,
                remote_id=str(number),
                source="api",
                posted_at=now - number * HOUR,
                answer_due_at=now + (number - 2000) * HOUR,
                outcome="answered" if number % 2 else "",
                closed_at=now - number * HOUR if number % 2 else None,
            )
            for number in range(5000)
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for query, index in [
        ({}, "post_open_by_due"),
        ({"state": "overdue"}, "post_open_by_due"),
        ({"state": "closed"}, "post_closed_newest"),
        ({"state": "all"}, "post_newest"),
    ]:
        plan = posts_of(query, crew.chief, now).values_list("pk", flat=True)[:25].explain()
        assert index in plan, query
        assert "Sort" not in plan, query
