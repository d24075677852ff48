"""Webhooks in the settings, in a real browser: on a phone, dark, without JavaScript; axe looks at each page."""

import datetime as dt

import pytest
from django.utils import timezone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("dark", "width", "javascript"), [(False, 1280, True), (True, 320, True), (False, 320, False)])
def test_creating_and_revoking(visit, cast, body, dark, width, javascript):
    visitor = visit(cast.admin, dark=dark, width=width, javascript=javascript)

    in_a_year = (timezone.localdate() + dt.timedelta(days=365)).strftime("%d.%m.%Y")

    def fits(page):
        if javascript:
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    fits(visitor.go("/settings/"))
    fits(visitor.press("Webhooks"))
    fits(visitor.press("New webhook"))
    page = visitor.press("Create the webhook")  # forgot to fill it in
    page.get_by_label("Name").fill("Chat on our web pages")
    page.get_by_label("Covers the accounts of").fill("Nordvik vgs (nordvik)")
    page.get_by_label("Expires after").fill(in_a_year)
    page = visitor.press("Create the webhook")
    fits(page)
    page.get_by_text("whsec_").wait_for()
    page.get_by_text("Asked: Reidun Rektor").wait_for()  # who may answer there agrees to it
    page = visitor.press("How a call is signed")
    fits(page)
    visitor.go("/settings/webhooks/")
    page = visitor.press("Revoke")
    fits(page)
    page.get_by_text("is revoked").wait_for()
