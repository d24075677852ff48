"""Webhooks as tokens: ways to hand in posts without the right, or after it has ended. Each is the attack."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.inbox.models import Post
from accounts.platforms.models import HookSource
from accounts.platforms.webhooks import work_off
from governance.departures.holdings import deactivate
from governance.people.models import RoleGrant
from governance.units.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(cast, body):
    """(source, secret) of Nordvik, for which its principal answers."""
    ends = timezone.now() + dt.timedelta(days=30)
    return HookSource.issue(by=cast.principal, now=timezone.now(), name="Robot", unit=body.nordvik, expires_at=ends)


def hand_in(issued, account) -> int:
    source, secret = issued
    at, text = dt.datetime.now(dt.UTC), json.dumps([{"account": account.pk, "remote_id": "1", "text": "Forged"}])
    signed = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("1", at, text),
    }
    url = f"/api/v1/hooks/generic/{source.pk}"
    return Client().generic("POST", url, text, "application/json", headers=signed).status_code


def loses_the_role(source, cast, body):
    RoleGrant.objects.filter(person=cast.principal).update(ends_on=dt.date(2025, 6, 1))


def leaves(source, cast, body):
    deactivate(cast.principal, by=cast.admin, now=timezone.now())


def is_revoked_on_the_page_of_tokens(source, cast, body):
    client = Client()
    client.force_login(cast.principal)
    client.post(reverse("token_revoke", args=[source.token_id]))


def has_run_out(source, cast, body):
    source.token.expires_at = timezone.now() - dt.timedelta(minutes=1)
    source.token.save()


def covers_another_unit(source, cast, body):
    """Not that a page does so; the owner answers nowhere there."""
    source.token.unit = body.sorvik
    source.token.save()


ENDS = [loses_the_role, leaves, is_revoked_on_the_page_of_tokens, has_run_out, covers_another_unit]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("waits", [False, True])
def test_nothing_comes_in_once_the_right_has_ended(issued, cast, body, account, end, waits):
    """`waits`: the call was let in before, and is worked off only now."""
    if waits:
        assert hand_in(issued, account) < 300
    end(issued[0], cast, body)
    if not waits:
        assert hand_in(issued, account) == 403
    work_off(timezone.now())
    assert not Post.objects.exists()


@pytest.mark.parametrize("end", [leaves, is_revoked_on_the_page_of_tokens])
def test_a_revoked_secret_is_forgotten_wherever_it_was_revoked(issued, cast, body, end):
    end(issued[0], cast, body)
    work_off(timezone.now())
    assert HookSource.objects.get().secret == ""


def test_a_unit_that_moves_takes_its_accounts_along(issued, cast, body, facebook):
    """What comes below is covered, and what leaves is not."""
    moved = factories.account(unit=body.klubb, platform=facebook)
    Unit.objects.filter(pk=body.klubb.pk).update(parent=body.sorvik)
    hand_in(issued, moved)
    work_off(timezone.now())
    assert not Post.objects.exists()


def test_neither_secret_nor_id_opens_the_api(issued, account):
    source, secret = issued
    for said in (secret, secret.removeprefix("whsec_"), str(source.pk), source.token.digest, f"tst_{secret[6:]}"):
        for method in ("GET", "POST"):
            headers = {"authorization": f"Bearer {said}"}
            assert (
                Client().generic(method, "/api/v1/posts", "[]", "application/json", headers=headers).status_code == 401
            )


def test_who_made_it_without_the_right_does_not_agree_to_it(login, cast, body, account):
    """An administrator makes one, opens the page on which somebody who may answers for it, and posts there."""
    ends = timezone.now() + dt.timedelta(days=30)
    issued = HookSource.issue(by=cast.admin, now=timezone.now(), name="Robot", unit=body.nordvik, expires_at=ends)
    for person in (cast.admin, cast.stranger, cast.employee):
        url = reverse("token_approve", args=[issued[0].token_id])
        assert login(person).post(url).status_code == 404
    assert hand_in(issued, account) == 403


def test_it_is_handed_to_nobody_who_may_not_answer_there(issued, cast):
    for person in (cast.stranger, cast.admin, cast.employee):
        with pytest.raises(ValidationError):
            issued[0].token.hand_over(person, by=cast.principal, now=timezone.now())
