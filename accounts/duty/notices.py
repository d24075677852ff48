"""What whoever was on duty is told."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

DUTY_TAKEN_OVER = NoticeKind(
    "duty_taken_over",
    _("Somebody has taken over for you"),
    subject=_("Somebody has taken over: %(account)s"),
    body=_("%(person)s answers for “%(account)s” until %(until_at)s."),
    group=Group.DUTY,
)
