"""Tokens belong to somebody: who agrees, who answers, and what ends with whom."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from governance.access import Role
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.models import RoleGrant
from governance.signin import events, notices
from governance.signin.tokens import ApiToken
from tests import factories

pytestmark = pytest.mark.django_db

READ = ["posts:read"]


@pytest.fixture
def issue(body, cast):
    def make(by=cast.admin, **fields):
        now = timezone.now()
        fields = {"name": "Robot", "unit": body.nordvik, "scopes": READ} | fields
        return ApiToken.issue(by=by, now=now, expires_at=now + dt.timedelta(days=9), **fields)

    return make


def reads(client, secret) -> int:
    return client.get("/api/v1/posts", headers={"authorization": f"Bearer {secret}"}).status_code


def test_an_integration_waits_for_somebody_who_may(login, client, cast, issue, account):
    token, secret = issue()
    assert reads(client, secret) == 401
    assert [row.person for row in Notice.objects.filter(event=notices.TOKEN_WAITS)] == [cast.principal]
    url = token.get_absolute_url()
    for who in (cast.admin, cast.employee, cast.stranger):
        assert login(who).post(url).status_code == 404
    assert url in login(cast.principal).get(reverse("me")).content.decode()
    assert "you answer for it" in client.get(url).content.decode()
    assert "is valid now" in client.post(url, follow=True).content.decode()
    assert "done already" in client.post(url, follow=True).content.decode()
    assert reads(client, secret) == 200
    token.refresh_from_db()
    assert (token.owner, AuditEvent.objects.get(event=events.TOKEN_APPROVED).actor_name) == (
        cast.principal,
        "Reidun Rektor",
    )
    page = client.get(reverse("me")).content.decode()
    assert "Robot" in page
    assert "Last used" in page
    listed = login(cast.admin).get(reverse("tokens")).content.decode()
    assert "Reidun Rektor" in listed


def test_only_the_person_agrees_that_a_token_is_them(login, client, cast, issue, account):
    token, secret = issue(person=cast.moderator)
    assert login(cast.chief).post(token.get_absolute_url()).status_code == 404
    client = login(cast.moderator)
    assert "stands in your name" in client.get(token.get_absolute_url()).content.decode()
    client.post(token.get_absolute_url())
    assert reads(client, secret) == 200
    assert client.post(reverse("token_revoke", args=[token.pk])).url == reverse("me")
    assert reads(client, secret) == 401


def test_who_is_asked_may_refuse(login, client, cast, issue):
    token, secret = issue(person=cast.moderator)
    login(cast.moderator).post(token.get_absolute_url(), {"refuse": "yes"})
    login(cast.moderator).post(token.get_absolute_url())
    assert reads(client, secret) == 401


def test_consent_takes_a_fresh_log_in(login, cast, issue):
    token, _secret = issue(person=cast.moderator)
    asked = login(cast.moderator, fresh=False).post(token.get_absolute_url())
    assert asked.url.startswith(reverse("account_reauthenticate"))


def test_an_archivist_vouches_for_reading_alone(cast, issue):
    assert issue(by=cast.archivist)[0].approved_at
    assert not issue(by=cast.archivist, name="Writer", scopes=["posts:close"])[0].approved_at


def test_handed_over_with_the_rest_it_works_on(login, client, cast, issue, body, account):
    token, secret = issue(by=cast.principal)
    factories.grant(cast.deputy, Role.PRINCIPAL, body.nordvik)
    page = login(cast.chief).get(reverse("accounts:person_hand_over", args=[cast.principal.pk]))
    assert "Robot" in page.content.decode()
    typed = {"roles": [f"token-{token.pk}"], "to": cast.deputy.email, "reason": "New principal"}
    done = client.post(reverse("accounts:person_hand_over", args=[cast.principal.pk]), typed, follow=True)
    assert "now answers for 1 API token" in done.content.decode()
    RoleGrant.objects.filter(person=cast.principal).delete()
    assert reads(client, secret) == 200
    assert Notice.objects.get(event=notices.TOKEN_HANDED_OVER).person == cast.deputy
    assert AuditEvent.objects.get(event=events.TOKEN_HANDED_OVER).after == {"owner": "David Vara"}


def test_not_to_somebody_who_may_not(cast, issue):
    token, _secret = issue(by=cast.principal)
    with pytest.raises(ValidationError, match="may not do"):
        token.hand_over(cast.employee, by=cast.chief, now=timezone.now())


def test_a_token_without_effect_says_so(login, cast, issue):
    issue(by=cast.principal)
    RoleGrant.objects.filter(person=cast.principal).delete()
    assert "it does nothing" in login(cast.admin).get(reverse("tokens")).content.decode()


@pytest.mark.parametrize("more", [1, 3])
def test_the_list_costs_the_same_queries(login, cast, issue, django_assert_num_queries, more):
    for number in range(more):
        issue(by=cast.principal, name=f"Robot {number}")
    client = login(cast.admin)
    with django_assert_num_queries(11):
        client.get(reverse("tokens"))
