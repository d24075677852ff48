"""How a decision aid is written, read and walked.

    # May I post this?
    One or two sentences on what it is for.

    ## start: Do you post for the body, or as yourself?
    What to think of, if anything.
    - For the body -> official
    - As myself -> own

    ## own = yes: Post it
    Why, and how.
    rules: M32 employees-online#say-for-whom

A `##` with a colon asks; one with `= yes`, `= no` or `= ask` answers. An answer names its rules: ids of the rule
catalogue, or a guideline's address and a rule's anchor. `- Yes {journal_rule=or,and} -> journal` is only there where
the policy says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.policy.models import Policy
from governance.policy.settings import SETTINGS

MOST_QUESTIONS = 7  # on any way through: more is not answered within a minute
MAX_LENGTH = 20_000
_STEP = re.compile(r"##\s+(?P<key>[a-z0-9-]+)\s*(?:=\s*(?P<verdict>\w+)\s*)?:\s*(?P<words>.+)")
_CHOICE = re.compile(
    r"-\s+(?P<words>.+?)\s*(?:\{(?P<setting>\w+)=(?P<values>[\w,\s]+)\}\s*)?->\s*(?P<to>[a-z0-9-]+)\s*"
)
_RULES = re.compile(r"rules:\s*(?P<rules>.*)", re.IGNORECASE)
_CATALOGUE = re.compile(r"[A-Z]\d{2,3}")
_CITED = re.compile(r"[\w-]+#[a-z0-9-]+")


class Verdict(TextChoices):
    YES = "yes", gettext_lazy("Yes")
    NO = "no", gettext_lazy("No")
    ASK = "ask", gettext_lazy("Take care")


@dataclass(frozen=True)
class Choice:
    """One way to answer a question. With `setting` it is only there where the policy has one of `values`."""

    words: str
    to: str
    setting: str = ""
    values: tuple[str, ...] = ()

    def open_under(self, policy: Policy) -> bool:
        return not self.setting or _spelt(getattr(policy, self.setting)) in self.values


@dataclass(frozen=True)
class Step:
    """A question with its choices, or an answer with its verdict and rules."""

    key: str
    words: str
    help: str
    choices: tuple[Choice, ...] = ()
    verdict: str = ""
    rules: tuple[str, ...] = ()

    @property
    def verdict_label(self) -> str:
        return Verdict(self.verdict).label if self.verdict else ""

    @property
    def colour(self) -> str:
        return {"yes": "success", "no": "danger"}.get(self.verdict, "warning")

    @property
    def catalogue_ids(self) -> list[str]:
        return [rule for rule in self.rules if _CATALOGUE.fullmatch(rule)]

    @property
    def cited(self) -> list[tuple[str, str]]:
        """(guideline's slug, anchor) of the rules it leads to."""
        return [tuple(rule.split("#")) for rule in self.rules if "#" in rule]


@dataclass(frozen=True)
class Answered:
    """A question on the way, the choice that was made, and the address part that leads back to the question."""

    step: Step
    choice: Choice
    way: str


@dataclass(frozen=True)
class Aid:
    title: str
    lead: str
    steps: dict[str, Step]

    @property
    def shape(self) -> list[tuple]:
        """What must be the same in every language."""
        return [
            (step.key, step.verdict, [(choice.to, choice.setting, choice.values) for choice in step.choices])
            for step in self.steps.values()
        ]

    def walk(self, way: Sequence[int], policy: Policy) -> tuple[list[Answered], Step]:
        """What has been answered, and the step that is next. `way` holds the positions of choices, from 1.

        A way that fits no longer, because the aid or the policy has changed, ends where it stops fitting.
        """
        step, answered = next(iter(self.steps.values())), []
        for position in way:
            chosen = step.choices[position - 1] if 0 < position <= len(step.choices) else None
            if chosen is None or not chosen.open_under(policy):
                break
            answered.append(Answered(step, chosen, spelt_way(way[: len(answered)])))
            step = self.steps[chosen.to]
        return answered, step


def way_of(text: str) -> list[int]:
    """The positions in an address's `way`; what is none is left out with all that follows."""
    way = []
    for part in text.split(".")[:MOST_QUESTIONS]:
        if not (part.isascii() and part.isdigit()):
            break
        way.append(int(part[:3]))
    return way


def spelt_way(way: Sequence[int]) -> str:
    return ".".join(map(str, way))


def parse(text: str) -> Aid:
    """Raises ValidationError with one message a fault, each naming the line or the step."""
    faults: list[str] = []
    title, lead, steps, current = "", [], {}, None
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = line.strip()
        if line.startswith("##"):
            if not (found := _STEP.fullmatch(line)):
                faults.append(
                    _("Line %(number)d: write “## key: question”, or “## key = yes: answer”.") % {"number": number}
                )
                current = {"choices": [], "help": [], "rules": [], "verdict": "", "words": ""}
                continue
            current = {
                "choices": [],
                "help": [],
                "rules": [],
                "verdict": found["verdict"] or "",
                "words": found["words"],
            }
            if current["verdict"] and current["verdict"] not in Verdict.values:
                faults.append(
                    _("Line %(number)d: an answer is one of: %(allowed)s.")
                    % {"number": number, "allowed": ", ".join(Verdict.values)}
                )
            if found["key"] in steps:
                faults.append(_("Line %(number)d: “%(key)s” stands twice.") % {"number": number, "key": found["key"]})
            steps[found["key"]] = current
        elif line.startswith("# ") and not title and current is None:
            title = line[2:].strip()
        elif current is None:
            lead.append(line)
        elif line.startswith("- "):
            # With runs of spaces, the pattern would try every way of dividing them.
            if found := _CHOICE.fullmatch(" ".join(line.split())):
                values = tuple(value.strip() for value in (found["values"] or "").split(",") if value.strip())
                current["choices"].append(Choice(found["words"], found["to"], found["setting"] or "", values))
            else:
                faults.append(_("Line %(number)d: write “- what is chosen -> key”.") % {"number": number})
        elif found := _RULES.fullmatch(line):
            current["rules"] += found["rules"].replace(",", " ").split()
        else:
            current["help"].append(line)
    if not title:
        faults.append(_("Begin with a line “# ” and the title."))
    aid = Aid(
        title[:200],
        "\n".join(lead).strip(),
        {
            key: Step(
                key,
                raw["words"],
                "\n".join(raw["help"]).strip(),
                tuple(raw["choices"]),
                raw["verdict"],
                tuple(raw["rules"]),
            )
            for key, raw in steps.items()
        },
    )
    faults += _faults_of(aid)
    if faults:
        raise ValidationError(faults)
    return aid


def _faults_of(aid: Aid) -> list[str]:
    if not aid.steps:
        return [_("Write at least one question and its answers.")]
    faults = []
    for step in aid.steps.values():
        named = {"key": step.key}
        if step.verdict:
            if step.choices:
                faults.append(_("“%(key)s” is an answer: it leads nowhere.") % named)
            if not step.rules:
                faults.append(_("“%(key)s” is an answer: name its rules (“rules: M37”).") % named)
            if wrong := [rule for rule in step.rules if not (_CATALOGUE.fullmatch(rule) or _CITED.fullmatch(rule))]:
                faults.append(_("“%(key)s”: “%(rule)s” is no rule.") % {**named, "rule": wrong[0]})
        elif not _always_answerable(step):
            faults.append(_("“%(key)s” is a question: whatever the policy, it needs two choices.") % named)
        for choice in step.choices:
            if choice.to not in aid.steps:
                faults.append(_("“%(key)s” leads to “%(to)s”, which is not there.") % {**named, "to": choice.to})
            if choice.setting and not set(choice.values) <= set(_values_of(choice.setting)):
                faults.append(
                    _("“%(key)s”: the policy has no such value: %(setting)s=%(values)s.")
                    % {**named, "setting": choice.setting, "values": ",".join(choice.values)}
                )
    if faults:
        return faults
    longest, reached = _longest_way(aid)
    if longest is None:
        return [_("The questions lead in a circle.")]
    if longest > MOST_QUESTIONS:
        faults.append(
            _("One way through has %(count)d questions. At most %(most)d are answered within a minute.")
            % {"count": longest, "most": MOST_QUESTIONS}
        )
    for key in aid.steps.keys() - reached:
        faults.append(_("Nothing leads to “%(key)s”.") % {"key": key})
    return faults


def _always_answerable(step: Step) -> bool:
    """Two choices remain under every value of the settings that its choices ask for."""
    settings = {choice.setting for choice in step.choices if choice.setting}
    free = sum(not choice.setting for choice in step.choices)
    fewest = sum(
        min(
            (
                sum(choice.setting == setting and value in choice.values for choice in step.choices)
                for value in _values_of(setting)
            ),
            default=0,
        )
        for setting in settings
    )
    return free + fewest >= 2


def _longest_way(aid: Aid) -> tuple[int | None, set[str]]:
    """(questions on the longest way, None where it never ends; keys that are reached)."""
    first = next(iter(aid.steps))
    reached, waiting = {first}, [first]
    while waiting:
        for choice in aid.steps[waiting.pop()].choices:
            if choice.to not in reached:
                reached.add(choice.to)
                waiting.append(choice.to)
    # The answers go first, then the questions that lead to nothing but what has gone, and so on up to the first.
    rounds, left = 0, set(reached)
    while left:
        ends = {key for key in left if not any(choice.to in left for choice in aid.steps[key].choices)}
        if not ends:
            return None, reached
        left -= ends
        rounds += 1
    return rounds - 1, reached


def _values_of(setting: str) -> list[str]:
    """How a setting's values are spelt in a script; only those with a handful of values can be asked for."""
    found = SETTINGS.get(setting)
    if found is None:
        return []
    if found.kind == "yes_no":
        return ["yes", "no"]
    return list(found.choices.values) if found.choices else []


def _spelt(value) -> str:
    return {True: "yes", False: "no"}.get(value, str(value))
