"""A decision aid in a real Chromium: answered by clicks, with and without JavaScript, on a phone."""

import pytest


def choose(visitor, words):
    return visitor.click(visitor.page.locator(".aid-choices").get_by_role("link", name=words, exact=True))


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("javascript", "width", "dark"), [(True, 1280, False), (True, 360, True), (False, 360, False)])
def test_an_employee_gets_an_answer_by_four_clicks(visit, cast, javascript, width, dark):
    visitor = visit(cast.employee, javascript=javascript, width=width, dark=dark)
    visitor.go("/guidelines/aids/")
    visitor.press("May I post this?")
    choose(visitor, "Myself")
    choose(visitor, "No")
    choose(visitor, "Yes")
    assert visitor.page.get_by_role("heading", name="Take care: Post it, and say that you speak for yourself").count()
    visitor.click(visitor.page.get_by_role("link", name="Change").last)
    choose(visitor, "No")
    assert visitor.page.get_by_role("heading", name="Yes: It is yours to decide").count()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.page.evaluate(overflow) == 0


def test_the_section_mends_a_question(visit, cast):
    visitor = visit(cast.section)
    visitor.go("/guidelines/aids/picture/en-gb/")
    field = visitor.page.locator("textarea")
    field.fill(field.input_value().replace("Can anybody in it be recognised?", "Whom does it show?", 1))
    visitor.press("Save")
    choose(visitor, "Yes")
    assert visitor.page.get_by_role("heading", name="Whom does it show?").count()
