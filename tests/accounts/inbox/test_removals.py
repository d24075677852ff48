"""What is removed leaves who, when and why, and nothing of what it said (D53, D118)."""

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.inbox import moves
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import ingest
from accounts.inbox.models import Post, Removal
from accounts.inbox.moves import PostConflict
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories

HOUR = dt.timedelta(hours=1)
SECRET = "Ola Hansen is a crook"
# A platform's address says who it was that wrote.
ADDRESS = "https://facebook.example/troll/status/1"


@pytest.fixture
def post(account, now):
    return factories.post(
        account,
        remote_id="a1",
        text=SECRET,
        author="Troll",
        author_id="troll-1",
        url=ADDRESS,
        posted_at=now - HOUR,
    )


def remove(post, by, now, reason="offensive", note="Rule 2"):
    done = moves.remove(post, reason=reason, note=note, by=by, now=now)
    post.refresh_from_db()
    return done


def test_what_it_said_is_gone_and_why_stays(post, cast, now):
    assert remove(post, cast.moderator, now)
    assert (post.text, post.author, post.author_id, post.url, post.content_removed_at) == ("", "", "", "", now)
    assert (post.outcome, post.closed_at, post.closed_by) == ("removed", now, cast.moderator)
    row = Removal.objects.get()
    assert (row.account, row.post, row.kind, row.posted_at) == (post.account, post, "comment", now - HOUR)
    assert (row.reason, row.note, row.removed_by, row.removed_at) == ("offensive", "Rule 2", cast.moderator, now)
    trail = str(list(AuditEvent.objects.values())) + str(list(Notice.objects.values()))
    assert SECRET not in trail
    assert "roll" not in trail.replace("rolled", "")
    assert AuditEvent.objects.get(event="post.closed").after["reason"] == "offensive"


def test_no_later_fetch_brings_it_back(post, cast, now):
    remove(post, cast.moderator, now)
    again = Incoming("a1", text=SECRET, author="Troll", url=ADDRESS)
    ingest(post.account, [again], source=Post.Source.PLATFORM, now=now + HOUR)
    post.refresh_from_db()
    assert (post.text, post.author, post.url) == ("", "", "")


def test_its_address_goes_too_where_its_author_deleted_it_and_comes_back_with_it(post, now):
    gone = Incoming("a1", removed=True)
    ingest(post.account, [gone], source=Post.Source.PLATFORM, now=now)
    post.refresh_from_db()
    assert (post.outcome, post.text, post.url) == ("withdrawn", "", "")
    there = Incoming("a1", text=SECRET, url=ADDRESS, removed=False)
    ingest(post.account, [there], source=Post.Source.PLATFORM, now=now + 2 * HOUR)
    post.refresh_from_db()
    assert (post.outcome, post.text, post.url) == ("", SECRET, ADDRESS)


def test_twice_is_once(post, cast, now):
    remove(post, cast.moderator, now)
    assert not remove(post, cast.deputy, now + HOUR, reason="unlawful")
    assert Removal.objects.get().removed_by == cast.moderator


def test_opened_again_it_stays_empty_and_in_the_log(post, cast, now):
    remove(post, cast.moderator, now)
    moves.reopen(post, by=cast.deputy, now=now + HOUR)
    post.refresh_from_db()
    assert (post.closed_at, post.text, post.content_removed_at) == (None, "", now)
    assert Removal.objects.count() == 1
    assert remove(post, cast.deputy, now + 2 * HOUR, reason="unlawful")
    assert (Removal.objects.get().reason, post.content_removed_at) == ("unlawful", now)
    assert AuditEvent.objects.filter(event="post.closed").count() == 2


def test_the_log_outlives_the_post(post, cast, now):
    remove(post, cast.moderator, now)
    post.delete()
    assert Removal.objects.get().post is None


def test_it_needs_a_reason_and_an_open_post(post, cast, now):
    with pytest.raises(ValidationError, match="Say why it is removed"):
        moves.close(post, outcome="removed", by=cast.moderator, now=now)
    moves.close(post, outcome="answered", by=cast.moderator, now=now)
    with pytest.raises(PostConflict, match="Answered"):
        moves.remove(post, reason="offensive", by=cast.deputy, now=now)
    assert not Removal.objects.exists()


def test_removed_on_the_platform_before_it_was_logged(login, account, post, cast, now):
    """A fetch in between took it for deleted by its author."""
    factories.assign(account, cast.moderator)
    Post.objects.filter(pk=post.pk).update(outcome="withdrawn", closed_at=now)
    client = login(cast.moderator)
    assert "Log that it is removed" in client.get(post.get_absolute_url()).content.decode()
    client.post(f"{post.get_absolute_url()}remove/", {"remove-reason": "offensive"})
    post.refresh_from_db()
    assert (post.outcome, post.closed_by, Removal.objects.count()) == ("removed", cast.moderator, 1)
    assert AuditEvent.objects.get(event="post.closed").before["outcome"] == "withdrawn"
    assert "Log that it is removed" not in client.get(post.get_absolute_url()).content.decode()


def test_nothing_is_noted_about_a_child(post, cast, now):
    moves.triage(post, tone="neutral", concerns=["child"], by=cast.moderator, now=now)
    remove(post, cast.moderator, now, reason="personal_data", note="About Kari")
    assert Removal.objects.get().note == ""


# --- the pages ---


@pytest.fixture
def moderator(login, account, cast):
    factories.assign(account, cast.moderator)
    return login(cast.moderator)


def test_removing_on_the_page(moderator, post):
    address = f"{post.get_absolute_url()}remove/"
    assert "remove it there first" in moderator.get(post.get_absolute_url()).content.decode()
    assert moderator.get(address).status_code == 405
    page = moderator.post(address, {"remove-note": "Rule 2, again"})
    assert page.status_code == 422
    assert "Rule 2, again" in page.content.decode()
    page = moderator.post(address, {"remove-reason": "offensive", "remove-note": "Rule 2"}, follow=True)
    assert "The removal is logged" in page.content.decode()
    assert SECRET not in page.content.decode()
    assert "Insults, threats or hatred" in page.content.decode()
    again = moderator.post(address, {"remove-reason": "offensive"}, follow=True)
    assert "done already" in again.content.decode()


def test_removed_is_no_choice_of_the_ordinary_form(moderator, post):
    page = moderator.post(f"{post.get_absolute_url()}close/", {"close-outcome": "removed"})
    assert page.status_code == 422
    assert not Removal.objects.exists()


@pytest.fixture
def log(body, cast, facebook, account, now):
    other = factories.account(unit=body.sorvik, platform=facebook)
    for number, (where, reason) in enumerate([(account, "offensive"), (account, "advertising"), (other, "offensive")]):
        made = factories.post(where)
        moves.remove(
            made, reason=reason, note=f"=note {number}", by=cast.section, now=now - dt.timedelta(days=10 * number)
        )
    return other


def rows(client, **chosen):
    page = client.get("/removals/", chosen)
    assert page.status_code == 200
    return [row.note for row in page.context["page"]], page.context["counts"]


def test_the_log_is_filtered_and_counted(login, cast, log, account):
    client = login(cast.section)
    assert rows(client) == (
        ["=note 0", "=note 1", "=note 2"],
        [("Insults, threats or hatred", 2), ("Advertising or spam", 1)],
    )
    assert rows(client, reason="offensive")[0] == ["=note 0", "=note 2"]
    assert rows(client, account=account.pk)[0] == ["=note 0", "=note 1"]
    assert rows(client, since="08.11.2026")[0] == ["=note 0", "=note 1"]
    assert rows(client, until="08.11.2026")[0] == ["=note 1", "=note 2"]
    assert rows(client, since="yesterday")[0] == ["=note 0", "=note 1", "=note 2"]


def test_each_sees_the_log_of_their_own_accounts(moderator, login, cast, log):
    assert rows(moderator)[0] == ["=note 0", "=note 1"]
    assert rows(login(cast.principal))[0] == ["=note 0", "=note 1"]
    assert rows(login(cast.stranger))[0] == ["=note 2"]
    assert rows(login(cast.employee)) == ([], [])
    moderator = login(cast.moderator)
    assert rows(moderator, account=log.pk)[0] == ["=note 0", "=note 1"]  # not a choice of theirs


def test_the_csv_is_harmless_and_filtered(login, cast, log):
    page = login(cast.section).get("/removals/export.csv", {"reason": "advertising"})
    text = b"".join(page.streaming_content).decode("utf-8-sig")
    [heading, row] = csv.reader(io.StringIO(text), delimiter=";")
    assert len(heading) == len(row) == 7
    assert row[4:] == ["Ivar Info", "Advertising or spam", "'=note 1"]


def test_the_log_is_paged_in_the_database(login, cast, account, now):
    client, counted = login(cast.section), []
    for count in (1, 3, 30):
        for _number in range(count):
            moves.remove(factories.post(account), reason="offensive", by=cast.section, now=now)
        with CaptureQueriesContext(connection) as queries:
            client.get("/removals/")
        counted.append(len(queries))
    assert counted[0] == counted[1] == counted[2]
    assert "Page 1 of 2" in client.get("/removals/").content.decode()
