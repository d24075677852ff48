"""A leader's way in Chromium: who of the own people has acknowledged, which networks they use, the unit's sites."""

import datetime as dt

import pytest
from django.utils import timezone

from guidelines import demo
from guidelines.texts.guidelines import Guideline
from tests.journeys.walking import LOOKS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMPLOYEES = "/guidelines/employees-online/"
NETWORKS = "/units/nordvik/work-use/"
SITES = "/units/nordvik/sites/"


@pytest.mark.parametrize(("language", "browser"), LOOKS)
def test_a_principal(language, browser, visit, cast):
    walk = Walk(visit, language, browser)
    demo.load(cast.section, timezone.now() - dt.timedelta(days=30))
    version = Guideline.objects.get(slug="employees-online").in_force()
    for person in (cast.employee, cast.stranger):
        version.acknowledge(person, now=timezone.now())
    _declares(walk.as_(cast.employee))
    principal = walk.as_(cast.principal)

    _follows_up(principal, cast)
    _sees_the_networks(principal, cast)
    _shows_a_site(principal)
    _finds_it_without_log_in(visit(None, language=language, **browser), language)

    # Another school's principal sees neither its people nor their networks.
    other = walk.as_(cast.stranger)
    assert other.status(NETWORKS) == 404
    other.go(f"{EMPLOYEES}versions/1/readers/")
    assert _names(other) == {cast.stranger.name}


def _names(walker) -> set[str]:
    return {name.strip() for name in walker.main(".stacked tbody th").all_inner_texts()}


def _declares(employee):
    employee.go("/me/")
    employee.follow("/me/work-use/")
    employee.fill("network", "LinkedIn")
    employee.main("[name=profile][value=own]").check()
    employee.fill("purpose", "Finding apprenticeships")
    employee.click("form.stack [type=submit]")
    assert "LinkedIn" in employee.main(".cards").inner_text()


def _follows_up(principal, cast):
    principal.go("/guidelines/")
    principal.follow("/guidelines/acknowledgements/")
    principal.follow(f"{EMPLOYEES}versions/1/readers/")
    own = {cast.employee.name, cast.moderator.name, cast.deputy.name, cast.principal.name}
    assert _names(principal) == own
    principal.main("[name=show]").select_option("no")
    principal.click("form.filter [type=submit]")
    assert _names(principal) == own - {cast.employee.name}

    # What is taken away is the list as it is filtered.
    for kind, beginning in [("csv", b""), ("xlsx", b"PK")]:
        address = principal.main(f'a[href*="readers.{kind}"]').get_attribute("href")
        assert principal.file(address).startswith(beginning)
    sheet = principal.file(principal.main('a[href*="readers.csv"]').get_attribute("href")).decode("utf-8-sig")
    assert cast.moderator.email in sheet
    assert not any(person.email in sheet for person in (cast.employee, cast.stranger, cast.leader))


def _sees_the_networks(principal, cast):
    # The notice about it leads there.
    principal.go("/notices/")
    for link in principal.main(".timeline a").all():
        assert link.inner_text().strip()
    principal.go("/units/nordvik/")
    principal.follow(NETWORKS)
    assert _names(principal) == {f"{cast.employee.name}\nNordvik vgs"}
    assert "Finding apprenticeships" in principal.main(".stacked").inner_text()


def _shows_a_site(principal):
    principal.go("/units/nordvik/")
    principal.follow(SITES)
    principal.follow(f"{SITES}new/")
    principal.fill("title", "Skuleavisa")
    principal.fill("url", "https://avisa.nordvik.example/")
    principal.main("[name=made_by]").select_option("pupils")
    principal.fill("purpose", "News from the school")
    principal.click("form.stack [type=submit]")
    # Nobody outside sees it before the principal says so.
    assert "Skuleavisa" in principal.main(".cards").inner_text()
    principal.click('form[action$="/public/"] button')


def _finds_it_without_log_in(visitor, language):
    page = visitor.go(SITES)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator('main a[href="https://avisa.nordvik.example/"]').is_visible()
