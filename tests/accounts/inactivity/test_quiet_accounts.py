"""Accounts that are being forgotten: gone quiet, past their end, due for evaluation."""

import datetime as dt

import pytest

from accounts.evaluation.sweeps import campaign_over, evaluation_due
from accounts.flags.models import Flag
from accounts.flags.moves import answer, decide
from accounts.inactivity.sweeps import inactive, inactivity_silence
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount, State
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.policy.models import set_policy
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def acknowledged(monkeypatch):
    monkeypatch.setattr(
        "guidelines.reading.acknowledgements.acknowledged_person_ids",
        lambda audience, now, among=None: None,
        raising=False,
    )


@pytest.fixture
def crew(cast, account):
    factories.assign(account, cast.moderator, Part.LEAD)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    return cast


def told(**where):
    """(event, e-mail) of every notice, in order."""
    return sorted(Notice.objects.filter(**where).values_list("event", "person__email"))


def forget():
    Notice.objects.all().delete()


@pytest.fixture
def quiet(account, crew, now):
    OfficialAccount.objects.filter(pk=account.pk).update(last_activity_at=now - 91 * DAY)
    account.refresh_from_db()
    return account


def test_a_quiet_account_is_flagged_once_and_its_people_are_told(quiet, crew, now):
    assert inactive(now) == {"flagged": 1, "closed": 0}
    flag = Flag.objects.get()
    assert (flag.reason, flag.answer_by, flag.found["outcome"]) == (Flag.Reason.INACTIVE, now + 14 * DAY, "propose")
    assert told() == [
        ("account_inactive", crew.moderator.email),
        ("account_inactive", crew.principal.email),
        ("account_inactive", crew.deputy.email),
    ]
    assert inactive(now + DAY) == {"flagged": 0, "closed": 0}
    assert Notice.objects.count() == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"last_activity_at": None, "opened_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)},  # counted from the opening
        {"state": State.PAUSED},
        {"state": State.RETIRING},
        {"last_activity_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)},
    ],
)
def test_who_is_not_quiet(quiet, now, fields):
    OfficialAccount.objects.filter(pk=quiet.pk).update(**fields)
    assert inactive(now)["flagged"] == 0


def test_each_unit_has_its_own_limit(quiet, body, facebook, now):
    set_policy(body.nordvik, {"inactivity_days": 200}, by=None, now=now)
    assert inactive(now)["flagged"] == 0
    set_policy(body.nordvik, {"inactivity_days": 30, "inactivity_outcome": "must_retire"}, by=None, now=now)
    assert inactive(now)["flagged"] == 1
    assert Flag.objects.get().must_retire


def test_a_sign_of_life_closes_the_flag(quiet, now):
    inactive(now)
    OfficialAccount.objects.filter(pk=quiet.pk).update(last_activity_at=now)
    assert inactive(now + HOUR) == {"flagged": 0, "closed": 1}
    assert Flag.objects.get().close_reason == "life"
    assert AuditEvent.objects.filter(event="flag.closed").count() == 1


def test_kept_means_kept_until_the_limit_has_passed_again(quiet, crew, now):
    inactive(now)
    decide(Flag.objects.get(), "keep", "The exam comes", by=crew.section, now=now + DAY)
    assert inactive(now + 90 * DAY)["flagged"] == 0
    assert inactive(now + 92 * DAY)["flagged"] == 1


@pytest.mark.parametrize(
    ("outcome", "counts", "section_told"),
    [
        ("remind", {"reminded": 1, "proposed": 0}, False),
        ("propose", {"reminded": 0, "proposed": 1}, True),
        ("must_retire", {"reminded": 0, "proposed": 1}, True),
    ],
)
def test_silence_ends_as_the_policy_says(quiet, crew, body, now, outcome, counts, section_told):
    set_policy(body.nordvik, {"inactivity_outcome": outcome}, by=None, now=now)
    inactive(now)
    assert inactivity_silence(now + 13 * DAY) == {"reminded": 0, "proposed": 0}
    forget()
    assert inactivity_silence(now + 14 * DAY) == counts
    assert (("flag_raised", crew.section.email) in told()) is section_told
    assert ("account_inactive", crew.moderator.email) in told()
    assert inactivity_silence(now + 15 * DAY) == {"reminded": 0, "proposed": 0}


def test_an_answer_is_no_silence(quiet, crew, now):
    inactive(now)
    answer(Flag.objects.get(), "keep", "Soon again", by=crew.moderator, now=now + DAY)
    assert inactivity_silence(now + 20 * DAY) == {"reminded": 0, "proposed": 0}


def test_campaigns_past_their_end(account, crew, now):
    OfficialAccount.objects.update(ends_on=dt.date(2026, 11, 18))
    assert campaign_over(now)["flagged"] == 0
    assert campaign_over(now + DAY) == {"flagged": 1, "closed": 0}
    assert campaign_over(now + DAY) == {"flagged": 0, "closed": 0}
    OfficialAccount.objects.update(ends_on=dt.date(2027, 6, 30))
    assert campaign_over(now + 2 * DAY) == {"flagged": 0, "closed": 1}


def test_evaluations_first_after_six_months_then_every_twelve(account, crew, now):
    OfficialAccount.objects.update(opened_at=now - 180 * DAY)
    assert evaluation_due(now) == {"flagged": 0}
    assert evaluation_due(now + 5 * DAY) == {"flagged": 1}
    decide(Flag.objects.get(), "keep", "Goes well", by=crew.section, now=now + 6 * DAY)
    assert evaluation_due(now + 360 * DAY) == {"flagged": 0}
    assert evaluation_due(now + 373 * DAY) == {"flagged": 1}
