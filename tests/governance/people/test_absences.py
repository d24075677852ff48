"""Being away: registered by oneself, or by a head for someone away already."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.duty.roster import on_duty
from governance.audit.models import AuditEvent
from governance.people import events
from governance.people.absences import Absence
from tests import factories

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def away(person, start, end, **fields):
    return Absence(person=person, starts_at=start, ends_at=end, **fields)


def day(offset):
    return (timezone.localdate() + offset * DAY).strftime("%d.%m.%Y")


def typed(start=1, end=3, **fields):
    return {"starts_at": day(start), "ends_at": day(end), "replacement": ""} | fields


def test_registering_is_audited(cast, now):
    away(cast.employee, now, now + DAY, replacement=cast.deputy).register(by=cast.employee, now=now)
    event = AuditEvent.objects.get(event=events.ABSENCE_REGISTERED)
    assert event.unit_id == cast.employee.unit_id
    assert event.after["replacement"] == "David Vara"


def test_overlaps_and_the_past_are_refused(cast, now):
    away(cast.employee, now, now + 2 * DAY).register(by=cast.employee, now=now)
    with pytest.raises(ValidationError, match="registered already"):
        away(cast.employee, now + DAY, now + 3 * DAY).register(by=cast.employee, now=now)
    away(cast.employee, now + 2 * DAY, now + 3 * DAY).register(by=cast.employee, now=now)
    with pytest.raises(ValidationError, match="over already"):
        away(cast.deputy, now - 2 * DAY, now).register(by=cast.deputy, now=now)


def test_one_not_begun_is_called_off(cast, now):
    absence = away(cast.employee, now + DAY, now + 2 * DAY).register(by=cast.employee, now=now)
    assert absence.call_off(by=cast.employee, now=now)
    assert not absence.call_off(by=cast.employee, now=now)
    assert not Absence.objects.standing().exists()
    assert AuditEvent.objects.filter(event=events.ABSENCE_CANCELLED).count() == 1


def test_one_that_has_begun_ends_now_and_stays_a_fact(cast, now):
    absence = away(cast.employee, now - DAY, now + DAY).register(by=cast.employee, now=now)
    assert absence.call_off(by=cast.employee, now=now)
    absence = Absence.objects.standing().get()
    assert absence.ends_at == now
    assert not absence.call_off(by=cast.employee, now=now)


# --- the pages ----------------------------------------------------------------------------------------------


def test_my_own_absence(login, cast):
    client = login(cast.employee)
    url = reverse("absence_new")
    assert "never why" in client.get(url).content.decode()
    page = client.post(url, typed(replacement="vara@fjordvik.example"), follow=True)
    assert "The absence is registered" in page.content.decode()
    assert "David Vara takes over" in page.content.decode()
    absence = Absence.objects.get()
    # Whole days: from the first moment of the first to the end of the last.
    local = timezone.localtime(absence.starts_at), timezone.localtime(absence.ends_at)
    assert [moment.time() for moment in local] == [dt.time(), dt.time()]
    assert absence.ends_at - absence.starts_at >= 2.9 * DAY
    assert "registered already" in client.post(url, typed()).content.decode()
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_at": "31.02.2026"}, "“31.02.2026” is not a day and time"),
        ({"ends_at": "01.01.2020"}, "The end comes before the start"),
        ({"replacement": "ansatt@fjordvik.example"}, "Nobody stands in for themselves"),
        ({"replacement": "nobody@fjordvik.example"}, "Nobody who may log in"),
    ],
)
def test_mistakes_are_named_and_what_was_typed_stays(login, cast, changes, said):
    page = login(cast.employee).post(reverse("absence_new"), typed() | changes)
    assert page.status_code == 422
    text = page.content.decode()
    assert said in text
    assert next(iter(changes.values())) in text


def test_a_time_of_day(login, cast):
    login(cast.employee).post(reverse("absence_new"), typed(starts_at=f"{day(1)} 12:00"))
    assert timezone.localtime(Absence.objects.get().starts_at).time() == dt.time(12)


def test_a_replacement_who_is_away_too_gives_a_warning(login, cast):
    login(cast.deputy).post(reverse("absence_new"), typed(replacement="moderator@fjordvik.example"))
    page = login(cast.employee).post(reverse("absence_new"), typed(replacement="vara@fjordvik.example"), follow=True)
    assert "David Vara is away in that time too" in page.content.decode()
    assert Absence.objects.count() == 2


# --- those who replace each other ---------------------------------------------------------------------------


def test_a_circle_of_replacements_is_refused_and_named(login, cast):
    login(cast.deputy).post(reverse("absence_new"), typed(replacement="moderator@fjordvik.example"))
    login(cast.moderator).post(reverse("absence_new"), typed(replacement="ansatt@fjordvik.example"))
    page = login(cast.employee).post(reverse("absence_new"), typed(replacement="vara@fjordvik.example"))
    assert page.status_code == 422
    assert "Eli Ansatt → David Vara → Mona Moderator → Eli Ansatt" in page.content.decode()
    assert Absence.objects.count() == 2


@pytest.mark.parametrize(
    ("start", "end", "closes"),
    [(0, 1, False), (1, 2, True), (3, 4, True), (5, 6, False)],  # the other two are away together from day 1 to 5
)
def test_only_a_circle_in_the_same_time_is_one(cast, now, start, end, closes):
    one, two, three = cast.employee, cast.deputy, cast.moderator
    away(two, now + DAY, now + 9 * DAY, replacement=three).register(by=two, now=now)
    away(three, now - DAY, now + 5 * DAY, replacement=one).register(by=three, now=now)
    mine = away(one, now + start * DAY, now + end * DAY, replacement=two)
    if closes:
        with pytest.raises(ValidationError, match="in a circle: Eli Ansatt → David Vara → Mona Moderator → Eli Ansatt"):
            mine.register(by=one, now=now)
    else:
        mine.register(by=one, now=now)


def test_a_circle_that_was_called_off_is_none(cast, now):
    other = away(cast.deputy, now + DAY, now + 2 * DAY, replacement=cast.employee).register(by=cast.deputy, now=now)
    other.call_off(by=cast.deputy, now=now)
    away(cast.employee, now + DAY, now + 2 * DAY, replacement=cast.deputy).register(by=cast.employee, now=now)


def test_a_circle_of_others_does_not_run_for_ever(cast, now):
    """Such as stood before circles were refused."""
    for person, other in [(cast.deputy, cast.moderator), (cast.moderator, cast.deputy)]:
        Absence.objects.create(person=person, starts_at=now, ends_at=now + DAY, replacement=other, registered_by=person)
    away(cast.employee, now, now + DAY, replacement=cast.deputy).register(by=cast.employee, now=now)


# --- somebody who is away already ---------------------------------------------------------------------------


def test_a_head_registers_late_and_duty_and_inbox_follow_at_once(login, cast, account):
    """Begun two days ago, registered now: duty passes on, and whoever replaces sees the posts from this moment."""
    factories.assign(account, cast.moderator)
    post = factories.post(account)
    assert on_duty(account, timezone.now()).person == cast.moderator
    assert login(cast.employee).get(post.get_absolute_url()).status_code == 404
    page = login(cast.principal).post(
        reverse("absence_new_for", args=[cast.moderator.pk]),
        typed(start=-2, end=2, replacement="ansatt@fjordvik.example"),
        follow=True,
    )
    assert "The absence is registered" in page.content.decode()
    duty = on_duty(account, timezone.now())
    assert (duty.person, duty.in_place_of) == (cast.employee, cast.moderator)
    client = login(cast.employee)
    assert client.get(post.get_absolute_url()).status_code == 200
    assert post.text in client.get(reverse("accounts:inbox")).content.decode()


def test_a_head_registers_for_the_own_people_alone(login, cast):
    client = login(cast.principal)
    url = reverse("absence_new_for", args=[cast.moderator.pk])
    assert "Mona Moderator" in client.get(url).content.decode()
    client.post(url, typed())
    absence = Absence.objects.get()
    assert (absence.person, absence.registered_by) == (cast.moderator, cast.principal)
    assert client.post(reverse("absence_new_for", args=[cast.stranger.pk]), typed()).status_code == 404


def test_an_administrator_sees_but_arranges_nothing(login, cast):
    url = reverse("absence_new_for", args=[cast.moderator.pk])
    assert login(cast.admin).get(url).status_code == 403


def test_calling_off(login, cast):
    login(cast.moderator).post(reverse("absence_new"), typed())
    absence = Absence.objects.get()
    for who, status in [(cast.employee, 404), (cast.stranger, 404), (cast.admin, 403)]:
        assert login(who).post(absence.cancel_url).status_code == status
    client = login(cast.moderator)
    assert client.get(absence.cancel_url).status_code == 405
    assert "called off" in client.post(absence.cancel_url, follow=True).content.decode()
    assert "called off already" in client.post(absence.cancel_url, follow=True).content.decode()


def test_a_head_calls_off_and_comes_back_to_the_person(login, cast):
    login(cast.moderator).post(reverse("absence_new"), typed())
    page = login(cast.principal).post(Absence.objects.get().cancel_url)
    assert page.url == cast.moderator.get_absolute_url()


def test_the_page_about_me_shows_what_stands(login, cast):
    client = login(cast.employee)
    assert "No absence is registered" in client.get(reverse("me")).content.decode()
    client.post(reverse("absence_new"), typed())
    assert Absence.objects.get().cancel_url in client.get(reverse("me")).content.decode()


def test_a_person_without_a_unit(login, db):
    person = factories.person()
    assert login(person).post(reverse("absence_new"), typed()).status_code == 302
