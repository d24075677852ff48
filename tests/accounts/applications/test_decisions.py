"""Deciding, and the decision as page and PDF, from the copy alone."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.applications import moves as applying
from accounts.applications.answers import LANGUAGES, in_language
from accounts.applications.models import Application, Decision, Status, Verb
from governance.access import Role
from governance.pages.pdf import NothingFromOutside, tagged_pdf
from governance.people.absences import Absence
from governance.people.models import Substitute
from tests import factories


@pytest.fixture
def waiting(cast, body, facebook):
    return factories.application(
        applicant=cast.employee,
        unit=body.nordvik,
        platform=facebook,
        moderators=[cast.moderator, cast.employee],
        deputies=[cast.deputy],
        status="submitted",
        goal="Tell <b>the world</b> https://tracker.example/x.png",
    )


@pytest.fixture
def decided(waiting, cast, now):
    return applying.move(
        waiting, Verb.APPROVE_WITH_CONDITIONS, by=cast.principal, now=now, text="Only\nin school hours"
    )


def url(name, application):
    return reverse(f"accounts:{name}", args=[application.pk])


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize(
    ("outcome", "text", "status"),
    [
        ("approved", "", Status.APPROVED),
        ("conditions", "Only in school hours", Status.APPROVED),
        ("returned", "Who is deputy?", Status.RETURNED),
        ("rejected", "There is one", Status.REJECTED),
    ],
)
def test_each_outcome_and_twice_is_once(outcome, text, status, login, cast, waiting):
    client = login(cast.principal)
    page = client.get(url("application_decide", waiting))
    form = {"outcome": outcome, "text": text, "submission": page.context["form"]["submission"].value()}
    assert "recorded" in said(client.post(url("application_decide", waiting), form, follow=True))
    assert "Reidun Rektor decided this at" in said(client.post(url("application_decide", waiting), form, follow=True))
    assert "Reidun Rektor decided this at" in said(client.get(url("application_decide", waiting), follow=True))
    waiting.refresh_from_db()
    assert waiting.status == status
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("outcome", ["conditions", "returned", "rejected"])
def test_a_missing_reason_is_asked_for_at_its_field(outcome, login, cast, waiting):
    page = login(cast.principal).post(url("application_decide", waiting), {"outcome": outcome, "submission": 1})
    assert page.status_code == 422
    assert "Write" in page.context["form"].errors["text"][0]
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "form", [{}, {"outcome": "nonsense", "submission": 1}, {"outcome": "approved"}, {"outcome": "approve", "text": "x"}]
)
def test_nonsense_decides_nothing(form, login, cast, waiting):
    page = login(cast.principal).post(url("application_decide", waiting), form or {"x": "y"})
    assert page.status_code == 422
    assert not Decision.objects.exists()


def test_a_decision_about_an_earlier_sending_is_refused(login, cast, waiting):
    Application.objects.update(submission=2)
    response = login(cast.principal).post(
        url("application_decide", waiting), {"outcome": "approved", "submission": 1}, follow=True
    )
    assert "sent again after you opened" in said(response)
    assert not Decision.objects.exists()


def test_nobody_decides_their_own(login, cast, body, facebook):
    own = factories.application(applicant=cast.principal, unit=body.nordvik, platform=facebook, status="submitted")
    client = login(cast.principal)
    for response in (
        client.get(url("application_decide", own), follow=True),
        client.post(url("application_decide", own), {"outcome": "approved", "submission": 1}, follow=True),
    ):
        assert "own application" in said(response)
    assert not Decision.objects.exists()


def test_readers_do_not_decide(login, cast, waiting):
    client = login(cast.section)
    assert client.get(url("application_decide", waiting)).status_code == 403
    form = {"outcome": "approved", "submission": 1}
    assert client.post(url("application_decide", waiting), form).status_code == 403


def test_a_substitute_is_told_for_whom_they_decide(login, cast, waiting):
    stand_in = factories.person("Sara Stand")
    long_ago, far_ahead = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    Substitute.objects.create(person=cast.principal, substitute=stand_in, starts_on=long_ago.date())
    Absence.objects.create(person=cast.principal, starts_at=long_ago, ends_at=far_ahead, registered_by=cast.principal)
    client = login(stand_in)
    assert "as substitute for Reidun Rektor" in client.get(url("application_decide", waiting)).content.decode()
    client.post(url("application_decide", waiting), {"outcome": "approved", "submission": 1})
    page = client.get(url("application_decision", waiting)).content.decode()
    assert "Sara Stand" in page
    assert "as substitute for Reidun Rektor" in page


def test_the_decider_sees_what_has_come_between(login, cast, waiting, facebook, now):
    facebook.retired_on = now.date() - dt.timedelta(days=1)
    facebook.save()
    page = login(cast.principal).get(url("application_decide", waiting))
    assert "no longer used" in page.content.decode()


# --- the document -----------------------------------------------------------------------------------------------------


def test_the_page_shows_the_copy_and_never_the_rows(login, cast, decided):
    Application.objects.update(goal="Changed since", name="Other name")
    cast.principal.name = "Renamed"
    cast.principal.save()
    page = login(cast.employee).get(url("application_decision", decided)).content.decode()
    copy = page[page.index("<main") :]
    assert "Tell &lt;b&gt;the world&lt;/b&gt;" in copy
    assert "Only\nin school hours" in copy
    assert "Reidun Rektor" in copy
    assert "Changed since" not in copy
    assert "Renamed" not in copy
    assert "Minimum number of moderators" in copy


def test_before_any_decision_there_is_nothing_to_read(login, cast, waiting):
    assert login(cast.employee).get(url("application_decision", waiting)).status_code == 404


def test_earlier_decisions_stay_readable(login, cast, body, waiting, now):
    applying.move(waiting, Verb.SEND_BACK, by=cast.principal, now=now, text="Who is deputy?")
    first = Decision.objects.get()
    applying.send(waiting, by=cast.employee, now=now)
    applying.move(waiting, Verb.REJECT, by=cast.principal, now=now + dt.timedelta(hours=1), text="There is one")
    client = login(cast.employee)
    assert "There is one" in client.get(url("application_decision", waiting)).content.decode()
    earlier = client.get(url("application_decision", waiting), {"decision": first.pk}).content.decode()
    assert "Who is deputy?" in earlier
    other = factories.application(applicant=cast.employee, unit=body.nordvik, platform=waiting.platform)
    for wrong in ("9" * 23, "9" * 5000, str(first.pk + 99)):
        assert client.get(url("application_decision", waiting), {"decision": wrong}).status_code == 404
    assert client.get(url("application_decision", other), {"decision": first.pk}).status_code == 404


@pytest.mark.parametrize(("language", "title"), [("en-gb", "Decision"), ("nb", None)])
def test_the_pdf_is_tagged_in_the_readers_language_and_fetches_nothing(language, title, login, cast, decided):
    cast.employee.language = language
    cast.employee.save()
    response = login(cast.employee).get(url("application_decision_pdf", decided))
    assert response["Content-Type"] == "application/pdf"
    assert f"decision-{decided.pk}-" in response["Content-Disposition"]
    pdf = PdfReader(io.BytesIO(response.content))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(pdf.trailer["/Root"]["/Lang"]).startswith(language[:2])
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "in school hours" in text
    if title:
        assert title in text


def test_an_address_in_a_page_is_refused_rather_than_fetched(monkeypatch):
    fetched = []

    def refuse(self, url, headers=None):
        fetched.append(url)
        return fetch(self, url, headers)

    fetch = NothingFromOutside.fetch
    monkeypatch.setattr(NothingFromOutside, "fetch", refuse)
    page = '<html lang="en"><title>t</title><body><p>x</p><img alt="y" src="file:///etc/hostname"></body></html>'
    assert tagged_pdf(page).startswith(b"%PDF")
    assert fetched == ["file:///etc/hostname"]
    with pytest.raises(ValueError, match="refused"):
        fetch(NothingFromOutside(), "https://tracker.example/x.png")


def test_the_copy_is_complete_in_every_language(decided):
    copy = Decision.objects.get().snapshot

    def texts(value):
        if isinstance(value, dict):
            if set(value) & set(LANGUAGES):
                yield value
            else:
                for inner in value.values():
                    yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)

    found = list(texts(copy))
    assert len(found) > 70
    assert all(set(text) == set(LANGUAGES) for text in found)
    assert in_language({"a": [{code: code for code in LANGUAGES}]}, "da") == {"a": ["da"]}
    assert in_language({code: code for code in LANGUAGES}, "fr") in LANGUAGES


def test_a_chief_decides_for_units_that_are_no_school(login, cast, body, facebook):
    central = factories.application(applicant=cast.employee, unit=body.culture, platform=facebook, status="submitted")
    assert login(cast.chief).get(url("application_decide", central)).status_code == 200
    factories.grant(cast.leader, Role.UNIT_LEADER, body.central)
    assert login(cast.leader).get(url("application_decide", central)).status_code == 403
