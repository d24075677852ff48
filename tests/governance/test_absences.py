"""Being away: registered by oneself, or by a head for someone away already."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from governance.models import Absence, AuditEvent
from governance.models.audit import Event
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
    event = AuditEvent.objects.get(event=Event.ABSENCE_REGISTERED)
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
    assert AuditEvent.objects.filter(event=Event.ABSENCE_CANCELLED).count() == 1


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
        ({"replacement": "nobody@fjordvik.example"}, "may log in here"),
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
    login(cast.deputy).post(reverse("absence_new"), typed(replacement="ansatt@fjordvik.example"))
    page = login(cast.employee).post(reverse("absence_new"), typed(replacement="vara@fjordvik.example"), follow=True)
    assert "David Vara is away in that time too" in page.content.decode()
    assert Absence.objects.count() == 2  # a circle is allowed; who asks for duty does not run round in it


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
