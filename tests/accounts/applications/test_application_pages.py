"""The application’s pages: begin, step by step, check and send; and who gets in."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.applications.models import Application, Status
from governance.platforms.models import PlatformAssessment
from governance.policy.models import set_policy
from tests import factories


def step_url(application, step):
    return reverse("accounts:application_step", args=[application.pk, step])


def url(name, application):
    return reverse(f"accounts:{name}", args=[application.pk])


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- beginning ------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_begins_one_draft(login, cast, body):
    client = login(cast.employee)
    page = client.get(reverse("accounts:application_new"))
    assert page.context["form"].initial["unit"] == body.nordvik.pk
    form = {
        "unit": body.nordvik.pk,
        "kind": "ordinary",
        "name": "Nordvik",
        "form_token": str(page.context["form"]["form_token"].value()),
    }
    first, second = (client.post(reverse("accounts:application_new"), form) for _turn in range(2))
    assert first.url == second.url == step_url(Application.objects.get(), "purpose")
    assert client.get(first.url).status_code == 200


@pytest.mark.parametrize("unit", ["nonsense", "999999999999999999999999", "-1", "\x00", ""])
def test_a_unit_of_nonsense_is_refused(unit, login, cast):
    form = {"unit": unit, "kind": "ordinary", "name": "x", "form_token": str(uuid.uuid4())}
    page = login(cast.employee).post(reverse("accounts:application_new"), form)
    assert page.status_code == 422
    assert "unit" in page.context["form"].errors
    assert not Application.objects.exists()


def test_a_closed_unit_is_not_offered(login, cast, body, now):
    body.sorvik.closed_on = now.date()
    body.sorvik.save()
    page = login(cast.employee).get(reverse("accounts:application_new"))
    assert "Sørvik" not in page.content.decode()


def test_another_persons_form_token_is_refused(login, cast, body, draft):
    form = {"unit": body.nordvik.pk, "kind": "ordinary", "name": "x", "form_token": str(draft.form_token)}
    assert login(cast.stranger).post(reverse("accounts:application_new"), form).status_code == 403


# --- steps ----------------------------------------------------------------------------------------------------

ANSWERS = {
    "purpose": {
        "kind": "ordinary",
        "name": "Nordvik on Facebook",
        "goal": "Tell",
        "expected_effect": "More know us",
        "purposes": ["inform"],
        "audience": "Pupils",
        "message": "Come",
        "communication": "both",
    },
    "platform": {"platform_reason": "They are there", "handle_wanted": "@nordvik", "language": "nb"},
    "people": {
        "moderators": "Moderator@fjordvik.example, ansatt@fjordvik.example",
        "deputies": "vara@fjordvik.example\n",
        "organisation": "By turns",
        "hours_per_week": "3.5",
        "absence_plan": "The deputy",
        "answer_mandate": "All",
    },
    "openness": {
        "moderation_mode": "along",
        "visibility": "closed",
        "visibility_reason": "Pupils",
        "pupil_contact": "yes",
        "alias_profile": "yes",
        "crisis_use": "no",
        "hearing": "no",
    },
    "law": {
        "web_page_url": "fjordvik.example/nordvik",
        "legal_basis": "Public task",
        "joint_controller": "Yes",
        "assessment_reference": "26/118",
        "assessed_on": "01.10.2026",
        "archive_routine": "Monthly",
    },
    "duration": {"ends_on": "31.12.2099"},
}


def test_step_by_step_to_the_decider(login, cast, body, facebook):
    client = login(cast.employee)
    form = {"unit": body.nordvik.pk, "kind": "ordinary", "name": "Nordvik", "form_token": str(uuid.uuid4())}
    address = client.post(reverse("accounts:application_new"), form).url
    for answers in ANSWERS.values():
        page = client.get(address)
        assert page.status_code == 200
        extra = {"unit": body.nordvik.pk, "platform": facebook.pk}
        response = client.post(address, answers | extra)
        assert response.status_code == 302, response.context["form"].errors
        address = response.url
    application = Application.objects.get()
    assert address == url("application_submit", application)
    assert application.handle_wanted == "nordvik"
    assert application.web_page_url == "https://fjordvik.example/nordvik"
    assert [person.name for people in application.named().values() for person in people] == [
        "Mona Moderator",
        "Eli Ansatt",
        "David Vara",
    ]
    check = client.get(address)
    assert cast.principal.name in check.content.decode()
    assert check.context["open_steps"] == []
    response = client.post(address, follow=True)
    assert "is sent" in said(response)
    again = client.post(address, follow=True)
    assert "waits for a decision" in said(again)
    application.refresh_from_db()
    assert (application.status, application.submission) == (Status.SUBMITTED, 1)


def test_each_question_has_its_rule_beside_it(login, cast, draft):
    client = login(cast.employee)
    for step in ANSWERS:
        page = client.get(step_url(draft, step)).content.decode()
        form = page[page.index('class="questions"') :]
        assert form.count('class="question"') == form.count('class="guide"') > 0
    assert "M47" in client.get(step_url(draft, "openness")).content.decode()


def test_what_was_typed_stays_and_what_is_valid_is_kept(login, cast, draft):
    form = {**ANSWERS["people"], "moderators": "nobody@fjordvik.example", "organisation": "Changed"}
    page = login(cast.employee).post(step_url(draft, "people"), form)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Nobody here has the address nobody@fjordvik.example" in text
    assert 'href="#id_moderators"' in text
    draft.refresh_from_db()
    assert draft.organisation == "Changed"
    assert len(draft.named()["lead"]) == 2
    assert "people" not in draft.steps_done


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"moderators": "gone@fjordvik.example"}, "Gina Gone may no longer log in"),
        ({"moderators": "ansatt@fjordvik.example", "deputies": ""}, "at least 2 people"),
        ({"deputies": "ansatt@fjordvik.example"}, "both moderator and deputy"),
        ({"deputies": ""}, "not answered yet"),
        ({"moderators": "\n".join(f"p{n}@x.example" for n in range(30))}, "20 people at most"),
        ({"hours_per_week": "three"}, "Enter a number"),
        ({"hours_per_week": "-1"}, "greater than or equal"),
        ({"organisation": "x" * 5_001}, "at most 5000 characters"),
        ({"organisation": "a\x00b"}, "Null characters"),
    ],
)
def test_wrong_answers_are_named(changed, words, login, cast, draft, now):
    factories.person("Gina Gone", email="gone@fjordvik.example", is_active=False, deactivated_at=now)
    page = login(cast.employee).post(step_url(draft, "people"), ANSWERS["people"] | changed)
    assert page.status_code == 422
    assert words in " ".join(error for errors in page.context["form"].errors.values() for error in errors)


def test_a_person_may_change_from_deputy_to_moderator(login, cast, draft):
    form = ANSWERS["people"] | {"moderators": "vara@fjordvik.example ansatt@fjordvik.example"}
    client = login(cast.employee)
    assert client.post(step_url(draft, "people"), form).status_code == 422
    assert len(draft.named()["lead"]) == 2
    moved = form | {"deputies": "moderator@fjordvik.example"}
    assert client.post(step_url(draft, "people"), moved).status_code == 302
    assert draft.named() == {"lead": [cast.deputy, cast.employee], "deputy": [cast.moderator]}


@pytest.mark.parametrize("gap", [{"unit": "x"}, {"kind": "nonsense"}, {"name": ""}])
def test_a_draft_keeps_its_unit_kind_and_name(gap, login, cast, body, draft):
    form = ANSWERS["purpose"] | {"unit": body.nordvik.pk, "goal": "Kept", "later": "1"} | gap
    page = login(cast.employee).post(step_url(draft, "purpose"), form)
    assert (page.status_code, set(page.context["form"].errors)) == (422, set(gap))
    before = draft.name
    draft.refresh_from_db()
    assert (draft.unit, draft.kind, draft.goal) == (body.nordvik, "ordinary", "Kept")
    assert draft.name == (before if "name" in gap else "Nordvik on Facebook")


def test_finishing_later_asks_for_nothing_more_but_refuses_what_is_wrong(login, cast, draft):
    client = login(cast.employee)
    response = client.post(step_url(draft, "law"), {"legal_basis": "Half a thought", "later": "1"}, follow=True)
    assert "Saved" in said(response)
    draft.refresh_from_db()
    assert draft.legal_basis == "Half a thought"
    assert "law" not in draft.steps_done
    wrong = client.post(step_url(draft, "law"), {"assessed_on": "31.02.2026", "later": "1"})
    assert wrong.status_code == 422
    assert "not a day in the calendar" in wrong.content.decode()


def test_the_platform_step_shows_accounts_limits_and_stances(login, cast, body, facebook, account, draft, now):
    banned = factories.platform("tiktok", "TikTok")
    PlatformAssessment.objects.create(unit=body.central, platform=banned, stance="not_allowed", reference="26/9")
    PlatformAssessment.objects.create(
        unit=body.central, platform=facebook, stance="conditions", conditions="No statistics"
    )
    client = login(cast.employee)
    page = client.get(step_url(draft, "platform")).content.decode()
    assert account.name in page
    assert "No statistics" in page
    assert re.search(rf'value="{banned.pk}"[^>]*disabled', page)
    refused = client.post(step_url(draft, "platform"), ANSWERS["platform"] | {"platform": banned.pk})
    assert "26/9" in refused.context["form"].errors["platform"][0]
    soft = client.post(step_url(draft, "platform"), ANSWERS["platform"] | {"platform": facebook.pk})
    assert "Say why it needs one more" in soft.context["form"].errors["another_reason"][0]
    set_policy(body.nordvik, {"accounts_limit": "hard"}, by=None, now=now)
    hard = client.post(step_url(draft, "platform"), ANSWERS["platform"] | {"platform": facebook.pk})
    assert "allows no more" in hard.context["form"].errors["platform"][0]


def test_contact_with_pupils_must_be_closed_and_alias_needs_the_policy(login, cast, body, draft, now):
    client = login(cast.employee)
    page = client.post(step_url(draft, "openness"), ANSWERS["openness"] | {"visibility": "open"})
    assert "must be closed" in page.context["form"].errors["visibility"][0]
    assert "forbid a second profile" in page.content.decode().replace("\n", " ")
    set_policy(body.nordvik, {"alias_profile": False}, by=None, now=now)
    page = client.post(step_url(draft, "openness"), ANSWERS["openness"])
    assert "alias" in page.context["form"].errors["alias_profile"][0]


def test_a_sent_application_is_not_edited(login, cast, waiting):
    client = login(cast.employee)
    late = client.post(step_url(waiting, "purpose"), ANSWERS["purpose"])
    assert late.status_code == 422
    assert "cannot be changed meanwhile" in late.content.decode()
    for response in (
        client.get(step_url(waiting, "purpose"), follow=True),
        client.get(url("application_submit", waiting), follow=True),
    ):
        assert response.redirect_chain[0][0] == waiting.get_absolute_url()
        assert "cannot be changed meanwhile" in said(response)


def test_an_unknown_step_is_not_found(login, cast, draft):
    assert login(cast.employee).get(step_url(draft, "nonsense")).status_code == 404


# --- checking and sending -------------------------------------------------------------------------------------


def test_what_is_missing_links_to_step_and_field(login, cast, draft):
    Application.objects.update(goal="", steps_done=["platform"])
    client = login(cast.employee)
    page = client.post(url("application_submit", draft))
    assert page.status_code == 422
    assert f'href="{step_url(draft, "purpose")}#id_goal"' in page.content.decode()
    states = {link.key: link.state for link in page.context["steps"]}
    assert (states["purpose"], states["platform"], states["people"]) == ("open", "done", "open")
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


@pytest.mark.parametrize("mode", ["notification", "open"])
def test_registered_at_once_where_policy_asks_no_decision(mode, login, cast, body, draft, now):
    set_policy(body.nordvik, {"establishment": mode}, by=None, now=now)
    client = login(cast.employee)
    assert "no decision is needed" in client.get(url("application_submit", draft)).content.decode()
    response = client.post(url("application_submit", draft), follow=True)
    assert "registered" in said(response)
    draft.refresh_from_db()
    assert draft.account.get_absolute_url() in response.content.decode()
    assert "registered already" in said(client.post(url("application_submit", draft), follow=True))


def test_sending_where_nobody_may_decide_says_so(login, cast, draft):
    cast.principal.grants.all().delete()
    cast.chief.grants.all().delete()
    client = login(cast.employee)
    assert "Nobody may decide it" in client.get(url("application_submit", draft)).content.decode()
    page = client.post(url("application_submit", draft), follow=True)
    assert "Nobody may decide it at the moment" in page.content.decode()


# --- who gets in ----------------------------------------------------------------------------------------------

PAGES = ["application", "application_submit", "application_withdraw", "application_decide", "application_decision"]
POSTS = [
    "application_submit",
    "application_withdraw",
    "application_revive",
    "application_comment",
    "application_decide",
]


@pytest.mark.parametrize("name", [*PAGES, "application_decision_pdf"])
def test_strangers_find_nothing(name, login, cast, waiting):
    assert login(cast.stranger).get(url(name, waiting)).status_code == 404
    assert login(cast.stranger).get(step_url(waiting, "purpose")).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_strangers_change_nothing(name, login, cast, waiting):
    assert login(cast.stranger).post(url(name, waiting), {"text": "x"}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_drafts_are_nobody_elses_business(login, cast, draft):
    assert login(cast.principal).get(draft.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["application_submit", "application_withdraw", "application_revive"])
def test_readers_do_not_act_for_the_applicant(name, login, cast, waiting):
    client = login(cast.section)
    assert client.get(waiting.get_absolute_url()).status_code == 200
    assert client.post(url(name, waiting)).status_code == 403
    assert client.post(step_url(waiting, "purpose")).status_code == 403


@pytest.mark.parametrize("name", ["application_revive", "application_comment"])
def test_changing_takes_a_post(name, login, cast, waiting):
    assert login(cast.employee).get(url(name, waiting)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_without_log_in_one_is_asked_to(name, client, waiting):
    assert "/login/" in client.get(url(name, waiting)).url
