"""Log-in by e-mail; the demo password opens nothing in production; errors look like every page."""

import pytest
from django.core import mail

from governance.signin.login import DEMO_PASSWORD
from tests import factories


def log_in(client, email, password=factories.PASSWORD):
    return client.post("/login/", {"login": email, "password": password})


def test_log_in_by_email_whatever_its_case(client, cast):
    response = log_in(client, "Infosjef@Fjordvik.example")
    assert response.status_code == 302
    assert response.url == "/"


def test_a_wrong_password_says_so_and_keeps_the_address(client, cast):
    response = log_in(client, "infosjef@fjordvik.example", "wrong")
    assert response.status_code == 422
    assert b'value="infosjef@fjordvik.example"' in response.content


def test_a_deactivated_person_cannot_log_in(client, cast, now):
    cast.chief.is_active, cast.chief.deactivated_at = False, now
    cast.chief.save()
    log_in(client, cast.chief.email)
    assert "_auth_user_id" not in client.session


def test_the_page_itself_shows_who_is_logged_in(client, cast):
    """No flash says so once more."""
    page = client.post("/login/", {"login": cast.chief.email, "password": factories.PASSWORD}, follow=True)
    assert not list(page.context["messages"])
    assert cast.chief.name in page.content.decode()
    assert not list(client.post("/logout/", follow=True).context["messages"])


@pytest.mark.parametrize(("demo", "enters"), [(True, True), (False, False)])
def test_the_published_password_opens_the_demo_only(client, cast, settings, demo, enters):
    settings.DEMO = demo
    cast.chief.set_password(DEMO_PASSWORD)
    cast.chief.save()
    log_in(client, cast.chief.email, DEMO_PASSWORD)
    assert ("_auth_user_id" in client.session) is enters


def test_the_published_password_cannot_be_chosen(login, cast):
    response = login(cast.chief).post(
        "/password/", {"oldpassword": factories.PASSWORD, "password1": DEMO_PASSWORD, "password2": DEMO_PASSWORD}
    )
    assert b"published with the demo data" in response.content


def test_too_many_wrong_passwords_are_stopped(client, cast):
    for _ in range(6):
        response = log_in(client, cast.chief.email, "wrong")
    response = log_in(client, cast.chief.email)
    assert "_auth_user_id" not in client.session
    assert response.status_code in (422, 429)


@pytest.mark.parametrize(("proxies", "stopped"), [(1, False), (0, True)])
def test_behind_a_proxy_one_address_does_not_lock_out_the_others(client, cast, settings, proxies, stopped):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(35):
        client.post(
            "/login/",
            {"login": f"{number}@x.no", "password": "wrong"},
            headers={"x-forwarded-for": "1.2.3.4, 10.0.0.9"},
        )
    client.post(
        "/login/",
        {"login": cast.chief.email, "password": factories.PASSWORD},
        headers={"x-forwarded-for": "10.0.0.9, 10.0.0.7"},
    )
    assert ("_auth_user_id" not in client.session) is stopped


def test_a_person_who_is_deactivated_is_out_at_once(login, cast, now):
    client = login(cast.chief)
    assert client.get("/me/").status_code == 200
    cast.chief.is_active, cast.chief.deactivated_at = False, now
    cast.chief.save()
    assert client.get("/me/").status_code == 302


def test_a_new_password_by_mail(client, cast):
    client.post("/password/forgotten/", {"email": cast.chief.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/new/" in word)
    response = client.get(link.removeprefix("http://testserver"), follow=True)
    response = client.post(
        response.redirect_chain[-1][0], {"password1": "quite-another-one", "password2": "quite-another-one"}
    )
    assert response.status_code == 302
    log_in(client, cast.chief.email, "quite-another-one")
    assert "_auth_user_id" in client.session


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, cast):
    known = client.post("/password/forgotten/", {"email": cast.chief.email})
    unknown = client.post("/password/forgotten/", {"email": "nobody@fjordvik.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox] == [[cast.chief.email]]


def test_too_many_requests_are_told_so_in_our_look(client, cast):
    answers = [client.post("/password/forgotten/", {"email": cast.chief.email}) for _ in range(30)]
    assert answers[-1].status_code == 429
    assert b"<main" in answers[-1].content


def test_nobody_registers_themselves(client, db):
    assert client.get("/signup/").status_code == 404


def test_log_out_by_post_only(login, cast):
    client = login(cast.chief)
    assert client.get("/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/logout/")
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_is_a_404_in_our_look(login, cast):
    response = login(cast.employee).get("/nowhere/")
    assert response.status_code == 404
    assert b"<main" in response.content


def test_pages_carry_the_policy_for_content(client, db):
    policy = client.get("/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
