"""The guideline rule behind each question of the application, as data beside the field it belongs to.

Ids point into the catalogue of rules: B, M, S, D and R name the five bodies they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Guide:
    text: Any
    rules: tuple[str, ...]


GUIDES: dict[str, Guide] = {
    "unit": Guide(_("The unit is itself responsible for content, follow-up, law and dialogue."), ("S35", "D67")),
    "kind": Guide(
        _("Projects end, and a trial is allowed: do not wait for a finished strategy. A trial is labelled as one."),
        ("D06", "D89", "D91", "D92", "S10"),
    ),
    "name": Guide(_("There shall be few but clear official accounts."), ("M03",)),
    "goal": Guide(_("State the goal: why should the account exist?"), ("M09", "S17", "D05")),
    "expected_effect": Guide(_("State what can be achieved. It is looked at again in the evaluation."), ("M10",)),
    "purposes": Guide(_("Gather advice, answer questions, follow opinion, tell about services."), ("M02", "S13")),
    "audience": Guide(_("Who is the audience? Know where they are before you choose the channel."), ("S18", "D19")),
    "message": Guide(_("What is the message or messages?"), ("S19",)),
    "communication": Guide(_("What degree of participation and dialogue do we want?"), ("S22", "D35")),
    "platform": Guide(
        _(
            "Which medium fits best, where do we reach most of those we want? Each platform is assessed for privacy "
            "before it is used."
        ),
        ("S21", "D26", "D44"),
    ),
    "platform_reason": Guide(_("Choose channels consciously: each has its character and audience."), ("D26", "S21")),
    "handle_wanted": Guide(_("The real handle is registered when the account is opened."), ("S27",)),
    "another_reason": Guide(
        _("One account that collects all activity is recommended. More accounts need more effort."),
        ("M03", "M04", "D10", "S33"),
    ),
    "language": Guide(_("Write so that the audience understands, in the language they use."), ("D19", "D114")),
    "moderators": Guide(
        _("Even with one main responsible, several people must have access. Clear up beforehand who is responsible."),
        ("S29", "D106", "B23"),
    ),
    "deputies": Guide(_("When the responsible person is away, somebody else takes over."), ("M13", "M18")),
    "organisation": Guide(_("State how the account will be organised."), ("M11",)),
    "hours_per_week": Guide(
        _("Are there resources to follow up dialogue and questions? Count the hours of all together."),
        ("M12", "S25", "D10"),
    ),
    "absence_plan": Guide(_("State what happens when the responsible person is not at work."), ("M13",)),
    "answer_mandate": Guide(_("Clear up who may answer what, and give enough authority."), ("D86", "D106")),
    "topics_not_commented": Guide(
        _("You may state which themes are not commented, and leave them without a reply."), ("D119",)
    ),
    "moderation_mode": Guide(
        _(
            "Decide beforehand whether to monitor, moderate along the way or approve first. Approving first can feel "
            "like censorship and damp the dialogue."
        ),
        ("D104", "D105", "M16"),
    ),
    "visibility": Guide(
        _("Consider whether it should be open or closed. What is closed spreads too."), ("B34", "B29", "D27")
    ),
    "visibility_reason": Guide(_("Say why, so that it can be judged again later."), ("B34",)),
    "pupil_contact": Guide(
        _("For the pupils’ safety, accounts where teachers and pupils meet are closed to outsiders."),
        ("M45", "M47", "B35"),
    ),
    "alias_profile": Guide(
        _(
            "A work profile such as “teacher Kari” keeps private and work apart. Be warned: some platforms forbid a "
            "second profile and may close both."
        ),
        ("M46", "S43", "R05"),
    ),
    "crisis_use": Guide(_("Shall we use it for crisis communication?"), ("S20", "D23", "B33")),
    "crisis_how": Guide(
        _("It can supplement ordinary crisis communication, and the information section leads."), ("S20", "D23")
    ),
    "hearing": Guide(_("In a hearing held here, all input is journalled and handled like any other."), ("D36", "D37")),
    "web_page_url": Guide(
        _("Information spread here must also stand on a web page that everyone can use."),
        ("S04", "S05", "S31", "D14", "D15"),
    ),
    "legal_basis": Guide(
        _("Are privacy and information security sufficiently covered? Using the account may mean processing."),
        ("S23", "D40", "D41"),
    ),
    "joint_controller": Guide(
        _("For a page with statistics the body and the platform are often controllers together."), ("D44", "D45")
    ),
    "assessment_reference": Guide(_("Where the assessment is filed, such as a case number."), ("S23", "D40")),
    "assessed_on": Guide(_("An assessment grows old when the platform changes."), ("S23",)),
    "archive_routine": Guide(
        _("Content decides what is archived, not the channel. What needs case handling is sent elsewhere."),
        ("B27", "M26", "S15", "D72"),
    ),
    "ends_on": Guide(
        _("A project has an end: it gives a way out, and a time to evaluate. A trial ends in an evaluation."),
        ("D91", "D92", "S36"),
    ),
}
