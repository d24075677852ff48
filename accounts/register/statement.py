"""What an account tells the public about itself, in the language of its readers: who answers, when, what not to share.

The texts come from what the portal knows (D92 to D98, M19, M20, S64). They are pasted into the platform's profile,
so they are plain text; the short one fits a field of 160 characters.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.register.choices import Communication, Kind, ModerationMode
from accounts.register.models import OfficialAccount, Pause
from governance.policy.models import Policies, Policy
from governance.policy.settings import ResponseTarget

SHORT = 160  # characters


@dataclass(frozen=True)
class Statement:
    """`sentences` each stand on a line of their own; `short` has as many as fit into 160 characters."""

    language: str
    sentences: list[str]
    short: str

    @property
    def full(self) -> str:
        return "\n".join(self.sentences)


def profile_statement(account: OfficialAccount, language: str) -> Statement:
    """The statement in one of the portal's languages, whatever language the interface is in."""
    policy = Policies.of(account.unit)
    with translation.override(language):
        answers, case = _when(policy), _no_case_handling(account)
        private = _("Do not write personal information here, neither about yourself nor about others.")
        sentences = [
            *_label(account),
            _("%(unit)s runs this account and answers here.") % {"unit": account.unit.name},
            answers,
            *_working_hours(policy),
            *_what_answers(account),
            case,
            private,
            *_what_is_removed(account),
        ]
        brief = [
            *([_("Trial account.")] if account.kind == Kind.TRIAL else []),
            answers,
            _("No case handling here."),
            _("Share no personal information."),
            _("Run by %(unit)s.") % {"unit": account.unit.name},
        ]
    return Statement(language, sentences, _as_many_as_fit(brief))


def _as_many_as_fit(sentences: list[str]) -> str:
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        if len(longer) <= SHORT:
            text = longer
    return text


def _label(account: OfficialAccount) -> list[str]:
    """A trial says that it is one, to lower expectations (D92); a campaign says when it ends."""
    if account.kind == Kind.TRIAL and account.ends_on:
        return [_("This account is a trial until %(day)s.") % {"day": _day(account.ends_on)}]
    if account.kind == Kind.TRIAL:
        return [_("This account is a trial.")]
    if account.kind == Kind.PROJECT and account.ends_on:
        return [_("This account is in use until %(day)s.") % {"day": _day(account.ends_on)}]
    return []


def answering_time(policy: Policy, language: str) -> str:
    """When an answer may be expected, as a sentence in one of the portal's languages."""
    with translation.override(language):
        return _when(policy)


def _when(policy: Policy) -> str:
    hours = policy.response_hours
    if policy.response_target == ResponseTarget.SAME_DAY:
        return _("We answer the same day.")
    if policy.response_target == ResponseTarget.CLOCK_HOURS:
        return ngettext("We answer within %(count)d hour.", "We answer within %(count)d hours.", hours) % {
            "count": hours
        }
    if policy.response_target == ResponseTarget.WORKING_HOURS:
        return ngettext(
            "We answer within %(count)d working hour.", "We answer within %(count)d working hours.", hours
        ) % {"count": hours}
    return _("We read what you write, but cannot promise when we answer.")


def _working_hours(policy: Policy) -> list[str]:
    if policy.response_target not in (ResponseTarget.WORKING_HOURS, ResponseTarget.SAME_DAY):
        return []
    return [_("We are here from Monday to Friday, %(hours)s.") % {"hours": opening_hours(policy)}]


def opening_hours(policy: Policy) -> str:
    return ", ".join("–".join(block) for block in policy.working_hours)


def _what_answers(account: OfficialAccount) -> list[str]:
    if account.communication == Communication.INFORMATION:
        said = [_("We use this account to inform, and answer short questions about what we publish.")]
    else:
        said = [_("We answer general questions and show you the right place to turn to.")]
    if account.topics_not_commented:
        said.append(_("We do not comment on these topics: %(topics)s") % {"topics": account.topics_not_commented})
    return said


def _no_case_handling(account: OfficialAccount) -> str:
    if account.web_page_url:
        return _("We handle no cases here. If it is about your own case, contact us here instead: %(address)s") % {
            "address": account.web_page_url
        }
    return _("We handle no cases here. If it is about your own case, contact %(unit)s directly.") % {
        "unit": account.unit.name
    }


def _what_is_removed(account: OfficialAccount) -> list[str]:
    said = []
    if account.moderation_mode == ModerationMode.APPROVE_FIRST:
        said.append(_("We read what you write before others can see it."))
    if account.can_remove:
        said.append(
            _("We remove insults, threats, discrimination, advertising, harmful links and personal information.")
        )
    else:
        said.append(_("We cannot remove what others write here, but we report what is unlawful to the platform."))
    return said


def pause_notice(pause: Pause, language: str) -> str:
    """What to put on the account while it is closed: why, for how long, and what happens to what is written."""
    account = pause.account
    with translation.override(language):
        said = [
            _("This account is closed from %(start)s until %(end)s.")
            % {"start": _moment(pause.starts_at), "end": _moment(pause.over_at)},
            _("Reason: %(reason)s") % {"reason": pause.reason},
            _("We do not read what is written here in the meantime, and answer when we are back."),
        ]
        if account.web_page_url:
            said.append(_("If it cannot wait, contact us here: %(address)s") % {"address": account.web_page_url})
    return "\n".join(said)


def closing_notice(account: OfficialAccount, language: str) -> str:
    """The last notice on an account that is being retired."""
    with translation.override(language):
        said = [
            _("%(unit)s is closing this account. It will not be followed up any more.") % {"unit": account.unit.name},
            _no_case_handling(account),
        ]
    return "\n".join(said)


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")


def _moment(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
