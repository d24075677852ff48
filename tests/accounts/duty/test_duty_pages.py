"""The page of the coming 21 days, and handing over what a person answers for."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.cover import notices as cover_notices
from accounts.cover.hand_over import hand_over_all, to_hand_over
from accounts.duty.models import Shift, TakeOver
from accounts.duty.views import duty as views
from accounts.flags.models import Flag
from accounts.moderators import notices as moderators_notices
from accounts.moderators.models import Assignment
from accounts.register import events
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount, Pause
from governance.audit.models import AuditEvent
from governance.calendar.closing_days import ClosingDay
from governance.departures.holdings import deactivate
from governance.notices.models import Notice
from governance.notices.texts import notice_text
from governance.people.absences import Absence
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


@pytest.fixture
def today(monkeypatch, now):
    monkeypatch.setattr(views.timezone, "now", lambda: now)
    return now


def absent(person, start, end):
    return Absence.objects.create(person=person, starts_at=start, ends_at=end, registered_by=person)


def days(page, number=0):
    """{day of the month: its cell} of the account in that place on the page."""
    return {day.day: day for week in page.context["rows"][number]["weeks"] for day in week if day}


def names(day):
    """[(who, from which local hour; None: all day)]."""
    hours = [part.starts and timezone.localtime(part.starts).hour for part in day.parts]
    return [(part.duty.person.name, hour) for part, hour in zip(day.parts, hours, strict=True)]


def test_my_accounts_and_those_of_my_units(login, account, crew, cast, body, facebook, today):
    factories.account(unit=body.sorvik, platform=facebook)
    for person, seen in [
        (crew.deputy, [account.name]),
        (cast.principal, [account.name]),
        (cast.employee, []),
        (cast.section, ["Nordvik vgs on Facebook", "Sørvik vgs on Facebook"]),
    ]:
        page = login(person).get(reverse("accounts:duty"))
        assert [row["account"].name for row in page.context["rows"]] == seen
    assert "You answer for no account" in login(cast.employee).get(reverse("accounts:duty")).content.decode()


def test_who_is_on_duty_on_which_day_and_from_when(login, account, crew, today):
    absent(crew.moderator, today + 2 * DAY, today + 4 * DAY)
    Shift.objects.create(
        account=account, person=crew.deputy, weekday=0, starts=dt.time(8), ends=dt.time(12), created_by=crew.deputy
    )
    TakeOver.objects.create(account=account, person=crew.deputy, starts_at=today, ends_at=today + 2 * HOUR)
    page = login(crew.moderator).get(reverse("accounts:duty"))
    found = days(page)
    assert len(found) == 21
    mona, david = "Mona Moderator", "David Vara"
    assert names(found[dt.date(2026, 11, 18)]) == [(david, 10), (mona, 12)]
    assert names(found[dt.date(2026, 11, 19)]) == [(mona, None)]
    assert names(found[dt.date(2026, 11, 20)]) == [(mona, 0), (david, 10)]
    assert names(found[dt.date(2026, 11, 21)]) == [(david, None)]
    assert names(found[dt.date(2026, 11, 23)]) == [(mona, 0), (david, 8), (mona, 12)]
    text = page.content.decode()
    assert "has taken over" in text
    assert "on the rota" in text


def test_gaps_pauses_and_holidays_are_marked_in_words(login, account, crew, cast, body, today):
    for person in (crew.moderator, crew.deputy):
        absent(person, today + 2 * DAY, today + 4 * DAY)
    absent(cast.principal, today + 3 * DAY, today + 4 * DAY)
    Pause.objects.create(
        account=account, starts_at=today + 6 * DAY, ends_at=today + 7 * DAY, reason="Moving", created_by=crew.moderator
    )
    ClosingDay.objects.create(unit=body.central, day=dt.date(2026, 12, 1), name="Inventory")
    ClosingDay.objects.create(unit=body.sorvik, day=dt.date(2026, 12, 2), name="Elsewhere")
    page = login(cast.principal).get(reverse("accounts:duty"))
    found = days(page)
    gaps = [found[dt.date(2026, 11, number)].gap for number in (19, 20, 21, 22, 23)]
    assert gaps == ["", "head", "nobody", "nobody", ""]
    assert [found[dt.date(2026, 11, number)].paused for number in (23, 24, 25, 26)] == [False, True, True, False]
    text = page.content.decode()
    assert "Nobody on duty on 2 days" in text
    assert "Left to the head on 1 day" in text
    assert "Paused" in text
    assert "Inventory" in text
    assert "Elsewhere" not in text


def test_public_holidays_stand_there(login, account, crew, monkeypatch):
    monkeypatch.setattr(views.timezone, "now", lambda: dt.datetime(2026, 12, 20, 9, tzinfo=dt.UTC))
    found = days(login(crew.moderator).get(reverse("accounts:duty")))
    assert [day.day for day in found.values() if day.holiday] == [
        dt.date(2026, 12, 25),
        dt.date(2026, 12, 26),
        dt.date(2027, 1, 1),
    ]


def test_links_to_arrange_cover_for_those_who_may(login, account, crew, cast, today):
    rota, ask = (reverse(f"accounts:{name}", args=[account.pk]) for name in ("account_rota", "assignment_new"))
    absence = reverse("absence_new_for", args=[crew.moderator.pk])
    text = login(cast.principal).get(reverse("accounts:duty")).content.decode()
    assert all(link in text for link in (rota, ask, absence))
    text = login(crew.deputy).get(reverse("accounts:duty")).content.decode()
    assert not any(link in text for link in (rota, ask, absence))
    assert reverse("accounts:account_take_over", args=[account.pk]) in text


def test_twenty_a_page_and_constant_queries(login, crew, cast, body, facebook, today, django_assert_num_queries):
    client = login(cast.principal)
    client.get(reverse("accounts:duty"))
    for number in (2, 26):
        while OfficialAccount.objects.count() < number:
            other = factories.account(unit=body.nordvik, platform=facebook)
            factories.assign(other, crew.deputy)
            absent(factories.person(), today, today + DAY)
        with django_assert_num_queries(21):
            page = client.get(reverse("accounts:duty"))
    assert len(page.context["rows"]) == 20
    assert len(client.get(reverse("accounts:duty") + "?page=2").context["rows"]) == 6


# --- handing over ---


def test_all_at_once_and_harmless_twice(account, crew, cast, body, facebook, now):
    other = factories.account(unit=body.klubb, platform=facebook)
    factories.assign(other, crew.moderator, Part.DEPUTY)
    elsewhere = factories.assign(factories.account(unit=body.sorvik, platform=facebook), crew.moderator)
    units = {body.nordvik.pk, body.klubb.pk}
    rows = to_hand_over(crew.moderator, units)
    assert {row.account for row in rows} == {account, other}
    assert hand_over_all(rows, cast.employee, reason="Leaves", by=cast.principal, now=now) == 2
    offers = Assignment.objects.open().filter(person=cast.employee)
    assert {(row.account, row.part, row.standing) for row in offers} == {
        (account, Part.LEAD, "offered"),
        (other, Part.DEPUTY, "offered"),
    }
    assert Assignment.objects.open().get(person=crew.moderator) == elsewhere
    assert Notice.objects.filter(person=cast.employee, event=moderators_notices.ASSIGNMENT_OFFERED).count() == 2
    assert hand_over_all(rows, cast.employee, reason="Leaves", by=cast.principal, now=now) == 0
    assert offers.count() == 2


def test_where_one_cannot_be_taken_none_is(login, account, crew, cast, body, facebook, now):
    first = factories.account(unit=body.nordvik, platform=facebook, name="A first one")
    factories.assign(first, crew.moderator)
    url = reverse("accounts:person_hand_over", args=[crew.moderator.pk])
    typed = {
        "roles": [row.pk for row in Assignment.objects.filter(person=crew.moderator)],
        "to": crew.deputy.email,
        "reason": "Leaves",
    }
    page = login(cast.principal).post(url, typed)
    assert page.status_code == 422
    assert f"{account}: David Vara is" in page.content.decode().replace("&#x27;", "'")
    assert Assignment.objects.open().filter(person=crew.moderator).count() == 2
    assert Assignment.objects.filter(person=crew.deputy).count() == 1


def test_from_the_flag_of_somebody_who_has_left(login, account, crew, cast, now):
    """Deactivated, the person holds nothing any more: what they held is still to be given on."""
    deactivate(crew.moderator, by=cast.admin, now=now)
    flag = Flag.objects.get(reason=Flag.Reason.HANDOVER, person=crew.moderator)
    url = reverse("accounts:person_hand_over", args=[crew.moderator.pk])
    client = login(cast.principal)
    assert url in client.get(flag.get_absolute_url()).content.decode()
    page = client.get(url)
    (row,) = page.context["form"].rows
    typed = {"roles": [row], "to": cast.employee.email, "reason": "Left"}
    assert "Eli Ansatt is asked to take 1 role" in client.post(url, typed, follow=True).content.decode()
    offer = Assignment.objects.get(person=cast.employee)
    assert (offer.part, offer.standing) == (Part.LEAD, "offered")
    assert "That was done already" in client.post(url, typed, follow=True).content.decode()
    assert Assignment.objects.filter(person=cast.employee).count() == 1
    offer.accept(by=cast.employee, now=timezone.now())
    flag.refresh_from_db()
    assert flag.closed_at
    assert to_hand_over(crew.moderator, {account.unit_id}) == []


def test_who_may_hand_over_what(login, account, crew, cast, body, facebook, now):
    url = reverse("accounts:person_hand_over", args=[crew.moderator.pk])
    assert login(cast.principal).get(url).status_code == 200
    for person, status in [(cast.section, 403), (cast.admin, 403), (crew.moderator, 403), (cast.stranger, 404)]:
        assert login(person).get(url).status_code == status
    factories.assign(factories.account(unit=body.sorvik, platform=facebook), crew.moderator)
    page = login(cast.stranger).get(url)
    (row,) = page.context["form"].rows.values()
    assert row.account.unit == body.sorvik
    foreign = Assignment.objects.get(account=account, person=crew.moderator)
    page = login(cast.stranger).post(url, {"roles": [foreign.pk], "to": cast.employee.email, "reason": "Mine now"})
    assert page.status_code == 422
    assert not Assignment.objects.filter(person=cast.employee).exists()


def test_linked_from_the_person_and_said_where_there_is_nothing(login, crew, cast):
    url = reverse("accounts:person_hand_over", args=[crew.moderator.pk])
    client = login(cast.principal)
    assert url in client.get(crew.moderator.get_absolute_url()).content.decode()
    nothing = reverse("accounts:person_hand_over", args=[cast.employee.pk])
    assert "holds no role on accounts of your units" in client.get(nothing, follow=True).content.decode()


def test_what_somebody_edits_is_handed_over_with_their_roles(login, account, crew, cast, body, facebook):
    """Also where they have left and hold no role: the flag that asked for a new editor is closed."""
    now = timezone.now()
    others = [factories.account(unit=unit, platform=facebook) for unit in (body.klubb, body.sorvik)]
    retired = factories.account(unit=body.nordvik, platform=facebook, state="retired")
    edited = [account, *others, retired]
    OfficialAccount.objects.filter(pk__in=[one.pk for one in edited]).update(editor=cast.archivist)
    deactivate(cast.archivist, by=cast.admin, now=now)
    url = reverse("accounts:person_hand_over", args=[cast.archivist.pk])
    client = login(cast.principal)
    offered = client.get(url).context["form"].fields["roles"].choices
    assert [key for key, _words in offered] == [f"editor-{one.pk}" for one in (others[0], account)]
    typed = {"roles": [f"editor-{account.pk}"], "to": cast.employee.email, "reason": "Left"}
    page = client.post(url, typed, follow=True)
    assert "Eli Ansatt is now the editor of 1 account." in page.content.decode()
    found = {one.pk: one.editor for one in OfficialAccount.objects.all()}
    assert found == {account.pk: cast.employee} | {one.pk: cast.archivist for one in [*others, retired]}
    changed = AuditEvent.objects.get(event=events.ACCOUNT_CHANGED)
    assert (changed.before, changed.after) == ({"editor": "Arne Arkiv"}, {"editor": "Eli Ansatt"})
    told = Notice.objects.get(event=cover_notices.EDITOR_NAMED)
    assert (told.person, told.path) == (cast.employee, account.get_absolute_url())
    assert notice_text(told).body.startswith(f"Reidun Rektor has made you the editor of the account “{account}”")
    flag = Flag.objects.get(account=account, reason=Flag.Reason.HANDOVER)
    assert (flag.close_reason, flag.closed_by) == (Flag.Closed.NEW_EDITOR, cast.principal)
    assert Flag.objects.open().filter(reason=Flag.Reason.HANDOVER).count() == 2
    assert client.post(url, typed).status_code == 422  # it is no longer theirs to give
    foreign = {**typed, "roles": [f"editor-{others[1].pk}"]}
    assert client.post(url, foreign).status_code == 422
    assert OfficialAccount.objects.filter(editor=cast.employee).count() == 1


def test_roles_and_editors_go_together_or_not_at_all(login, account, crew, cast):
    OfficialAccount.objects.update(editor=crew.moderator)
    role = Assignment.objects.get(person=crew.moderator)
    url = reverse("accounts:person_hand_over", args=[crew.moderator.pk])
    typed = {"roles": [role.pk, f"editor-{account.pk}"], "to": crew.deputy.email, "reason": "Leaves"}
    assert login(cast.principal).post(url, typed).status_code == 422  # already the deputy there
    account.refresh_from_db()
    assert account.editor == crew.moderator
    typed["to"] = cast.employee.email
    assert login(cast.principal).post(url, typed).status_code == 302
    account.refresh_from_db()
    assert account.editor == cast.employee
    assert Assignment.objects.open().get(person=cast.employee).account == account


def test_a_new_editor_from_the_register_closes_the_flag_too(account, cast, now):
    OfficialAccount.objects.update(editor=cast.archivist)
    deactivate(cast.archivist, by=cast.admin, now=now)
    account.refresh_from_db()
    old = account.facts()
    account.editor = cast.employee
    account.write(by=cast.section, now=now, old=old)
    assert not Flag.objects.open().filter(reason=Flag.Reason.HANDOVER).exists()
