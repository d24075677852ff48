"""How flags begin and end: one way each, each with its trail."""

import datetime as dt

import pytest

from accounts.flags.models import Flag
from accounts.flags.moves import close, flag_accounts, raise_flags, reopen
from accounts.inbox import moves
from accounts.inbox.sweeps import unanswered
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from tests import factories

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    return cast


def trail(flag: Flag) -> list[str]:
    """What the trail says of the flag, oldest first."""
    return list(AuditEvent.objects.about(flag).order_by("pk").values_list("event", flat=True))


def test_each_beginning_and_each_end_of_a_posts_flag_stands_in_the_trail(account, crew, now):
    post = factories.post(account, posted_at=now - 2 * DAY, answer_due_at=now - DAY)
    unanswered(now)
    moves.move_deadline(post, to=now + HOUR, reason="We wait for the school", by=crew.moderator, now=now)
    unanswered(now + 2 * HOUR)
    moves.close(post, outcome="answered", by=crew.moderator, now=now + 3 * HOUR)
    flag = Flag.objects.get()
    assert trail(flag) == ["flag.raised", "flag.closed", "flag.raised", "flag.closed"]
    moves.reopen(post, by=crew.moderator, now=now + 4 * HOUR)
    assert trail(flag)[4:] == ["flag.reopened"]
    assert Flag.objects.open().get() == flag
    moves.remove(post, reason="offensive", by=crew.moderator, now=now + 5 * HOUR)
    assert trail(flag)[5:] == ["flag.closed"]


def test_what_the_section_gives_back_ends_its_flag_in_the_trail(account, crew, now):
    post = factories.post(account, answer_due_at=now + DAY)
    moves.give_to_section(post, by=crew.moderator, now=now)
    [flag] = raise_flags([Flag(account=account, post=post, reason=Flag.Reason.SECTION)], by=None, now=now + DAY)
    moves.give_back(post, by=crew.section, now=now + DAY)
    assert trail(flag) == ["flag.raised", "flag.closed"]


def test_raised_twice_is_raised_once(account, cast, now):
    def new():
        return [
            Flag(account=account, reason=Flag.Reason.HANDOVER, person=person, found={"part": "lead"})
            for person in (cast.moderator, cast.deputy)
        ]

    raised = raise_flags(new(), by=None, now=now)
    assert [flag.person_id for flag in raised] == [cast.moderator.pk, cast.deputy.pk]
    assert raise_flags(new(), by=None, now=now + HOUR) == []
    assert close(Flag.objects.filter(person=cast.deputy), Flag.Closed.COVERED, by=None, now=now + HOUR) == 1
    assert close(Flag.objects.filter(person=cast.deputy), Flag.Closed.COVERED, by=None, now=now + HOUR) == 0
    [again] = raise_flags(new(), by=None, now=now + DAY)
    assert again.person_id == cast.deputy.pk
    assert again.pk not in {flag.pk for flag in raised}  # of people and accounts each time is a flag of its own
    assert trail(again) == ["flag.raised"]


def test_accounts_that_stay_among_those_to_flag_do_not_hold_it_up(account, crew, now):
    """The queryset does not look at flags: it holds the account for ever."""
    everything = OfficialAccount.objects.all()
    found = {"found": lambda account: {}}
    assert flag_accounts(everything, Flag.Reason.INACTIVE, now, **found) == 1
    assert flag_accounts(everything, Flag.Reason.INACTIVE, now + HOUR, **found) == 0
    assert trail(Flag.objects.get()) == ["flag.raised"]


def test_only_what_is_closed_opens_again(account, now):
    [flag] = raise_flags([Flag(account=account, reason=Flag.Reason.INACTIVE)], by=None, now=now)
    assert reopen(Flag.objects.all(), by=None, now=now) == 0
    close(Flag.objects.all(), "by hand", by=None, now=now)
    assert reopen(Flag.objects.all(), by=None, now=now) == 1
    assert trail(flag) == ["flag.raised", "flag.closed", "flag.reopened"]
