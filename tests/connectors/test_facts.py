"""What is known of each platform: that the facts agree with one another, and say of addresses what the platforms do."""

import re
from urllib.parse import urlsplit

import pytest

from accounts.connectors import FACTS, REGISTRY
from governance.platforms.models import Platform
from tests.test_house import house, imports_of

EACH = pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS.keys())
PLACES = re.compile(r"\{(\w*)\}")


def test_connectors_know_no_models():
    ours = {
        name
        for module in house()
        if module.startswith("accounts.connectors")
        for name in imports_of(module)
        if name.startswith(("accounts.", "governance.", "guidelines."))
    }
    assert {name for name in ours if not name.startswith("accounts.connectors")} == set()


def test_every_connector_states_its_facts_and_no_two_share_a_host():
    assert set(REGISTRY) <= set(FACTS)
    hosts = [host for facts in FACTS.values() for host in (*facts.hosts, *facts.short_hosts)]
    assert len(hosts) == len(set(hosts))


@pytest.mark.django_db
def test_every_platform_has_its_row():
    assert set(Platform.objects.values_list("code", flat=True)) >= set(FACTS)


@EACH
def test_forms_and_patterns_can_be_read(facts):
    for pattern in (*facts.profiles, *facts.posts):
        assert set(PLACES.findall(pattern)) <= {"handle", "id", "post", "comment", "server", "name"}
        host = pattern.partition("/")[0]
        assert not host or facts.owns(host)
    for pattern in facts.profiles:
        assert {"handle", "id"} & set(PLACES.findall(pattern))
    assert all(step == step.lower() for step in facts.no_handle)
    for form in (facts.handle, facts.id, facts.post):
        re.compile(form)


@EACH
def test_the_address_that_the_portal_writes_is_one_that_it_reads(facts):
    samples = {
        "mastodon": "nordvik",
        "linkedin": "nordvik-vgs",
        "bluesky": "nordvik.example",
        "flickr": "nordvik",
        "x": "nordvik",
    }
    handle = samples.get(facts.code, "nordvik")
    if facts.profile:
        assert urlsplit(facts.profile).hostname.removeprefix("www.") == facts.hosts[0]
        assert facts.profile_in(facts.profile.replace("{handle}", handle)) == {"handle": handle}
    ids = {"bluesky": "did:plc:abc", "flickr": "12@N01", "youtube": "UC12"}
    external_id = ids.get(facts.code, "12")
    if facts.profile_of_id:
        assert facts.profile_in(facts.address_of_id(external_id)) == {"id": external_id}
    assert facts.address_of_id("") == ""


@pytest.mark.parametrize(
    ("code", "url", "said"),
    [
        ("facebook", "https://www.facebook.com/Nordvik.vgs/about", {"handle": "Nordvik.vgs"}),
        ("facebook", "https://nb-no.facebook.com/pg/nordvik/", {"handle": "nordvik"}),
        ("facebook", "https://www.facebook.com/profile.php?id=100&sk=about", {"id": "100"}),
        ("facebook", "https://www.facebook.com/people/Nordvik-vgs/100/", {"id": "100"}),
        ("facebook", "https://www.facebook.com/Nordvik-vgs-100", {"id": "100"}),
        ("facebook", "https://www.facebook.com/events/12", {}),
        ("facebook", "https://fb.me/nordvik", {}),
        ("facebook", "https://notfacebook.com/nordvik", {}),
        ("instagram", "https://www.instagram.com/stories/nordvik/", {"handle": "nordvik"}),
        ("instagram", "https://www.instagram.com/p/Cabc/", {}),
        ("x", "https://twitter.com/nordvik/media", {"handle": "nordvik"}),
        ("x", "https://x.com/intent/user?user_id=12", {"id": "12"}),
        ("x", "https://x.com/home", {}),
        ("linkedin", "https://no.linkedin.com/company/123/about/", {"id": "123"}),
        ("linkedin", "https://www.linkedin.com/company/s%C3%B8rvik", {"handle": "sørvik"}),
        ("linkedin", "https://www.linkedin.com/in/nordvik", {"handle": "in/nordvik"}),
        ("tiktok", "https://www.tiktok.com/@nordvik?lang=nb", {"handle": "nordvik"}),
        ("tiktok", "https://vm.tiktok.com/@nordvik", {}),
        ("youtube", "https://m.youtube.com/channel/UCabc/videos", {"id": "UCabc"}),
        ("youtube", "https://www.youtube.com/c/nordvik", {"handle": "c/nordvik"}),
        ("mastodon", "https://social.example/@nordvik", {"handle": "nordvik"}),
        (
            "mastodon",
            "https://mastodon.social/@nordvik@social.example",
            {"handle": "nordvik", "server": "social.example"},
        ),
        ("mastodon", "https://other.example/@nordvik@social.example", {}),  # whose server may show anything
        ("bluesky", "https://bsky.app/profile/nordvik.example", {"handle": "nordvik.example"}),
        ("bluesky", "https://bsky.app/profile/did:plc:abc", {"id": "did:plc:abc"}),
        ("vimeo", "https://vimeo.com/user12", {"id": "12"}),
        ("vimeo", "https://vimeo.com/1234", {}),
        ("other", "https://nordvik.example/", {}),
    ],
)
def test_what_an_address_says_of_a_profile(code, url, said):
    assert FACTS[code].profile_in(url) == said


@pytest.mark.parametrize(
    ("code", "url", "said"),
    [
        ("facebook", "https://www.facebook.com/nordvik/posts/pfbid02", {"handle": "nordvik", "post": "pfbid02"}),
        ("facebook", "https://m.facebook.com/story.php?story_fbid=7&id=100", {"post": "7", "id": "100"}),
        ("instagram", "https://www.instagram.com/reel/Cabc/", {"post": "Cabc"}),
        ("x", "https://x.com/nordvik/status/12", {"handle": "nordvik", "post": "12"}),
        ("x", "https://x.com/nordvik/status/12/photo/1", {"handle": "nordvik", "post": "12"}),
        ("youtube", "https://youtu.be/dQw4", {"post": "dQw4"}),
        ("youtube", "https://www.youtube.com/dQw4", {}),
        ("youtube", "https://www.youtube.com/watch?v=dQw4&t=3", {"post": "dQw4"}),
        ("tiktok", "https://www.tiktok.com/@nordvik/video/7", {"handle": "nordvik", "post": "7"}),
        ("bluesky", "https://bsky.app/profile/did:plc:abc/post/3k", {"id": "did:plc:abc", "post": "3k"}),
        ("mastodon", "https://social.example/@nordvik/112", {"handle": "nordvik", "post": "112"}),
        ("mastodon", "https://social.example/@nordvik", {}),
    ],
)
def test_what_an_address_says_of_a_post(code, url, said):
    assert FACTS[code].post_in(url) == said
