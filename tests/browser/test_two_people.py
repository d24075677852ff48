"""A form that somebody else saved meanwhile, in a real browser: both values beside one another, and the choice."""

import pytest
from django.urls import reverse

from accounts.register.models import OfficialAccount
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("dark", "width", "javascript"), [(False, 1280, True), (True, 1280, True), (False, 360, False), (True, 360, True)]
)
def test_both_values_are_seen_and_one_is_chosen(visit, cast, account, dark, width, javascript):
    visitor = visit(cast.section, dark=dark, width=width, javascript=javascript)
    page = visitor.go(reverse("accounts:account_edit", args=[account.pk]))
    page.get_by_label("Name", exact=True).fill("Mine")
    page.get_by_label("Audience").fill("Pupils to be\nand their parents")
    page.get_by_label("Kind").select_option("trial")
    page.get_by_label("Ends on").fill("01.02.2027")
    OfficialAccount.objects.filter(pk=account.pk).update(
        name="Theirs", audience="All who live here\nand those who come", kind="project", hearing=True
    )
    page = visitor.press("Save")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.get_by_label("Name", exact=True).input_value() == "Mine"
    page.locator("#id_name_saved").get_by_text("Theirs").wait_for()
    page.locator("#id_audience_theirs").check()
    visitor.press("Save")
    account.refresh_from_db()
    assert (account.name, account.hearing) == ("Mine", True)
    assert account.audience.startswith("All who live here")


@pytest.mark.parametrize(("dark", "width", "language"), [(False, 1280, "nb"), (True, 360, "da")])
def test_a_step_of_an_application_in_two_windows(visit, cast, body, facebook, dark, width, language):
    application = factories.application(applicant=cast.employee, unit=body.nordvik, platform=facebook)
    cast.employee.language = language
    cast.employee.save()
    address = reverse("accounts:application_step", args=[application.pk, "openness"])
    here, there = (visit(cast.employee, dark=dark, width=width) for _window in range(2))
    here.go(address)
    there.go(address)
    for visitor, mode, crisis_use in ((there, "approve_first", "yes"), (here, "monitor", "")):
        visitor.page.locator(f"[name=moderation_mode][value={mode}]").check()
        visitor.page.locator("[name=visibility_reason]").fill(mode)
        if crisis_use:
            visitor.page.locator(f"[name=crisis_use][value={crisis_use}]").check()
            visitor.page.locator("[name=crisis_how]").fill("First")
        visitor.submit()
    page = here.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#id_moderation_mode_theirs").check()
    here.submit()
    application.refresh_from_db()
    assert (application.moderation_mode, application.visibility_reason) == ("approve_first", "monitor")
    assert application.crisis_use is True
