"""An application read, withdrawn, taken up again, commented on; and the list of them."""

import uuid

import pytest
from django.urls import reverse

from accounts.applications.models import Application, Comment, Status
from tests import factories


def url(name, application):
    return reverse(f"accounts:{name}", args=[application.pk])


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- reading --------------------------------------------------------------------------------------------------


def test_the_page_says_with_whom_it_is_and_since_when(login, cast, waiting):
    client = login(cast.employee)
    page = client.get(waiting.get_absolute_url())
    text = page.content.decode()
    assert cast.principal.name in text
    assert "Waiting for a decision" in text
    assert page.context["may_withdraw"]
    assert not page.context["may_decide"]
    assert login(cast.principal).get(waiting.get_absolute_url()).context["may_decide"]


def test_the_page_takes_the_same_queries_however_much_was_said(login, cast, waiting, django_assert_num_queries):
    client = login(cast.section)
    client.get(waiting.get_absolute_url())
    for count in (1, 3):
        for _turn in range(count):
            Comment.objects.create(application=waiting, author=cast.chief, text="Yes")
        with django_assert_num_queries(18):
            client.get(waiting.get_absolute_url())


def test_withdrawing_asks_first_and_twice_is_harmless(login, cast, waiting):
    client = login(cast.employee)
    assert waiting.name in client.get(url("application_withdraw", waiting)).content.decode()
    assert "is withdrawn" in said(client.post(url("application_withdraw", waiting), follow=True))
    assert "is withdrawn" in said(client.post(url("application_withdraw", waiting), follow=True))
    waiting.refresh_from_db()
    assert waiting.status == Status.WITHDRAWN


def test_an_expired_draft_says_so_and_can_be_taken_up_again(login, cast, draft):
    Application.objects.update(status="expired")
    client = login(cast.employee)
    assert "has expired. Nothing is lost" in client.get(draft.get_absolute_url()).content.decode()
    assert "has expired" in said(
        client.get(reverse("accounts:application_step", args=[draft.pk, "purpose"]), follow=True)
    )
    assert "has expired" in said(client.post(url("application_submit", draft), follow=True))
    assert "yours again" in said(client.post(url("application_revive", draft), follow=True))
    assert "is a draft" in said(client.post(url("application_revive", draft), follow=True))
    draft.refresh_from_db()
    assert (draft.status, draft.goal) == (Status.DRAFT, "Tell what happens at school")


# --- comments -------------------------------------------------------------------------------------------------


def test_a_comment_is_said_once_and_never_empty(login, cast, waiting):
    client = login(cast.principal)
    form = {"text": "Who holds the password?", "form_token": str(uuid.uuid4())}
    for _turn in range(2):
        page = client.post(url("application_comment", waiting), form, follow=True)
    assert page.content.decode().count("Who holds the password?") == 1
    for text in ("", "   ", "x" * 5_001):
        refused = client.post(url("application_comment", waiting), form | {"text": text}, follow=True)
        assert refused.status_code == 422
        assert refused.context["comment_form"].errors["text"]
        assert Comment.objects.count() == 1
    assert Comment.objects.count() == 1


def test_a_draft_has_no_comments_yet(login, cast, draft):
    form = {"text": "Note to self", "form_token": str(uuid.uuid4())}
    response = login(cast.employee).post(url("application_comment", draft), form, follow=True)
    assert "has not been sent" in said(response)
    assert not Comment.objects.exists()


# --- the list -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(count, login, cast, body, facebook, django_assert_num_queries):
    for _turn in range(count):
        factories.application(applicant=cast.employee, unit=body.nordvik, platform=facebook, status="submitted")
    client = login(cast.principal)
    client.get(reverse("accounts:applications"))
    with django_assert_num_queries(18):
        page = client.get(reverse("accounts:applications"))
    assert len(page.context["waiting"]) == count


def test_the_list_filters_sorts_and_pages(login, cast, body, facebook, draft, waiting):
    client = login(cast.employee)
    address = reverse("accounts:applications")

    def rows(**query):
        return {row.record for row in client.get(address, query).context["table"].page.object_list}

    assert rows() == {draft, waiting}
    assert rows(status="submitted") == {waiting}
    assert rows(q=draft.name) == {draft}
    assert rows(unit=body.culture.pk) == set()
    assert rows(mine="on") == {draft, waiting}
    assert rows(sort="name") == rows(sort="-submitted_at") == {draft, waiting}
    assert rows(status="nonsense", unit="x", sort="password", page="99") == {draft, waiting}
    for _turn in range(30):
        factories.application(applicant=cast.employee, unit=body.nordvik, platform=facebook)
    assert len(rows()) == 25
    assert len(rows(page=2)) == 7


@pytest.mark.parametrize("query", ["per_page=-1", "per_page=0", "per_page=9&page=-1", "page=" + "9" * 5000, "sort=-"])
def test_a_bent_address_still_shows_the_list(query, login, cast, draft):
    response = login(cast.employee).get(f"{reverse('accounts:applications')}?{query}")
    assert response.status_code == 200
    assert response.context["table"].page.paginator.per_page == 25


def test_an_empty_list_shows_the_way_on(login, cast):
    page = login(cast.stranger).get(reverse("accounts:applications")).content.decode()
    assert "No application fits" in page
    assert reverse("accounts:application_new") in page
