"""Taking over for a while: before all others, told to whoever was on duty, given back."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.duty import events, notices
from accounts.duty.models import TakeOver
from accounts.duty.roster import Roster, coverage_gaps, on_duty
from accounts.duty.rota import give_back, take_over
from accounts.duty.rule import Why
from accounts.home.views import waiting
from accounts.inbox.forms.worklist import Scope
from accounts.inbox.worklist import posts_of
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.calendar.hours import midnight
from governance.notices.models import Notice
from governance.notices.texts import notice_text
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant
from tests import factories

HOUR, DAY, MINUTE = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(minutes=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def who(account, moment):
    duty = on_duty(account, moment)
    return duty.person, duty.why


@pytest.mark.parametrize("name", ["deputy", "principal", "section"])
def test_whoever_takes_over_comes_before_all_others_until_then(account, crew, now, name):
    person = getattr(crew, name)
    take_over(account, until=now + 2 * HOUR, by=person, now=now)
    assert who(account, now) == (person, Why.TAKEN_OVER)
    assert who(account, now + 2 * HOUR - MINUTE) == (person, Why.TAKEN_OVER)
    assert who(account, now + 2 * HOUR) == (crew.moderator, Why.LEAD)
    assert who(account, now - MINUTE) == (crew.moderator, Why.LEAD)


def test_whoever_was_on_duty_is_told_once(account, crew, now):
    take_over(account, until=now + HOUR, by=crew.deputy, now=now)
    notice = Notice.objects.get(event=notices.DUTY_TAKEN_OVER)
    assert notice.person == crew.moderator
    assert notice_text(notice).body.startswith(f"David Vara answers for “{account.name}” until 18 November 2026")
    take_over(account, until=now + 3 * HOUR, by=crew.principal, now=now + MINUTE)
    assert set(Notice.objects.values_list("person", flat=True)) == {crew.moderator.pk, crew.deputy.pk}


def test_the_same_click_twice_changes_nothing_and_another_end_replaces(account, crew, now):
    row, new = take_over(account, until=now + HOUR, by=crew.deputy, now=now)
    assert new
    assert take_over(account, until=now + HOUR, by=crew.deputy, now=now + dt.timedelta(seconds=2)) == (row, False)
    assert Notice.objects.count() == AuditEvent.objects.filter(event=events.TAKEN_OVER).count() == 1
    take_over(account, until=now + 5 * HOUR, by=crew.deputy, now=now + MINUTE)
    assert TakeOver.objects.standing(now + MINUTE).get().ends_at == now + 5 * HOUR
    assert who(account, now + 4 * HOUR)[0] == crew.deputy
    assert Notice.objects.count() == 1  # nobody else was on duty meanwhile


def test_the_last_to_take_over_wins_and_the_one_before_follows(account, crew, now):
    take_over(account, until=now + 3 * HOUR, by=crew.deputy, now=now)
    take_over(account, until=now + HOUR, by=crew.principal, now=now + MINUTE)
    assert who(account, now + 2 * MINUTE)[0] == crew.principal
    assert who(account, now + 2 * HOUR)[0] == crew.deputy
    take_over(account, until=now + 3 * HOUR, by=crew.deputy, now=now + 3 * MINUTE)
    assert who(account, now + 4 * MINUTE)[0] == crew.deputy


def test_given_back_once(account, crew, now):
    take_over(account, until=now + HOUR, by=crew.deputy, now=now)
    assert give_back(account, by=crew.deputy, now=now + MINUTE)
    assert not give_back(account, by=crew.deputy, now=now + MINUTE)
    assert who(account, now + MINUTE) == (crew.moderator, Why.LEAD)
    assert AuditEvent.objects.get(event=events.GIVEN_BACK).after == {"person": "David Vara"}


@pytest.mark.parametrize(
    ("until", "said"), [(dt.timedelta(), "over already"), (-HOUR, "over already"), (15 * DAY, "at most 14 days")]
)
def test_the_time_is_in_bounds(account, crew, now, until, said):
    with pytest.raises(ValidationError, match=said):
        take_over(account, until=now + until, by=crew.deputy, now=now)


def test_nobody_takes_over_who_could_not_be_on_duty(account, crew, now, monkeypatch):
    absence = Absence.objects.create(
        person=crew.deputy, starts_at=now - HOUR, ends_at=now + HOUR, registered_by=crew.deputy
    )
    with pytest.raises(ValidationError, match="registered as away"):
        take_over(account, until=now + HOUR, by=crew.deputy, now=now)
    absence.delete()
    monkeypatch.setattr(
        "guidelines.reading.acknowledgements.acknowledged_person_ids",
        lambda audience, now, among=None: {crew.moderator.pk},
    )
    with pytest.raises(ValidationError, match="acknowledge"):
        take_over(account, until=now + HOUR, by=crew.deputy, now=now)
    account.state = "planned"
    account.save()
    with pytest.raises(ValidationError, match="Nobody answers"):
        take_over(account, until=now + HOUR, by=crew.moderator, now=now)
    assert not TakeOver.objects.exists()


def test_it_lasts_no_longer_than_the_right_to_answer(account, crew, now):
    take_over(account, until=now + 9 * HOUR, by=crew.deputy, now=now)
    crew.deputy.assignments.update(ended_at=now + HOUR)
    assert who(account, now + 2 * HOUR) == (crew.moderator, Why.LEAD)
    take_over(account, until=now + 5 * DAY, by=crew.principal, now=now)
    RoleGrant.objects.filter(person=crew.principal).update(ends_on=now.date())
    assert who(account, now + HOUR)[0] == crew.principal
    assert who(account, now + 2 * DAY) == (crew.moderator, Why.LEAD)


def test_one_who_stands_in_may_take_over_as_long_as_they_do(account, crew, cast, now):
    Absence.objects.create(
        person=crew.deputy,
        starts_at=now - HOUR,
        ends_at=now + HOUR,
        replacement=cast.employee,
        registered_by=crew.deputy,
    )
    take_over(account, until=now + 3 * HOUR, by=cast.employee, now=now)
    assert who(account, now) == (cast.employee, Why.TAKEN_OVER)
    assert who(account, now + 2 * HOUR) == (crew.moderator, Why.LEAD)


def test_a_gap_begins_where_the_take_over_ends(account, crew, now):
    for person in (crew.moderator, crew.deputy):
        Absence.objects.create(person=person, starts_at=now - HOUR, ends_at=now + 9 * DAY, registered_by=person)
    assert coverage_gaps(now)[1][account.pk].starts_at == now
    take_over(account, until=now + 2 * DAY, by=crew.principal, now=now)
    assert coverage_gaps(now)[1][account.pk].starts_at == now + 2 * DAY
    give_back(account, by=crew.principal, now=now + HOUR)
    assert coverage_gaps(now + 2 * HOUR)[1][account.pk].starts_at == now + 2 * HOUR


def test_spans_turn_at_its_edges(account, crew, now):
    take_over(account, until=now + 2 * HOUR, by=crew.deputy, now=now + HOUR)
    roster = Roster.load([account.pk], now, now + DAY)
    spans = roster.spans(account.pk, now, now + DAY)
    assert [(span.starts_at, span.duty.person) for span in spans] == [
        (now, crew.moderator),
        (now + HOUR, crew.deputy),
        (now + 2 * HOUR, crew.moderator),
    ]


# --- the pages ---


def test_taking_over_from_the_account_and_giving_back(login, account, crew):
    client = login(crew.deputy)
    page = client.get(account.get_absolute_url()).content.decode()
    assert "On duty now: Mona Moderator, moderator" in page
    url = reverse("accounts:account_take_over", args=[account.pk])
    assert url in page
    assert "On duty now: Mona Moderator" in client.get(url).content.decode()
    page = client.post(url, {"how_long": "today"}, follow=True).content.decode()
    assert "You have taken over" in page
    assert "On duty now: David Vara, has taken over" in page
    today = timezone.localdate()
    assert TakeOver.objects.get().ends_at == midnight(today + DAY)
    back = reverse("accounts:account_give_back", args=[account.pk])
    page = client.post(back, follow=True).content.decode()
    assert "given duty back" in page
    assert "On duty now: Mona Moderator" in page
    assert "had not taken over" in client.post(back, follow=True).content.decode()


def test_who_is_on_duty_or_away_is_not_told_to_all_who_read_the_register(login, account, crew, cast, now):
    page = login(cast.stranger).get(account.get_absolute_url()).content.decode()
    assert "On duty now" not in page


def test_taking_over_from_a_post_comes_back_to_it(login, account, crew):
    post = factories.post(account)
    client = login(crew.deputy)
    url = reverse("accounts:account_take_over", args=[account.pk]) + f"?next={post.get_absolute_url()}"
    assert url in client.get(post.get_absolute_url()).content.decode()
    page = client.post(url, {"how_long": "hours", "hours": "3"})
    assert page.url == post.get_absolute_url()
    assert "Give back" in client.get(post.get_absolute_url()).content.decode()
    for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        page = client.post(reverse("accounts:account_give_back", args=[account.pk]), {"next": evil})
        assert page.url == account.get_absolute_url()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"how_long": "hours"}, "Say for how many hours"),
        ({"how_long": "hours", "hours": "0"}, "greater than or equal to 1"),
        ({"how_long": "moment"}, "Say until when"),
        ({"how_long": "moment", "until": "32.01.2027 10:00"}, "is not a day and time"),
        ({"how_long": "moment", "until": "01.01.2020 10:00"}, "over already"),
    ],
)
def test_mistakes_are_named(login, account, crew, typed, said):
    page = login(crew.deputy).post(reverse("accounts:account_take_over", args=[account.pk]), typed)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_who_may_not_answer_may_not_take_over(login, account, crew, cast):
    for person in (cast.employee, cast.stranger, cast.archivist, cast.admin):
        page = login(person).post(reverse("accounts:account_take_over", args=[account.pk]), {"how_long": "today"})
        assert page.status_code == 403
    assert not TakeOver.objects.exists()


def shown_as_mine(person, now):
    rows = next(section.rows for section in waiting(person, now) if section.title == "Posts to answer")
    posts = posts_of({"scope": Scope.ACCOUNTS}, person, now)
    assert [post.get_absolute_url() for post in posts] == [row.url for row in rows]
    return [post.text for post in posts]


@pytest.mark.parametrize("name", ["principal", "section"])
def test_what_was_taken_over_is_mine_for_as_long(account, crew, now, name):
    """In the inbox's “my accounts” and on the first page, though they hold no role on the account."""
    person = getattr(crew, name)
    factories.post(account, text="When?", answer_due_at=now + HOUR)
    assert shown_as_mine(person, now) == []
    take_over(account, until=now + 2 * HOUR, by=person, now=now)
    assert shown_as_mine(person, now) == ["When?"]
    assert shown_as_mine(crew.moderator, now) == ["When?"]
    assert shown_as_mine(person, now + 2 * HOUR) == []
    RoleGrant.objects.filter(person=person).update(ends_on=now.date() - DAY)
    again = Person.objects.get(pk=person.pk)
    assert shown_as_mine(again, now) == []  # who may no longer answer there sees no more of it


def test_what_was_given_back_is_mine_no_more(account, crew, now):
    factories.post(account, text="When?", answer_due_at=now + HOUR)
    take_over(account, until=now + 2 * HOUR, by=crew.principal, now=now)
    give_back(account, by=crew.principal, now=now + MINUTE)
    assert shown_as_mine(crew.principal, now + MINUTE) == []
