"""What an account tells the public about itself (D92 to D98, S64)."""

import datetime as dt

import pytest
from django.utils import translation
from django.utils.formats import date_format

from accounts.register.models import Pause
from accounts.register.statement import SHORT, closing_notice, pause_notice, profile_statement
from governance.policy.models import set_policy

LANGUAGES = ["nb", "nn", "da", "en-gb"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_all_parts_and_a_short_text(account, language):
    statement = profile_statement(account, language)
    assert len(statement.sentences) >= 5  # who, when, what, no case handling, no personal information, what is removed
    assert "Nordvik vgs" in statement.full
    assert "24" in statement.full
    assert 0 < len(statement.short) <= SHORT
    assert "24" in statement.short


def test_it_is_written_in_the_language_asked_for_whatever_the_interface(account):
    with translation.override("da"):
        statement = profile_statement(account, "en-gb")
        assert translation.get_language() == "da"
    assert statement.sentences == [
        "Nordvik vgs runs this account and answers here.",
        "We answer within 24 hours.",
        "We answer general questions and show you the right place to turn to.",
        "We handle no cases here. If it is about your own case, contact Nordvik vgs directly.",
        "Do not write personal information here, neither about yourself nor about others.",
        "We remove insults, threats, discrimination, advertising, harmful links and personal information.",
    ]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"response_target": "none"}, "cannot promise when"),
        ({"response_target": "same_day"}, "We answer the same day."),
        ({"response_target": "clock_hours", "response_hours": 1}, "within 1 hour."),
        ({"response_target": "working_hours", "response_hours": 8}, "within 8 working hours."),
    ],
)
def test_the_answer_time_comes_from_policy(account, body, cast, now, policy, expected):
    set_policy(body.nordvik, policy, by=cast.admin, now=now)
    statement = profile_statement(account, "en-gb")
    assert expected in statement.full
    hours = "from Monday to Friday, 08:00–15:45" in statement.full
    assert hours is (policy["response_target"] in ("same_day", "working_hours"))


def test_what_the_account_is_shapes_it(account):
    account.kind, account.ends_on = "trial", dt.date(2027, 1, 31)
    account.communication, account.moderation_mode, account.can_remove = "information", "approve_first", False
    account.topics_not_commented = "pågående saker"
    account.web_page_url = "https://fjordvik.example/nordvik"
    text = profile_statement(account, "en-gb").full
    with translation.override("en-gb"):
        last_day = date_format(account.ends_on)
    assert text.startswith(f"This account is a trial until {last_day}.")
    for part in (
        "to inform",
        "before others can see it",
        "cannot remove",
        "pågående saker",
        "https://fjordvik.example/nordvik",
    ):
        assert part in text
    assert profile_statement(account, "en-gb").short.startswith("Trial account.")
    account.ends_on = None
    assert "is a trial." in profile_statement(account, "en-gb").full
    account.kind, account.ends_on = "project", dt.date(2027, 1, 31)
    assert f"in use until {last_day}" in profile_statement(account, "en-gb").full


def test_a_long_name_never_breaks_the_short_text(account):
    account.unit.name = "Avdeling for " + "samferdsel " * 15
    assert len(profile_statement(account, "nb").short) <= SHORT


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pause_says_why_and_for_how_long(account, cast, now, language):
    account.web_page_url = "https://fjordvik.example/nordvik"
    pause = Pause(account=account, starts_at=now, ends_at=now + dt.timedelta(days=7), reason="Høstferie")
    text = pause_notice(pause, language)
    assert "Høstferie" in text
    assert "25" in text  # the day it ends
    assert account.web_page_url in text
    assert "10:00" in text or "10.00" in text or "10 a.m" in text  # local time


def test_the_last_notice_says_where_to_turn(account):
    assert "Nordvik vgs is closing this account." in closing_notice(account, "en-gb")
