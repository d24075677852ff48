"""Each role against each address, allowed and refused, in one table.

A new address that is missing here fails the test. Allowed means that the request gets past the question who may;
refused means 403 or 404, and for whoever is not logged in the way to the log-in.
"""

import pytest
from django.db import connection, transaction
from django.urls import URLPattern, get_resolver, reverse

CAST = ["employee", "moderator", "deputy", "principal", "leader", "chief", "section", "archivist", "admin", "stranger"]


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
            "accounts:choose_account": "",
            "choose_unit": "",
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
            "account_reauthenticate": "",
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
            "token_approve": "token asked for",
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
            "accounts:account_confirm": "unconfirmed",
            "accounts:account_disown": "unconfirmed",
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
            "accounts:account_posted": "account",
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
            "accounts:post_merge": "post",
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
            "tokens": "",
            "token_new": "",
            "token_revoke": "token",
            "accounts:hook_sources": "",
            "accounts:hook_source_new": "",
            "accounts:hook_source_revoke": "hook source",
            "notice_send_again": "notice",
            "import_upload": "import",
            "import_step": "import file",
            "import_progress": "import file",
            "import_report": "import file",
        },
    ),
]
ROWS = {name: (place, allowed) for allowed, places in TABLE for name, place in places.items()}
# What a form must say to get as far as the question who may.
DATA = {
    "accounts:account_check": {"item": "two_step", "done": "yes"},
    "guidelines:acknowledge": {"version": "1"},
}
# API operations decide by token (tests/accounts/public/test_api.py), webhooks by signature (test_hooks.py); the last
# one answers 404 to everything else there.
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


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_each_role_against_each_address(name, standing):
    place, allowed = ROWS[name]
    url = reverse(name, kwargs=standing.places[place] if place else {})
    roles = ["nobody", *CAST]
    if (
        connection.vendor == "sqlite"
    ):  # who may does not hang on the database: one who may is asked, and one who may not
        roles = [
            *[role for role in roles if role in allowed][-1:],
            *[role for role in roles if role not in allowed][-1:],
        ]
    for role in roles:
        answers = answers_of(standing, role, url, DATA.get(name, {}))
        assert answers, "neither GET nor POST is taken"
        for answer in answers:
            if role in allowed:
                assert answer.status_code not in (403, 404), role
                assert role == "nobody" or not leads_to_login(answer) or name == "account_logout", role
            elif role == "nobody":
                assert leads_to_login(answer), role
            else:
                assert answer.status_code in (403, 404), role


def answers_of(standing, role, url, data) -> list:
    """What GET and POST are answered, where they are taken at all; nothing of it is kept."""
    answers = []
    for method in ("get", "post"):
        with transaction.atomic():
            answer = getattr(standing.client(role), method)(url, data)
            transaction.set_rollback(True)
        if answer.status_code != 405:
            answers.append(answer)
    return answers


def leads_to_login(answer) -> bool:
    return answer.status_code == 302 and answer.url.startswith("/login/?next=")
