"""Addresses that lead to somebody else's profile and once were answered as ours. Each is the attack."""

import pytest

from accounts.connectors import FACTS
from accounts.public.verification import answer
from accounts.register.identity import Known, settle
from accounts.register.models import OfficialAccount
from governance.platforms.models import Platform
from tests import factories

pytestmark = pytest.mark.django_db

OURS = [
    {"platform": "x", "handle": "nordvik", "external_id": "4711"},
    {"platform": "facebook", "handle": "nordvik", "external_id": "100064512345"},
    {"platform": "mastodon", "handle": "nordvik@snabelen.no"},
    {"platform": "blog", "url": "https://mossby.example/"},
    {"platform": "other", "url": "https://pages.example/view?id=7"},
    {"platform": "feed", "url": "https://xn--mxa9ab.example/feed"},  # a small sigma at the end
]
FOREIGN = [
    # Two identifiers that speak of two accounts: the platform takes one, and not the one that is read here.
    "https://x.com/intent/follow?screen_name=nordvik&user_id=999",
    "https://x.com/intent/follow?user_id=4711&screen_name=evil",
    "https://x.com/intent/user?user_id=4711&screen_name=evil",
    # A key that servers read as the same: the last one counts there.
    "https://www.facebook.com/profile.php?id=100064512345&%20id=2",
    "https://www.facebook.com/profile.php?id=100064512345&id[]=2",
    "https://www.facebook.com/profile.php?id=100064512345&id%00x=2",
    # A page on a server of the attacker's own that says whatever it likes under our name.
    "https://evil.example/@nordvik@snabelen.no",
    "https://evil.example/deck/@nordvik@snabelen.no",
    "https://evil.example/#!/@nordvik@snabelen.no",
    "https://snabelen.no.evil.example/@nordvik@snabelen.no",
    "https://snabelen.no:8443/@nordvik@snabelen.no",
    "https://evil.example/@nordvik@snabelen.no/112233",
    # Names of hosts that browsers tell apart.
    "https://moßby.example/",
    "https://σας.example/feed",
    # A question mark within the path is not the one that begins the query.
    "https://pages.example/view%3Fid=7",
]


@pytest.fixture
def register(body):
    known = Known(dict(FACTS))
    for said in OURS:
        platform = Platform.objects.get(code=said["platform"])
        given = {name: said.get(name, "") for name in ("handle", "url", "external_id")}
        settled = settle(platform, known=known, **given)
        given |= {"url": settled.url, "handle": given["handle"] or "n"}
        factories.account(unit=body.nordvik, platform=platform, **given)


def test_ours_are_official(register):
    addresses = [*OfficialAccount.objects.values_list("url", flat=True), "https://mastodon.social/@nordvik@snabelen.no"]
    assert {answer(address).status for address in addresses} == {"official"}


@pytest.mark.parametrize("address", FOREIGN)
def test_a_foreign_page_is_not_official(register, address):
    assert answer(address).status != "official"
