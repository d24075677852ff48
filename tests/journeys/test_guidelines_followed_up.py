"""A leader's way in Chromium: who of the own people has acknowledged, which networks they use, the unit's sites."""

import datetime as dt

import pytest
from django.utils import timezone

from guidelines import demo
from guidelines.models import Guideline
from tests.journeys.walking import LOOKS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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
    _sees_the_networks(principal)
    _shows_a_site(principal)
    _finds_it(walk.as_(None) if False else visit(None, language=language, **browser))

    # Another school's principal sees neither its people nor their networks.
    other = walk.as_(cast.stranger)
    assert other.status(NETWORKS) == 404
    other.go(version.get_absolute_url() + "readers/")
    names = other.main("tbody th").all_inner_texts()
    assert names == [cast.stranger.name]
