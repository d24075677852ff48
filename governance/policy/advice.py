"""What a body's guidelines say to do with a post, as data (K9): for each tone and each concern an action, and why.

A row of the table is a setting of its own, so a unit inherits, overrides and gives back single rows. Rows are the
codes of `accounts.inbox.models.Post.Tone` and `Post.Concern`; a test there holds the two complete.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    ANSWER = "answer", _("Answer it")
    THANK = "thank", _("Answer it and say thanks")
    MAY_ANSWER = "may_answer", _("It may be answered")
    TRY = "try", _("Try to answer, calmly and to the point")
    LEAVE = "leave", _("Best left unanswered")
    CORRECT = "correct", _("Correct it")
    FORMAL = "formal", _("Ask for a formal inquiry")
    POLITICAL = "political", _("Refer to the political level")
    SECTION = "section", _("Give it to the information section")
    NOT_HERE = "not_here", _("Do not deal with it here")
    REMOVE = "remove", _("Remove it, with a reason for the log")
    REMOVE_AND_WARN = "remove_and_warn", _("Remove it at once and warn IT security")
    BULLYING = "bullying", _("Follow the procedure against bullying")
    REPORT = "report", _("Follow the duty to report")
    JOURNAL = "journal", _("Journal it")


# The rows in the order of the questions, in the words of the triage.
ROWS = {
    "question": _("Question"),
    "positive": _("Positive"),
    "neutral": _("Neutral"),
    "negative": _("Negative"),
    "factual_error": _("Factual error"),
    "case": _("Needs case handling"),
    "political": _("Political"),
    "reputation": _("Reputation-critical, or unsure"),
    "confidential": _("Confidential"),
    "offensive": _("Offensive or unlawful"),
    "malicious_link": _("Suspected malicious link"),
    "bullying": _("Bullying"),
    "child": _("Concern for a child"),
    "hearing": _("Input to a hearing"),
}

Cell = tuple[Action, str]  # the action, and the ids of the rules behind it

DEFAULT: dict[str, Cell] = {
    "question": (Action.ANSWER, "M17 S59 B25"),
    "positive": (Action.THANK, "M21 S60"),
    "neutral": (Action.MAY_ANSWER, "M22 S60"),
    "negative": (Action.TRY, "M23 S60 D120"),
    "factual_error": (Action.CORRECT, "S59 D22"),
    "case": (Action.FORMAL, "M26 S58 B19"),
    "political": (Action.POLITICAL, "M27 S61"),
    "reputation": (Action.SECTION, "M28 M29 D117"),
    "confidential": (Action.NOT_HERE, "M30 B31"),
    "offensive": (Action.REMOVE, "D53 D118"),
    "malicious_link": (Action.REMOVE_AND_WARN, "S62"),
    "bullying": (Action.BULLYING, "B37 D57"),
    "child": (Action.REPORT, "R20 R21"),
    "hearing": (Action.JOURNAL, "D37"),
}

# What each body's own guidelines say. Where one is silent about a row, the default stands.
TABLES: dict[str, dict[str, Cell]] = {
    # All input is answered.
    "buskerud": {
        "question": (Action.ANSWER, "B25"),
        "positive": (Action.THANK, "B25 B11"),
        "neutral": (Action.ANSWER, "B25"),
        "negative": (Action.ANSWER, "B25"),
        "factual_error": (Action.ANSWER, "B25"),
        "case": (Action.FORMAL, "B19"),
        "confidential": (Action.NOT_HERE, "B31"),
        "bullying": (Action.BULLYING, "B37"),
    },
    "more-og-romsdal": {
        "question": (Action.ANSWER, "M17"),
        "positive": (Action.THANK, "M21"),
        "neutral": (Action.MAY_ANSWER, "M22"),
        "negative": (Action.TRY, "M23 M24"),
        "case": (Action.FORMAL, "M26"),
        "political": (Action.POLITICAL, "M27"),
        "reputation": (Action.SECTION, "M28 M29"),
        "confidential": (Action.NOT_HERE, "M30"),
    },
    "sel": {
        "question": (Action.ANSWER, "S59 S26"),
        "positive": (Action.THANK, "S60"),
        "neutral": (Action.MAY_ANSWER, "S60"),
        "negative": (Action.TRY, "S60 S52 S55"),
        "factual_error": (Action.CORRECT, "S59 S54 S56"),
        "case": (Action.FORMAL, "S57 S58 S66"),
        "political": (Action.POLITICAL, "S61"),
        "malicious_link": (Action.REMOVE_AND_WARN, "S62"),
    },
    # Factual critique is answered with thanks; the body itself stays out of party politics.
    "difi": {
        "question": (Action.ANSWER, "D99 D101"),
        "positive": (Action.THANK, "D120"),
        "negative": (Action.ANSWER, "D120"),
        "factual_error": (Action.CORRECT, "D22"),
        "case": (Action.FORMAL, "D68 D96"),
        "political": (Action.POLITICAL, "D64"),
        "reputation": (Action.SECTION, "D117"),
        "confidential": (Action.NOT_HERE, "D69"),
        "offensive": (Action.REMOVE, "D53 D118"),
        "bullying": (Action.BULLYING, "D57"),
        "hearing": (Action.JOURNAL, "D37"),
    },
    # Names no actions for comments; the duty to report is its own.
    "randers": {
        "confidential": (Action.NOT_HERE, "R19"),
        "child": (Action.REPORT, "R20 R21"),
    },
}

# Choices that no table makes and a rule still speaks for.
ALSO_SAID: list[tuple[str, Action, str]] = [
    ("neutral", Action.LEAVE, "M22 S60"),
    ("negative", Action.LEAVE, "S55 D119"),
    ("offensive", Action.LEAVE, "S55"),
    ("question", Action.LEAVE, "D119"),
    ("positive", Action.ANSWER, "B25"),
    ("case", Action.JOURNAL, "B28 S65"),
    ("hearing", Action.FORMAL, "S58"),
]


def key_of(row: str) -> str:
    """The setting's key: `policy.advice_question`."""
    return f"advice_{row}"


def value_of(cell: Cell) -> dict:
    action, rules = cell
    return {"action": action.value, "rules": rules.split()}


def preset_table(name: str) -> dict[str, dict]:
    """The preset's rows as values of settings."""
    return {key_of(row): value_of(cell) for row, cell in TABLES[name].items()}


def rules_behind(row: str, action: str) -> list[str]:
    """The catalogue's rules that speak for this choice; none where a body goes its own way."""
    cells = [table[row] for table in (DEFAULT, *TABLES.values()) if row in table]
    cells += [(said, rules) for named, said, rules in ALSO_SAID if named == row]
    return list(dict.fromkeys(rule for said, rules in cells if said == action for rule in rules.split()))


def check_advice(value) -> None:
    """{"action": code, "rules": [ids]}. Raises ValidationError."""
    if (
        not isinstance(value, dict)
        or set(value) != {"action", "rules"}
        or value["action"] not in Action.values
        or not isinstance(value["rules"], list)
        or not all(isinstance(rule, str) and re.fullmatch(r"[BMSDR]\d{2,3}", rule) for rule in value["rules"])
    ):
        raise ValidationError(_("Advice names an action and the ids of the rules behind it."))


def advice_in_words(value: dict) -> str:
    words = str(Action(value["action"]).label)
    return f"{words} ({', '.join(value['rules'])})" if value["rules"] else words
