import datetime as dt

from django.utils import timezone

from accounts.cover.sweeps import unreachable
from accounts.flags import notices as flags_notices
from accounts.flags.models import Flag
from accounts.inbox import moves, notices
from accounts.inbox.models import Post
from accounts.inbox.sweeps import remind
from accounts.register.models import OfficialAccount
from accounts.register.moves import plan_pause
from accounts.sweeps import run
from governance.notices import notices as notices_notices
from governance.notices.models import Notice
from governance.policy.models import set_policy
from tests import factories

HOUR = dt.timedelta(hours=1)


def reminders():
    return list(Notice.objects.filter(event=notices.POST_REMINDER).values_list("person__name", flat=True))


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


def test_a_claim_that_holds_no_more_leaves_the_reminder_to_whoever_is_on_duty(account, cast, now):
    """Taken on yesterday and left lying, or before the post was closed and opened again: nobody works on it now."""
    factories.assign(account, cast.moderator)
    claimed = {"answer_due_at": now + HOUR, "claimed_by": cast.deputy}
    factories.post(account, claimed_at=now - 9 * HOUR, **claimed)
    factories.post(account, claimed_at=now - 2 * HOUR, reopened_at=now - HOUR, **claimed)
    remind(now)
    assert reminders() == ["Mona Moderator"] * 2


def test_policy_says_how_long_before(account, body, cast, now):
    factories.assign(account, cast.moderator)
    set_policy(body.nordvik, {"reminder_hours": 0}, by=cast.section, now=now)
    factories.post(account, answer_due_at=now + HOUR)
    assert remind(now)["reminded"] == 0
    set_policy(body.nordvik, {"reminder_hours": 1}, by=cast.section, now=now)
    assert remind(now)["reminded"] == 1


def given_up(person, at):
    Notice.objects.create(person=person, event=notices_notices.DIGEST, key=f"x{at}", path="/", given_up_at=at)


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
    assert list(Notice.objects.filter(event=flags_notices.FLAG_RAISED).values_list("person", flat=True)) == [
        cast.principal.pk
    ]
    Notice.objects.create(
        person=cast.moderator, event=notices_notices.DIGEST, key="arrived", path="/", sent_at=now + HOUR
    )
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


def due(post):
    post.refresh_from_db()
    return post.answer_due_at


def test_a_deadline_that_moves_is_reminded_of_anew_however_it_moved(account, cast, now):
    """By hand, by a pause, by what the post turned out to be: each time once before the new time."""
    factories.assign(account, cast.moderator)
    post = factories.post(account, posted_at=now - 21 * HOUR, answer_due_at=now + 3 * HOUR)
    assert remind(now)["reminded"] == 1
    plan_pause(
        account, starts_at=now + HOUR, ends_at=now + 25 * HOUR, reason="Moving", by=cast.moderator, now=now + HOUR / 2
    )
    assert due(post) == now + 27 * HOUR
    assert remind(now + HOUR)["reminded"] == 0  # not yet
    assert remind(now + 25 * HOUR) == {"reminded": 1, "told": 1}
    assert remind(now + 25 * HOUR)["reminded"] == 0
    moves.move_deadline(post, to=now + 50 * HOUR, reason="Ask first", by=cast.moderator, now=now + 26 * HOUR)
    assert remind(now + 26 * HOUR)["reminded"] == 0
    assert remind(now + 48 * HOUR) == {"reminded": 1, "told": 1}
    assert remind(now + 48 * HOUR)["reminded"] == 0
    assert len(reminders()) == 3


def test_what_must_be_answered_after_all_is_reminded_of_again(account, cast, now):
    factories.assign(account, cast.moderator)
    post = factories.post(account, posted_at=now - 21 * HOUR, answer_due_at=now + 3 * HOUR)
    assert remind(now)["reminded"] == 1
    moves.triage(post, tone=Post.Tone.POSITIVE, concerns=[], by=cast.moderator, now=now)
    assert due(post) is None
    moves.triage(post, tone=Post.Tone.QUESTION, concerns=[], by=cast.moderator, now=now)
    assert due(post) == now + 3 * HOUR
    remind(now)
    assert len(reminders()) == 1  # of this very time they know
    plan_pause(account, starts_at=now + HOUR, ends_at=now + 3 * HOUR, reason="Moving", by=cast.moderator, now=now)
    assert due(post) == now + 5 * HOUR
    remind(now + 3 * HOUR)
    assert len(reminders()) == 2
