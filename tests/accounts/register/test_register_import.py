"""Accounts from files: long and wide rows, matched platforms, people, and what is wrong with each."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.moderators.models import Assignment
from accounts.register.imports import AccountImporter
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories


@pytest.fixture
def run(cast, body, now):
    """`run(text, "list.csv", **options)` gives the report."""

    def importing(text, name="list.csv", unit=body.nordvik, **options):
        options = {"by": cast.section, "now": now, "keep_going": True} | options
        return AccountImporter(unit=unit, **options).run(text.encode(), name)

    return importing


def reasons(report):
    return [(result.row, result.field, result.reason) for result in report.rejected]


LONG = """platform,handle,url,unit,purpose,state,moderators,deputies,last_activity_at,external_id
Facebook,@NordvikVGS,,nordvik,Skolestart,active,moderator@fjordvik.example,vara@fjordvik.example,2026-11-01,
INSTAGRAM,,https://www.instagram.com/nordvik.vgs/,Nordvik vgs,,,,,,
,,https://www.youtube.com/channel/UC123,sorvik,,planned,sor@fjordvik.example,,,
"""


def test_long_rows(run, cast, body, now):
    report = run(LONG)
    assert report.rejected == []
    facebook, instagram, youtube = OfficialAccount.objects.order_by("pk")
    assert (facebook.handle, facebook.url) == ("NordvikVGS", "https://www.facebook.com/NordvikVGS")
    assert (facebook.state, facebook.opened_at, facebook.purpose) == ("active", now, "Skolestart")
    assert facebook.last_activity_at.isoformat() == "2026-10-31T23:00:00+00:00"
    assert (instagram.platform.code, instagram.handle, instagram.unit) == ("instagram", "nordvik.vgs", body.nordvik)
    assert (youtube.platform.code, youtube.external_id, youtube.state) == ("youtube", "UC123", "planned")
    roles = {(row.person.email, row.part, bool(row.accepted_at)) for row in Assignment.objects.all()}
    assert roles == {
        ("moderator@fjordvik.example", "lead", True),
        ("vara@fjordvik.example", "deputy", True),
        ("sor@fjordvik.example", "lead", False),  # of a planned account, an offer
    }
    assert Notice.objects.get().person == cast.stranger
    assert AuditEvent.objects.filter(event="account.registered").count() == 3


def test_a_second_run_changes_nothing(run):
    run(LONG)
    trail = AuditEvent.objects.count()
    assert run(LONG).counts == {"accepted": 0, "changed": 0, "unchanged": 3, "rejected": 0}
    assert AuditEvent.objects.count() == trail


def test_what_was_changed_and_ended_in_the_portal_is_not_brought_back(run, cast, now):
    run(LONG)
    Assignment.objects.get(person=cast.deputy).end(reason="x", by=cast.principal, now=now)
    OfficialAccount.objects.filter(handle="NordvikVGS").update(state="paused")
    assert run(LONG).counts["unchanged"] == 3
    assert OfficialAccount.objects.get(handle="NordvikVGS").state == "paused"
    assert not Assignment.objects.open().filter(person=cast.deputy).exists()


WIDE = """
- id: {bioguide: A1}
  social:
    twitter: RepOne
    twitter_id: 3026622545
    facebook: rep.one
    youtube_id: UCone
    mastodon: '@RepOne@mastodon.example'
- id: {bioguide: B2}
  name: Two
  social:
    instagram: https://www.instagram.com/two/
    flickr: two; second
"""


def test_wide_rows_give_an_account_a_column(run):
    report = run(WIDE, "list.yaml")
    assert report.counts == {"accepted": 7, "changed": 0, "unchanged": 0, "rejected": 0}
    assert report.ignored_columns == ["id.bioguide"]
    found = {
        (row.platform.code, row.handle, row.external_id, row.url, row.name) for row in OfficialAccount.objects.all()
    }
    assert found == {
        ("x", "RepOne", "3026622545", "https://x.com/RepOne", "RepOne"),
        ("facebook", "rep.one", "", "https://www.facebook.com/rep.one", "rep.one"),
        ("youtube", "", "UCone", "https://www.youtube.com/channel/UCone", "UCone"),
        ("mastodon", "RepOne@mastodon.example", "", "https://mastodon.example/@RepOne", "RepOne@mastodon.example"),
        ("instagram", "two", "", "https://www.instagram.com/two/", "Two"),
        ("flickr", "two", "", "https://www.flickr.com/photos/two/", "Two"),
        ("flickr", "second", "", "https://www.flickr.com/photos/second/", "Two"),
    }
    assert run(WIDE, "list.yaml").counts["unchanged"] == 7


def test_an_id_found_later_joins_the_handle_and_then_decides(run):
    run("twitter\nRepOne\n")
    assert run("twitter,twitter_id\nRepOne,30\n").counts["changed"] == 1
    assert run("twitter,twitter_id\nRenamed,30\n").counts["changed"] == 1
    account = OfficialAccount.objects.get()
    assert (account.handle, account.external_id) == ("Renamed", "30")
    assert "taken over the handle" in run("twitter,twitter_id\nRenamed,31\n").rejected[0].reason


def test_id_and_handle_of_two_accounts_are_not_mixed(run):
    run("twitter,twitter_id\nOne,1\nTwo,2\n")
    assert "The handle belongs to “One”, the id to “Two”." in run("twitter,twitter_id\nOne,2\n").rejected[0].reason


def test_an_account_known_by_its_address_alone(run):
    blog = "platform,url\nblog,https://blogg.fjordvik.example/\n"
    assert run(blog).counts["accepted"] == 1
    assert run(blog).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("Facebok,x,,,,,", "platform", "There is no platform “Facebok”. Nearest known: Facebook"),
        ("qwzzj,x,,,,,", "platform", "no platform “qwzzj”. Add it under Settings"),
        (",x,,,,,", "platform", "The field is empty."),
        ("facebook,,,,,,", "handle", "The field is empty."),
        (",,,,,,x", "", ""),
        ("facebook,,https://x.com/a,,,,", "url", "This is an address on X, but the account is on Facebook."),
        ("facebook,,https://example.com/a,,,,", "url", "This is not an address on Facebook."),
        ("facebook,x,not an address,,,,", "url", "No handle on Facebook"),
        ("facebook,x,,nordvk,,,", "unit", "There is no unit “nordvk”. Nearest known: Nordvik vgs (nordvik)"),
        ("facebook,x,,,awake,,", "state", "“awake” is not one of: Planned, Active"),
        ("facebook,x,,,,nobody@fjordvik.example,", "moderators", "There is nobody with the e-mail “nobody@"),
        ("facebook,x,,,,,31.02.2026", "last_activity_at", "not a day and time"),
        ("facebook,x,,,,,2031-01-01", "last_activity_at", "in the future"),
        ("facebook,=cmd(),,,,,", "handle", "No handle on Facebook looks like this"),
    ],
)
def test_what_is_wrong_names_row_and_field(run, row, field, reason):
    report = run("platform,handle,url,unit,state,moderators,last_activity_at\nfacebook,fine,,,,,\n" + row + "\n")
    assert report.counts["accepted"] == 1
    [(number, found_field, found_reason)] = reasons(report)
    assert (number, found_field or field) == (3, field)
    assert reason in found_reason


def test_a_former_employee_and_a_role_held_otherwise(run, cast, now):
    factories.person("Gone", email="gone@fjordvik.example", is_active=False, deactivated_at=now)
    report = run("platform,handle,moderators,deputies\nfacebook,a,gone@fjordvik.example,\n")
    assert "no longer log in" in report.rejected[0].reason
    assert not OfficialAccount.objects.exists()  # the row is undone whole


def test_the_same_account_twice_in_a_file(run):
    report = run("platform,handle,purpose\nfacebook,One,News\nFacebook,@one,News\nfacebook,one,Sports\n")
    said = "The same stands in row 2 already."
    assert [(row.row, row.outcome, row.reason) for row in report.results] == [
        (2, "accepted", ""),
        (3, "unchanged", said),  # says nothing else
        (4, "rejected", said),
    ]


def test_without_a_unit_each_row_must_name_one(run):
    report = run("platform,handle\nfacebook,One\n", unit=None)
    assert reasons(report)[0][1] == "unit"
    assert "choose one for all rows" in reasons(report)[0][2]


def test_states_that_a_list_may_state(run, now):
    run("platform,handle,state\nfacebook,a,retired\nfacebook,b,Paused\nfacebook,c,retiring\nfacebook,d,planned\n")
    found = {
        row.handle: (row.state, bool(row.opened_at), bool(row.retired_at)) for row in OfficialAccount.objects.all()
    }
    assert found == {
        "a": ("retired", False, True),
        "b": ("paused", True, False),
        "c": ("retiring", True, False),
        "d": ("planned", False, False),
    }


def test_activity_only_moves_forward(run):
    run("platform,handle,last_activity_at\nfacebook,a,2026-10-01\n")
    assert run("platform,handle,last_activity_at\nfacebook,a,2026-09-01\n").counts["unchanged"] == 1
    assert run("platform,handle,last_activity_at\nfacebook,a,2026-10-02\n").counts["changed"] == 1


def test_the_command(tmp_path, body, db, capsys):
    path = tmp_path / "list.csv"
    path.write_text("twitter,facebook\nRepOne,rep.one\n", encoding="utf-8")
    with pytest.raises(CommandError, match="There is no unit “atlantis”"):
        call_command("import_accounts", str(path), unit="atlantis")
    with pytest.raises(CommandError, match="2 rows were rejected"):
        call_command("import_accounts", str(path))
    call_command("import_accounts", str(path), unit="NORDVIK", dry_run=True)
    assert not OfficialAccount.objects.exists()
    capsys.readouterr()
    call_command("import_accounts", str(path), unit="nordvik", json=True)
    assert json.loads(capsys.readouterr().out)["accepted"] == 2
    assert set(OfficialAccount.objects.values_list("unit__code", flat=True)) == {"nordvik"}


def test_many_rows_take_no_queries_each_that_change_nothing(run, django_assert_num_queries):
    text = "twitter\n" + "".join(f"rep{number}\n" for number in range(30))
    run(text)
    with django_assert_num_queries(8):
        run(text)


def test_many_new_accounts_take_no_queries_each(run, cast, django_assert_max_num_queries):
    head = "platform,handle,moderators,deputies\n"

    def rows(prefix):
        people = "moderator@fjordvik.example,vara@fjordvik.example"
        return head + "".join(f"facebook,{prefix}{number},{people}\n" for number in range(40))

    with CaptureQueriesContext(connection) as few:
        run(head + "facebook,first,moderator@fjordvik.example,vara@fjordvik.example\n")
    with django_assert_max_num_queries(len(few) + 5):  # SQLite takes fewer rows in one statement
        assert run(rows("more")).counts["accepted"] == 40
    assert Assignment.objects.exclude(accepted_at=None).count() == 82
    assert AuditEvent.objects.filter(subject_type="officialaccount").count() == 41 * 5


# --- addresses ---


@pytest.mark.parametrize(
    ("url", "handle", "external_id"),
    [
        ("https://www.facebook.com/Nordvik", "Nordvik", ""),
        ("https://www.facebook.com/profile.php?id=100", "", "100"),
        ("https://www.youtube.com/@nordvik", "nordvik", ""),
        ("https://www.youtube.com/channel/UC1", "", "UC1"),
        ("https://www.youtube.com/c/nordvik", "c/nordvik", ""),
        ("https://www.linkedin.com/company/nordvik/", "nordvik", ""),
        ("https://www.linkedin.com/in/nordvik/", "in/nordvik", ""),
    ],
)
def test_handles_and_ids_in_addresses(run, url, handle, external_id):
    run(f"url\n{url}\n")
    account = OfficialAccount.objects.get()
    assert (account.handle, account.external_id) == (handle, external_id)


# --- identities ---


def kept():
    return sorted(OfficialAccount.objects.values_list("handle", "external_id", "url", "name"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://www.linkedin.com/showcase/nordvik-jobb/", "https://www.linkedin.com/showcase/nordvik-jobb"),
        ("https://www.linkedin.com/company/s%C3%B8rvik", "https://www.linkedin.com/company/sørvik?trk=x"),
        ("https://www.facebook.com/NordvikVGS", "https://m.facebook.com/nordvik.vgs/about"),
        ("https://x.com/nordvik", "https://twitter.com/#!/Nordvik"),
        ("https://snabelen.no/@nordvik", "https://helvede.net/@nordvik@snabelen.no"),
    ],
)
def test_a_worse_form_changes_nothing(run, first, second):
    platform = "mastodon" if "snabelen" in first else ""
    run(f"platform,url\n{platform},{first}\n")
    before = kept()
    for url in (second, first, second):
        assert run(f"platform,url\n{platform},{url}\n").counts["unchanged"] == 1
    assert kept() == before


def test_three_pages_below_one_step_are_three(run):
    run(
        "url\nhttps://www.facebook.com/pg/Badet\nhttps://www.facebook.com/pg/Kinoen/\nfacebook.com/pg/Galleriet/posts\n"
    )
    assert [row[0] for row in kept()] == ["Badet", "Galleriet", "Kinoen"]


@pytest.mark.parametrize("name", ["Nordvik vgs – skolen", "Søk Nordvik!", "Den gamle skulen"])
def test_a_handle_that_is_a_name_is_the_name(run, name):
    run(f"platform,handle,url\nfacebook,{name},https://www.facebook.com/NordvikVGS\n")
    assert kept() == [("NordvikVGS", "", "https://www.facebook.com/NordvikVGS", name)]
    assert reasons(run(f"platform,handle\nfacebook,{name}\n"))[0][1] == "handle"


@pytest.mark.parametrize(
    "row",
    [
        "x,naturskolen,https://x.com",
        "facebook,naturskolen,https://www.facebook.com/",
        "instagram,naturskolen,https://www.instagram.com",
        "x,ekte,https://x.com/falsk",
        "mastodon,nordvik,",
        "youtube,,https://www.youtube.com/watch?v=abc",
        "flickr,,https://www.flickr.com/photos/",
        "linkedin,,https://www.linkedin.com/feed/",
    ],
)
def test_an_address_that_names_nobody_brings_in_nothing(run, row):
    assert run(f"platform,handle,url\n{row}\n").counts["rejected"] == 1
    assert not OfficialAccount.objects.exists()
