"""What readers, and those who answer them, are told."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

QUESTION_ASKED = NoticeKind(
    "question_asked",
    _("Somebody asks the information section"),
    subject=_("A question to the information section"),
    body=_("Somebody asks the information section. Read and answer it in the portal."),
    group=Group.GUIDELINES,
)
QUESTION_ANSWERED = NoticeKind(
    "question_answered",
    _("Your question is answered"),
    subject=_("Your question is answered"),
    body=_("The information section has answered your question. Read the answer in the portal."),
    group=Group.GUIDELINES,
)
GUIDELINE_REMINDER = NoticeKind(
    "guideline_reminder",
    _("A guideline still waits to be acknowledged"),
    subject=_("Still to acknowledge: %(title)s"),
    body=_("You have not yet confirmed that you have read the guideline “%(title)s”. It takes a few minutes."),
    group=Group.GUIDELINES,
)
