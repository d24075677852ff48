"""What a body can decide about its accounts, as data: every setting with its values, its default and its rules.

Where the five bodies behind the rule catalogue differ (K1 to K20) there is a setting here, never code. The policy
page, the presets and the checks all read `SETTINGS`; `governance.policy.models` keeps what a unit has decided.
"""

from __future__ import annotations

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from governance.access import Role
from governance.policy import advice
from governance.policy.kinds import Setting, check_blocks, check_ladder, check_web_address


class Establishment(models.TextChoices):
    APPLICATION = "application", _("Application, decided before the account is opened")
    AGREEMENT = "agreement", _("Agreement with the head of the unit")
    NOTIFICATION = (
        "notification",
        _("Notification only: registered at once for one’s own unit, its head and the section are told"),
    )
    OPEN = "open", _("Open: registered at once for one’s own unit")


class Decider(models.TextChoices):
    BY_KIND = "by_kind", _("Head of the unit at schools, otherwise the information chief")
    INFORMATION_CHIEF = "information_chief", _("Information chief")
    HEAD_OF_UNIT = "head_of_unit", _("Head of the unit")


class AccountsLimit(models.TextChoices):
    NONE = "none", _("No limit")
    SOFT = "soft", _("Soft limit: a reason is demanded")
    HARD = "hard", _("Hard limit")


class ResponseTarget(models.TextChoices):
    NONE = "none", _("None")
    SAME_DAY = "same_day", _("The same day")
    CLOCK_HOURS = "clock_hours", _("Within a number of clock hours")
    WORKING_HOURS = "working_hours", _("Within a number of working hours")


class PostsThatCount(models.TextChoices):
    ALL = "all", _("All posts")
    UNTIL_TRIAGED = "until_triaged", _("All until triaged, then questions, negative ones and factual errors")
    QUESTIONS = "questions", _("Only those triaged as questions, negative or factual errors")


class HoldingReply(models.TextChoices):
    COUNTS = "counts", _("Counts: the full answer may then take longer")
    COUNTS_NOT = "counts_not", _("Does not count: the time to answer stays")


class HolidayCalendar(models.TextChoices):
    NORWAY = "NO", _("Norway")
    DENMARK = "DK", _("Denmark")


class InactivityOutcome(models.TextChoices):
    REMIND = "remind", _("Remind")
    PROPOSE = "propose", _("Propose retirement")
    MUST_RETIRE = "must_retire", _("Must be retired")


class PupilContact(models.TextChoices):
    CLOSED = "closed", _("The account must be closed to outsiders")
    OWN_JUDGEMENT = "own_judgement", _("Own judgement")


class JournalRule(models.TextChoices):
    OR = "or", _("Journal what is case-handled or has documentation value")
    AND = "and", _("Archive either, journal what is both")
    REDIRECT = "redirect", _("Refer the sender to a formal inquiry")
    REDIRECT_ASSESS = "redirect_assess", _("Refer the sender, and assess each inquiry all the same")


class CrisisOwner(models.TextChoices):
    INFORMATION_SECTION = Role.INFORMATION_SECTION.value, Role.INFORMATION_SECTION.label
    INFORMATION_CHIEF = Role.INFORMATION_CHIEF.value, Role.INFORMATION_CHIEF.label


class CrisisEffect(models.TextChoices):
    HOLD = "hold", _("Hold all publishing")
    SHARE_ONLY = "share_only", _("Only share the official account’s posts")
    FREE = "free", _("Free")


_ALL = [
    Setting(
        "establishment",
        _("How an account comes to be"),
        "choice",
        "application",
        ("M06", "B20", "S34", "R03"),
        Establishment,
    ),
    Setting("decider", _("Who decides"), "choice", "by_kind", ("M07", "M08"), Decider),
    Setting(
        "heads_confirm_their_own",
        _("What the head of a unit registers without a decision needs nobody else to confirm it"),
        "yes_no",
        False,
        ("S33", "S35", "R03"),
    ),
    Setting(
        "decision_reminder_days",
        _("The decider is reminded after"),
        "number",
        5,
        ("M07",),
        unit_word=_("days"),
        least=1,
        most=365,
    ),
    Setting(
        "decision_substitute_days",
        _("The substitute is asked after"),
        "number",
        10,
        ("M07",),
        unit_word=_("days"),
        least=1,
        most=365,
    ),
    Setting(
        "substitute_impartial",
        _("A substitute who is named as deputy or moderator, or works below the applicant, does not decide"),
        "yes_no",
        True,
        ("D68",),
    ),
    Setting("draft_days", _("An untouched draft expires after"), "number", 90, unit_word=_("days"), least=1, most=3650),
    Setting(
        "accounts_limit",
        _("Limit on accounts per unit and platform"),
        "choice",
        "soft",
        ("M03", "M04", "D33"),
        AccountsLimit,
    ),
    Setting("accounts_limit_number", _("Accounts per unit and platform"), "number", 1, ("M04",), least=1, most=100),
    Setting(
        "response_target", _("Time to answer"), "choice", "clock_hours", ("M17", "S26", "D87", "D94"), ResponseTarget
    ),
    Setting(
        "response_hours", _("Hours to answer"), "number", 24, ("M17",), unit_word=_("hours"), least=1, most=24 * 60
    ),
    Setting("working_hours", _("Working hours"), "blocks", [["08:00", "15:45"]], ("S26",), check=check_blocks),
    Setting("holiday_calendar", _("Public holidays of"), "choice", "NO", (), HolidayCalendar),
    Setting(
        "posts_that_count",
        _("Which posts must be answered"),
        "choice",
        "until_triaged",
        ("B25", "M21", "M22", "M23", "S59"),
        PostsThatCount,
    ),
    Setting("holding_reply", _("A holding reply"), "choice", "counts", ("D100",), HoldingReply),
    Setting(
        "holding_hours",
        _("Full answer after a holding reply within"),
        "number",
        72,
        ("D100", "D101"),
        unit_word=_("hours"),
        least=1,
        most=24 * 60,
    ),
    Setting(
        "section_hours",
        _("The information section answers what comes to it within"),
        "number",
        4,
        ("M28", "M29", "D117"),
        unit_word=_("hours"),
        least=1,
        most=24 * 60,
    ),
    Setting(
        "reminder_hours",
        _("Whoever is on duty is reminded before the deadline (0: not)"),
        "number",
        4,
        ("M17",),
        unit_word=_("hours"),
        most=24 * 60,
    ),
    Setting(
        "escalation_ladder",
        _("Who is told after the deadline"),
        "ladder",
        [
            {"to": "deputy", "after_hours": 0},
            {"to": "unit_leader", "after_hours": 4},
            {"to": "information_section", "after_hours": 24},
        ],
        ("M18",),
        check=check_ladder,
    ),
    Setting(
        "inactivity_days",
        _("Quiet for too long after"),
        "number",
        90,
        ("B24", "S30"),
        unit_word=_("days"),
        least=1,
        most=3650,
    ),
    Setting(
        "inactivity_notice_days",
        _("Time to answer the notice"),
        "number",
        14,
        ("B24",),
        unit_word=_("days"),
        least=1,
        most=365,
    ),
    Setting("sharing_counts", _("Sharing others’ posts counts as activity"), "yes_no", True, ("B24", "S30")),
    Setting("inactivity_outcome", _("Without an answer"), "choice", "propose", ("B24", "S30"), InactivityOutcome),
    Setting(
        "evaluation_first_months",
        _("First evaluation after"),
        "number",
        6,
        ("S36",),
        unit_word=_("months"),
        least=1,
        most=120,
    ),
    Setting(
        "evaluation_months",
        _("Later evaluations every"),
        "number",
        12,
        ("S36",),
        unit_word=_("months"),
        least=1,
        most=120,
    ),
    Setting("minimum_moderators", _("Minimum number of moderators"), "number", 2, ("S29",), least=1, most=20),
    Setting("deputy_required", _("A deputy is required"), "yes_no", True, ("M13", "M18")),
    Setting("pupil_contact", _("Accounts with contact with pupils"), "choice", "closed", ("M47", "B34"), PupilContact),
    Setting(
        "alias_profile", _("A work profile under an alias is allowed (with a warning)"), "yes_no", True, ("M46", "S43")
    ),
    Setting(
        "journal_rule",
        _("Archive and journal"),
        "choice",
        "redirect_assess",
        ("B28", "M26", "S65", "D74", "D75"),
        JournalRule,
    ),
    Setting("hearing_journals_all", _("In a hearing everything is journalled"), "yes_no", True, ("D37",)),
    Setting("crisis_owner", _("Who leads in a crisis"), "choice", "information_section", ("B33", "M49"), CrisisOwner),
    Setting("crisis_effect", _("Other accounts in a crisis"), "choice", "hold", ("B33",), CrisisEffect),
    Setting(
        "acknowledgement_required",
        _("Guidelines must be acknowledged before moderating"),
        "yes_no",
        True,
        ("D107", "R23"),
    ),
    Setting(
        "guideline_review", _("A second person approves a guideline first"), "yes_no", False, ("D116", "D124", "K10")
    ),
    Setting(
        "web_page_required",
        _("The same information must stand on a web page"),
        "yes_no",
        True,
        ("S04", "S05", "D14", "D15"),
    ),
    *(
        Setting(
            advice.key_of(row),
            format_lazy("{}: {}", _("What to do with a post"), label),
            "advice",
            advice.value_of(advice.DEFAULT[row]),
            choices=advice.Action,
            check=advice.check_advice,
        )
        for row, label in advice.ROWS.items()
    ),
    # Facts of the body, of which its texts and forms make use; no preset knows them.
    Setting(
        "own_domains",
        _("The body’s own domains, to which the shared e-mail of an account belongs"),
        "domains",
        [],
        ("M52",),
    ),
    Setting("formal_inquiry_address", _("Where formal inquiries are sent"), "text", "", ("M26", "S58")),
    Setting("political_contact", _("Whom to contact at the political level"), "text", "", ("M27", "S61")),
    Setting(
        "child_concern_url",
        _("Address of the form for a concern for a child"),
        "text",
        "",
        ("R20", "R21"),
        check=check_web_address,
    ),
    Setting("it_security_contact", _("Whom to contact about IT security"), "text", "", ("S62",)),
]
SETTINGS: dict[str, Setting] = {setting.key: setting for setting in _ALL}
