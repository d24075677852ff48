"""What a setting is: the kinds of values a body can decide, how each is checked, and how it is put into words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from governance.policy import advice

LADDER_STEPS = {
    "deputy": _("the deputies"),
    "unit_leader": _("the head of the unit"),
    "information_section": _("the information section"),
}


def check_ladder(value) -> None:
    if not isinstance(value, list) or not all(
        isinstance(step, dict)
        and step.get("to") in LADDER_STEPS
        and isinstance(step.get("after_hours"), int)
        and 0 <= step["after_hours"] <= 24 * 60
        for step in value
    ):
        raise ValidationError(_("Each step names whom (deputy, unit_leader, information_section) and whole hours."))
    hours = [step["after_hours"] for step in value]
    if hours != sorted(hours):
        raise ValidationError(_("Later steps of the ladder cannot come before earlier ones."))


def check_blocks(value) -> None:
    """Blocks of one working day, such as [["08:00", "15:45"]]."""
    try:
        times = [dt.time.fromisoformat(edge) for block in value for edge in block]
    except (TypeError, ValueError):
        raise ValidationError(_("Write the working hours as 08:00–15:45.")) from None
    if not times or any(len(block) != 2 for block in value) or times != sorted(set(times)):
        raise ValidationError(_("The blocks of a working day follow one another and do not overlap."))


_is_web_address = URLValidator(schemes=["http", "https"])


def check_web_address(value: str) -> None:
    if value:
        _is_web_address(value)


TEXT_CAP = 300
DOMAINS_AT_MOST = 50
_is_domain = DomainNameValidator()


def check_domains(value) -> None:
    """Domains in small letters, such as ["fjordvik.no"]."""
    if not isinstance(value, list) or not all(isinstance(domain, str) for domain in value):
        raise ValidationError(_("Write domains such as example.no, one on each line."))
    if len(value) > DOMAINS_AT_MOST:
        raise ValidationError(_("Write %(most)s domains at most."), params={"most": DOMAINS_AT_MOST})
    for domain in value:
        try:
            _is_domain(domain)
        except ValidationError:
            raise ValidationError(
                _("“%(domain)s” is no domain. Write domains such as example.no, one on each line."),
                params={"domain": domain[:80]},
            ) from None


def is_within(email: str, domains: list[str]) -> bool:
    """Whether the address lies at one of the domains, or below it."""
    host = email.rpartition("@")[2].lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


@dataclass(frozen=True)
class Setting:
    """One thing a body decides.

    `kind`: "choice" (value in `choices`), "number" (whole, between `least` and `most`), "yes_no",
    "ladder" ([{"to": step, "after_hours": int}]), "blocks" ([["HH:MM", "HH:MM"], ...]), "advice" (a row of
    `governance.policy.advice`: {"action": code, "rules": [ids]}), "text" (one line, "" where not known), "domains"
    (a list of them, empty where not known).
    `rules` are ids of the catalogue the setting answers to.
    """

    key: str
    label: Any
    kind: str
    default: Any
    rules: tuple[str, ...] = ()
    choices: Any = None
    unit_word: Any = ""
    least: int = 0
    most: int = 10_000
    check: Callable[[Any], None] | None = None

    @property
    def is_a_fact(self) -> bool:
        """Of the body itself, and no choice that a preset could make for it."""
        return self.kind in ("text", "domains")

    def clean(self, value):
        """The value as it is stored. Raises ValidationError with what is wrong."""
        if self.kind == "choice" and value not in self.choices.values:
            raise ValidationError(
                _("“%(value)s” is not one of %(choices)s."),
                params={"value": value, "choices": ", ".join(self.choices.values)},
            )
        if self.kind == "number" and (
            isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most
        ):
            raise ValidationError(
                _("Give a whole number from %(least)s to %(most)s."), params={"least": self.least, "most": self.most}
            )
        if self.kind == "yes_no" and not isinstance(value, bool):
            raise ValidationError(_("Answer yes or no."))
        if self.kind == "text" and (not isinstance(value, str) or len(value) > TEXT_CAP or not value.isprintable()):
            raise ValidationError(_("Write one line of at most %(most)s characters."), params={"most": TEXT_CAP})
        if self.kind == "domains":
            check_domains(value)
        if self.check:
            self.check(value)
        return value

    def in_words(self, value) -> str:
        if self.kind == "choice":
            return str(self.choices(value).label)
        if self.kind == "yes_no":
            return str(_("Yes") if value else _("No"))
        if self.kind == "number":
            return f"{value} {self.unit_word}".strip()
        if self.kind == "text":
            return value or "–"
        if self.kind == "domains":
            return ", ".join(value) or "–"
        if self.kind == "advice":
            return advice.advice_in_words(value)
        if self.kind == "blocks":
            return ", ".join("–".join(block) for block in value)
        return "; ".join(f"{LADDER_STEPS[step['to']]} +{step['after_hours']} h" for step in value) or str(_("None"))
