"""Each role against each address, allowed and refused, in one table.

A new address that is missing here fails the test. Allowed means that the request gets past the question who may;
refused means 403 or 404, and for whoever is not logged in the way to the log-in.
"""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from accounts.applying import move
from accounts.models import CrisisPeriod, Flag, HookSource, Pause, SavedView, Shift, Site, WorkUse
from accounts.models.applications import Status, Verb
from accounts.models.choices import Part
from governance.models import Absence, ApiToken, ClosingDay, Notice, RoleGrant, Substitute
from governance.models.notices import NoticeEvent, notice_row, tell
from guidelines.models import Audience, CommentRound, Guideline, ReadyText, Review
from guidelines.models.questions import ask, publish_note
from tests import factories

CAST = ["employee", "moderator", "deputy", "principal", "leader", "chief", "section", "archivist", "admin", "stranger"]


@pytest.fixture
def scene(body, cast, facebook, account, now):
    """One of everything at Nordvik: `places` says which arguments each address takes."""
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    offered = factories.assign(account, cast.employee, Part.DEPUTY, accepted=False)
    post = factories.post(account)
    flag = Flag.objects.create(account=account, reason=Flag.Reason.INACTIVE)
    crisis = CrisisPeriod.objects.create(title="Storm", unit=body.central, started_at=now, started_by=cast.section)
    planned = factories.account(unit=body.nordvik, platform=facebook, state="planned", editor=cast.employee)
    retiring = factories.account(unit=body.nordvik, platform=facebook, state="retiring")
    paused = factories.account(unit=body.nordvik, platform=facebook, state="paused")
    long_from_now = now + dt.timedelta(days=900)
    pause = Pause.objects.create(
        account=account, starts_at=now, ends_at=long_from_now, reason="Holiday", created_by=cast.moderator
    )
    of_employee = {"applicant": cast.employee, "unit": body.nordvik, "platform": facebook}
    application = factories.application(**of_employee, status=Status.SUBMITTED)
    draft = factories.application(**of_employee)
    expired = factories.application(**of_employee, status=Status.EXPIRED)
    decided = factories.application(**of_employee, status=Status.SUBMITTED)
    move(decided, Verb.SEND_BACK, by=cast.principal, now=now, text="Say more.")
    absence = Absence.objects.create(
        person=cast.employee, starts_at=now, ends_at=long_from_now, registered_by=cast.employee
    )
    tell([notice_row(cast.employee.pk, NoticeEvent.HANDOVER, key="one", path="/me/", now=now)])
    guideline = Guideline.objects.create(slug="moderating", audience=Audience.MODERATORS)
    version = guideline.draft(by=cast.section, now=now)
    version.save_draft(
        "en-gb", "Moderating", "# Answer\n\n1. Answer within a day.", revision=0, by=cast.section, now=now
    )
    version.publish(must_acknowledge=True, by=cast.section, now=now)
    written = guideline.draft(by=cast.section, now=now)
    Review.ask(written, cast.employee, by=cast.section, now=now)
    CommentRound.open_for(written, until=long_from_now, by=cast.section, now=now)
    token, _secret = ApiToken.issue(
        name="Import", unit=body.central, scopes=[], by=cast.admin, now=now, expires_at=long_from_now
    )
    factories.connection(account, cast.moderator)
    hook_source, _secret = HookSource.issue(name="Chat", unit=body.central, by=cast.admin, now=now)
    grant = RoleGrant.objects.get(person=cast.leader)
    shift = Shift.objects.create(
        account=account,
        person=cast.moderator,
        weekday=0,
        starts=dt.time(8),
        ends=dt.time(12),
        created_by=cast.principal,
    )
    cast.employee.calendar_key = "k" * 43
    cast.employee.save()
    substitute = Substitute.objects.create(person=cast.chief, substitute=cast.section, starts_on=now.date())
    question = ask(cast.employee, "May I?", key="one", path="", guideline=guideline, anchor="", now=now)
    question.give_answer("You may.", by=cast.section, now=now)
    words = {"anchor": "", "language": "nb", "question": "May one?", "answer": "One may."}
    note, _new = publish_note(question, guideline, **words, by=cast.section, now=now)
    work_use = WorkUse.objects.create(person=cast.employee, network="X", profile="own", purpose="News")
    site = Site.objects.create(
        unit=body.nordvik,
        title="Blog",
        url="https://a.example/",
        made_by="pupils",
        purpose="News",
        added_by=cast.employee,
    )
    view = SavedView.objects.create(person=cast.employee, name="Late", query="state=overdue")
    day = ClosingDay.objects.create(unit=body.nordvik, day=now.date(), name="Closed")
    ready_text = ReadyText.objects.first()
    ready_text.write("Hello.", stamp="", by=cast.chief, now=now)
    return {
        "unit": {"code": "nordvik"},
        "account": {"pk": account.pk},
        "planned": {"pk": planned.pk},
        "retiring": {"pk": retiring.pk},
        "paused": {"pk": paused.pk},
        "offer": {"pk": offered.pk},
        "pause": {"pk": pause.pk},
        "post": {"pk": post.pk},
        "flag": {"pk": flag.pk},
        "crisis": {"pk": crisis.pk},
        "application": {"pk": application.pk},
        "draft": {"pk": draft.pk},
        "step": {"pk": draft.pk, "step": "purpose"},
        "expired": {"pk": expired.pk},
        "decided": {"pk": decided.pk},
        "person": {"pk": cast.employee.pk},
        "absence": {"pk": absence.pk},
        "shift": {"pk": shift.pk},
        "calendar": {"key": cast.employee.calendar_key},
        "notice": {"pk": Notice.objects.get(person=cast.employee, key="one").pk},
        "guideline": {"slug": guideline.slug},
        "readers export": {"slug": guideline.slug, "number": version.number, "kind": "csv"},
        "version": {"slug": guideline.slug, "number": version.number},
        "token": {"pk": token.pk},
        "hook source": {"pk": hook_source.pk},
        "grant": {"pk": grant.pk},
        "substitute": {"pk": substitute.pk},
        "closing day": {"code": "nordvik", "pk": day.pk},
        "view": {"pk": view.pk},
        "platform": {"code": facebook.code},
        "export": {"kind": "csv"},
        "import": {"kind": "units"},
        "work use": {"pk": work_use.pk},
        "site": {"pk": site.pk},
        "question": {"pk": question.pk},
        "note": {"pk": note.pk},
        "aid": {"slug": "picture"},
        "aid text": {"slug": "picture", "language": "en-gb"},
        "ready text": {"pk": ready_text.pk},
        "earlier text": {"pk": ready_text.pk, "number": 1},
        "draft text": {"slug": guideline.slug, "language": "en-gb"},
        "draft file": {"slug": guideline.slug, "language": "en-gb", "kind": "md"},
        "version file": {"slug": guideline.slug, "number": version.number, "language": "en-gb", "kind": "md"},
        "password link": {"uidb36": "1", "key": "set-password"},
        "unit platform": {"code": "nordvik", "platform": facebook.code},
    }


EVERYONE = set(CAST)
APPLICANT = {"employee"}
HEADS = {"principal", "chief", "section"}  # the school's own, and those who answer for the whole body
SECTION = {"chief", "section"}

# Who may, and the addresses with the place each is tried at ("" takes no arguments).
TABLE = [
    (
        EVERYONE | {"nobody"},
        {
            "accounts:public_register": "",
            "accounts:public_account": "account",
            "accounts:verify": "",
            "accounts:report": "",
            "accounts:sites": "unit",
            "accounts:accessibility": "",
            "accounts:trust_txt": "",
            "accounts:trust_txt_well_known": "",
            "accounts:security_txt": "",
            "accounts:robots_txt": "",
            "accounts:duty_calendar": "calendar",
            "api_docs": "",
            "account_login": "",
            "account_logout": "",
            "account_reset_password": "",
            "account_reset_password_done": "",
            "account_reset_password_from_key": "password link",
            "account_reset_password_from_key_done": "",
            "language": "",
            "healthz": "",
            "readyz": "",
        },
    ),
    (
        EVERYONE,
        {
            "accounts:home": "",
            "accounts:applications": "",
            "accounts:application_new": "",
            "accounts:accounts": "",
            "accounts:accounts_export": "export",
            "accounts:account": "account",
            "accounts:account_statement": "account",
            "accounts:inbox": "",
            "accounts:connections": "",
            "accounts:view_save": "",
            "accounts:flags": "",
            "accounts:crisis": "",
            "notice_choices": "",
            "accounts:removals": "",
            "accounts:removals_csv": "",
            "accounts:ready_texts": "",
            "guidelines:guidelines": "",
            "guidelines:aids": "",
            "guidelines:ask": "",
            "accounts:work_use": "",
            "guidelines:questions": "",
            "guidelines:aid": "aid",
            "guidelines:search": "",
            "guidelines:guideline": "guideline",
            "guidelines:acknowledge": "guideline",
            "guidelines:versions": "guideline",
            "guidelines:version": "version",
            "guidelines:discussion": "guideline",
            "guidelines:export": "version file",
            "guidelines:languages": "version",
            "guidelines:compare": "guideline",
            "account_change_password": "",
            "me": "",
            "notices": "",
            "notices_read": "",
            "units": "",
            "unit": "unit",
            "unit_platforms": "unit",
            "absence_new": "",
            "absence_import": "",
            "accounts:duty": "",
            "accounts:calendar_key": "",
        },
    ),
    (
        APPLICANT,
        {
            "guidelines:review": "guideline",
            "accounts:application_step": "step",
            "accounts:application_submit": "draft",
            "accounts:application_withdraw": "application",
            "accounts:application_revive": "expired",
            "accounts:assignment_accept": "offer",
            "accounts:assignment_decline": "offer",
            "accounts:view_delete": "view",
            "notice": "notice",
        },
    ),
    (
        APPLICANT | HEADS,
        {
            "accounts:application": "application",
            "accounts:application_comment": "application",
            "accounts:application_decision": "decided",
            "accounts:application_decision_pdf": "decided",
        },
    ),
    # The applicant is sent back to the application, with a message: nobody decides on their own.
    (
        APPLICANT | {"principal"},
        {
            "accounts:application_decide": "application",
        },
    ),
    (
        HEADS,
        {
            "accounts:account_rota": "account",
            "accounts:shift_remove": "shift",
            "accounts:account_edit": "account",
            "accounts:account_abandon": "planned",
            "accounts:account_retire_begin": "account",
            "accounts:account_keep": "retiring",
            "accounts:account_retire": "retiring",
            "accounts:account_resume": "paused",
        },
    ),
    (
        APPLICANT | HEADS,
        {
            "accounts:account_opening": "planned",
            "accounts:account_open": "planned",
        },
    ),
    (
        {"principal", "chief"},
        {
            "accounts:person_hand_over": "person",
            "accounts:assignment_new": "account",
            "accounts:assignment_order": "offer",
        },
    ),
    (
        APPLICANT | {"principal", "chief"},
        {
            "accounts:assignment": "offer",
            "accounts:assignment_end": "offer",
        },
    ),
    (
        HEADS | {"moderator", "deputy"},
        {
            "accounts:account_check": "account",
            "accounts:account_take_over": "account",
            "accounts:account_give_back": "account",
            "accounts:pause_new": "account",
            "accounts:pause_end": "pause",
            "accounts:connection_new": "account",
            "accounts:connection_read": "account",
            "accounts:connection_pause": "account",
            "accounts:connection_resume": "account",
            "accounts:connection_disconnect": "account",
            "accounts:post_new": "",
            "accounts:several": "",
            "accounts:post_claim": "post",
            "accounts:post_release": "post",
            "accounts:post_hand_over": "post",
            "accounts:post_triage": "post",
            "accounts:post_close": "post",
            "accounts:post_remove": "post",
            "accounts:post_hold": "post",
            "accounts:post_to_section": "post",
            "accounts:post_reopen": "post",
            "accounts:post_move_deadline": "post",
            "accounts:flag": "flag",
            "accounts:flag_answer": "flag",
        },
    ),
    (
        HEADS | {"moderator", "deputy", "archivist"},
        {
            "accounts:connection": "account",
            "accounts:post": "post",
            "accounts:post_desk": "post",
        },
    ),
    (
        SECTION,
        {
            "accounts:account_new": "",
            "accounts:flag_decide": "flag",
            "accounts:crisis_open": "",
            "accounts:crisis_close": "crisis",
            "accounts:post_give_back": "post",
            "guidelines:new": "",
            "guidelines:aid_edit": "aid text",
            "guidelines:note": "question",
            "guidelines:question_answer": "question",
            "guidelines:note_remove": "note",
            "guidelines:links": "",
            "guidelines:starter": "",
            "guidelines:ready_text": "ready text",
            "guidelines:ready_text_back": "earlier text",
            "guidelines:draft": "guideline",
            "guidelines:draft_begin": "guideline",
            "guidelines:publish": "guideline",
            "guidelines:draft_discard": "guideline",
            "guidelines:comments": "version",
            "guidelines:draft_edit": "draft text",
            "guidelines:preview": "draft text",
            "guidelines:plan_cancel": "guideline",
            "guidelines:review_ask": "guideline",
            "guidelines:review_date": "guideline",
            "guidelines:round": "guideline",
            "guidelines:round_close": "guideline",
            "guidelines:draft_import": "draft text",
            "guidelines:draft_import_review": "draft text",
            "guidelines:draft_export": "draft file",
        },
    ),
    (
        SECTION | {"admin"},
        {
            "unit_policy": "unit",
            "unit_preset": "unit",
            "closing_day_add": "unit",
            "closing_day_remove": "closing day",
            "unit_platform": "unit platform",
            "audit": "",
            "audit_csv": "",
            "platform_new": "",
            "platform_edit": "platform",
        },
    ),
    (
        APPLICANT | HEADS | {"admin"},
        {
            "person": "person",
        },
    ),
    (
        APPLICANT | HEADS,
        {
            "absence_new_for": "person",
            "absence_import_for": "person",
            "absence_cancel": "absence",
        },
    ),
    (APPLICANT, {"guidelines:question_withdraw": "question", "accounts:work_use_end": "work use"}),
    (
        {"principal"},
        {"accounts:work_use_of_unit": "unit", "accounts:site_public": "site", "accounts:site_remove": "site"},
    ),
    ({"employee", "moderator", "deputy", "principal"}, {"accounts:site_new": "unit"}),
    (
        SECTION | {"principal", "leader", "stranger"},  # a principal too, of another school
        {
            "guidelines:acknowledgements": "",
            "guidelines:readers": "version",
            "guidelines:readers_export": "readers export",
        },
    ),
    (APPLICANT | SECTION, {"guidelines:question": "question"}),
    (
        {"admin"},
        {
            "unit_new": "",
            "unit_edit": "unit",
            "unit_close": "unit",
            "people": "",
            "people_csv": "",
            "person_new": "",
            "person_edit": "person",
            "grant_new": "person",
            "substitute_new": "person",
            "person_deactivate": "person",
            "person_reactivate": "person",
            "grant_end": "grant",
            "substitute_end": "substitute",
            "settings": "",
            "token_new": "",
            "token_revoke": "token",
            "accounts:hook_sources": "",
            "accounts:hook_source_new": "",
            "accounts:hook_source_revoke": "hook source",
            "notice_send_again": "notice",
            "import_upload": "import",
        },
    ),
]
ROWS = {name: (place, allowed) for allowed, places in TABLE for name, place in places.items()}
# What a form must say to get as far as the question who may.
DATA = {
    "accounts:account_check": {"item": "two_step", "done": "yes"},
    "guidelines:acknowledge": {"version": "1"},
}
# API operations decide by token (tests/accounts/test_api.py), webhooks by signature (test_hooks.py); the last one
# answers 404 to everything else there.
NOT_HERE = {"hook_meta", "hook_generic", "api_nothing_here"}


def addresses(resolver=None, namespace="") -> dict[str, str]:
    """Every address of the project: full name -> pattern."""
    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            found[f"{namespace}{entry.name}"] = str(entry.pattern)
        elif entry.app_name != "ninja":
            found |= addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
    return found


def test_every_address_stands_in_the_table():
    assert set(addresses()) == set(ROWS) | NOT_HERE


@pytest.mark.parametrize("name", ROWS)
def test_each_role_against_each_address(name, scene, cast, client):
    place, allowed = ROWS[name]
    url = reverse(name, kwargs=scene[place] if place else {})
    for role in ["nobody", *CAST]:
        answers = answers_of(client, url, getattr(cast, role, None), DATA.get(name, {}))
        assert answers, "neither GET nor POST is taken"
        for answer in answers:
            if role in allowed:
                assert answer.status_code not in (403, 404), role
                assert role == "nobody" or not leads_to_login(answer) or name == "account_logout", role
            elif role == "nobody":
                assert leads_to_login(answer), role
            else:
                assert answer.status_code in (403, 404), role


def answers_of(client, url, person, data) -> list:
    """What GET and POST are answered, where they are taken at all; nothing of it is kept."""
    answers = []
    for method in (client.get, client.post):
        client.logout()
        if person:
            client.force_login(person)
        with transaction.atomic():
            answer = method(url, data)
            transaction.set_rollback(True)
        if answer.status_code != 405:
            answers.append(answer)
    return answers


def leads_to_login(answer) -> bool:
    return answer.status_code == 302 and answer.url.startswith("/login/?next=")
