import datetime as dt
import smtplib

import pytest

from accounts.applications import notices as applications_notices
from accounts.cover import notices as cover_notices
from accounts.crisis import notices as crisis_notices
from accounts.inbox import notices as inbox_notices
from accounts.moderators import notices as moderators_notices
from accounts.register import notices as register_notices
from governance.audit.models import AuditEvent
from governance.departures import notices as departures_notices
from governance.notices import delivery, notices
from governance.notices.delivery import deliver, digest
from governance.notices.kinds import Group, NoticeKind
from governance.notices.models import Channel, Notice, choices_of, choose, key_of, tell
from governance.signin import notices as signin_notices
from tests import factories
from tests.governance.notices.test_delivery import refusing

HOUR = dt.timedelta(hours=1)
ALWAYS_BY_MAIL = {
    notices.DIGEST,
    inbox_notices.POST_OVERDUE,
    inbox_notices.POSTS_OVERDUE,
    inbox_notices.POST_ESCALATED,
    inbox_notices.POST_TO_SECTION,
    inbox_notices.SECTION_OVERDUE,
    crisis_notices.CRISIS_OPENED,
    crisis_notices.CRISIS_CLOSED,
    applications_notices.APPLICATION_SUBSTITUTE,
    applications_notices.APPLICATION_STUCK,
    moderators_notices.ASSIGNMENT_OFFERED,
    cover_notices.EDITOR_NAMED,
    register_notices.ACCOUNT_DISOWNED,
    register_notices.ACCOUNT_RETIRING,
    register_notices.ACCOUNT_UNCONFIRMABLE,
    cover_notices.HANDOVER,
    departures_notices.ROLE_VACANT,
    signin_notices.OWN_ADDRESS_CHANGED,
    signin_notices.ADDRESS_CHANGED,
    signin_notices.OWN_RIGHTS_CHANGED,
    signin_notices.RIGHTS_CHANGED,
    signin_notices.ROLE_ASKED_FOR,
    signin_notices.TOKEN_WAITS,
    signin_notices.TOKEN_HANDED_OVER,
}


@pytest.fixture
def person(db):
    return factories.person("Mona Moderator", email="moderator@fjordvik.example")


def arrive(person, now, key="one", event=inbox_notices.POST_ARRIVED):
    facts = {"account": "Nordvik", "due_at": now.isoformat()}
    tell([person], event, about=None, once=key, path="/posts/7/", now=now, **facts)
    return Notice.objects.get(person=person, key=key_of(event, None, key))


def test_every_event_is_either_chosen_or_always_mailed():
    chosen = {kind.group: kind for kind in NoticeKind.known.values() if kind.group}
    assert set(chosen) == set(Group)
    assert {kind for kind in NoticeKind.known.values() if not kind.group} == ALWAYS_BY_MAIL


def test_only_in_the_portal(person, now, mailoutbox):
    choose(person, {"posts": "portal"}, by=person, now=now)
    row = arrive(person, now)
    arrive(person, now, "late", inbox_notices.POST_OVERDUE)
    assert deliver(now)["sent"] == 1
    row.refresh_from_db()
    assert (row.channel, row.sent_at, row.read_at) == (Channel.PORTAL, None, None)
    choose(person, {"posts": "mail"}, by=person, now=now)
    assert deliver(now + HOUR)["sent"] == 0  # what was is not mailed afterwards


def test_a_choice_is_written_once_and_audited(person, now):
    assert choose(person, {"posts": "digest"}, by=person, now=now)
    assert not choose(person, {"posts": "digest"}, by=person, now=now)
    assert choices_of(person)["posts"] == "digest"
    [event] = AuditEvent.objects.about(person)
    assert (event.before, event.after) == ({"posts": "mail"}, {"posts": "digest"})


def test_one_mail_a_day_with_all_that_was_kept(person, now, mailoutbox):
    choose(person, {"posts": "digest"}, by=person, now=now)
    for number in range(3):
        arrive(person, now, str(number))
    seen = arrive(person, now, "seen")
    Notice.objects.filter(pk=seen.pk).update(read_at=now)
    assert deliver(now)["sent"] == 0
    assert digest(now + HOUR) == {"people": 1}
    assert digest(now + HOUR) == {"people": 0}
    assert deliver(now + HOUR)["sent"] == 1
    assert deliver(now + HOUR)["sent"] == 0
    [mail] = mailoutbox
    assert mail.body.count("A post has come in: Nordvik") == 3
    assert mail.alternatives[0][0].count("http://testserver/posts/7/") == 3
    arrive(person, now + 2 * HOUR, "later")
    deliver(now + 2 * HOUR)
    assert digest(now + 3 * HOUR) == {"people": 0}  # tomorrow
    assert digest(now + 24 * HOUR) == {"people": 1}


def test_nothing_kept_no_mail(person, now):
    choose(person, {"posts": "digest"}, by=person, now=now)
    assert digest(now) == {"people": 0}


NIGHT = dt.datetime(2026, 11, 18, 22, 30, tzinfo=dt.UTC)  # 23:30 in Oslo
HOLIDAY = dt.datetime(2026, 12, 25, 11, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("moment", [NIGHT, HOLIDAY])
@pytest.mark.parametrize(
    "event", [inbox_notices.POST_OVERDUE, inbox_notices.POST_ESCALATED, inbox_notices.POST_ARRIVED]
)
def test_quiet_at_night_and_on_holidays_unless_crisis(person, moment, event, mailoutbox):
    arrive(person, moment, event=event)
    assert deliver(moment)["sent"] == 0
    Notice.objects.update(deliver_after=moment)
    assert deliver(moment, awake={person.pk})["sent"] == 1


def test_a_mailbox_that_is_not_there_is_given_up_at_once(person, now, monkeypatch):
    arrive(person, now)
    refusal = smtplib.SMTPRecipientsRefused({person.email: (550, b"no such user")})
    with refusing(monkeypatch, refusal):
        assert deliver(now)["given_up"] == 1
    assert list(delivery.unreachable()) == [person]


def test_a_full_mailbox_is_tried_again(person, now, monkeypatch):
    arrive(person, now)
    refusal = smtplib.SMTPRecipientsRefused({person.email: (452, b"mailbox full")})
    with refusing(monkeypatch, refusal):
        assert deliver(now) | {"failed": 1} == deliver(now) | {"failed": 1}
    assert not delivery.unreachable().exists()


def test_the_page(login, person):
    client = login(person)
    assert client.get("/me/notices/").status_code == 200
    wanted = dict.fromkeys(Group.values, "mail") | {"posts": "digest"}
    assert client.post("/me/notices/", wanted | {"posts": "pigeon"}).status_code == 422
    assert client.post("/me/notices/", wanted).status_code == 302
    assert choices_of(person) == wanted
