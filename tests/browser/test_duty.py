"""Duty in a real browser: the 21 days, the rota, taking over, and absences from a calendar file."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.duty.models import Shift, TakeOver
from accounts.register.choices import Part
from governance.calendar.hours import midnight
from governance.people.absences import Absence
from tests import factories
from tests.governance.people.test_absence_import import calendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = dt.timedelta(days=1)
LIGHTS = [(False, 1280), (True, 1280), (False, 360)]


@pytest.fixture
def crew(cast, account):
    """Gaps ahead: both away for some days, the head too on one of them; a rota on every Monday."""
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    start = midnight(timezone.localdate() + 3 * DAY)
    for person, days in [(cast.moderator, 6), (cast.deputy, 3), (cast.principal, 1)]:
        Absence.objects.create(person=person, starts_at=start, ends_at=start + days * DAY, registered_by=person)
    Shift.objects.create(
        account=account, person=cast.deputy, weekday=0, starts=dt.time(8), ends=dt.time(12), created_by=cast.principal
    )
    return cast


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("dark", "width"), LIGHTS)
def test_the_days_ahead(visit, account, crew, dark, width):
    page = visit(crew.principal, dark=dark, width=width).go("/duty/")
    assert page.get_by_text("Nobody on duty on 1 day").count() == 1
    assert page.locator("[data-gap=nobody]").count() == 1
    assert page.locator("[data-gap=head]").count() == 2
    assert fits(page)


def test_a_narrow_phone_without_javascript(visit, account, crew):
    visitor = visit(crew.principal, width=320, javascript=False)
    page = visitor.go("/duty/")
    assert page.locator("td time").first.is_visible()
    visitor.press("Rota")
    page.locator("[name=weekday]").select_option("2")
    page.locator("[name=starts]").fill("12")
    page.locator("[name=ends]").fill("24:00")
    visitor.press("Add the shift")
    assert Shift.objects.count() == 2


@pytest.mark.parametrize(("dark", "width"), LIGHTS)
def test_taking_over_and_giving_back(visit, account, crew, dark, width):
    visitor = visit(crew.deputy, dark=dark, width=width)
    page = visitor.go(account.get_absolute_url())
    visitor.press("Take over now")
    page.get_by_label("For some hours").check()
    visitor.press("Take over now")  # says what is missing
    page.locator("[name=hours]").fill("3")
    visitor.press("Take over now")
    assert TakeOver.objects.standing(timezone.now()).count() == 1
    assert fits(page)
    visitor.press("Give back")
    assert not TakeOver.objects.standing(timezone.now()).exists()


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(("dark", "width"), LIGHTS)
def test_absences_from_a_calendar_file(visit, crew, cast, dark, width, javascript):
    day = timezone.localdate() + 20 * DAY
    holiday = f"DTSTART;VALUE=DATE:{day:%Y%m%d}\nSUMMARY:Holiday with a title that is so long that it takes two lines"
    meeting = f"DTSTART:{day + 2 * DAY:%Y%m%d}T090000\nDURATION:PT1H\nSUMMARY:Meeting"
    visitor = visit(cast.employee, dark=dark, width=width, javascript=javascript)
    page = visitor.go("/me/")
    visitor.press("From a calendar file")
    file = {"name": "c.ics", "mimeType": "text/calendar", "buffer": b"none"}
    page.locator("[name=file]").set_input_files(file)
    visitor.press("Read the file")  # says why not
    page.locator("[name=file]").set_input_files(file | {"buffer": calendar(holiday, meeting)})
    visitor.press("Read the file")
    assert [box.is_checked() for box in page.get_by_role("checkbox").all()] == [True, False]
    page.locator("[name=replacement]").fill(cast.employee.email)
    visitor.press("Register")  # nobody stands in for themselves
    page.locator("[name=replacement]").fill(cast.deputy.email)
    assert fits(page)
    visitor.press("Register")
    assert Absence.objects.get(person=cast.employee).replacement == cast.deputy


@pytest.mark.parametrize(("dark", "width"), LIGHTS)
def test_the_address_of_my_calendar(visit, crew, dark, width):
    visitor = visit(crew.moderator, dark=dark, width=width)
    page = visitor.go("/me/")
    visitor.press("Make an address")
    assert page.locator("#calendar-address").input_value().endswith(".ics")
    assert fits(page)
    visitor.press("Remove the address")


@pytest.mark.parametrize(("dark", "width"), LIGHTS)
def test_handing_over(visit, account, crew, dark, width):
    visitor = visit(crew.principal, dark=dark, width=width)
    page = visitor.go(crew.moderator.get_absolute_url())
    visitor.press("Hand over to somebody else")
    page.locator("[name=to]").fill("ansatt@fjordvik.example")
    visitor.press("Hand over")  # without a reason
    page.locator("[name=reason]").fill("Leaves")
    visitor.press("Hand over")
    assert crew.employee.assignments.count() == 1
    assert fits(page)
