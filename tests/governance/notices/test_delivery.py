import datetime as dt
import smtplib
import socket
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from django.utils import translation

from accounts.applications import notices as applications_notices
from accounts.flags import notices as flags_notices
from accounts.inactivity import notices as inactivity_notices
from accounts.inbox import notices as inbox_notices
from governance.audit.models import AuditEvent
from governance.notices import delivery
from governance.notices.delivery import IN_DOUBT_AFTER, MAX_ATTEMPTS, deliver, send_again, waiting
from governance.notices.kinds import NoticeKind
from governance.notices.models import Notice, key_of, tell
from governance.notices.texts import notice_text
from governance.people.models import Person
from governance.policy.models import set_policy
from tests import factories

HOUR = dt.timedelta(hours=1)


def notice(person, now, event=inbox_notices.POST_OVERDUE, key="k", **params) -> Notice:
    params = {"account": "Nordvik on Facebook", "due_at": "2026-11-18T09:00:00+00:00"} | params
    tell([person], event, about=None, once=key, path="/posts/7/", now=now, **params)
    return Notice.objects.get(person=person, key=key_of(event, None, key))


@pytest.fixture
def person(db):
    return factories.person("Mona Moderator", email="moderator@fjordvik.example")


class Refusing(EmailBackend):
    """A server that says no, `answer` being what it raises."""

    answer = smtplib.SMTPDataError(451, b"try later")

    def send_messages(self, messages):
        raise self.answer


def refusing(monkeypatch, answer):
    monkeypatch.setattr(Refusing, "answer", answer)
    return override_settings(EMAIL_BACKEND="tests.governance.notices.test_delivery.Refusing")


def test_a_notice_leaves_once(person, now, mailoutbox):
    row = notice(person, now)
    assert deliver(now)["sent"] == 1
    row.refresh_from_db()
    assert (row.sent_at, row.handed_over_at, row.attempts) == (now, now, 1)
    assert deliver(now + HOUR)["sent"] == 0
    assert len(mailoutbox) == 1


def test_a_run_has_an_end(person, now, mailoutbox, monkeypatch):
    monkeypatch.setattr(delivery, "PAGE", 2)
    monkeypatch.setattr(delivery, "MOST_A_RUN", 3)
    for number in range(5):
        notice(person, now, key=str(number))
    assert [deliver(now)["sent"] for _run in range(3)] == [4, 1, 0]


def test_the_mail_itself(person, now, mailoutbox):
    row = notice(person, now)
    deliver(now)
    [mail] = mailoutbox
    assert mail.to == ["moderator@fjordvik.example"]
    assert mail.subject == "Unanswered post: Nordvik on Facebook"
    assert mail.extra_headers["Message-ID"] == f"<notice-{row.pk}@testserver>"
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    html, kind = mail.alternatives[0]
    assert kind == "text/html"
    for body in (mail.body, html):
        assert "http://testserver/posts/7/" in body
        assert "Mona Moderator" in body
        assert "18 November 2026 10:00" in body
    assert "Mona" not in mail.subject


def test_in_the_persons_language(person, now, mailoutbox):
    person.language = "nb"
    person.save()
    notice(person, now)
    with translation.override("en-gb"):
        deliver(now)
    assert 'lang="nb"' in mailoutbox[0].alternatives[0][0]


def test_names_are_escaped_in_html_and_plain_in_text(person, now, mailoutbox):
    notice(person, now, account="A & B <script>")
    deliver(now)
    assert "A & B <script>" in mailoutbox[0].body
    assert "<script>" not in mailoutbox[0].alternatives[0][0]
    assert "\n" not in mailoutbox[0].subject


def test_an_account_name_cannot_forge_a_header(person, now, mailoutbox):
    notice(person, now, account="A\r\nBcc: x@example.org")
    assert deliver(now)["sent"] == 1
    assert mailoutbox[0].bcc == []
    assert mailoutbox[0].subject.endswith("A Bcc: x@example.org")


def test_who_was_deactivated_gets_none(person, now, mailoutbox):
    row = notice(person, now)
    person.is_active, person.deactivated_at = False, now
    person.save()
    assert deliver(now)["given_up"] == 1
    row.refresh_from_db()
    assert (row.given_up_at, mailoutbox) == (now, [])


def test_a_refused_mail_comes_again_with_growing_pauses_and_ends_some_day(person, now, monkeypatch, mailoutbox):
    row = notice(person, now)
    waits = []
    with refusing(monkeypatch, smtplib.SMTPRecipientsRefused({"moderator@fjordvik.example": (450, b"full")})):
        moment = now
        for _attempt in range(MAX_ATTEMPTS):
            assert deliver(moment - dt.timedelta(seconds=1), awake={person.pk})["failed"] == 0
            deliver(moment, awake={person.pk})  # day and night, so that the pauses are seen as they are
            row.refresh_from_db()
            assert (row.handed_over_at, row.sent_at) == (None, None)
            waits.append(row.deliver_after - moment)
            moment = row.deliver_after
    assert waits == sorted(waits)
    assert waits[0] < waits[-1] == 6 * HOUR
    assert row.given_up_at
    assert "SMTPRecipientsRefused" in row.last_error
    assert deliver(moment + HOUR)["sent"] == 0


def test_a_connection_broken_half_way_leaves_the_mail_in_doubt(person, now, monkeypatch, mailoutbox):
    row = notice(person, now)
    with refusing(monkeypatch, smtplib.SMTPServerDisconnected("gone")):
        assert deliver(now)["failed"] == 1
    later = now + IN_DOUBT_AFTER + HOUR
    assert deliver(later)["sent"] == 0
    assert list(Notice.objects.in_doubt(later - IN_DOUBT_AFTER)) == [row]
    assert list(Notice.objects.in_doubt(now - IN_DOUBT_AFTER)) == []


def test_a_mail_server_that_is_down_loses_nothing(person, now, mailoutbox):
    row = notice(person, now)
    down = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 9}
    with override_settings(**down):
        assert deliver(now)["failed"] == 1
    row.refresh_from_db()
    assert (row.handed_over_at, row.attempts) == (None, 0)
    assert deliver(now)["sent"] == 1


def test_a_mail_that_cannot_be_made_does_not_hold_up_the_others(person, now, mailoutbox):
    other = factories.person("David Vara", email="vara@fjordvik.example")
    Person.objects.filter(pk=person.pk).update(email="mona\n@fjordvik.example")
    bad, good = notice(person, now), notice(other, now)

    counts = deliver(now)

    assert (counts["sent"], counts["given_up"]) == (1, 1)
    for row in (bad, good):
        row.refresh_from_db()
    assert good.sent_at == now
    assert (bad.given_up_at, bad.handed_over_at) == (now, None)
    assert "BadHeaderError" in bad.last_error
    assert deliver(now + HOUR)["given_up"] == 0


def test_what_is_in_doubt_is_sent_again_only_by_hand(person, now, mailoutbox):
    row = notice(person, now)
    assert not send_again(row, by=person, now=now)  # it has not even been tried
    Notice.objects.filter(pk=row.pk).update(handed_over_at=now, attempts=1)  # killed in between
    later = now + IN_DOUBT_AFTER + HOUR
    assert not send_again(row, by=person, now=now)  # a living process may still have it
    assert deliver(later)["sent"] == 0
    assert send_again(row, by=person, now=later)
    assert not send_again(row, by=person, now=later)
    assert AuditEvent.objects.filter(event="notice.sent_again", actor_id=person.pk).count() == 1
    assert deliver(later)["sent"] == 1
    assert not send_again(row, by=person, now=later)


def test_what_was_given_up_can_be_sent_again(person, now, mailoutbox):
    row = notice(person, now)
    Notice.objects.filter(pk=row.pk).update(given_up_at=now, attempts=10)
    assert send_again(row, by=person, now=now)
    assert deliver(now)["sent"] == 1


NIGHT = dt.datetime(2026, 11, 18, 23, 30, tzinfo=dt.UTC)  # half past midnight in Oslo
MORNING = dt.datetime(2026, 11, 19, 6, 0, tzinfo=dt.UTC)


def test_at_night_everything_waits_for_the_morning(person, now, mailoutbox):
    overdue = notice(person, NIGHT, key="overdue")
    decided = notice(person, NIGHT, applications_notices.APPLICATION_DECIDED, key="decided")
    assert deliver(NIGHT) == {"sent": 0, "failed": 0, "given_up": 0, "postponed": 2}
    for row in (overdue, decided):
        row.refresh_from_db()
        assert (row.sent_at, row.deliver_after) == (None, MORNING)
    assert deliver(MORNING)["sent"] == 2


def test_holidays_are_those_of_the_persons_unit(body, mailoutbox):
    labour_day = dt.datetime(2026, 5, 1, 10, 0, tzinfo=dt.UTC)  # a holiday in Norway alone
    set_policy(body.klubb, {"holiday_calendar": "DK"}, by=None, now=labour_day)
    norwegian, dane = factories.person(unit=body.nordvik), factories.person(unit=body.klubb)
    for person in (norwegian, dane, factories.person()):  # who has no unit gets the Norwegian calendar
        notice(person, labour_day, flags_notices.FLAG_DECIDED)
    assert deliver(labour_day)["postponed"] == 2
    assert [mail.to for mail in mailoutbox] == [[dane.email]]


def test_waiting_counts_and_sends_nothing(person, now, mailoutbox):
    notice(person, now)
    assert waiting(now) == {"waiting": 1}
    assert not mailoutbox


def test_files_are_one_a_mail(person, now, tmp_path):
    for key in ("a", "b"):
        notice(person, now, key=key)
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=tmp_path):
        assert deliver(now)["sent"] == 2
    assert len(list(Path(tmp_path).iterdir())) == 2


@pytest.fixture
def post_office():
    """A real mail server on this machine; `received` holds its mails."""

    class Handler:
        received = []

        async def handle_DATA(self, server, session, envelope):
            if b"refuse-me" in envelope.content:
                return "554 no"
            self.received.append(envelope)
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Handler()
    handler.received = []
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port
    ):
        yield handler
    controller.stop()


def test_over_a_real_mail_server_one_refusal_does_not_stop_the_others(person, now, post_office):
    for key in ("a", "b", "c"):
        notice(person, now, key=key, account="refuse-me" if key == "b" else "fine")
    assert deliver(now) == {"sent": 2, "failed": 1, "given_up": 0, "postponed": 0}
    assert [envelope.rcpt_tos for envelope in post_office.received] == [["moderator@fjordvik.example"]] * 2


def test_a_row_another_worker_took_in_between_is_left_to_it(person, now, mailoutbox, monkeypatch):
    row = notice(person, now)
    build = delivery.message_of

    def overtaken(*args):
        Notice.objects.filter(pk=row.pk).update(handed_over_at=now)
        return build(*args)

    monkeypatch.setattr(delivery, "message_of", overtaken)
    assert deliver(now)["sent"] == 0
    assert not mailoutbox


# --- the words ---


@pytest.mark.parametrize("event", NoticeKind.known)
def test_words_survive_missing_and_odd_params(event):
    bare = notice_text(Notice(event=event, params={}))
    assert bare.subject
    assert bare.body
    odd = {"due_at": "soon", "answer_by": 7, "part": "unheard-of", "account": None, "starts_at": None}
    assert "%(" not in notice_text(Notice(event=event, params=odd)).body


def test_codes_moments_and_days_are_put_into_words():
    params = {"account": "A", "answer_by": "2026-12-01T09:00:00+00:00", "reason": "inactive"}
    body = notice_text(Notice(event=inactivity_notices.ACCOUNT_INACTIVE, params=params)).body
    assert "Please answer by 1 December 2026." in body
    flag = Notice(event=flags_notices.FLAG_RAISED, params={"account": "A", "reason": "coverage_gap"})
    assert notice_text(flag).subject == "Nobody on duty: A"


def test_the_words_of_flags_are_those_of_the_flags():
    from accounts.flags.models import Flag

    assert {str(code): str(label) for code, label in Flag.Reason.choices} == {
        code: str(label) for code, label in flags_notices.REASONS.items()
    }
