"""Kinds of faults that lists of posts really have, several inputs of each."""

import datetime as dt
import io

import openpyxl
import pytest

from accounts.inbox.imports import PostImporter
from accounts.inbox.models import Post
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(body, facebook, now):
    """`run(rows)` as an Excel file, `run(text)` as CSV: the report. The account is `facebook:nordvikvgs`."""
    factories.account(unit=body.nordvik, platform=facebook, handle="nordvikvgs")

    def importing(content, name="poster.csv"):
        if isinstance(content, list):
            book, file = openpyxl.Workbook(), io.BytesIO()
            for row in content:
                book.active.append(row)
            book.save(file)
            content, name = file.getvalue(), "poster.xlsx"
        data = content if isinstance(content, bytes) else content.encode()
        return PostImporter(now=now, keep_going=True).run(data, name)

    return importing


@pytest.mark.parametrize(
    "account",
    [
        "https://mastodon.online/@nordvikvgs",
        "https://www.facebook.com/pg/EnHeltAnnen",
        "https://www.instagram.com/nordvikvgs/",
        "instagram:nordvikvgs",
        "nordvikvgs@mastodon.social",
        "https://www.facebook.com/",
        "https://facebook.com.evil.example/nordvikvgs",
    ],
)
def test_no_such_account_of_ours(run, account):
    [rejected] = run(f"account,remote_id,text\n{account},1,Hei\n").rejected
    assert rejected.field == "account"
    assert not Post.objects.exists()


@pytest.mark.parametrize("rounded", [1.85920391234567e18, 185920391234567890, "1,8592E+18", "1.8592E+18", "1,9E+17"])
@pytest.mark.parametrize("column", ["remote_id", "parent_id", "thread_id"])
def test_rounded_ids_are_refused_whatever_they_identify(run, rounded, column):
    row = {"account": "facebook:nordvikvgs", "remote_id": "17", "text": "Hei"} | {column: rounded}
    [rejected] = run([list(row), list(row.values())]).rejected
    assert (rejected.field, "rounded this id" in rejected.reason) == (column, True)


def test_long_ids_kept_as_text_come_in(run):
    ids = ["185920391234567891", "1859203912345678912", "pfbid02Abc", "17-E18"]
    report = run([["account", "remote_id"], *(["facebook:nordvikvgs", one] for one in ids)])
    assert report.rejected == []
    assert set(Post.objects.values_list("remote_id", flat=True)) == set(ids)


@pytest.mark.parametrize(
    "text",
    ["=) takk", "=D", "=^..^= hei", "-Per- hei", "+47 900 00 000", "@fjordvik hei", "=1+1", "- er dette åpent?", "-"],
)
def test_what_people_write_is_kept_as_it_is(run, text):
    assert run(f"\ufeffaccount;remote_id;author;text\nfacebook:nordvikvgs;1;{text};{text}\n").rejected == []
    post = Post.objects.get()
    assert (post.author, post.text) == (text, text)


@pytest.mark.parametrize(
    "written",
    [
        "17-11-2026 15:00",
        "17.11.2026 15.00",
        "17/11/2026 15:00",
        "17. november 2026 kl. 15.00",
        "tirsdag den 17. november 2026 kl. 15:00",
        "17.11.26 15:00",
        "2026-11-17T15:00:00+01:00",
        dt.datetime(2026, 11, 17, 15),  # noqa: DTZ001 - as a spreadsheet has it
    ],
)
def test_danish_and_norwegian_times(run, written):
    report = run([["account", "remote_id", "posted_at"], ["facebook:nordvikvgs", "1", written]])
    assert report.rejected == []
    assert Post.objects.get().posted_at == dt.datetime(2026, 11, 17, 14, tzinfo=dt.UTC)


@pytest.mark.parametrize("written", ["11/20/2026", "31.02.2026", "i går", "20-11", "2026", "32-11-2026 15:00"])
def test_what_is_no_time_is_rejected(run, written):
    [rejected] = run(f"account,remote_id,posted_at\nfacebook:nordvikvgs,1,{written}\n").rejected
    assert rejected.field == "posted_at"


@pytest.mark.parametrize(
    ("kind", "meant"), [("Kommentar", "comment"), ("Omtale", "mention"), ("DM", "message"), ("review", "review")]
)
def test_kinds_in_words(run, kind, meant):
    report = run(f"Konto;Innleggs-ID;Type\nfacebook:nordvikvgs;1;{kind}\n")
    assert report.rejected == []
    assert Post.objects.get().kind == meant
