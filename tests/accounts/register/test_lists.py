"""Lists of accounts as they come: wide ones, several in a cell, twice, removed ones, and 5,000 rows of dirt."""

import random
import time

import pytest

from accounts.moderators.models import Assignment
from accounts.register.imports import AccountImporter
from accounts.register.list_words import split_accounts
from accounts.register.models import OfficialAccount
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(body, now):
    def run(text, **options):
        options = {"unit": body.nordvik, "keep_going": True, "now": now} | options
        return AccountImporter(**options).run(text.encode(), "accounts.csv")

    return run


def handles():
    return set(OfficialAccount.objects.values_list("platform__code", "handle"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://x.com/a https://x.com/b", ["https://x.com/a", "https://x.com/b"]),
        ("@a og @b", ["@a", "@b"]),
        ("@a @b", ["@a", "@b"]),
        ("a;b", ["a", "b"]),
        ("https://x.com/a\nhttps://x.com/b", ["https://x.com/a", "https://x.com/b"]),
        ("https://x.com/a, https://x.com/b", ["https://x.com/a", "https://x.com/b"]),
        ("Fjordvik kommune", ["Fjordvik kommune"]),
        ("", []),
    ],
)
def test_two_addresses_in_one_cell(text, parts):
    assert split_accounts(text) == parts


def test_wide_lists(run):
    report = run(
        "Facebook,Instagram,X,Enhet\n"
        "https://www.facebook.com/to1 https://www.facebook.com/to2,@fjordvik_to,,Kulturhuset\n"
        "n/a,-,ingen,Kulturhuset\n"
        "none,Ikke aktuelt,@tre,Nordvik vgs\n"
    )
    assert report.rejected == []
    assert handles() == {("facebook", "to1"), ("facebook", "to2"), ("instagram", "fjordvik_to"), ("x", "tre")}
    assert "names no account" in report.results[3].reason


def test_several_in_a_long_row_are_several_or_a_clear_message(run):
    report = run(
        "platform,handle,url,external_id\n"
        "facebook,,https://www.facebook.com/a1 https://www.facebook.com/a2,\n"
        "instagram,@b1 @b2,,\n"
        "facebook,c,https://www.facebook.com/c https://www.facebook.com/d,\n"
    )
    assert handles() == {("facebook", "a1"), ("facebook", "a2"), ("instagram", "b1"), ("instagram", "b2")}
    assert [(row.row, row.field) for row in report.rejected] == [(4, "url")]
    assert "row of its own" in report.rejected[0].reason


@pytest.mark.parametrize("name", ["Fjordvik kommune – badet", "Badet i Fjordvik", "Vårt bad (nytt)"])
def test_a_name_among_the_handles_is_the_name_where_the_address_tells_the_handle(run, name):
    run(f"platform,handle,url\nFacebook,{name},https://www.facebook.com/FjordvikBadet\n")
    account = OfficialAccount.objects.get()
    assert (account.handle, account.name) == ("FjordvikBadet", name)
    [rejected] = run(f"platform,handle\nFacebook,{name} to\n").rejected
    assert rejected.field == "handle"


@pytest.mark.parametrize("name", ["@fjordvikbib_ny", "=Biblioteket=", "+47 Fjordvik", "- stille -"])
def test_text_that_begins_with_signs_is_text(run, name):
    run(f"name,platform,url\n{name},X,https://x.com/fjordvikbib_ny\n")
    assert OfficialAccount.objects.get().name == name


def test_the_order_of_rows_and_worse_forms_of_an_address_change_nothing(run):
    rows = [
        "LinkedIn,https://www.linkedin.com/showcase/fjordvik-jobb2/,Jobb",
        "LinkedIn,https://www.linkedin.com/showcase/fjordvik-jobb2,Jobb",
        "LinkedIn,http://linkedin.com/showcase/fjordvik-jobb2/?trk=x,Jobb",
        "Facebook,https://www.facebook.com/Badet,Bad",
        "Facebook,https://m.facebook.com/badet/?ref=x,Bad",
    ]
    for order in (rows, rows[::-1]):
        OfficialAccount.objects.all().delete()
        text = "platform,url,name\n" + "\n".join(order) + "\n"
        first = run(text)
        assert (first.counts["accepted"], first.rejected) == (2, [])
        again = run("platform,url,name\n" + "\n".join(random.Random(1).sample(order, 5)) + "\n")
        assert again.counts == {"accepted": 0, "changed": 0, "unchanged": 5, "rejected": 0}


def test_a_good_address_is_not_replaced_by_a_worse_one(run):
    run("platform,url\nfacebook,https://www.facebook.com/Badet\n")
    for worse in ("http://facebook.com/badet", "https://m.facebook.com/Badet/?fbclid=1", "www.facebook.com/badet"):
        assert run(f"platform,url\nfacebook,{worse}\n").counts["unchanged"] == 1
    assert OfficialAccount.objects.get().url == "https://www.facebook.com/Badet"


def test_two_rows_that_contradict_each_other_never_take_turns(run):
    text = "platform,handle,external_id\nfacebook,a,100\nfacebook,b,100\n"
    assert [row.row for row in run(text).rejected] == [3]
    again = run(text)
    assert again.counts == {"accepted": 0, "changed": 0, "unchanged": 1, "rejected": 1}


@pytest.mark.parametrize("name", ["Facebok", "instagrm", "You Tub"])
def test_the_nearest_platform_only_where_the_name_is_near(run, name):
    assert "Nearest known" in run(f"platform,handle\n{name},a\n").rejected[0].reason


@pytest.mark.parametrize("name", ["Nettby", "Intranett", "Vero"])
def test_a_far_one_is_to_be_added(run, name):
    report = run(f"platform,handle\n{name},a\n")
    assert "Add it under Settings" in report.rejected[0].reason
    assert [(row.what, row.text) for row in report.unmatched] == [("platform", name)]
    assert run(f"platform,handle\n{name},a\n", matches={name: "facebook"}).counts["accepted"] == 1


def test_people_by_name_are_matched_once_for_the_file(run, cast):
    text = "platform,handle,ansvarlig\nfacebook,a,Mona Moderator\nfacebook,b,Mona M\nfacebook,c,Mona M\n"
    report = run(text)
    assert report.counts["accepted"] == 3
    assert [(row.what, row.text, row.rows) for row in report.unmatched] == [("person", "Mona M", 2)]
    assert "left out" in report.results[1].reason
    assert run(text, matches={"mona  m": "moderator@fjordvik.example"}).counts["changed"] == 2
    assert Assignment.objects.filter(person=cast.moderator).count() == 3


def test_a_list_of_removed_accounts(run, body, facebook):
    factories.account(unit=body.nordvik, platform=facebook, handle="ibruk")
    text = "platform,handle,status\nfacebook,borte,aktiv\nfacebook,ibruk,slettet\n"
    report = run(text, state="retired")
    assert OfficialAccount.objects.get(handle="borte").state == "retired"
    assert "Retire it there first" in report.rejected[0].reason
    assert run(text, state="retired").counts["unchanged"] == 1
    run("platform,handle,status\nfacebook,ny,nedlagt\n")
    assert OfficialAccount.objects.get(handle="ny").state == "retired"


DIRT = {
    "unit": "facebook,{n},,Ukjent enhet {k},,,",
    "platform": "Nettby{k},{n},,nordvik,,,",
    "handle": "facebook,to ord {n},,nordvik,,,",
    "url": "facebook,,https://example.com/{n},nordvik,,,",
    "state": "facebook,{n},,nordvik,sover,,",
    "moderators": "facebook,{n},,nordvik,,ingen{n}@fjordvik.example,",
    "last_activity_at": "facebook,{n},,nordvik,,,31.02.2026",
    "last_activity_at ": "facebook,{n},,nordvik,,,31.12.2031",
    "unit ": "facebook,{n},,#N/A,,,",
    "external_id": 'facebook,{n},,nordvik,,,,"1,8592E+18"',
    "": "facebook,{n}",
    "name": "facebook,{n},,nordvik,,,,,a\x01b",
    " ": ",,,nordvik,,,",
    "platform ": ",{n},,nordvik,,,",
}


def test_five_thousand_rows_with_fourteen_kinds_of_dirt(run, cast):
    draw = random.Random(9)
    lines, expected = ["platform,handle,url,unit,state,moderators,last_activity_at,external_id,name"], {}
    for number in range(2, 5002):
        if draw.random() < 0.3:
            field = draw.choice(list(DIRT))
            line = DIRT[field].format(n=f"skitt{number}", k=number % 7)
            expected[number] = field.strip()
            short = field == ""
        else:
            line, short = (
                f"facebook,ren{number},,Nordvik\u00a0vgs,aktiv,Mona Moderator,20. november 2025 kl. 9.00",
                False,
            )
        lines.append(line if short else line + "," * (8 - line.replace("1,8", "1.8").count(",")))
    assert len(set(expected.values())) >= 10
    began = time.monotonic()
    report = run("\n".join(lines) + "\n", dry_run=True)
    took = time.monotonic() - began
    assert {row.row: row.field for row in report.rejected} == expected
    assert all(row.reason for row in report.rejected)
    assert {row.row for row in report.results} == set(range(2, 5002))
    assert report.counts["accepted"] == 5000 - len(expected)
    assert {(row.what, row.rows > 1) for row in report.unmatched} >= {("unit", True), ("platform", True)}
    assert took < 30, took
