"""An application's answers in words, and the unchangeable copy that a decision keeps of them.

`sections` reads the rows as they stand, in the language that is active. `snapshot` says the same in every
language of the portal at once, as plain JSON: who reads the decision years later needs neither the rows nor
the translations of that day. A dict whose keys are the languages stands for one text (`in_language`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from accounts.applications.models import Application
from accounts.applications.requirements import STEP_TITLES, STEPS, Surroundings, label_of
from accounts.register.choices import Part, Purpose
from governance.people.models import Person
from governance.policy.models import Policy

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PARTS = {"moderators": Part.LEAD, "deputies": Part.DEPUTY}
# The settings that an application is measured by.
POLICY_KEYS = (
    "establishment",
    "decider",
    "accounts_limit",
    "accounts_limit_number",
    "minimum_moderators",
    "deputy_required",
    "pupil_contact",
    "alias_profile",
    "web_page_required",
    "acknowledgement_required",
    "response_target",
    "response_hours",
    "journal_rule",
)


@dataclass(frozen=True)
class Answer:
    field: str
    label: str
    words: str  # empty: not answered


@dataclass(frozen=True)
class Section:
    step: str
    title: str
    answers: list[Answer]


def sections(application: Application, people: dict[str, list[Person]]) -> list[Section]:
    """Every question with its answer, step by step. `people`: as `Application.named` gives them."""
    return [
        Section(
            step,
            str(STEP_TITLES[step]),
            [Answer(name, label_of(name), _words(application, people, name)) for name in names],
        )
        for step, names in STEPS.items()
    ]


def _words(application: Application, people: dict[str, list[Person]], name: str) -> str:
    if name in PARTS:
        return "\n".join(f"{person.name} ({person.email})" for person in people[PARTS[name]])
    value = getattr(application, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "purposes":
        return "\n".join(str(Purpose(code).label) for code in value if code in Purpose.values)
    if isinstance(value, dt.date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return formats.number_format(value.normalize())
    display = getattr(application, f"get_{name}_display", None)
    return str(display() if display else value)


def in_all_languages(say: Callable[[], str]) -> dict[str, str]:
    """One text in every language: `say` is called once under each."""
    said = {}
    for code in LANGUAGES:
        with translation.override(code):
            said[code] = str(say())
    return said


def in_language(value: Any, language: str) -> Any:
    """A stored copy with each text in one language."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return value[language if language in value else settings.LANGUAGE_CODE]
        return {key: in_language(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_language(inner, language) for inner in value]
    return value


def snapshot(
    application: Application, people: dict[str, list[Person]], surroundings: Surroundings, decided: dict[str, Any]
) -> dict[str, Any]:
    """All that was known when the decision was made. `decided`: its outcome, text and the names of who decided."""
    said = {}
    for code in LANGUAGES:
        with translation.override(code):
            said[code] = sections(application, people)
    first = said[LANGUAGES[0]]
    stance = surroundings.stances.get(application.platform_id)
    return {
        "format": 1,
        "decision": decided,
        "application": {
            "id": application.pk,
            "name": application.name,
            "applicant": application.applicant.name,
            "unit": application.unit.name,
            "status": application.status,
            "submission": application.submission,
            "submitted_at": application.submitted_at.isoformat(),
        },
        "sections": [
            {
                "step": section.step,
                "title": {code: said[code][row].title for code in LANGUAGES},
                "answers": [
                    {
                        "field": answer.field,
                        "label": {code: said[code][row].answers[column].label for code in LANGUAGES},
                        "words": {code: said[code][row].answers[column].words for code in LANGUAGES},
                    }
                    for column, answer in enumerate(section.answers)
                ],
            }
            for row, section in enumerate(first)
        ],
        "policy": _policy_copy(surroundings.policy),
        "platform_assessment": stance
        and {
            "stance": in_all_languages(stance.get_stance_display),
            "conditions": stance.conditions,
            "reference": stance.reference,
            "assessed_on": stance.assessed_on and stance.assessed_on.isoformat(),
        },
        "existing_accounts": [
            {
                "id": account.pk,
                "name": account.name,
                "handle": account.handle,
                "state": in_all_languages(account.get_state_display),
            }
            for account in surroundings.existing
        ],
    }


def _policy_copy(policy: Policy) -> list[dict[str, Any]]:
    rows = {valued.setting.key: valued for valued in policy.valued()}
    return [
        {
            "key": key,
            "label": in_all_languages(lambda valued=rows[key]: valued.setting.label),
            "value": rows[key].value,
            "words": in_all_languages(lambda valued=rows[key]: valued.in_words),
            "from": rows[key].source and rows[key].source.name,
        }
        for key in POLICY_KEYS
    ]
