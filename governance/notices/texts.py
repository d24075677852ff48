"""The words of notices, in the language that is active when they are read or sent.

A notice's `params` hold what its text names: names of accounts, units and people, and codes for which the words
are found here. Moments are ISO 8601 in params ending in `_at`, days in those ending in `_on` or `_by`; they are
shown in the reader's form. The subject never names a person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.access import Role
from governance.notices.models import Notice, NoticeEvent

# event -> (subject, body)
TEXTS: dict[str, tuple[Any, Any]] = {
    NoticeEvent.APPLICATION_WAITS: (
        gettext_lazy("An application waits for your decision: %(application)s"),
        gettext_lazy("The application “%(application)s” from %(unit)s waits for your decision."),
    ),
    NoticeEvent.APPLICATION_SLOW: (
        gettext_lazy("An application still waits for your decision: %(application)s"),
        gettext_lazy("The application “%(application)s” from %(unit)s has waited for %(days)s days for your decision."),
    ),
    NoticeEvent.APPLICATION_SUBSTITUTE: (
        gettext_lazy("An application waits for you as substitute: %(application)s"),
        gettext_lazy(
            "The application “%(application)s” from %(unit)s waits for a decision. You may decide it in place of "
            "%(in_place_of)s."
        ),
    ),
    NoticeEvent.APPLICATION_STUCK: (
        gettext_lazy("Nobody may decide an application: %(application)s"),
        gettext_lazy(
            "For the application “%(application)s” from %(unit)s there is nobody who may decide. Give somebody the "
            "role, or appoint a substitute."
        ),
    ),
    NoticeEvent.APPLICATION_NOTIFIED: (
        gettext_lazy("An account was registered: %(application)s"),
        gettext_lazy("%(unit)s has registered the account “%(application)s”, which by its policy needs no decision."),
    ),
    NoticeEvent.APPLICATION_DECIDED: (
        gettext_lazy("Your application is decided: %(application)s"),
        gettext_lazy("Your application “%(application)s” is decided: %(outcome)s."),
    ),
    NoticeEvent.APPLICATION_COMMENTED: (
        gettext_lazy("A comment on an application: %(application)s"),
        gettext_lazy("%(person)s has commented on the application “%(application)s”."),
    ),
    NoticeEvent.APPLICATION_EXPIRING: (
        gettext_lazy("Your draft expires soon: %(application)s"),
        gettext_lazy("Your draft “%(application)s” has not been touched for a while. It expires on %(expires_on)s."),
    ),
    NoticeEvent.ASSIGNMENT_OFFERED: (
        gettext_lazy("You are asked to answer for %(account)s"),
        gettext_lazy("You are asked to be %(part)s for the account “%(account)s”. Say yes or no in the portal."),
    ),
    NoticeEvent.ASSIGNMENT_ANSWERED: (
        gettext_lazy("A role you delegated was answered: %(account)s"),
        gettext_lazy("%(person)s, whom you asked to be %(part)s for “%(account)s”: %(answer)s."),
    ),
    NoticeEvent.ASSIGNMENT_ENDED: (
        gettext_lazy("Your role on %(account)s has ended"),
        gettext_lazy("Your role as %(part)s for the account “%(account)s” has ended."),
    ),
    NoticeEvent.EDITOR_NAMED: (
        gettext_lazy("You are the editor of %(account)s now"),
        gettext_lazy("%(person)s has made you the editor of the account “%(account)s”: you answer for it as a whole."),
    ),
    NoticeEvent.ACCOUNT_OPENED: (
        gettext_lazy("%(account)s is open"),
        gettext_lazy("The account “%(account)s”, for which you answer, is now open."),
    ),
    NoticeEvent.ACCOUNT_RETIRING: (
        gettext_lazy("%(account)s is to be retired"),
        gettext_lazy(
            "The account “%(account)s”, for which you answer, is to be retired. The portal lists what is left to do."
        ),
    ),
    NoticeEvent.ACCOUNT_KEPT: (
        gettext_lazy("%(account)s is kept after all"),
        gettext_lazy("The account “%(account)s”, for which you answer, is kept after all."),
    ),
    NoticeEvent.ACCOUNT_RETIRED: (
        gettext_lazy("%(account)s is retired"),
        gettext_lazy("The account “%(account)s” is retired. Thank you for answering on it."),
    ),
    NoticeEvent.DIGEST: (
        gettext_lazy("Your notices of %(at_on)s"),
        gettext_lazy("This is what has happened since the last mail:"),
    ),
    NoticeEvent.POST_ARRIVED: (
        gettext_lazy("A post has come in: %(account)s"),
        gettext_lazy("Somebody has written to “%(account)s”. The answer is due %(due_at)s."),
    ),
    NoticeEvent.POST_REMINDER: (
        gettext_lazy("A post must be answered soon: %(account)s"),
        gettext_lazy("A post to “%(account)s” must be answered by %(due_at)s."),
    ),
    NoticeEvent.POST_HANDED_OVER: (
        gettext_lazy("A post was handed over to you: %(account)s"),
        gettext_lazy("%(person)s has handed a post to “%(account)s” over to you. The answer is due %(due_at)s."),
    ),
    NoticeEvent.POST_REOPENED: (
        gettext_lazy("A post is open again: %(account)s"),
        gettext_lazy("The answer to a post to “%(account)s” is gone on the platform, so the post is open again."),
    ),
    NoticeEvent.POST_TO_SECTION: (
        gettext_lazy("A post waits for the information section: %(account)s"),
        gettext_lazy(
            "A post to “%(account)s” may be critical for the reputation. The information section answers it by "
            "%(due_at)s."
        ),
    ),
    NoticeEvent.SECTION_OVERDUE: (
        gettext_lazy("A post at the information section is past its time: %(account)s"),
        gettext_lazy("A post to “%(account)s” should have been dealt with by the information section by %(due_at)s."),
    ),
    NoticeEvent.DUTY_TAKEN_OVER: (
        gettext_lazy("Somebody has taken over: %(account)s"),
        gettext_lazy("%(person)s answers for “%(account)s” until %(until_at)s."),
    ),
    NoticeEvent.CRISIS_OPENED: (
        gettext_lazy("Crisis: %(title)s"),
        gettext_lazy(
            "The crisis “%(title)s” was opened. Until it is over, notices also come at night and on holidays. See in "
            "the portal what holds now."
        ),
    ),
    NoticeEvent.CRISIS_CLOSED: (
        gettext_lazy("The crisis is over: %(title)s"),
        gettext_lazy("The crisis “%(title)s” is over. Everything is as always again."),
    ),
    NoticeEvent.POST_OVERDUE: (
        gettext_lazy("Unanswered post: %(account)s"),
        gettext_lazy(
            "A post to “%(account)s” (due %(due_at)s) is unanswered past its time. You are on duty for the account: "
            "answer it, or say in the portal that it needs no answer."
        ),
    ),
    NoticeEvent.POST_ESCALATED: (
        gettext_lazy("Unanswered post: %(account)s"),
        gettext_lazy(
            "A post to “%(account)s” (due %(due_at)s) is unanswered past its time. It has come to you because nobody "
            "has dealt with it yet."
        ),
    ),
    NoticeEvent.ACCOUNT_INACTIVE: (
        gettext_lazy("%(account)s has gone quiet"),
        gettext_lazy(
            "Nothing has been published or answered on “%(account)s” for a long time. Say in the portal whether you "
            "keep it, and why, or retire it."
        ),
    ),
    NoticeEvent.FLAG_RAISED: (
        gettext_lazy("%(reason)s: %(account)s"),
        gettext_lazy("A flag on “%(account)s” waits for you: %(reason)s."),
    ),
    NoticeEvent.FLAG_DECIDED: (
        gettext_lazy("A flag was decided: %(account)s"),
        gettext_lazy("The information section has decided about “%(account)s” (%(reason)s): %(decision)s."),
    ),
    NoticeEvent.HANDOVER: (
        gettext_lazy("%(account)s needs a new holder"),
        gettext_lazy(
            "%(person)s no longer answers for “%(account)s”, and too few people are left. Delegate the role to "
            "somebody else."
        ),
    ),
    NoticeEvent.ROLE_VACANT: (
        gettext_lazy("A role needs a new holder: %(role)s, %(unit)s"),
        gettext_lazy(
            "%(person)s has been deactivated and was %(role)s at %(unit)s. Ask an administrator to grant the "
            "role to somebody else."
        ),
    ),
    NoticeEvent.GUIDELINE_PUBLISHED: (
        gettext_lazy("A guideline to acknowledge: %(title)s"),
        gettext_lazy("The guideline “%(title)s” has a new version. Read it and confirm in the portal that you have."),
    ),
    NoticeEvent.WORK_USE_DECLARED: (
        gettext_lazy("A network used for work was declared"),
        gettext_lazy("%(person)s tells you as leader about a network that is used for work. Read it in the portal."),
    ),
    NoticeEvent.QUESTION_ASKED: (
        gettext_lazy("A question to the information section"),
        gettext_lazy("Somebody asks the information section. Read and answer it in the portal."),
    ),
    NoticeEvent.QUESTION_ANSWERED: (
        gettext_lazy("Your question is answered"),
        gettext_lazy("The information section has answered your question. Read the answer in the portal."),
    ),
    NoticeEvent.GUIDELINE_REMINDER: (
        gettext_lazy("Still to acknowledge: %(title)s"),
        gettext_lazy(
            "You have not yet confirmed that you have read the guideline “%(title)s”. It takes a few minutes."
        ),
    ),
    NoticeEvent.GUIDELINE_REVIEW_ASKED: (
        gettext_lazy("You are asked to review a guideline: %(title)s"),
        gettext_lazy("%(person)s asks you to review the draft of “%(title)s”. Approve it, or say what must change."),
    ),
    NoticeEvent.GUIDELINE_REVIEWED: (
        gettext_lazy("A draft was reviewed: %(title)s"),
        gettext_lazy("%(person)s has reviewed the draft of “%(title)s”: %(review)s."),
    ),
    NoticeEvent.GUIDELINE_ROUND: (
        gettext_lazy("Say what you think of a draft: %(title)s"),
        gettext_lazy("The draft of “%(title)s” may be read and commented until %(until_at)s."),
    ),
    NoticeEvent.GUIDELINE_PLAN_STUCK: (
        gettext_lazy("Not published as planned: %(title)s"),
        gettext_lazy("“%(title)s” should have been published now, but could not be. See in the portal why."),
    ),
    NoticeEvent.GUIDELINE_DUE: (
        gettext_lazy("Look at a guideline again: %(title)s"),
        gettext_lazy("The guideline “%(title)s” was to be looked at again by %(review_on)s. Is it still right?"),
    ),
    NoticeEvent.GUIDELINE_LINK_DEAD: (
        gettext_lazy("A link leads nowhere: %(title)s"),
        gettext_lazy("In the guideline “%(title)s” this link leads nowhere: %(link)s"),
    ),
}

# The words of codes in params, by the param's name.
WORDS: dict[str, dict[str, Any]] = {
    "role": dict(Role.choices),
    "part": {"lead": gettext_lazy("moderator"), "deputy": gettext_lazy("deputy")},
    "answer": {
        "accepted": gettext_lazy("accepted"),
        "declined": gettext_lazy("declined"),
        "laid_down": gettext_lazy("has laid the role down"),
    },
    "outcome": {
        "approved": gettext_lazy("approved"),
        "conditions": gettext_lazy("approved with conditions"),
        "returned": gettext_lazy("sent back, because something is missing"),
        "rejected": gettext_lazy("rejected"),
    },
    "review": {"approved": gettext_lazy("approved"), "returned": gettext_lazy("sent back with a comment")},
    "decision": {"keep": gettext_lazy("the account is kept"), "retire": gettext_lazy("the account is to be retired")},
    "reason": {
        "unanswered": gettext_lazy("Unanswered post"),
        "inactive": gettext_lazy("No activity"),
        "campaign_over": gettext_lazy("Past its end date"),
        "evaluation_due": gettext_lazy("Evaluation due"),
        "coverage_gap": gettext_lazy("Nobody on duty"),
        "handover": gettext_lazy("Needs a new holder"),
        "connection": gettext_lazy("The platform cannot be read"),
        "platform": gettext_lazy("Changed on the platform"),
        "section": gettext_lazy("Waits for the information section"),
        "no_address": gettext_lazy("Cannot be reached by mail"),
    },
}


@dataclass(frozen=True)
class NoticeText:
    subject: str
    body: str


class _Params(dict):
    """What a text names and the notice lacks shows as a dash: an old row must never break a page."""

    def __missing__(self, key):
        return "–"


# Whose `reason` is somebody's own words, not a code.
GIVES_REASON = {
    NoticeEvent.ACCOUNT_RETIRING,
    NoticeEvent.ACCOUNT_KEPT,
    NoticeEvent.ASSIGNMENT_ANSWERED,
    NoticeEvent.ASSIGNMENT_ENDED,
}


def notice_text(notice: Notice) -> NoticeText:
    subject, body = TEXTS[notice.event]
    params = _Params({name: _in_words(name, value) for name, value in notice.params.items()})
    parts = [str(body) % params]
    if notice.event == NoticeEvent.ACCOUNT_INACTIVE and "answer_by" in params:
        parts.append(_("Please answer by %(answer_by)s.") % params)
    if notice.event == NoticeEvent.FLAG_RAISED and "starts_at" in params:
        parts.append(_("No moderator and no deputy is on duty (from %(starts_at)s).") % params)
    if notice.event in GIVES_REASON and notice.params.get("reason"):
        parts.append(_("The reason given: %(reason)s") % params)
    return NoticeText(subject=str(subject) % params, body=" ".join(parts))


def _in_words(name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if name in WORDS:
        return str(WORDS[name].get(value, value))
    try:
        if name.endswith("_at"):
            return date_format(timezone.localtime(dt.datetime.fromisoformat(value)), "DATETIME_FORMAT")
        if name.endswith(("_on", "_by")):
            return (
                date_format(timezone.localtime(dt.datetime.fromisoformat(value)), "DATE_FORMAT")
                if "T" in value
                else (date_format(dt.date.fromisoformat(value), "DATE_FORMAT"))
            )
    except (TypeError, ValueError):
        pass
    return str(value)
