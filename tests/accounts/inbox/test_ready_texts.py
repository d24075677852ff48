"""Ready texts to copy: found by everyone, filled with what the portal knows, the rest marked."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.register.models import Pause
from governance.policy.models import set_policy
from guidelines.ready_texts.models import ReadyText
from tests import factories

pytestmark = pytest.mark.django_db

URL = "accounts:ready_texts"


def _page(client, **query) -> str:
    response = client.get(reverse(URL), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_teacher_finds_how_to_decline_with_name_and_school_filled_in(login, cast, django_assert_max_num_queries):
    client = login(cast.employee)
    with django_assert_max_num_queries(25):
        page = _page(client, kind="decline", language="nn", tone="friendly")
    assert "så lenge du er elev ved Nordvik vgs" in page
    assert "Helsing Eli Ansatt" in page
    assert page.count("<textarea") == 1
    # No account is chosen, so the portal does not know where.
    assert "kontakt på [" in page
    assert "Edit “" not in page
    assert 'data-copy="Copy"' in page


def test_all_kinds_stand_in_the_persons_language_until_something_is_chosen(login, cast):
    page = _page(login(cast.employee))
    assert page.count("<textarea") == len(ReadyText.Kind)
    assert "Thank you so much for your kind words" in page
    assert "Ready texts" in login(cast.employee).get(reverse("guidelines:guidelines")).content.decode()


@pytest.mark.parametrize(("search", "found"), [("pupil RÔLE", 0), ("PUPIL role", 1), ("crisis:", 4), ("xyzzy", 0)])
def test_search_looks_in_the_kind_and_in_the_words(login, cast, search, found):
    page = _page(login(cast.employee), search=search)
    assert page.count("<textarea") == found
    assert ("No text fits." in page) == (found == 0)


def test_an_account_fills_in_its_names_addresses_hours_and_pause(login, cast, body, facebook, now):
    account = factories.account(unit=body.nordvik, platform=facebook, web_page_url="https://nordvik.example/nytt")
    factories.assign(account, cast.moderator)
    set_policy(body.central, {"formal_inquiry_address": "post@fjordvik.example"}, by=None, now=now)
    client, query = login(cast.moderator), {"account": account.pk, "language": "nb", "tone": "formal"}

    assert "er stengt fra [" in _page(client, kind="paused", **query)
    start = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    pause = Pause(account=account, starts_at=start, ends_at=start + dt.timedelta(days=7), reason="Ferie.")
    pause.created_by = cast.moderator
    pause.save()
    said = _page(client, kind="paused", **query)
    assert "Nordvik vgs on Facebook er stengt fra" in said
    assert "[" not in said.split("<textarea")[1].split("</textarea>")[0]
    assert "Årsak: Ferie. Innlegg" in said
    assert "post@fjordvik.example" in said
    assert "https://nordvik.example/nytt" in _page(client, kind="official", **query)
    assert "08:00–15:45" in _page(client, kind="profile", **query)


def test_nonsense_is_told_and_anothers_account_is_not_known(login, cast, body, facebook):
    account = factories.account(unit=body.sorvik, platform=facebook)
    client = login(cast.moderator)
    for query in (
        {"account": account.pk},
        {"kind": "nothing"},
        {"language": "xx"},
        {"tone": "\x00"},
        {"search": "a" * 200},
    ):
        response = client.get(reverse(URL), query)
        assert response.status_code == 422, query
        assert response.content.decode().count("<textarea") == len(ReadyText.Kind)
        assert "Sørvik" not in response.content.decode()


def test_who_edits_finds_the_way_from_each_text(login, cast):
    page = _page(login(cast.section), kind="thanks")
    text = ReadyText.objects.get(kind="thanks", language="en-gb", tone="friendly")
    assert reverse("guidelines:ready_text", args=[text.pk]) in page
    assert "Version 1" in page
