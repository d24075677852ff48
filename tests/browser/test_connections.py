"""The pages of an account's connection in a real browser, wide and on a phone; axe looks at each."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 320)])
def test_seeing_and_connecting(visit, cast, account, dark, width):
    factories.assign(account, cast.moderator)
    factories.connection(
        account,
        cast.moderator,
        remote_handle="a-handle-that-is-as-long-as-they-come-on-a-platform",
        stopped_at=timezone.now(),
        last_error="credentials",
        last_error_detail="OAuthException-190-that-no-phone-is-wide-enough-for",
    )
    visitor = visit(cast.moderator, dark=dark, width=width)

    def fits(page):
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    fits(visitor.go(reverse("accounts:connections")))
    page = visitor.press(str(account))
    page.get_by_text("Reading has stopped").wait_for()
    fits(page)
    fits(visitor.press("Connect anew"))
    page = visitor.press("Test and connect")  # forgot to fill it in
    page.get_by_text("Mend this to go on:").wait_for()
    fits(page)
    visitor.go(account.connection.get_absolute_url())
    fits(visitor.press("Resume"))
    fits(visitor.press("Disconnect"))
