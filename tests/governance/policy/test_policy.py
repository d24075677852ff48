"""What a unit has decided: inheritance, presets, the page made from SETTINGS."""

import datetime as dt
import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from governance.audit.models import AuditEvent
from governance.calendar import events as calendar_events
from governance.calendar.closing_days import ClosingDay
from governance.policy import events as policy_events
from governance.policy.forms import PolicyForm, read_blocks
from governance.policy.models import Policies, PolicyValue, set_policy
from governance.policy.presets import PRESET_NAMES, PRESETS, apply_preset, preset_values
from governance.policy.settings import SETTINGS
from tests import factories
from tests.sending import filled

pytestmark = pytest.mark.django_db


def of(unit):
    return Policies.of(unit)


# --- inheritance --------------------------------------------------------------------------------------------


def test_every_default_fits_its_own_setting():
    for setting in SETTINGS.values():
        assert setting.clean(setting.default) == setting.default
        assert setting.in_words(setting.default)


def test_the_defaults_are_those_of_the_product():
    policy = {key: setting.default for key, setting in SETTINGS.items()}
    assert policy["establishment"] == "application"
    assert policy["decider"] == "by_kind"
    assert (policy["accounts_limit"], policy["accounts_limit_number"]) == ("soft", 1)
    assert (policy["response_target"], policy["response_hours"]) == ("clock_hours", 24)
    assert policy["posts_that_count"] == "until_triaged"
    assert [step["after_hours"] for step in policy["escalation_ladder"]] == [0, 4, 24]
    assert (policy["inactivity_days"], policy["inactivity_notice_days"], policy["inactivity_outcome"]) == (
        90,
        14,
        "propose",
    )
    assert (policy["evaluation_first_months"], policy["evaluation_months"]) == (6, 12)
    assert (policy["minimum_moderators"], policy["deputy_required"]) == (2, True)
    assert (policy["pupil_contact"], policy["alias_profile"]) == ("closed", True)
    assert (policy["journal_rule"], policy["hearing_journals_all"]) == ("redirect_assess", True)
    assert (policy["crisis_owner"], policy["crisis_effect"]) == ("information_section", "hold")
    assert policy["acknowledgement_required"] is policy["web_page_required"] is True


def test_a_value_comes_from_the_nearest_unit_above(body, now):
    set_policy(body.central, {"response_hours": 12, "inactivity_days": 60}, by=None, now=now)
    set_policy(body.nordvik, {"response_hours": 8}, by=None, now=now)
    sources = {valued.setting.key: valued.source for valued in of(body.klubb).valued()}
    assert (of(body.klubb).response_hours, sources["response_hours"]) == (8, body.nordvik)
    assert (of(body.klubb).inactivity_days, sources["inactivity_days"]) == (60, body.central)
    assert sources["decider"] is None
    set_policy(body.nordvik, {"response_hours": None}, by=None, now=now)
    assert of(body.klubb).response_hours == 12


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("establishment", "castle"),
        ("response_hours", 0),
        ("response_hours", "24"),
        ("response_hours", True),
        ("deputy_required", 1),
        ("escalation_ladder", [{"to": "mayor", "after_hours": 1}]),
        ("escalation_ladder", [{"to": "deputy", "after_hours": 5}, {"to": "unit_leader", "after_hours": 1}]),
        ("working_hours", [["15:00", "08:00"]]),
        ("working_hours", []),
        ("no_such_setting", 1),
    ],
)
def test_what_does_not_fit_is_refused(body, now, key, value):
    with pytest.raises(ValidationError) as caught:
        set_policy(body.central, {key: value}, by=None, now=now)
    assert list(caught.value.error_dict) == [key]
    assert not PolicyValue.objects.exists()


def test_only_what_changed_is_audited_and_nothing_twice(body, cast, now):
    values = {"response_hours": 12, "deputy_required": False}
    assert set_policy(body.central, values, by=cast.admin, now=now) == 2
    assert set_policy(body.central, values, by=cast.admin, now=now) == 0
    assert set_policy(body.central, values | {"response_hours": 6}, by=cast.admin, now=now) == 1
    last = AuditEvent.objects.filter(event=policy_events.POLICY_CHANGED).latest("pk")
    assert (last.before, last.after) == ({"response_hours": 12}, {"response_hours": 6})
    assert AuditEvent.objects.count() == 2


# --- presets ------------------------------------------------------------------------------------------------


def test_every_preset_fits_the_settings():
    assert set(PRESETS) == set(PRESET_NAMES)
    for values in PRESETS.values():
        for key, value in values.items():
            SETTINGS[key].clean(value)


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("buskerud", "establishment", "agreement"),  # K1, B20
        ("buskerud", "posts_that_count", "all"),  # K9, B25
        ("buskerud", "inactivity_outcome", "must_retire"),  # K4, B24
        ("buskerud", "journal_rule", "or"),  # K5, B28
        ("buskerud", "crisis_effect", "hold"),  # K8, B33
        ("more-og-romsdal", "decider", "by_kind"),  # K1, M07, M08
        ("more-og-romsdal", "response_target", "clock_hours"),  # K3, M17
        ("more-og-romsdal", "response_hours", 24),  # K3, M17
        ("more-og-romsdal", "pupil_contact", "closed"),  # K6, M47
        ("more-og-romsdal", "alias_profile", True),  # K17, M46
        ("more-og-romsdal", "journal_rule", "redirect"),  # K5, M26
        ("sel", "establishment", "notification"),  # K1, S34
        ("sel", "response_target", "same_day"),  # K3, S26
        ("sel", "minimum_moderators", 2),  # K13, S29
        ("sel", "crisis_effect", "free"),  # K8, S20: decided for each account
        ("sel", "web_page_required", True),  # K19, S04
        ("difi", "journal_rule", "and"),  # K5, D74 to D76
        ("difi", "hearing_journals_all", True),  # K5, D37
        ("difi", "accounts_limit", "none"),  # K2, D10
        ("randers", "establishment", "open"),  # K1, R03
        ("randers", "response_target", "none"),  # K3
        ("randers", "holiday_calendar", "DK"),
        ("randers", "alias_profile", False),  # K17, R05
    ],
)
def test_the_presets_say_what_the_five_bodies_say(name, key, value):
    assert preset_values(name)[key] == value


def test_a_preset_is_the_whole_policy(body, now):
    set_policy(body.central, {"inactivity_days": 5}, by=None, now=now)
    assert apply_preset("sel", body.central, by=None, now=now)
    assert of(body.central).inactivity_days == 90
    assert of(body.klubb).response_target == "same_day"
    assert apply_preset("sel", body.central, by=None, now=now) == 0
    assert AuditEvent.objects.filter(event=policy_events.POLICY_PRESET).count() == 1


def preset(*arguments):
    out = io.StringIO()
    call_command("policy_preset", *arguments, stdout=out)
    return out.getvalue()


def test_the_command(body):
    assert "settings changed to the preset randers" in preset("randers")
    assert of(body.klubb).establishment == "open"
    assert "nothing changed" in preset("randers")
    preset("sel", "--unit", "nordvik")
    assert (of(body.sorvik).establishment, of(body.klubb).establishment) == ("open", "notification")


def test_the_command_names_what_is_known(body):
    with pytest.raises(CommandError, match=r"no preset “oslo”. Known presets: buskerud, more-og-romsdal"):
        preset("oslo")
    with pytest.raises(CommandError, match=r"no unit “x”. Known units: central, culture"):
        preset("sel", "--unit", "x")
    factories.unit("second")
    with pytest.raises(CommandError, match="Name one with --unit: central, second"):
        preset("sel")


def test_the_command_without_units(db):
    with pytest.raises(CommandError, match="no units yet"):
        preset("sel")


# --- the page -----------------------------------------------------------------------------------------------


def typed(unit, **changes):
    """The form as the browser sends it back untouched, with changes."""
    form = PolicyForm(unit=unit)
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: "" if value is None else value for name, value in data.items()} | changes


def test_everything_on_the_page_and_where_it_comes_from(login, cast, body, now):
    set_policy(body.central, {"response_hours": 12}, by=None, now=now)
    text = login(cast.section).get(reverse("unit_policy", args=["nordvik"])).content.decode()
    for setting in SETTINGS.values():
        assert str(setting.label) in text
    assert "12 hours (from Fjordvik fylkeskommune)" in text
    assert "08:00–15:45 (the portal’s default)" in text
    assert "Rules: M17" in text


def test_each_kind_of_setting_is_decided_and_given_back(login, cast, body):
    client = login(cast.section)
    url = reverse("unit_policy", args=["nordvik"])
    decided = {
        "establishment": "agreement",
        "response_hours": "8",
        "deputy_required": "no",
        "working_hours": "8-11.30, 12:00–15:45",
        "escalation_ladder": "own",
        "escalation_ladder_unit_leader": "2",
        "escalation_ladder_deputy": "5",
    }
    page = client.post(url, typed(body.nordvik, **decided), follow=True)
    assert "5 settings were changed" in page.content.decode()
    assert dict(PolicyValue.objects.values_list("key", "value")) == {
        "establishment": "agreement",
        "response_hours": 8,
        "deputy_required": False,
        "working_hours": [["08:00", "11:30"], ["12:00", "15:45"]],
        "escalation_ladder": [{"to": "unit_leader", "after_hours": 2}, {"to": "deputy", "after_hours": 5}],
    }
    assert "Nothing was changed" in client.post(url, typed(body.nordvik), follow=True).content.decode()
    back = dict.fromkeys(decided, "")
    client.post(url, typed(body.nordvik, **back))
    assert not PolicyValue.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"response_hours": "soon"}, "whole number"),
        ({"response_hours": "0"}, "greater than or equal to 1"),
        ({"working_hours": "morning"}, "Write the working hours as"),
        ({"working_hours": "25:00-26:00"}, "Write the working hours as"),
        ({"working_hours": "12:00-08:00"}, "do not overlap"),
        ({"escalation_ladder_deputy": "3"}, "Choose “Decided here”"),
        ({"establishment": "castle"}, "Select a valid choice"),
    ],
)
def test_mistakes_are_named_and_what_was_typed_stays(login, cast, body, changes, said):
    url = reverse("unit_policy", args=["nordvik"])
    page = login(cast.section).post(url, typed(body.nordvik, inactivity_days="77") | changes)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert 'value="77"' in page.content.decode()
    assert not PolicyValue.objects.exists()


def test_two_who_change_at_once_do_not_overwrite_one_another(login, cast, body, now):
    """A preset is applied, or one setting decided, while the page is open."""
    client, url = login(cast.section), reverse("unit_policy", args=["nordvik"])
    opened = filled(client.get(url))
    set_policy(body.nordvik, {"response_hours": 8, "inactivity_days": 20}, by=cast.admin, now=now)
    page = client.post(url, opened | {"inactivity_days": "30"})
    assert page.status_code == 422
    assert page.context["form"].meanwhile == {"inactivity_days": "20"}
    assert client.post(url, filled(page)).status_code == 302
    assert (of(body.nordvik).response_hours, of(body.nordvik).inactivity_days) == (8, 30)


def test_an_empty_ladder_is_nobody(login, cast, body):
    login(cast.section).post(reverse("unit_policy", args=["nordvik"]), typed(body.nordvik, escalation_ladder="own"))
    assert of(body.nordvik).escalation_ladder == []


# --- advice and texts ---------------------------------------------------------------------------------------


def test_a_row_of_advice_is_decided_with_the_rules_behind_it_and_given_back(login, cast, body):
    client, url = login(cast.section), reverse("unit_policy", args=["nordvik"])
    assert "Answer it and say thanks (M21, S60) (the portal’s default)" in client.get(url).content.decode()
    client.post(url, typed(body.nordvik, advice_negative="leave", advice_positive="remove"))
    assert of(body.klubb).advice_negative == {"action": "leave", "rules": ["S55", "D119"]}
    assert of(body.klubb).advice_positive == {"action": "remove", "rules": []}
    assert of(body.sorvik).advice_negative["action"] == "try"
    client.post(url, typed(body.nordvik, advice_negative="", advice_positive=""))
    assert not PolicyValue.objects.exists()


def test_the_rules_of_a_preset_stay_with_its_choice(login, cast, body, now):
    apply_preset("difi", body.nordvik, by=None, now=now)
    client, url = login(cast.section), reverse("unit_policy", args=["nordvik"])
    assert "Nothing was changed" in client.post(url, typed(body.nordvik), follow=True).content.decode()
    assert of(body.nordvik).advice_question == {"action": "answer", "rules": ["D99", "D101"]}


@pytest.mark.parametrize(
    "value", ["answer", {"action": "answer"}, {"action": "shout", "rules": []}, {"action": "answer", "rules": ["K9"]}]
)
def test_advice_that_is_none_is_refused(body, now, value):
    with pytest.raises(ValidationError):
        set_policy(body.central, {"advice_question": value}, by=None, now=now)


def test_an_address_is_typed_and_checked(login, cast, body):
    client, url = login(cast.section), reverse("unit_policy", args=["central"])
    page = client.post(url, typed(body.central, child_concern_url="javascript:alert(1)"))
    assert page.status_code == 422
    assert "Enter a valid URL" in page.content.decode()
    assert "javascript:alert(1)" in page.content.decode()
    said = {"child_concern_url": "https://fjordvik.example/barn", "formal_inquiry_address": "post@fjordvik.example"}
    client.post(url, typed(body.central, **said))
    assert of(body.klubb).child_concern_url == "https://fjordvik.example/barn"
    below = client.get(reverse("unit_policy", args=["nordvik"])).content.decode()
    assert "Leave empty for: post@fjordvik.example (from Fjordvik fylkeskommune)" in below


def test_nothing_here_is_not_the_same_as_what_the_units_above_say(login, cast, body, now):
    set_policy(body.central, {"political_contact": "the mayor", "it_security_contact": "1234"}, by=None, now=now)
    client, url = login(cast.section), reverse("unit_policy", args=["nordvik"])
    client.post(url, typed(body.nordvik, political_contact_none="on"))
    assert (of(body.klubb).political_contact, of(body.klubb).it_security_contact) == ("", "1234")
    page = client.get(url).content.decode()
    assert re.search(r'name="political_contact_none"[^>]* checked', page)
    assert not re.search(r'name="it_security_contact_none"[^>]* checked', page)
    # Nothing above it to be rid of: nothing is asked.
    assert "child_concern_url_none" not in page
    assert "Nothing was changed" in client.post(url, typed(body.nordvik), follow=True).content.decode()
    client.post(url, typed(body.nordvik, political_contact_none=""))
    assert of(body.nordvik).political_contact == "the mayor"
    assert not PolicyValue.objects.filter(unit=body.nordvik).exists()


def test_nothing_here_and_a_text_contradict_one_another(login, cast, body, now):
    set_policy(body.central, {"political_contact": "the mayor"}, by=None, now=now)
    said = typed(body.nordvik, political_contact="the council", political_contact_none="on")
    page = login(cast.section).post(reverse("unit_policy", args=["nordvik"]), said)
    assert page.status_code == 422
    assert "Write it, or say that there is none" in page.content.decode()
    assert 'value="the council"' in page.content.decode()


@pytest.mark.parametrize("value", [1, "x" * 301, "two\nlines", "\x00"])
def test_a_text_is_one_short_line(body, now, value):
    with pytest.raises(ValidationError):
        set_policy(body.central, {"political_contact": value}, by=None, now=now)


def test_read_blocks():
    assert read_blocks("8-15.45") == [["08:00", "15:45"]]


def test_a_preset_is_shown_before_it_is_applied(login, cast, body):
    client = login(cast.section)
    url = reverse("unit_preset", args=["central"])
    assert "Møre og Romsdal" in client.get(url).content.decode()
    text = client.get(url, {"name": "sel"}).content.decode()
    assert "The same day" in text
    assert not PolicyValue.objects.exists()
    assert "settings were changed" in client.post(url, {"name": "sel"}, follow=True).content.decode()
    assert "Nothing was changed" in client.post(url, {"name": "sel"}, follow=True).content.decode()
    assert "stays the same" in client.get(url, {"name": "sel"}).content.decode()
    assert client.post(url, {"name": "oslo"}).status_code == 422


def test_a_preset_on_a_unit_below_shows_what_it_will_inherit(login, cast, body, now):
    set_policy(body.nordvik, {"inactivity_days": 5}, by=None, now=now)
    text = login(cast.section).get(reverse("unit_preset", args=["nordvik"]), {"name": "sel"}).content.decode()
    assert "90 days (inherited)" in text


@pytest.mark.parametrize("who", ["employee", "principal", "leader", "archivist"])
@pytest.mark.parametrize("name", ["unit_policy", "unit_preset", "closing_day_add"])
def test_who_may_not_decide(login, cast, body, name, who):
    client = login(getattr(cast, who))
    url = reverse(name, args=["nordvik"])
    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "sel"}).status_code == 403


def test_an_unknown_unit_is_404(login, cast):
    assert login(cast.section).get(reverse("unit_policy", args=["nowhere"])).status_code == 404


# --- closing days -------------------------------------------------------------------------------------------


def test_closing_days(login, cast, body):
    client = login(cast.section)
    url = reverse("closing_day_add", args=["nordvik"])
    assert client.get(url).status_code == 200
    assert "31.02.2099" in client.post(url, {"day": "31.02.2099", "name": "x"}).content.decode()
    day = {"day": "24.12.2099", "name": "Christmas Eve"}
    page = client.post(url, day, follow=True).content.decode()
    assert "is added" in page
    assert "Christmas Eve" in page
    assert "closing day already" in client.post(url, day, follow=True).content.decode()
    row = ClosingDay.objects.get()
    assert row.day == dt.date(2099, 12, 24)
    assert "Christmas Eve" in client.get(body.klubb.get_absolute_url()).content.decode()

    remove = reverse("closing_day_remove", args=["nordvik", row.pk])
    assert client.get(remove).status_code == 405
    assert login(cast.principal).post(remove).status_code == 403
    client = login(cast.section)
    assert "is removed" in client.post(remove, follow=True).content.decode()
    assert "done already" in client.post(remove, follow=True).content.decode()
    events = AuditEvent.objects.filter(event__startswith="closing_day").values_list("event", flat=True)
    assert sorted(events) == [calendar_events.CLOSING_DAY_ADDED, calendar_events.CLOSING_DAY_REMOVED]
