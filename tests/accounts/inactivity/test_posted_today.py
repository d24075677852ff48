"""“We posted today”: one click, once."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.flags.models import Flag
from accounts.inactivity.sweeps import inactive
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from tests import factories

DAY = dt.timedelta(days=1)


@pytest.fixture
def silent(account, cast, now):
    factories.assign(account, cast.moderator)
    OfficialAccount.objects.filter(pk=account.pk).update(last_activity_at=None, opened_at=now - 91 * DAY)
    inactive(now)
    account.refresh_from_db()
    return account


def test_where_nothing_was_ever_seen_it_counts_from_the_opening(login, cast, silent):
    flag = Flag.objects.get()
    assert "opened_at" in flag.found
    assert "since it was opened" in login(cast.moderator).get(flag.get_absolute_url()).text


def test_one_click_notes_it_and_closes_the_flag_and_a_second_changes_nothing(login, cast, silent):
    client, url = login(cast.moderator), reverse("accounts:account_posted", args=[silent.pk])
    assert url in client.get(Flag.objects.get().get_absolute_url()).text  # where the reminder's link leads
    assert url in client.get(silent.get_absolute_url()).text
    assert "It is noted" in client.post(url, follow=True).text
    assert Flag.objects.get().close_reason == "life"
    assert AuditEvent.objects.filter(event="account.changed", actor_id=cast.moderator.pk).count() == 1
    assert "noted already" in client.post(url, follow=True).text
    assert AuditEvent.objects.filter(event="account.changed").count() == 1


def test_who_may_not_and_where_nobody_needs_to(login, cast, silent, now):
    url = reverse("accounts:account_posted", args=[silent.pk])
    assert login(cast.stranger).post(url).status_code == 403
    assert login(cast.moderator).get(url).status_code == 405
    factories.connection(silent, cast.section)
    assert "Nobody needs to say this" in login(cast.moderator).post(url, follow=True).text
    silent.refresh_from_db()
    assert silent.last_activity_at is None
