import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.register.addresses import find_account, normalise
from tests import factories

OURS = "facebook.com/nordvik"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/nordvik",
        "http://facebook.com/Nordvik/",
        "facebook.com/nordvik",
        "//m.facebook.com/nordvik",
        "https://mobile.facebook.com/nordvik//",
        "https://nb-no.facebook.com/nordvik?fbclid=abc&utm_source=x",
        "https://www.facebook.com/nordvik?ref=page_internal#about",
        "  https://WWW.FACEBOOK.COM/NORDVIK  ",
        "https://facebook.com:443/nordvik",
        "https://facebook.com./nordvik",
        "https://facebook.com/%6Eordvik",
        "https://facebook.com/other/../nordvik",
        "https://facebook.com/@nordvik",
        "https://facebook.com/nord\u200bvik",
        "https:\\\\facebook.com\\nordvik",
    ],
)
def test_the_same_profile(url):
    assert normalise(url) == OURS


@pytest.mark.parametrize(
    "url",
    [
        "https://facebook.com@evil.example/nordvik",
        "https://evil.example\\@facebook.com/nordvik",
        "https://facebook.com.evil.example/nordvik",
        "https://facebook.com/nordvik/../evil",
        "https://facebook.com/nordvik/%2e%2e/evil",
        "https://f\u0430cebook.com/nordvik",  # a Cyrillic letter
        "https://facebook.com:8080/nordvik",
        "https://facebook.com/nordvik2",
        "javascript://facebook.com/nordvik",
    ],
)
def test_what_only_looks_like_it(url):
    assert normalise(url) != OURS


@pytest.mark.parametrize("text", ["", "nordvik", "https://", "http://[", "mailto:a@b.no", "x" * 3000, None, "//"])
def test_no_address(text):
    assert normalise(text) == ""


def test_what_tells_pages_apart_stays():
    assert normalise("https://www.facebook.com/profile.php?id=7&ref=ts") == "facebook.com/profile.php?id=7"


@given(st.text(max_size=60))
@example("0.¸")  # a host that becomes one with a space in it
def test_any_text_is_survived_and_normal_forms_are_stable(text):
    once = normalise(text)
    assert once == "" or normalise(once) == once or "%" in once or "@" in once


@pytest.fixture
def nordvik(body, facebook):
    return factories.account(unit=body.nordvik, platform=facebook, handle="Nordvik")


@pytest.mark.parametrize(
    "url",
    [
        "https://m.facebook.com/nordvik/?fbclid=1",
        "fb.com/nordvik",
        "https://www.facebook.com/nordvik/posts/17",
        "https://www.facebook.com/nordvik?sk=about",
    ],
)
def test_find_account(nordvik, url):
    assert find_account(url) == nordvik


@pytest.mark.parametrize(
    "url", ["https://facebook.com/", "https://facebook.com/nordvik-vgs", "https://x.com/nordvik", "nordvik", ""]
)
def test_find_account_knows_when_it_is_not_ours(nordvik, url):
    assert find_account(url) is None


def test_by_its_own_address_where_the_platform_has_no_pattern(body):
    feed = factories.platform("blog", hosts=[])
    blog = factories.account(unit=body.culture, platform=feed, handle="kultur", url="https://blogg.fjordvik.example/")
    page = factories.account(
        unit=body.culture, platform=feed, handle="", url="https://www.facebook.com/profile.php?id=77"
    )
    assert find_account("http://www.blogg.fjordvik.example/2026/nytt") == blog
    assert find_account("facebook.com/profile.php?id=77&ref=x") == page
    assert find_account("facebook.com/profile.php?id=78") is None


def test_a_running_account_comes_before_a_retired_one_and_a_planned_one_is_not_ours(body, facebook):
    address = "https://www.facebook.com/klubb"
    running = factories.account(unit=body.klubb, platform=facebook, handle="klubb2", url=address)
    factories.account(unit=body.klubb, platform=facebook, handle="klubb1", url=address, state="retired")
    factories.account(unit=body.klubb, platform=facebook, handle="planned", state="planned")
    assert find_account(address) == running
    assert find_account("facebook.com/klubb1").state == "retired"
    assert find_account("facebook.com/planned") is None


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("https://www.linkedin.com/company/nordvik-vgs/", "linkedin.com/company/nordvik-vgs/posts/?feedView=all"),
        ("https://www.linkedin.com/company/nordvik-vgs?trk=abc", "https://no.linkedin.com/company/nordvik-vgs"),
        ("https://social.example/@nordvik", "social.example/@nordvik/112233"),
        ("https://www.youtube.com/channel/UCabc", "https://m.youtube.com/channel/UCabc/videos"),
        ("https://video.example/S%C3%B8rvik", "https://video.example/sørvik"),
    ],
)
def test_among_many_with_the_same_words_in_their_addresses(body, stored, asked):
    platform = factories.platform("linkedin", "LinkedIn", hosts=["linkedin.com", "no.linkedin.com"])
    for number in range(600):
        factories.account(unit=body.sorvik, platform=platform, url=f"https://www.linkedin.com/company/other-{number}/")
    ours = factories.account(unit=body.nordvik, platform=platform, handle="something-else", url=stored)
    assert find_account(asked) == ours


def test_three_queries(nordvik, django_assert_num_queries):
    with django_assert_num_queries(3):
        find_account("https://www.facebook.com/nordvik")
