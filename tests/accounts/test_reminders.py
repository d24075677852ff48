import datetime as dt

from django.utils import timezone

from accounts.models import Flag, OfficialAccount
from accounts.sweeps import run
from accounts.sweeps.people import unreachable
from accounts.sweeps.posts import remind
from governance.models import Notice
from governance.models.notices import NoticeEvent
from governance.models.policy import set_policy
from tests import factories

HOUR = dt.timedelta(hours=1)


def reminders():
    return list(Notice.objects.filter(event=NoticeEvent.POST_REMINDER).values_list("person__name", flat=True))


def test_whoever_is_on_duty_is_reminded_once(account, cast, now):
    factories.assign(account, cast.moderator)
    factories.post(account, answer_due_at=now + 3 * HOUR)
    factories.post(account, answer_due_at=now + 5 * HOUR)  # not yet
    factories.post(account, answer_due_at=now - HOUR)  # too late for that
    factories.post(account, answer_due_at=now + 3 * HOUR, measurable=False)
    assert remind(now) == {"reminded": 1, "told": 1}
    assert remind(now) == {"reminded": 0, "told": 0}
    assert reminders() == ["Mona Moderator"]


def test_whoever_has_taken_it_on_is_reminded(account, cast, now):
    factories.assign(account, cast.moderator)
    factories.post(account, answer_due_at=now + HOUR, claimed_by=cast.deputy, claimed_at=now)
    remind(now)
    assert reminders() == ["David Vara"]


def test_policy_says_how_long_before(account, body, cast, now):
    factories.assign(account, cast.moderator)
    set_policy(body.nordvik, {"reminder_hours": 0}, by=cast.section, now=now)
    factories.post(account, answer_due_at=now + HOUR)
    assert remind(now)["reminded"] == 0
    set_policy(body.nordvik, {"reminder_hours": 1}, by=cast.section, now=now)
    assert remind(now)["reminded"] == 1


def given_up(person, at):
    Notice.objects.create(person=person, event=NoticeEvent.DIGEST, key=f"x{at}", path="/", given_up_at=at)


def test_who_cannot_be_reached_is_flagged_until_a_mail_arrives(account, cast, now, django_assert_max_num_queries):
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, "deputy")
    given_up(cast.moderator, now - HOUR)
    given_up(cast.employee, now - HOUR)  # answers for nothing
    assert unreachable(now) == {"flagged": 1, "closed": 0}
    with django_assert_max_num_queries(6):
        assert unreachable(now) == {"flagged": 0, "closed": 0}
    flag = Flag.objects.get(reason=Flag.Reason.NO_ADDRESS)
    assert (flag.account, flag.person) == (account, cast.moderator)
    assert list(Notice.objects.filter(event=NoticeEvent.FLAG_RAISED).values_list("person", flat=True)) == [
        cast.principal.pk
    ]
    Notice.objects.create(person=cast.moderator, event=NoticeEvent.DIGEST, key="arrived", path="/", sent_at=now + HOUR)
    assert unreachable(now + 2 * HOUR) == {"flagged": 0, "closed": 1}


def test_each_account_of_an_unreachable_person_is_flagged(body, cast, facebook, now):
    for _number in range(3):
        factories.assign(factories.account(unit=body.nordvik, platform=facebook), cast.moderator)
    retired = factories.account(unit=body.nordvik, platform=facebook, state="retired")
    factories.assign(retired, cast.moderator)
    given_up(cast.moderator, now)
    assert unreachable(now)["flagged"] == 3
    assert OfficialAccount.objects.filter(flags__reason=Flag.Reason.NO_ADDRESS).count() == 3


def test_the_sweeps_are_known_by_name(db):
    for name in ("remind", "unreachable", "digest", "deliver"):
        assert isinstance(run(name, timezone.now()), dict)
