"""What people are told of their roles on accounts."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

PARTS = {"lead": _("moderator"), "deputy": _("deputy")}
ANSWERS = {
    "accepted": _("accepted"),
    "declined": _("declined"),
    "laid_down": _("has laid the role down"),
}

ASSIGNMENT_OFFERED = NoticeKind(
    "assignment_offered",
    _("You are asked to answer for an account"),
    subject=_("You are asked to answer for %(account)s"),
    body=_("You are asked to be %(part)s for the account “%(account)s”. Say yes or no in the portal."),
    words={"part": PARTS},
)
ASSIGNMENT_ANSWERED = NoticeKind(
    "assignment_answered",
    _("A role you delegated was answered"),
    subject=_("A role you delegated was answered: %(account)s"),
    body=_("%(person)s, whom you asked to be %(part)s for “%(account)s”: %(answer)s."),
    group=Group.DUTY,
    words={"part": PARTS, "answer": ANSWERS},
    further={"reason": _("The reason given: %(reason)s")},
)
ASSIGNMENT_ENDED = NoticeKind(
    "assignment_ended",
    _("Your role on an account has ended"),
    subject=_("Your role on %(account)s has ended"),
    body=_("Your role as %(part)s for the account “%(account)s” has ended."),
    group=Group.DUTY,
    words={"part": PARTS},
    further={"reason": _("The reason given: %(reason)s")},
)
