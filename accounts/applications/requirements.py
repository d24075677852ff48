"""What an application must say before it can be sent: the one place for it (M09 to M13, S17 to S25, D05, D104).

The steps of the form, the check before sending and the move that sends all ask `problems`. What is asked
depends on the unit's policy, on what is applied for (a trial has a light form, D88 to D92) and on what the unit
has already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.applications.models import Application
from accounts.register.choices import Kind, Part, Visibility
from accounts.register.models import OfficialAccount, State
from governance.people.models import Person
from governance.platforms.models import Platform, PlatformAssessment
from governance.policy.models import Policies, Policy
from governance.policy.settings import AccountsLimit, Establishment, PupilContact
from governance.units.models import Tree, Unit

STEPS: dict[str, tuple[str, ...]] = {
    "purpose": (
        "unit", "kind", "name", "goal", "expected_effect", "purposes", "audience", "message", "communication",
    ),
    "platform": ("platform", "platform_reason", "handle_wanted", "another_reason", "language"),
    "people": (
        "moderators", "deputies", "organisation", "hours_per_week", "absence_plan", "answer_mandate",
        "topics_not_commented",
    ),
    "openness": (
        "moderation_mode", "visibility", "visibility_reason", "pupil_contact", "alias_profile", "crisis_use",
        "crisis_how", "hearing",
    ),
    "law": (
        "web_page_url", "legal_basis", "joint_controller", "assessment_reference", "assessed_on", "archive_routine",
    ),
    "duration": ("ends_on",),
}  # fmt: skip
STEP_TITLES = {
    "purpose": gettext_lazy("Purpose"),
    "platform": gettext_lazy("Platform"),
    "people": gettext_lazy("People"),
    "openness": gettext_lazy("Openness"),
    "law": gettext_lazy("Law and records"),
    "duration": gettext_lazy("Duration"),
}
PEOPLE_LABELS = {"moderators": gettext_lazy("moderators"), "deputies": gettext_lazy("deputies")}
STEP_OF = {name: step for step, names in STEPS.items() for name in names}

ALWAYS = frozenset({"unit", "kind", "name", "goal", "audience", "communication", "platform", "language"}) | {
    "moderators",
    "moderation_mode",
    "visibility",
    "pupil_contact",
}
IN_FULL = frozenset({"expected_effect", "purposes", "message", "platform_reason", "organisation", "hours_per_week"}) | {
    "absence_plan",
    "answer_mandate",
    "crisis_use",
    "hearing",
    "legal_basis",
    "joint_controller",
    "archive_routine",
}
WITH_AN_END = (Kind.PROJECT, Kind.TRIAL)


@dataclass(frozen=True)
class Surroundings:
    """What an application is measured against: the unit's policy, what it decided about platforms, what it has."""

    today: dt.date
    policy: Policy
    stances: dict[int, PlatformAssessment]
    existing: list[OfficialAccount] = field(default_factory=list)  # on that platform, not retired
    same_handle: OfficialAccount | None = None

    @classmethod
    def of(cls, application: Application, now: dt.datetime) -> Surroundings:
        """Six queries at most."""
        tree = Tree.load()
        existing, same_handle = [], None
        if application.platform_id:
            on_platform = OfficialAccount.objects.filter(platform=application.platform_id).select_related("unit")
            existing = list(on_platform.filter(unit=application.unit_id).exclude(state=State.RETIRED))
            if application.handle_wanted:
                same_handle = on_platform.filter(handle__iexact=application.handle_wanted).first()
        return cls(
            timezone.localdate(now),
            Policies.load(tree).for_unit(application.unit_id),
            PlatformAssessment.objects.standing_for(tree.path_up(application.unit_id)),
            existing,
            same_handle,
        )

    @property
    def limit_reached(self) -> bool:
        return (
            self.policy.accounts_limit != AccountsLimit.NONE and len(self.existing) >= self.policy.accounts_limit_number
        )

    def allows(self, platform_id: int) -> bool:
        stance = self.stances.get(platform_id)
        return stance is None or stance.stance != PlatformAssessment.Stance.NOT_ALLOWED


@dataclass(frozen=True)
class Problem:
    """What stands in the way, at which field. `missing`: nothing wrong was said, something is not said yet."""

    field: str
    message: str
    missing: bool = False

    @property
    def step(self) -> str:
        return STEP_OF[self.field]

    @property
    def label(self) -> str:
        return label_of(self.field)


def label_of(name: str) -> str:
    """A question as it stands above its field."""
    return capfirst(str(PEOPLE_LABELS.get(name) or Application._meta.get_field(name).verbose_name))


def is_light(application: Application, policy: Policy) -> bool:
    """A trial, and an account of a body that lets its units open freely, need fewer answers (D89, R03)."""
    return application.kind == Kind.TRIAL or policy.establishment == Establishment.OPEN


def required_fields(application: Application, policy: Policy) -> set[str]:
    required = set(ALWAYS)
    if not is_light(application, policy):
        required |= IN_FULL
    if policy.deputy_required:
        required.add("deputies")
    if policy.web_page_required:
        required.add("web_page_url")
    if application.kind in WITH_AN_END:
        required.add("ends_on")
    return required


def problems(application: Application, people: dict[str, list[Person]], surroundings: Surroundings) -> list[Problem]:
    """All that stands in the way of sending, in the order of the form. `people`: as `Application.named` gives them.

    Costs queries only for the application's own unit and platform, where these are not loaded yet.
    """
    found = [
        *_missing(application, people, surroundings),
        *_about_unit(application, surroundings),
        *_about_platform(application, surroundings),
        *_about_people(people, surroundings.policy),
        *_about_openness(application, surroundings.policy),
        *_about_law(application, surroundings),
        *_about_duration(application, surroundings),
    ]
    order = list(STEP_OF)
    return sorted(found, key=lambda problem: order.index(problem.field))


def _missing(application, people, surroundings) -> Iterator[Problem]:
    said = {"moderators": people[Part.LEAD], "deputies": people[Part.DEPUTY]}
    for name in required_fields(application, surroundings.policy):
        value = said[name] if name in said else getattr(application, f"{name}_id" if name in FOREIGN else name)
        if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
            yield Problem(name, _("This is not answered yet."), missing=True)


FOREIGN = ("unit", "platform")


def _about_unit(application, surroundings) -> Iterator[Problem]:
    unit: Unit = application.unit
    if unit.closed_on and unit.closed_on <= surroundings.today:
        yield Problem("unit", _("%(unit)s is closed. Choose another unit.") % {"unit": unit.name})


def _about_platform(application, surroundings) -> Iterator[Problem]:
    platform: Platform | None = application.platform
    if platform is None:
        return
    if platform.retired_on and platform.retired_on <= surroundings.today:
        yield Problem("platform", _("%(platform)s is no longer used here. Choose another.") % {"platform": platform})
    elif not surroundings.allows(platform.pk):
        stance = surroundings.stances[platform.pk]
        text = _("%(platform)s is not allowed here: that is the outcome of the assessment (%(reference)s).")
        yield Problem(
            "platform", text % {"platform": platform, "reference": stance.reference or _("without a reference")}
        )
    elif surroundings.limit_reached:
        yield from _about_limit(application, surroundings)
    other = surroundings.same_handle
    if other is not None:
        text = _("This handle is in the register already: “%(name)s” (%(unit)s).")
        yield Problem("handle_wanted", text % {"name": other.name, "unit": other.unit.name})


def _about_limit(application, surroundings) -> Iterator[Problem]:
    if surroundings.policy.accounts_limit == AccountsLimit.HARD:
        yield Problem("platform", limit_in_words(application, surroundings))
    elif not application.another_reason.strip():
        text = ngettext(
            "%(unit)s has %(count)d account on %(platform)s already. Say why it needs one more.",
            "%(unit)s has %(count)d accounts on %(platform)s already. Say why it needs one more.",
            len(surroundings.existing),
        )
        yield Problem("another_reason", text % _at_hand(application, surroundings), missing=True)


def _at_hand(application: Application, surroundings: Surroundings) -> dict:
    return {"platform": application.platform, "unit": application.unit, "count": len(surroundings.existing)}


def limit_in_words(application: Application, surroundings: Surroundings) -> str:
    """The refusal by a hard limit."""
    text = ngettext(
        "%(unit)s has %(count)d account on %(platform)s, and the policy allows no more. A trial counts too. "
        "Use the account there is, or retire it first.",
        "%(unit)s has %(count)d accounts on %(platform)s, and the policy allows no more. A trial counts too. "
        "Use one of them, or retire one first.",
        len(surroundings.existing),
    )
    return text % _at_hand(application, surroundings)


def _about_people(people, policy) -> Iterator[Problem]:
    moderators, deputies = people[Part.LEAD], people[Part.DEPUTY]
    named_people = len(moderators) + len(deputies)
    # Deputies count: what S29 asks is that several people can answer. See also `accounts.register.gates`.
    if moderators and named_people < policy.minimum_moderators:
        text = ngettext(
            "The policy asks for at least %(count)d person, moderators and deputies together.",
            "The policy asks for at least %(count)d people, moderators and deputies together.",
            policy.minimum_moderators,
        )
        yield Problem("moderators", text % {"count": policy.minimum_moderators}, missing=True)
    for name, named in (("moderators", moderators), ("deputies", deputies)):
        for person in named:
            if not person.is_active:
                text = _("%(name)s may no longer log in. Name somebody else.")
                yield Problem(name, text % {"name": person.name})


def _about_openness(application, policy) -> Iterator[Problem]:
    if application.visibility == Visibility.CLOSED and not application.visibility_reason.strip():
        yield Problem("visibility_reason", _("Say why the account must be closed."), missing=True)
    if application.crisis_use and not application.crisis_how.strip():
        yield Problem("crisis_how", _("Say how the account is used in a crisis."), missing=True)
    if (
        application.pupil_contact
        and application.visibility == Visibility.OPEN
        and policy.pupil_contact == PupilContact.CLOSED
    ):
        text = _("An account with contact with pupils must be closed to outsiders here. Choose “closed”.")
        yield Problem("visibility", text)
    if application.alias_profile and not policy.alias_profile:
        text = _("The policy here does not allow work profiles under an alias. Choose “no”.")
        yield Problem("alias_profile", text)


def _about_law(application, surroundings) -> Iterator[Problem]:
    if application.assessed_on and not application.assessment_reference.strip():
        yield Problem("assessment_reference", _("Give the reference that belongs to the date."), missing=True)
    if application.assessment_reference.strip() and not application.assessed_on:
        yield Problem("assessed_on", _("Give the date that belongs to the reference."), missing=True)
    if application.assessed_on and application.assessed_on > surroundings.today:
        yield Problem("assessed_on", _("This day has not come yet."))


def _about_duration(application, surroundings) -> Iterator[Problem]:
    if application.ends_on and application.ends_on <= surroundings.today:
        yield Problem("ends_on", _("The end must lie ahead."))
