"""The five bodies behind the rule catalogue, as policies. What a preset leaves out keeps the portal's default."""

from __future__ import annotations

import datetime as dt
from typing import Any

from governance.policy import events
from governance.policy.advice import preset_table
from governance.policy.models import Policy, set_policy
from governance.policy.settings import SETTINGS
from governance.units.models import Unit

# Proper names: the same in every language.
PRESET_NAMES = {
    "buskerud": "Buskerud fylkeskommune",
    "more-og-romsdal": "Møre og Romsdal fylkeskommune",
    "sel": "Sel kommune",
    "difi": "Difi",
    "randers": "Randers Ungdomsskole",
}

PRESETS: dict[str, dict[str, Any]] = {
    # Agreement with the head of the unit; answer all input, no time named; silent accounts are deleted.
    "buskerud": {
        "establishment": "agreement",
        "decider": "head_of_unit",
        "accounts_limit": "none",
        "response_target": "none",
        "posts_that_count": "all",
        "inactivity_outcome": "must_retire",
        "minimum_moderators": 1,
        "deputy_required": False,
        "pupil_contact": "own_judgement",
        "journal_rule": "or",
        "crisis_owner": "information_section",
        "crisis_effect": "hold",
        "acknowledgement_required": False,
        "guideline_review": False,
        "web_page_required": False,
    },
    # Application to the information chief or the principal; 24 hours; few accounts; closed groups with pupils.
    "more-og-romsdal": {
        "establishment": "application",
        "decider": "by_kind",
        "accounts_limit": "soft",
        "accounts_limit_number": 1,
        "response_target": "clock_hours",
        "response_hours": 24,
        "posts_that_count": "until_triaged",
        "inactivity_outcome": "propose",
        "minimum_moderators": 2,
        "deputy_required": True,
        "pupil_contact": "closed",
        "alias_profile": True,
        "journal_rule": "redirect",
        "crisis_owner": "information_chief",
        "crisis_effect": "share_only",
        "acknowledgement_required": True,
        "guideline_review": False,
        "web_page_required": False,
    },
    # Units open themselves, answer for all of it, and notify: a head’s word is the unit’s own (S33 to S35). The same
    # day; several must have access; evaluate after a while. What an account does in a crisis is decided for each
    # account (S20), so nothing holds for all.
    "sel": {
        "establishment": "notification",
        "decider": "information_chief",
        "heads_confirm_their_own": True,
        "accounts_limit": "soft",
        "accounts_limit_number": 1,
        "response_target": "same_day",
        "posts_that_count": "until_triaged",
        "inactivity_outcome": "propose",
        "evaluation_first_months": 6,
        "minimum_moderators": 2,
        "deputy_required": True,
        "pupil_contact": "own_judgement",
        "journal_rule": "redirect_assess",
        "crisis_effect": "free",
        "acknowledgement_required": False,
        "guideline_review": False,
        "web_page_required": True,
    },
    # The national guide: set and announce your own time; archive and journal by the two questions.
    "difi": {
        "establishment": "application",
        "decider": "information_chief",
        "accounts_limit": "none",
        "response_target": "working_hours",
        "response_hours": 8,
        "posts_that_count": "until_triaged",
        "inactivity_outcome": "propose",
        "minimum_moderators": 2,
        "deputy_required": True,
        "pupil_contact": "own_judgement",
        "journal_rule": "and",
        "hearing_journals_all": True,
        "crisis_effect": "share_only",
        "acknowledgement_required": True,
        "guideline_review": True,
        "web_page_required": True,
    },
    # Clubs and classes open themselves, without a gate (R03); only the school's own profiles; Danish calendar.
    "randers": {
        "establishment": "open",
        "decider": "head_of_unit",
        "heads_confirm_their_own": True,
        "accounts_limit": "none",
        "response_target": "none",
        "holiday_calendar": "DK",
        "inactivity_outcome": "remind",
        "minimum_moderators": 1,
        "deputy_required": False,
        "pupil_contact": "own_judgement",
        "alias_profile": False,
        "journal_rule": "redirect_assess",
        "crisis_effect": "free",
        "acknowledgement_required": True,
        "guideline_review": False,
        "web_page_required": False,
    },
}


def preset_values(name: str) -> dict[str, Any]:
    """Every setting as the preset has it; None gives a setting back to the units above.

    The body's own addresses, contacts and domains are no part of it.
    """
    values = PRESETS[name] | preset_table(name)
    return {key: values.get(key) for key, setting in SETTINGS.items() if not setting.is_a_fact}


def nearest_preset(policy: Policy) -> str:
    """The preset a policy has most in common with: what a body has changed since leaves it the same body."""

    def in_common(name: str) -> int:
        said = PRESETS[name] | preset_table(name)
        return sum(getattr(policy, key) == said.get(key, setting.default) for key, setting in SETTINGS.items())

    return max(PRESETS, key=in_common)


def apply_preset(name: str, unit: Unit, *, by, now: dt.datetime) -> int:
    """Make the unit's policy that of the preset, what the unit had decided otherwise included.

    Returns how many settings changed.
    """
    return set_policy(unit, preset_values(name), by=by, now=now, event=events.POLICY_PRESET)
