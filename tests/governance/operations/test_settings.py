"""Settings: tokens, jobs, mail in doubt, files to import."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.cover import notices
from governance.access import Role
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.operations.models import JobRun
from governance.signin import events as signin_events
from governance.signin.tokens import ApiToken
from tests import factories

pytestmark = pytest.mark.django_db


def day(offset):
    return (timezone.localdate() + dt.timedelta(days=offset)).strftime("%d.%m.%Y")


# --- the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["employee", "principal", "section", "chief", "archivist"])
def test_only_administrators(login, cast, who):
    client = login(getattr(cast, who))
    for url in [reverse("settings"), reverse("token_new"), reverse("import_upload", args=["units"])]:
        assert client.get(url).status_code == 403
    assert client.post(reverse("token_revoke", args=[1])).status_code == 403
    assert client.post(reverse("notice_send_again", args=[1])).status_code == 403


def test_an_administrator_of_one_unit_has_no_settings_of_the_body(login, body, facebook):
    person = factories.person()
    factories.grant(person, Role.ADMINISTRATOR, body.nordvik)
    client = login(person)
    for url in [
        reverse("settings"),
        reverse("token_new"),
        reverse("import_upload", args=["people"]),
        reverse("platform_new"),
        reverse("platform_edit", args=["facebook"]),
    ]:
        assert client.get(url).status_code == 403


def test_an_empty_page_says_what_is_missing(login, cast):
    text = login(cast.admin).get(reverse("settings")).content.decode()
    assert "No other system has access" in text
    assert "No job has run yet" in text
    assert "0 notices wait to be sent" in text


def test_jobs(login, cast, now):
    JobRun.objects.create(name="flag_unanswered", finished_at=now, result={"flagged": 3})
    JobRun.objects.create(name="deliver", finished_at=now, error="OSError: no route")
    text = login(cast.admin).get(reverse("settings")).content.decode()
    assert "flagged: 3" in text
    assert "OSError: no route" in text


# --- tokens -------------------------------------------------------------------------------------------------


def typed(body, **changes):
    return {
        "name": "Feed reader",
        "scopes": ["posts:write"],
        "unit": body.nordvik.pk,
        "person": "",
        "expires_on": day(30),
    } | changes


def test_a_token_is_shown_once(login, cast, body):
    factories.grant(cast.admin, Role.INFORMATION_SECTION, body.central)
    client = login(cast.admin)
    assert client.get(reverse("token_new")).status_code == 200
    page = client.post(reverse("token_new"), typed(body))
    token = ApiToken.objects.get()
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert ApiToken.holding(secret, timezone.now()) == token
    assert secret not in client.get(reverse("tokens")).content.decode()
    event = AuditEvent.objects.get(event=signin_events.TOKEN_CREATED)
    assert secret not in str(event.after)
    assert event.after["scopes"] == ["posts:write"]


def test_the_same_form_twice_makes_one_token(login, cast, body):
    client = login(cast.admin)
    client.post(reverse("token_new"), typed(body))
    page = client.post(reverse("token_new"), typed(body))
    assert page.status_code == 422
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expires_on": day(0)}, "at most three years ahead"),
        ({"expires_on": day(5000)}, "at most three years ahead"),
        ({"scopes": []}, "required"),
        ({"person": "nobody@fjordvik.example"}, "Nobody who may log in"),
    ],
)
def test_mistakes_are_named(login, cast, body, changes, said):
    page = login(cast.admin).post(reverse("token_new"), typed(body, **changes))
    assert page.status_code == 422
    assert said in page.content.decode()


def test_revoking(login, cast, body):
    client = login(cast.admin)
    secret = client.post(reverse("token_new"), typed(body, person="rektor@fjordvik.example")).context["secret"]
    url = reverse("token_revoke", args=[ApiToken.objects.get().pk])
    assert client.get(url).status_code == 405
    assert "is revoked" in client.post(url, follow=True).content.decode()
    assert "done already" in client.post(url, follow=True).content.decode()
    assert ApiToken.holding(secret, timezone.now()) is None
    assert AuditEvent.objects.filter(event=signin_events.TOKEN_REVOKED).count() == 1


# --- mail ---------------------------------------------------------------------------------------------------


def test_mail_given_up_is_sent_again_once_asked(login, cast):
    long_ago = timezone.now() - dt.timedelta(days=1)
    notice = Notice.objects.create(
        person=cast.chief,
        event=notices.HANDOVER,
        key="x",
        path="/",
        given_up_at=long_ago,
        last_error="550 no such mailbox",
    )
    client = login(cast.admin)
    text = client.get(reverse("settings")).content.decode()
    assert "1 notice is in doubt or given up" in text
    assert "550 no such mailbox" in text
    url = reverse("notice_send_again", args=[notice.pk])
    assert client.get(url).status_code == 405
    assert "is sent again" in client.post(url, follow=True).content.decode()
    assert "neither in doubt nor given up" in client.post(url, follow=True).content.decode()


def test_there_is_no_import_of_just_anything(login, cast):
    assert login(cast.admin).get(reverse("import_upload", args=["passwords"])).status_code == 404
