"""Settings: the webhooks by which other systems hand in posts."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.platforms import events
from accounts.platforms.models import HookSource
from governance.access import Role
from governance.audit.models import AuditEvent
from governance.secrets import unseal
from tests import factories

pytestmark = pytest.mark.django_db

A_DAY, YEARS = "24.12.2028", dt.timedelta(days=700)

LIST, NEW = reverse("accounts:hook_sources"), reverse("accounts:hook_source_new")


def test_the_settings_lead_there(login, cast):
    client = login(cast.admin)
    assert f'href="{LIST}"' in client.get(reverse("settings")).content.decode()
    text = client.get(LIST).content.decode()
    assert "No other system hands in posts" in text
    assert "http://testserver/api/v1/hooks/facebook" in text


def test_an_administrator_of_one_unit_has_no_webhooks_of_the_body(login, body):
    person = factories.person()
    factories.grant(person, Role.ADMINISTRATOR, body.nordvik)
    client = login(person)
    assert client.get(LIST).status_code == client.get(NEW).status_code == 403


def test_the_secret_is_shown_once(login, cast, body):
    client = login(cast.admin)
    page = client.post(NEW, {"name": "Chat", "unit": body.nordvik.pk, "expires_on": A_DAY})
    source = HookSource.objects.get()
    secret = unseal(source.secret)["secret"]
    assert secret.startswith("whsec_")
    assert secret not in source.secret
    assert secret in page.content.decode()
    assert f"http://testserver/api/v1/hooks/generic/{source.pk}" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    text = client.get(LIST).content.decode()
    assert secret not in text
    assert "Chat" in text
    event = AuditEvent.objects.get(event=events.HOOK_CREATED)
    assert (event.subject_name, event.unit_id) == ("Chat", body.nordvik.pk)
    assert secret not in str(event.after)


def test_the_same_form_twice_makes_one(login, cast, body):
    client = login(cast.admin)
    client.post(NEW, {"name": "Chat", "unit": body.nordvik.pk, "expires_on": A_DAY})
    page = client.post(NEW, {"name": "chat", "unit": body.nordvik.pk, "expires_on": A_DAY})
    assert page.status_code == 422
    assert "has this name already" in page.content.decode()
    assert HookSource.objects.count() == 1


def test_a_name_and_a_unit_are_needed(login, cast):
    page = login(cast.admin).post(NEW, {"name": "Chat"})
    assert page.status_code == 422
    assert 'value="Chat"' in page.content.decode()


def test_revoking(login, cast, body, now):
    source, _secret = HookSource.issue(name="Chat", unit=body.nordvik, by=cast.admin, now=now, expires_at=now + YEARS)
    client = login(cast.admin)
    url = reverse("accounts:hook_source_revoke", args=[source.pk])
    assert client.get(url).status_code == 405
    assert "is revoked" in client.post(url, follow=True).content.decode()
    assert "done already" in client.post(url, follow=True).content.decode()
    source.refresh_from_db()
    assert source.secret == ""
    assert AuditEvent.objects.filter(event=events.HOOK_REVOKED).count() == 1
    assert client.post(NEW, {"name": "Chat", "unit": body.nordvik.pk, "expires_on": A_DAY}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_no_query_for_each_row(login, cast, body, now, django_assert_num_queries, count):
    for number in range(count):
        HookSource.issue(name=f"Chat {number}", unit=body.nordvik, by=cast.admin, now=now, expires_at=now + YEARS)
    client = login(cast.admin)
    client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST)


def test_how_to_sign_stands_in_the_documentation(client):
    text = client.get(reverse("api_docs")).content.decode()
    assert 'id="webhooks"' in text
    assert "webhook-signature" in text
