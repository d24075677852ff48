"""What leaders are told."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

WORK_USE_DECLARED = NoticeKind(
    "work_use_declared",
    _("An employee declares a network used for work"),
    subject=_("A network used for work was declared"),
    body=_("%(person)s tells you as leader about a network that is used for work. Read it in the portal."),
    group=Group.GUIDELINES,
)
