"""Who an account is: written forms of all platforms, what is ours, what only looks like it, the register's answer."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accounts.connectors import FACTS
from accounts.public.verification import answer
from accounts.register.identity import Identity, Known, readings, settle
from accounts.register.lookup import UnknownAccount, near, resolve
from accounts.register.models import OfficialAccount
from accounts.register.refusals import NoProfile, Wrong
from governance.platforms.models import Platform
from tests import factories
from tests.accounts.register.written_forms import FOREIGN, OF_POST, OF_PROFILE, OURS

KNOWN = Known(dict(FACTS))
# What pasting and typing do to an address, without making another of it.
VARIED = {
    "as it is": lambda text: text,
    "without scheme": lambda text: text.removeprefix("https://"),
    "http": lambda text: text.replace("https://", "http://", 1),
    "from a mail": lambda text: f" <{text}>,",
    "end of a sentence": lambda text: f"{text}.",
    "tracked": lambda text: f"{text}{'&' if '?' in text else '?'}utm_source=x&fbclid=2" if "#" not in text else text,
    "with an anchor": lambda text: f"{text}#about" if "#" not in text else text,
    "host in capitals": lambda text: re.sub(r"//[^/]+", lambda host: host[0].upper(), text, count=1),
    "usual port": lambda text: re.sub(r"//[^/]+", lambda host: f"{host[0]}:443", text, count=1),
    "unseen letters": lambda text: f"\ufeff{text[:12]}\u200b{text[12:]}\u00a0",
}
FORMS = [
    (code, how, vary(form))
    for code, forms in OF_PROFILE.items()
    for form in forms
    for how, vary in VARIED.items()
    if form.startswith("https://") or how in ("as it is", "from a mail", "unseen letters")
]


def identities(code: str) -> set[tuple[str, str]]:
    """(what identifies, value) of ours, written by hand: handles in small letters and without what is ignored."""
    by_hand = {"facebook": "nordvikvgs", "x": "nordvikvgs", "youtube": "nordvikvgs"}
    handle, external_id = OURS[code]
    return {("handle", by_hand.get(code, handle)), ("id", external_id)} - {("id", "")}


def named(text: str) -> set[tuple[str, str, str]]:
    try:
        found = [reading.identity for reading in readings(text, known=KNOWN)]
    except NoProfile:
        return set()
    handles = {(one.platform, "handle", one.handle_key) for one in found if one.handle}
    return handles | {(one.platform, "id", one.external_id) for one in found if one.external_id}


def test_there_are_enough_forms():
    assert len(set(FORMS)) >= 500
    assert set(OF_PROFILE) == set(OURS) == {code for code, facts in FACTS.items() if facts.profiles}


@pytest.mark.parametrize(("code", "how", "text"), FORMS)
def test_a_documented_form_names_the_profile(code, how, text):
    assert {(what, value) for platform, what, value in named(text) if platform == code} & identities(code), how


@pytest.fixture
def register(body):
    """Ours on every platform, by handle and id, and a blog with a host to itself."""
    for code, (handle, external_id) in OURS.items():
        platform = Platform.objects.get(code=code)
        settled = settle(platform, handle=handle, external_id=external_id, known=KNOWN)
        factories.account(unit=body.nordvik, platform=platform, handle=handle, external_id=external_id, url=settled.url)
    blog = Platform.objects.get(code="blog")
    factories.account(unit=body.culture, platform=blog, handle="kultur", url="https://blogg.fjordvik.example/")


def test_precision_and_recall(register):
    said = {text: answer(text) for _code, how, text in FORMS if how in ("as it is", "from a mail")}
    official = [text for text, given_ in said.items() if given_.status == "official" and given_.of == "profile"]
    assert len(official) / len(said) >= 0.98
    wrong = [text for text in FOREIGN if answer(text).status != "unknown"]
    assert wrong == []  # precision 1.0


def test_a_post_is_answered_as_a_post(register):
    for text in OF_POST:
        found = answer(text)
        assert (found.status, found.of, text) == ("official", "post", text)
        with pytest.raises(NoProfile) as refused:
            settle(found.account.platform, url=text, known=KNOWN)
        assert refused.value.wrong == Wrong.POST


HANDLES = st.text("abcdefghijABCDEFGHIJ0123456789", min_size=2, max_size=13).map(lambda rest: f"n{rest}")
LETTERS = st.text(
    "nordvikvgsNORDVIKVGS01._-\u212a\u0131\u043e\u03bf\uff4e\u017f\u0301\u200b%/@?#:\\", min_size=1, max_size=16
)


@settings(max_examples=400)
@given(code=st.sampled_from(sorted(OF_PROFILE)), place=st.integers(0, 40), handle=HANDLES)
def test_no_form_with_the_handle_of_another_is_ours(code, place, handle):
    ours = OURS[code][0].partition("@")[0]
    assume(handle.lower() != ours.lower().replace(".", ""))
    forms = [form for form in OF_PROFILE[code] if ours.lower() in form.lower()]
    form = re.sub(re.escape(ours), handle, forms[place % len(forms)], flags=re.IGNORECASE)
    if code == "facebook" and "nordvik.vgs" in form:
        return
    assert not {(what, value) for platform, what, value in named(form) if platform == code} & identities(code)


@settings(max_examples=600)
@given(code=st.sampled_from(sorted(set(OURS) - {"mastodon", "bluesky"})), tail=LETTERS)
def test_what_is_read_as_ours_is_written_with_ours(code, tail):
    """Whatever follows the host: where it is taken for our handle, that handle stands in it for all to see."""
    ours = OURS[code][0]
    text = FACTS[code].profile.replace("{handle}", tail)
    if (code, "handle", dict(identities(code))["handle"]) in named(text):
        plain = re.sub("[\u200b]", "", tail).split("#")[0].split("?")[0].replace("\\", "/").lower()
        ignored = "." if code == "facebook" else ""
        steps = {step.replace(ignored, "") if ignored else step for step in re.split("[/@]", plain)}
        assert {ours.lower().replace(ignored, "") if ignored else ours.lower()} & {
            step.rstrip(".,:?") for step in steps
        }


@given(st.text(max_size=80))
def test_any_text_is_survived(text):
    named(text)


# --- what is refused, and how --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text", "wrong"),
    [
        ("facebook", "https://www.facebook.com/", "bare_host"),
        ("instagram", "instagram.com", "bare_host"),
        ("x", "https://mobile.twitter.com/", "bare_host"),
        ("facebook", "https://www.facebook.com/share/1Ab/", "share"),
        ("facebook", "https://fb.me/abc", "share"),
        ("tiktok", "https://vm.tiktok.com/ZMabc/", "share"),
        ("linkedin", "https://lnkd.in/abc", "share"),
        ("facebook", "https://m.facebook.com/login.php?next=x", "login"),
        ("instagram", "https://www.instagram.com/accounts/login/?next=/a/", "login"),
        ("x", "https://x.com/i/flow/login", "login"),
        ("linkedin", "https://www.linkedin.com/authwall?trk=x", "login"),
        ("facebook", "https://www.facebook.com/groups/12", "group"),
        ("linkedin", "https://www.linkedin.com/groups/12/", "group"),
        ("flickr", "https://www.flickr.com/groups/abc/", "group"),
        ("facebook", "https://www.facebook.com/hashtag/skole", "hashtag"),
        ("x", "https://x.com/hashtag/skole", "hashtag"),
        ("youtube", "https://www.youtube.com/hashtag/skole", "hashtag"),
        ("x", "https://x.com/search?q=skole", "search"),
        ("bluesky", "https://bsky.app/search?q=skole", "search"),
        ("youtube", "https://www.youtube.com/results?search_query=a", "search"),
        ("instagram", "https://www.instagram.com/p/Cabc/", "post"),
        ("youtube", "https://youtu.be/abcdefghijk", "post"),
        ("facebook", "https://www.facebook.com/media/set/?set=a.1", "post"),
        ("linkedin", "https://www.linkedin.com/feed/", "page"),
        ("youtube", "https://www.youtube.com/feed/subscriptions", "page"),
        ("mastodon", "nordvik", "server"),
        ("mastodon", "@nordvik", "server"),
        ("mastodon", "mastodon:nordvik", "server"),
        ("x", "Fjordvik kommune", "handle"),
        ("x", "nordvik\u043e", "handle"),
        ("bluesky", "nordvik", "handle"),
        ("facebook", "https://x.com/nordvik", "other"),
        ("x", "https://nordvik.example/x", "elsewhere"),
        ("x", "https://user@x.com/nordvik", "no_address"),
        ("facebook", "", "empty"),
    ],
)
def test_what_names_no_profile_says_what_to_paste(db, code, text, wrong):
    with pytest.raises(NoProfile) as refused:
        readings(text, Platform.objects.get(code=code), known=KNOWN)
    assert refused.value.wrong == wrong
    assert "%(" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "given_", "kept"),
    [
        ("facebook", {"url": "facebook.com/pg/Nordvik/"}, ("Nordvik", "", "https://www.facebook.com/Nordvik")),
        (
            "facebook",
            {"url": "https://m.facebook.com/profile.php?id=77&x=1"},
            ("", "77", "https://www.facebook.com/profile.php?id=77"),
        ),
        (
            "instagram",
            {"url": "instagram.com/_u/nordvik?igsh=1"},
            ("nordvik", "", "https://www.instagram.com/nordvik/"),
        ),
        ("x", {"url": "https://x.com/intent/user?screen_name=Nordvik"}, ("Nordvik", "", "https://x.com/Nordvik")),
        ("x", {"url": "<https://twitter.com/#!/nordvik>,"}, ("nordvik", "", "https://x.com/nordvik")),
        (
            "youtube",
            {"handle": "Nordvik", "url": "https://www.youtube.com/channel/UCaB"},
            ("Nordvik", "UCaB", "https://www.youtube.com/@Nordvik"),
        ),
        (
            "linkedin",
            {"url": "https://www.linkedin.com/showcase/s%C3%B8rvik-jobb?trk=x"},
            ("sørvik-jobb", "", "https://www.linkedin.com/showcase/s%C3%B8rvik-jobb/"),
        ),
        (
            "mastodon",
            {"handle": "nordvik", "url": "https://snabelen.no/@nordvik"},
            ("nordvik@snabelen.no", "", "https://snabelen.no/@nordvik"),
        ),
        (
            "mastodon",
            {"url": "https://helvede.net/@nordvik@Snabelen.no"},
            ("nordvik@snabelen.no", "", "https://snabelen.no/@nordvik"),
        ),
        ("bluesky", {"handle": "did:plc:aB1"}, ("", "did:plc:aB1", "https://bsky.app/profile/did:plc:aB1")),
    ],
)
def test_what_is_kept_is_tidy(db, code, given_, kept):
    settled = settle(Platform.objects.get(code=code), known=KNOWN, **given_)
    assert (settled.handle, settled.external_id, settled.url) == kept
    again = settle(
        Platform.objects.get(code=code),
        handle=settled.handle,
        url=settled.url,
        external_id=settled.external_id,
        known=KNOWN,
    )
    assert again == settled


@pytest.mark.parametrize(
    ("code", "given_", "wrong"),
    [
        ("x", {"handle": "ekte", "url": "https://x.com/falsk"}, Wrong.DIFFER),
        ("mastodon", {"handle": "a@snabelen.no", "url": "https://snabelen.no/@b"}, Wrong.DIFFER),
        ("facebook", {"handle": "nordvik", "url": "https://fb.com/sorvik"}, Wrong.DIFFER),
        ("facebook", {"external_id": "1", "url": "https://www.facebook.com/profile.php?id=2"}, Wrong.IDS_DIFFER),
        ("youtube", {"external_id": "UCab", "url": "https://www.youtube.com/channel/UCaB"}, Wrong.IDS_DIFFER),
        ("facebook", {"handle": "naturskolen2", "url": "https://www.facebook.com/"}, Wrong.BARE_HOST),
        ("x", {"handle": "nordvik", "url": "https://x.com"}, Wrong.BARE_HOST),
        ("linkedin", {"handle": "nordvik", "url": "https://www.linkedin.com/company/"}, Wrong.PAGE),
    ],
)
def test_what_disagrees_is_refused(db, code, given_, wrong):
    with pytest.raises(NoProfile) as refused:
        settle(Platform.objects.get(code=code), known=KNOWN, **given_)
    assert refused.value.wrong == wrong


# --- the register ----------------------------------------------------------------------------------------------


def test_ids_keep_their_case(db):
    assert readings("https://www.youtube.com/channel/UCaB", known=KNOWN)[0].identity == Identity(
        "youtube", external_id="UCaB"
    )


def test_a_site_is_its_own_address(register):
    assert answer("http://www.blogg.fjordvik.example").status == "official"
    page = answer("https://blogg.fjordvik.example/2026/nytt?utm_source=x")
    assert (page.status, page.of) == ("official", "post")
    assert answer("https://blogg.fjordvik.example.evil.example/").status == "unknown"
    assert answer("https://a.blogg.fjordvik.example/").status == "unknown"


def test_planned_is_not_ours_yet_and_former_handles_stay_formerly_ours(body, cast, facebook, now):
    account = factories.account(unit=body.klubb, platform=facebook, handle="klubb")
    factories.account(unit=body.klubb, platform=facebook, handle="planned", state="planned")
    old = account.facts()
    account.handle, account.url = "klubben", "https://www.facebook.com/klubben"
    account.write(by=cast.section, now=now, old=old)
    assert answer("facebook.com/planned").status == "unknown"
    assert (answer("facebook.com/klubb").status, answer("facebook.com/klubb").account) == ("formerly_official", account)
    assert answer("facebook.com/klubben").status == "official"
    old = account.facts()
    account.handle, account.url = "Klubb", "https://www.facebook.com/Klubb"
    account.write(by=cast.section, now=now, old=old)
    assert answer("facebook.com/klubb").status == "official"
    assert answer("facebook.com/klubben").status == "formerly_official"


@pytest.mark.parametrize(
    ("ours", "asked"),
    [
        ("fjordvikfk", "fjordvlkfk"),
        ("fjordvikfk", "fjordvikkf"),
        ("fjordvikfk", "fjordvikfk_"),
        ("fjordvikfk", "fj\u043erdvikfk"),
        ("modernekunst", "rnodernekunst"),
        ("fjordvik1", "fjordvikl"),
    ],
)
def test_what_comes_near_is_named_and_never_a_yes(body, ours, asked):
    x = Platform.objects.get(code="x")
    account = factories.account(unit=body.nordvik, platform=x, handle=ours)
    for number in range(20):
        factories.account(unit=body.nordvik, platform=x, handle=f"other{number}")
    found = answer(f"https://x.com/{asked}")
    assert (found.status, found.account, found.near) == ("unknown", None, [account])
    assert answer("https://x.com/altogether").near == []


def test_the_same_name_on_another_server_is_near(body):
    mastodon = Platform.objects.get(code="mastodon")
    ours = factories.account(unit=body.nordvik, platform=mastodon, handle="fjordvik@mastodon.social")
    found = answer("https://mastodon.online/@fjordvik")
    assert (found.status, found.near) == ("unknown", [ours])
    assert near([("mastodon", "fjordvik")], OfficialAccount.objects.all()) == [ours]


def test_posts_find_their_account_by_the_same_identity(body, register):
    mastodon = Platform.objects.get(code="mastodon")
    factories.account(unit=body.nordvik, platform=mastodon, handle="fjordvik@mastodon.social")
    texts = {
        "https://mastodon.online/@fjordvik": None,
        "https://www.facebook.com/pg/EnHeltAnnen": None,
        "https://evil.example/nordvikvgs": None,
        "@fjordvik@mastodon.social": "fjordvik@mastodon.social",
        "twitter:nordvikvgs": "NordvikVGS",
        "https://www.facebook.com/pg/nordvikvgs": "NordvikVGS",
        "kultur": "kultur",
    }
    found = resolve(texts, OfficialAccount.objects.all())
    assert {
        text: None if isinstance(account, UnknownAccount) else account.handle for text, account in found.items()
    } == texts
    [several] = resolve(["nordvikvgs"], OfficialAccount.objects.all()).values()
    assert "Several accounts" in str(several)


def test_one_query_for_the_account(register, django_assert_num_queries):
    with django_assert_num_queries(2):  # the platforms, the account
        answer("https://www.facebook.com/nordvikvgs")
