import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from accounts.inbox.models import Post
from governance.audit.models import AuditEvent
from tests import factories

HEAD = ["account", "remote_id", "kind", "author", "text", "url", "posted_at", "answered_at"]


@pytest.fixture
def run(tmp_path):
    """`run(content, name)` → (report, failed)."""

    def run(content, name="posts.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out, failed = io.StringIO(), False
        try:
            call_command("import_posts", str(path), json=True, stdout=out, **options)
        except CommandError:
            failed = True
        return json.loads(out.getvalue()), failed

    return run


@pytest.fixture
def rows(account):
    return [
        [account.handle, "1", "comment", "Ola", "When do you open?", "https://x.example/1", "2026-11-01T10:00", ""],
        [f"facebook:{account.handle}", "2", "", "", "@nordvik - hi", "", "2026-11-01T10:00+02:00", "2026-11-02T08:00"],
        [f"https://fb.com/{account.handle}", "3", "message", "", "", "", "", ""],
    ]


def csv_of(rows, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([HEAD, *rows])
    return out.getvalue()


def test_twice_changes_nothing(run, rows):
    report, failed = run(csv_of(rows))
    assert (report["accepted"], report["rejected"], failed) == (3, 0, False)
    first, second, _third = Post.objects.order_by("remote_id")
    assert first.posted_at == dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
    assert (second.posted_at.hour, second.outcome) == (8, "answered")
    assert first.source == Post.Source.IMPORT
    assert first.answer_due_at == first.posted_at + dt.timedelta(hours=24)
    before = list(Post.objects.values())
    report, failed = run(csv_of(rows))
    assert (report["unchanged"], report["accepted"], report["changed"], failed) == (3, 0, 0, False)
    assert list(Post.objects.values()) == before
    assert AuditEvent.objects.filter(event="imported").count() == 1


def test_the_other_kinds_of_file(run, rows):
    objects = [dict(zip(HEAD, row, strict=True)) for row in rows]
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.active.append(row)
    sheet = io.BytesIO()
    book.save(sheet)
    assert run(json.dumps(objects), "posts.json")[0]["accepted"] == 3
    assert run("\n".join(json.dumps(one) for one in objects), "posts.jsonl")[0]["unchanged"] == 3
    assert run(json.dumps(objects), "posts.yaml")[0]["unchanged"] == 3  # JSON is YAML
    assert run(sheet.getvalue(), "posts.xlsx")[0]["unchanged"] == 3
    assert run(csv_of(rows, ";").encode("utf-8-sig"))[0]["unchanged"] == 3
    assert run(csv_of(rows).encode("utf-16"))[0]["unchanged"] == 3


def test_bad_rows_are_named_and_nothing_is_written(run, rows, account, body, facebook):
    twin = factories.platform("x", "X")
    for platform in (twin, facebook):
        factories.account(unit=body.nordvik, platform=platform, handle="twins")
    retired = factories.account(unit=body.nordvik, platform=twin, state="retired")
    bad = [
        ["nobody", "1", "", "", "", "", "", ""],
        ["twins", "1", "", "", "", "", "", ""],
        [retired.handle, "1", "", "", "", "", "", ""],
        [account.handle, "", "", "", "", "", "", ""],
        [account.handle, "k", "shout", "", "", "", "", ""],
        [account.handle, "l", "", "", "", "", "31.02.2026", ""],
        [account.handle, "m", "", "", "", "not an address", "", ""],
        [account.handle, "n", "", "", "", "", "2026-11-02T10:00", "2026-11-01T10:00"],
        [account.handle, "o", "", "", "#REF!", "", "", ""],
        [account.handle, "p", "", "", "x" * 1_000_000, "", "", ""],
        rows[0],
    ]
    report, failed = run(csv_of([*rows, *bad]))
    assert failed
    rejected = [(row["row"], row["field"]) for row in report["rows"] if row["outcome"] == "rejected"]
    assert rejected == [
        (5, "account"),
        (6, "account"),
        (7, "account"),
        (8, "remote_id"),
        (9, "kind"),
        (10, "posted_at"),
        (11, "url"),
        (12, "answered_at"),
        (13, "text"),
        (14, "text"),
    ]  # the last row says what the first one said
    assert all(row["reason"] for row in report["rows"] if row["outcome"] == "rejected")
    assert not Post.objects.exists()
    report, failed = run(csv_of([*rows, *bad]), keep_going=True)
    assert (failed, report["accepted"], Post.objects.count()) == (True, 3, 3)


def test_a_dry_run_writes_nothing(run, rows):
    report, failed = run(csv_of(rows), dry_run=True)
    assert (report["accepted"], report["written"], failed) == (3, False, False)
    assert not Post.objects.exists()


@pytest.mark.parametrize("content", ["", "name,colour\nx,red\n", b"\x00\x01\x02", "account\n"])
def test_files_that_are_none(run, db, content):
    report, failed = run(content)
    assert failed
    assert report["error"]


def test_many_posts_take_few_queries(run, account, django_assert_max_num_queries):
    rows = [[account.handle, str(number), "", "", "Hi", "", "", ""] for number in range(900)]
    with django_assert_max_num_queries(70):
        assert run(csv_of(rows))[0]["accepted"] == 900
