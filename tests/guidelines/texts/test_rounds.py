"""A comment round: who sees the draft and until when, and comments that stay beside their rules."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from guidelines.texts.errors import GuidelineError
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.publication import publish
from guidelines.texts.rounds import Comment, CommentRound
from tests.guidelines.texts.test_views import page, url


@pytest.fixture
def draft(cast, now):
    guideline = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES, created_at=now)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "# Om {#om}\n\n1. Svar {#svar}\n", revision=0, by=cast.section, now=now)
    draft.save_draft("en-gb", "Rules", "1. Answer {#svar}\n", revision=0, by=cast.section, now=now)
    return draft


@pytest.fixture
def opened(draft, cast):
    wall = timezone.now()
    return CommentRound.open_for(draft, until=wall + dt.timedelta(days=7), by=cast.section, now=wall)


def test_a_round_is_opened_moved_and_closed(draft, cast, now):
    week = now + dt.timedelta(days=7)
    first = CommentRound.open_for(draft, until=week, by=cast.section, now=now)
    assert CommentRound.open_for(draft, until=week, by=cast.section, now=now) == first
    later = week + dt.timedelta(days=1)
    assert CommentRound.open_for(draft, until=later, by=cast.section, now=now) == first

    assert CommentRound.objects.get().until == later
    assert Notice.objects.filter(event="guideline_round").count() == 10
    assert first.close(by=cast.section, now=now)
    assert not first.close(by=cast.section, now=now)
    events = list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))
    assert events[-3:] == ["guideline.round_opened", "guideline.round_opened", "guideline.round_closed"]
    # One that ran out makes room for the next.
    CommentRound.open_for(draft, until=week, by=cast.section, now=now)
    CommentRound.open_for(draft, until=later + dt.timedelta(days=9), by=cast.section, now=later)
    assert CommentRound.objects.count() == 3
    with pytest.raises(GuidelineError, match="later than now"):
        CommentRound.open_for(draft, until=now, by=cast.section, now=now)


def test_comments_come_in_while_the_round_is_open(draft, cast, now):
    said = {"language": "nb", "anchor": "svar", "text": "Fint", "by": cast.employee}
    with pytest.raises(GuidelineError, match="over"):
        Comment.write(draft, now=now, **said)
    CommentRound.open_for(draft, until=now + dt.timedelta(days=7), by=cast.section, now=now)

    assert Comment.write(draft, now=now, **said)[1]
    assert not Comment.write(draft, now=now, **said)[1]
    with pytest.raises(GuidelineError, match="over"):
        Comment.write(draft, now=now + dt.timedelta(days=7), **said | {"text": "For sent"})
    assert Comment.objects.count() == 1


def test_everyone_reads_the_draft_and_comments_until_it_ends(opened, draft, login, cast):
    client = login(cast.employee)
    shown = page(client, url("discussion", "rules") + "?language=nb&about=svar")
    assert '<option value="svar" selected>' in shown
    assert "Svar" in page(client, url("compare", "rules") + "?language=nb&show=all")
    page(client, url("draft", "rules"), 403)

    address = url("discussion", "rules") + "?language=nb"
    thanks = client.post(address, {"anchor": "svar", "text": "Hvor fort? <b>"}, follow=True).content.decode()
    assert "Thank you for your comment." in thanks
    assert "Hvor fort? &lt;b&gt;" in thanks
    assert (
        "said this already"
        in client.post(address, {"anchor": "svar", "text": "Hvor fort? <b>"}, follow=True).content.decode()
    )
    assert client.post(address, {"anchor": "svar", "text": ""}).status_code == 422
    assert client.post(address, {"anchor": "nothing", "text": "x"}).status_code == 422
    client.post(address, {"anchor": "om", "text": "Bare på norsk"})

    # The same rule in another language has the same comment; what has no rule there is not lost.
    english = page(login(cast.section), url("discussion", "rules"))
    assert english.index("Hvor fort?") < english.index("no longer in it") < english.index("Bare på norsk")

    login(cast.section).post(url("round_close", "rules"))
    page(login(cast.employee), url("discussion", "rules"), 404)
    assert login(cast.employee).post(address, {"anchor": "svar", "text": "x"}).status_code == 404
    page(login(cast.employee), url("compare", "rules"), 404)
    writer = page(login(cast.section), url("discussion", "rules"))
    assert "Hvor fort?" in writer
    assert "Write a comment" not in writer
    assert "2 comments" in page(login(cast.section), url("draft", "rules"))


def test_comments_stay_with_the_version_and_go_with_a_discarded_draft(opened, draft, login, cast):
    wall = timezone.now()
    said = {"language": "nb", "anchor": "svar", "text": "Fint", "by": cast.employee}
    Comment.write(draft, now=wall, **said)
    assert "Drafts you may comment on" in page(login(cast.employee), url("guidelines"))
    publish(draft, must_acknowledge=False, by=cast.section, now=wall)

    assert "Drafts you may comment on" not in page(login(cast.employee), url("guidelines"))
    page(login(cast.employee), url("comments", "rules", 1), 403)
    page(login(cast.employee), url("discussion", "rules"), 404)
    client = login(cast.section)
    assert url("comments", "rules", 1) in page(client, url("versions", "rules"))
    assert "Fint" in page(client, url("comments", "rules", 1))
    page(client, url("comments", "rules", 2), 404)

    second = draft.guideline.draft(by=cast.section, now=wall)
    CommentRound.open_for(second, until=wall + dt.timedelta(days=1), by=cast.section, now=wall)
    Comment.write(second, now=wall, **said)
    client.post(url("draft_discard", "rules"), {"draft": second.pk})
    assert Comment.objects.count() == 1


def test_comments_are_shown_from_as_few_queries(opened, draft, login, cast):
    client = login(cast.employee)
    counts = []
    for number in (1, 3):
        for one in range(number):
            text = f"{number}-{one}"
            Comment.write(draft, language="nb", anchor="svar", text=text, by=cast.section, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            page(client, url("discussion", "rules"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_round_is_opened_on_its_page(draft, login, cast):
    client = login(cast.section)
    page(client, url("round", "rules"))
    assert "later than now" in client.post(url("round", "rules"), {"until": "01.01.2020 12:00"}).content.decode()
    assert "is not a day and time" in client.post(url("round", "rules"), {"until": "soon"}).content.decode()

    assert client.post(url("round", "rules"), {"until": "31.12.2099 12:00"}).url == url("discussion", "rules")

    assert "31 December 2099 12:00" in page(client, url("draft", "rules"))
    assert client.get(url("round_close", "rules")).status_code == 405
    client.post(url("round_close", "rules"))
    assert "closed already" in client.post(url("round_close", "rules"), follow=True).content.decode()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_comment_sent_at_once_is_there_once(draft, cast, now):
    CommentRound.open_for(draft, until=now + dt.timedelta(days=7), by=cast.section, now=now)
    together = threading.Barrier(6)

    def send():
        together.wait()
        try:
            Comment.write(draft, language="nb", anchor="svar", text="Fint", by=cast.employee, now=now)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Comment.objects.count() == 1
