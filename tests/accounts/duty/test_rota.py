"""Weekly shifts: who comes first at which local time, and who may change the rota."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.duty import events
from accounts.duty.models import END_OF_DAY, Shift
from accounts.duty.roster import Roster, coverage_gaps, on_duty
from accounts.duty.rota import add_shift, remove_shift
from accounts.duty.rule import Why
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.people.absences import Absence
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WEDNESDAY, SUNDAY = 2, 6


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def shift(account, person, weekday=WEDNESDAY, starts="08:00", ends="12:00"):
    return Shift.objects.create(
        account=account,
        person=person,
        weekday=weekday,
        starts=dt.time.fromisoformat(starts),
        ends=END_OF_DAY if ends == "24:00" else dt.time.fromisoformat(ends),
        created_by=person,
    )


def at(text):
    """A local moment of Oslo with its offset, such as 2026-11-18T08:00+01:00."""
    return dt.datetime.fromisoformat(text)


def who(account, moment):
    duty = on_duty(account, moment)
    return duty.person, duty.why


def test_a_shift_comes_first_from_its_start_up_to_its_end_of_that_day_alone(account, crew):
    shift(account, crew.deputy)
    deputy, lead = (crew.deputy, Why.SHIFT), (crew.moderator, Why.LEAD)
    assert who(account, at("2026-11-18T07:59+01:00")) == lead
    assert who(account, at("2026-11-18T08:00+01:00")) == deputy
    assert who(account, at("2026-11-18T11:59+01:00")) == deputy
    assert who(account, at("2026-11-18T12:00+01:00")) == lead
    assert who(account, at("2026-11-19T08:00+01:00")) == lead


def test_a_shift_to_the_end_of_the_day_leaves_no_minute_out(account, crew):
    shift(account, crew.deputy, starts="16:00", ends="24:00")
    assert who(account, at("2026-11-18T23:59:59+01:00")) == (crew.deputy, Why.SHIFT)
    assert who(account, at("2026-11-19T00:00+01:00")) == (crew.moderator, Why.LEAD)


@pytest.mark.parametrize("offset", ["2026-07-15T08:00+02:00", "2026-01-14T08:00+01:00"])
def test_it_is_the_clock_on_the_wall_that_counts(account, crew, offset):
    shift(account, crew.deputy)
    assert who(account, at(offset) - dt.timedelta(minutes=1))[1] == Why.LEAD
    assert who(account, at(offset))[1] == Why.SHIFT


@pytest.mark.parametrize(
    ("first_moment", "hours"),
    [("2026-03-29T00:00+01:00", 23), ("2026-10-25T00:00+02:00", 25)],
)
def test_where_the_clocks_change_shifts_meet_without_hole(account, crew, first_moment, hours):
    """Night and day follow each other on the day with 23 hours and on the one with 25."""
    shift(account, crew.deputy, SUNDAY, "00:00", "02:30")
    shift(account, crew.moderator, SUNDAY, "02:30", "24:00")
    start = at(first_moment)
    roster = Roster.load([account.pk], start, start + hours * HOUR)
    spans = roster.spans(account.pk, start, start + hours * HOUR)
    assert [span.duty.person for span in spans] == [crew.deputy, crew.moderator]
    assert spans[0].ends_at == spans[1].starts_at
    assert spans[-1].ends_at - spans[0].starts_at == hours * HOUR
    for span in spans:
        assert on_duty(account, span.starts_at).person == span.duty.person


def test_absences_ended_roles_and_acknowledgement_hold_for_shifts_too(account, crew, cast, now, monkeypatch):
    shift(account, crew.deputy)
    absence = Absence.objects.create(
        person=crew.deputy,
        starts_at=now - HOUR,
        ends_at=now + HOUR,
        replacement=cast.employee,
        registered_by=crew.deputy,
    )
    duty = on_duty(account, now)
    assert (duty.person, duty.why, duty.in_place_of) == (cast.employee, Why.SHIFT, crew.deputy)
    absence.delete()
    with monkeypatch.context() as patched:
        patched.setattr(
            "guidelines.reading.acknowledgements.acknowledged_person_ids",
            lambda audience, now, among=None: {crew.moderator.pk},
        )
        assert who(account, now) == (crew.moderator, Why.LEAD)
    crew.deputy.assignments.update(ended_at=now - HOUR)
    assert who(account, now) == (crew.moderator, Why.LEAD)


def test_a_rota_makes_no_gap_and_hides_none(account, crew, now):
    shift(account, crew.deputy)
    assert coverage_gaps(now)[1] == {}
    for person in (crew.moderator, crew.deputy):
        Absence.objects.create(person=person, starts_at=now + DAY, ends_at=now + 8 * DAY, registered_by=person)
    gap = coverage_gaps(now)[1][account.pk]
    assert (gap.starts_at, gap.ends_at) == (now + DAY, now + 8 * DAY)


# --- the verbs ---


def add(account, person, by, now, weekday=WEDNESDAY, starts="08:00", ends="12:00"):
    return add_shift(
        account,
        person,
        weekday=weekday,
        starts=dt.time.fromisoformat(starts),
        ends=dt.time.fromisoformat(ends),
        by=by,
        now=now,
    )


def test_adding_and_removing_are_audited_and_harmless_twice(account, crew, cast, now):
    made, new = add(account, crew.deputy, cast.principal, now)
    assert new
    assert add(account, crew.deputy, cast.principal, now) == (made, False)
    event = AuditEvent.objects.get(event=events.SHIFT_ADDED)
    assert event.after == {"person": "David Vara", "weekday": "Wednesday", "starts": "08:00", "ends": "12:00"}
    assert remove_shift(made, by=cast.principal, now=now)
    assert not remove_shift(made, by=cast.principal, now=now)
    assert AuditEvent.objects.filter(event=events.SHIFT_REMOVED).count() == 1


def test_overlaps_on_the_same_account_are_refused(account, crew, cast, now):
    add(account, crew.deputy, cast.principal, now)
    for starts, ends in [("07:00", "08:01"), ("11:59", "13:00"), ("09:00", "10:00"), ("08:00", "11:00")]:
        with pytest.raises(ValidationError, match="David Vara has the shift on Wednesday from 08:00 until 12:00"):
            add(account, crew.moderator, cast.principal, now, starts=starts, ends=ends)
    add(account, crew.moderator, cast.principal, now, starts="12:00", ends="13:00")
    add(account, crew.moderator, cast.principal, now, weekday=3)
    assert Shift.objects.count() == 3


def test_only_who_holds_a_role_now_stands_on_the_rota(account, crew, cast, now):
    with pytest.raises(ValidationError, match="Eli Ansatt holds no role"):
        add(account, cast.employee, cast.principal, now)
    with pytest.raises(ValidationError, match="end comes before"):
        add(account, crew.deputy, cast.principal, now, starts="12:00", ends="12:00")


# --- the page ---


def test_the_head_keeps_the_rota(login, account, crew, cast):
    client = login(cast.principal)
    url = reverse("accounts:account_rota", args=[account.pk])
    assert "There is no rota" in client.get(url).content.decode()
    typed = {"person": crew.deputy.pk, "weekday": 0, "starts": "16", "ends": "24:00"}
    page = client.post(url, typed, follow=True).content.decode()
    assert "The shift is added" in page
    assert "24:00" in page
    assert "there already" in client.post(url, typed, follow=True).content.decode()
    made = Shift.objects.get()
    remove = reverse("accounts:shift_remove", args=[made.pk])
    assert "The shift is removed" in client.post(remove, follow=True).content.decode()
    assert "removed already" in client.post(remove, follow=True).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts": "25:00"}, "“25:00” is not a time of day"),
        ({"starts": "soon"}, "“soon” is not a time of day"),
        ({"ends": "07:00"}, "The end comes before the start"),
        ({"weekday": "9"}, "Select a valid choice"),
    ],
)
def test_mistakes_are_named_and_stay(login, account, crew, cast, changes, said):
    typed = {"person": crew.deputy.pk, "weekday": 0, "starts": "08:00", "ends": "12:00"} | changes
    page = login(cast.principal).post(reverse("accounts:account_rota", args=[account.pk]), typed)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Shift.objects.exists()


def test_who_may_keep_it(login, account, crew, cast):
    url = reverse("accounts:account_rota", args=[account.pk])
    assert login(cast.section).get(url).status_code == 200
    for person in (crew.moderator, cast.stranger, cast.employee):
        assert login(person).get(url).status_code == 403
    kept = shift(account, crew.deputy)
    assert login(crew.moderator).post(reverse("accounts:shift_remove", args=[kept.pk])).status_code == 403


def test_a_shift_of_somebody_who_left_says_that_it_does_not_count(login, account, crew, cast, now):
    shift(account, crew.deputy)
    crew.deputy.assignments.update(ended_at=now)
    page = login(cast.principal).get(reverse("accounts:account_rota", args=[account.pk])).content.decode()
    assert "does not count" in page
