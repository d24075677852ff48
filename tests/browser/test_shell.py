"""The frame of every page in a real browser: light, dark, phone, each language, with and without JavaScript."""

import pytest

from tests import factories
from tests.chromium import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en-gb"])
@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 360)])
def test_login_in_every_light_and_language(visit, cast, language, dark, width):
    cast.chief.language = language
    cast.chief.save()
    visitor = visit(dark=dark, width=width, language=language)
    page = visitor.go("/login/")
    page.locator("[name=login]").fill(cast.chief.email)
    page.locator("[name=password]").fill(factories.PASSWORD)
    visitor.submit()
    assert page.url.removeprefix(visitor.base) == "/"
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_menu_opens_on_a_phone_without_javascript(visit, cast):
    visitor = visit(cast.chief, width=360, javascript=False)
    visitor.page.goto(visitor.base + "/")
    visitor.page.get_by_role("button", name="Menu").click()
    visitor.page.locator("#menu").get_by_role("link", name="Home").wait_for()


def test_axe_would_find_a_fault(visit, db):
    """The control: a page that must fail, so that a silent axe is noticed."""
    page = visit().page
    page.goto("data:text/html,<html><body><img src='x'><input></body></html>")
    found = " ".join(violations(page))
    assert "image-alt" in found
    assert "label" in found
