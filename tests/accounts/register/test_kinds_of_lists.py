"""Kinds of faults that lists of accounts really have, several inputs of each: what comes of them through the command.

Written down once for each kind, and each kind as a whole: no single row is special to the portal.
"""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from accounts.register.list_words import LABELS
from accounts.register.models import OfficialAccount
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring_in(body, tmp_path):
    """`bring_in(text or bytes, name=…, **options)` by the command: whether nothing was rejected, and what it said."""

    def run(content, *options, name="liste.csv"):
        path, out = tmp_path / name, io.StringIO()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            call_command("import_accounts", str(path), *options, stdout=out)
        except CommandError as error:
            return False, out.getvalue() + str(error)
        return True, out.getvalue()

    return run


def kept(*fields):
    return set(OfficialAccount.objects.values_list(*fields))


def verified(client, address):
    return client.get("/api/v1/verify", {"url": address}).json()["status"]


# --- who an address names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "stranger"),
    [
        ("fjordvik@mastodon.social", "https://mastodon.online/@fjordvik"),
        ("badet@snabelen.no", "https://mastodon.social/@badet"),
        ("Kultur@social.fjordvik.example", "https://snabelen.no/@kultur"),
        ("fjordvik@mastodon.social", "https://mastodon.social.evil.example/@fjordvik"),
    ],
)
def test_on_mastodon_the_server_is_part_of_who_one_is(bring_in, client, ours, stranger):
    name, server = ours.split("@")
    assert bring_in(f"platform,handle,url,unit\nMastodon,{ours},https://{server}/@{name},culture\n")[0]
    assert verified(client, stranger) == "unknown"
    assert verified(client, f"https://{server.upper()}/@{name.lower()}") == "official"


@pytest.mark.parametrize(
    ("first", "second", "stranger"),
    [
        ("facebook.com/pg/Badet", "facebook.com/pg/Kinoen/", "https://www.facebook.com/pg/Andre"),
        ("facebook.com/pages/Badet/101", "facebook.com/pages/Kinoen/102", "https://www.facebook.com/pages/Badet/103"),
        ("facebook.com/p/Badet-101/", "facebook.com/p/Badet-102/", "https://www.facebook.com/p/Badet-103/"),
        (
            "facebook.com/profile.php?id=101",
            "facebook.com/profile.php?id=102",
            "https://www.facebook.com/profile.php?id=103",
        ),
        ("youtube.com/channel/UCaaa", "youtube.com/channel/UCbbb", "https://www.youtube.com/channel/UCccc"),
        ("linkedin.com/showcase/badet", "linkedin.com/showcase/kinoen", "https://www.linkedin.com/showcase/andre"),
    ],
)
def test_pages_under_one_path_are_several(bring_in, client, first, second, stranger):
    rows = f"https://www.{first},culture,Badet\nhttps://www.{second},culture,Kinoen\n"
    ok, said = bring_in("url,unit,name\n" + rows)
    assert ok, said
    assert kept("name") == {("Badet",), ("Kinoen",)}
    assert verified(client, stranger) == "unknown"
    assert verified(client, f"https://www.{first}") == verified(client, f"https://www.{second}") == "official"


@pytest.mark.parametrize(
    ("platform", "handle", "address"),
    [
        ("Facebook", "naturskolen", "https://www.facebook.com/"),
        ("X", "naturskolen", "https://x.com"),
        ("Instagram", "naturskolen", "instagram.com/"),
        ("YouTube", "naturskolen", "https://www.youtube.com/channel/"),
        ("LinkedIn", "naturskolen", "https://www.linkedin.com/company/"),
        ("Flickr", "naturskolen", "https://www.flickr.com/photos/"),
        ("Bluesky", "naturskolen.no", "https://bsky.app/profile/"),
    ],
)
def test_the_address_of_a_whole_platform_stands_beside_no_handle(bring_in, client, platform, handle, address):
    for name in (handle, ""):
        ok, said = bring_in(f"platform,handle,url,unit\n{platform},{name},{address},culture\n", "--keep-going")
        assert not ok
        assert "such as" in said  # what to paste instead
        assert "single post" not in said
    assert not OfficialAccount.objects.exists()


@pytest.mark.parametrize(
    ("address", "platform", "handle", "external_id"),
    [
        ("https://www.facebook.com/pg/nordvikvgs/posts/", "facebook", "nordvikvgs", ""),
        ("https://m.facebook.com/pg/nordvikvgs/about?ref=page_internal", "facebook", "nordvikvgs", ""),
        ("https://www.facebook.com/people/Nordvik-Vgs/100012/", "facebook", "", "100012"),
        ("https://www.instagram.com/_u/nordvikvgs", "instagram", "nordvikvgs", ""),
        ("https://instagram.com/_u/nordvikvgs/?hl=nb", "instagram", "nordvikvgs", ""),
        ("https://www.instagram.com/stories/nordvikvgs/", "instagram", "nordvikvgs", ""),
        ("https://x.com/intent/user?screen_name=nordvikvgs", "x", "nordvikvgs", ""),
        ("https://twitter.com/#!/nordvikvgs", "x", "nordvikvgs", ""),
        ("https://x.com/i/user/123456789", "x", "", "123456789"),
        ("https://x.com/intent/follow?screen_name=nordvikvgs", "x", "nordvikvgs", ""),
        ("https://www.facebook.com/profile.php?id=100012", "facebook", "", "100012"),
    ],
)
def test_a_profile_in_another_form_is_that_profile(bring_in, address, platform, handle, external_id):
    ok, said = bring_in(f"url,unit\n{address},culture\n")
    assert ok, said
    assert kept("platform__code", "handle", "external_id") == {(platform, handle, external_id)}


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/share/1A2b3C/",
        "https://www.facebook.com/login/?next=https%3A%2F%2Fwww.facebook.com%2Ffjordvik",
        "https://www.facebook.com/media/set/?set=a.1",
        "https://www.facebook.com/hashtag/nordvik",
        "https://www.facebook.com/groups/",
        "https://www.facebook.com/events/123/",
        "https://www.facebook.com/watch/?v=123",
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Ffjordvik.example",
        "https://www.facebook.com/photo/?fbid=12",
        "https://www.instagram.com/p/CxYz123/",
        "https://www.instagram.com/reel/CxYz123/",
        "https://www.instagram.com/explore/tags/nordvik/",
        "https://twitter.com/search?q=fjordvik",
        "https://x.com/home",
        "https://x.com/i/lists/123",
        "https://www.linkedin.com/feed/",
        "https://www.linkedin.com/posts/fjordvik_hei-activity-1",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://youtu.be/abcdefghijk",
        "https://www.youtube.com/feed/subscriptions",
        "https://www.youtube.com/playlist?list=PL1",
        "https://www.youtube.com/results?search_query=x",
        "https://www.tiktok.com/tag/nordvik",
        "https://www.tiktok.com/discover/nordvik",
        "https://bsky.app/search?q=fjordvik",
        "https://bsky.app/feeds",
    ],
)
def test_an_address_that_holds_no_profile_is_rejected_by_file_and_in_the_form(bring_in, login, cast, address):
    ok, said = bring_in(f"url,unit\n{address},culture\n", "--keep-going")
    assert not ok
    assert "such as" in said, said
    page = login(cast.section).post(reverse("accounts:account_new"), {"url": address})
    assert page.status_code == 422
    assert page.context["form"].errors.get("url") or page.context["form"].errors.get("platform")
    assert not OfficialAccount.objects.exists()


# --- cells and headings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "empty", ["-", "n/a", "ingen", "none", "N/A", "–", "Ingen ", "har ikke", "ikkje aktuelt", "(tom)"]
)
def test_placeholders_are_empty(bring_in, empty):
    ok, said = bring_in(f"Facebook,Instagram,unit\n{empty},tre,culture\n{empty},{empty},culture\n")
    assert ok, said
    assert kept("platform__code", "handle") == {("instagram", "tre")}


@pytest.mark.parametrize(
    "cell",
    [
        "https://www.facebook.com/a1 https://www.facebook.com/a2",
        '"https://www.facebook.com/a1\nhttps://www.facebook.com/a2"',
        '"https://www.facebook.com/a1, https://www.facebook.com/a2"',
        "https://www.facebook.com/a1; https://www.facebook.com/a2",
        "https://www.facebook.com/a1 og https://www.facebook.com/a2",
        "https://www.facebook.com/a1 | https://www.facebook.com/a2",
        "https://www.facebook.com/a1 / https://www.facebook.com/a2",
        "@a1 @a2",
    ],
)
def test_two_in_one_cell_are_two(bring_in, cell):
    ok, said = bring_in(f"Facebook,unit\n{cell},culture\n")
    assert ok, said
    assert kept("handle") == {("a1",), ("a2",)}


@pytest.mark.parametrize("name", ["Fjordvik kommune – badet", "Badet & kinoen", "Vårt bad!", "Kafé Ægir"])
def test_a_handle_that_is_none_is_the_name_or_rejected(bring_in, name):
    assert bring_in(f"platform,handle,url,unit\nFacebook,{name},https://www.facebook.com/Badet,culture\n")[0]
    assert kept("handle", "name") == {("Badet", name)}
    assert not bring_in(f"platform,handle,unit\nFacebook,{name} to,culture\n")[0]


@pytest.mark.parametrize(
    "pair",
    [
        ("https://www.linkedin.com/showcase/badet/", "https://www.linkedin.com/showcase/badet"),
        ("https://www.facebook.com/Badet", "http://m.facebook.com/badet/?ref=x"),
        ("https://www.youtube.com/@badet", "https://youtube.com/@Badet/videos"),
        ("https://x.com/badet", "https://twitter.com/Badet?s=20"),
        ("https://www.instagram.com/badet/", "instagram.com/BADET?igsh=1"),
    ],
)
def test_a_second_run_changes_nothing_whatever_the_order(bring_in, pair):
    def text(rows):
        return "url,unit,name\n" + "".join(f"{row},culture,Badet\n" for row in rows)

    assert bring_in(text(pair))[0]
    best = kept("handle", "url")
    for rows in (pair, pair[::-1]):
        ok, said = bring_in(text(rows))
        assert ok
        assert "Unchanged: 2" in said
    assert kept("handle", "url") == best


@pytest.mark.parametrize("name", ["@badet_ny", "=Badet=", "+47 Badet", "-badet-", "=SUM(A1)", "@"])
def test_names_that_begin_like_a_formula_are_text(bring_in, login, cast, name):
    ok, said = bring_in(f"name,platform,url,unit\n{name},X,https://twitter.com/badet_ny,culture\n")
    assert ok, said
    assert kept("name") == {(name,)}
    exported = login(cast.admin).get(reverse("audit_csv"))
    assert f"'{name}" in b"".join(exported.streaming_content).decode()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Plattform;Brukernavn;Adresse;Enhet;Formål;Ansvarlig\nFacebook;bib;;Kulturhuset;På biblioteket;\n", "cp1252"),
        ("Plattform\tBrukarnamn\tLenkje\tEining\tFøremål\tAnsvarleg\nFacebook\tbib\t\tKulturhuset\tPå\t\n", "utf-16"),
        ("platform;brugernavn;link;afdeling;formål\nFacebook;bib;;Kulturhuset;På\n", "utf-8-sig"),
        ("sep=;\nNettsamfunn;Brukernavn;Avdeling\nFacebook;bib;Kulturhuset\n", "cp1252"),
        ("Kanal,Kontonavn,Nettadresse,Tilhørighet\nFacebook,På bib,facebook.com/bib,Kulturhuset\n", "utf-8"),
        ("Medie;Link;Ejer;Ansvarlig redaktør\nFacebook;facebook.com/bib;Kulturhuset;\n", "utf-16-le"),
    ],
)
def test_norwegian_and_danish_lists(bring_in, text, encoding):
    ok, said = bring_in(text.encode(encoding))
    assert ok, said
    assert kept("platform__code", "handle", "unit__code") == {("facebook", "bib", "culture")}


@pytest.mark.parametrize(
    "unit",
    [
        "Fjordvik\u00a0bibliotek",
        "Fjordvik biblio\u00adtek",
        "Fjordvik  bibliotek",
        "\ufeffFJORDVIK bibliotek\u200b ",
        "Fjordvik\u202fbibliotek",
        "bib",
    ],
)
def test_what_nobody_sees_hides_no_unit(bring_in, body, unit):
    factories.unit("bib", "Fjordvik bibliotek", parent=body.central)
    ok, said = bring_in(f"platform,handle,unit\nFacebook,a,{unit}\n")
    assert ok, said
    assert kept("unit__code") == {("bib",)}


@pytest.mark.parametrize(
    "rounded",
    ["1,8592E+18", "1.8592E+18", "1,85920391234567E+18", 1.85920391234567e18, 185920391234567000],
)
def test_rounded_ids_are_refused(bring_in, rounded):
    book = openpyxl.Workbook()
    book.active.append(["platform", "external_id", "unit"])
    book.active.append(["facebook", rounded, "culture"])
    file = io.BytesIO()
    book.save(file)
    ok, said = bring_in(file.getvalue(), name="ids.xlsx")
    assert not ok
    assert "has rounded" in said


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en-gb"])
def test_the_columns_are_recognised_by_what_the_page_calls_them(bring_in, language):
    with translation.override(language):
        heads = ";".join(f"“{LABELS[name]}”:" for name in ("platform", "handle", "unit", "purpose", "state"))
        state = OfficialAccount(state="paused").get_state_display()
    ok, said = bring_in(f"{heads}\nFacebook;a;culture;Hva;{state}\n")
    assert ok, said
    assert kept("handle", "unit__code", "purpose", "state") == {("a", "culture", "Hva", "paused")}


@pytest.mark.parametrize(
    ("written", "handle", "external_id"),
    [
        ("100064512345", "", "100064512345"),
        ("Badet-100064512345", "", "100064512345"),
        ("Fjordvik-Badet-100064512345", "", "100064512345"),
        ("Fjordvik-Badet", "Fjordvik-Badet", ""),
        ("fjordvik.badet", "fjordvik.badet", ""),
    ],
)
def test_the_end_of_an_address_among_the_handles(bring_in, client, written, handle, external_id):
    ok, said = bring_in(f"Facebook,unit\n{written},culture\n")
    assert ok, said
    assert kept("handle", "external_id") == {(handle, external_id)}
    assert verified(client, f"https://www.facebook.com/{written}") == "official"
    assert "Unchanged: 1" in bring_in(f"url,unit\nhttps://www.facebook.com/{written},culture\n")[1]
