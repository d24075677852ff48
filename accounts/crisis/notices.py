"""What people are told in a crisis."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import NoticeKind

CRISIS_OPENED = NoticeKind(
    "crisis_opened",
    _("A crisis was opened"),
    subject=_("Crisis: %(title)s"),
    body=_(
        "The crisis “%(title)s” was opened. Until it is over, notices also come at night and on holidays. See in "
        "the portal what holds now."
    ),
)
CRISIS_CLOSED = NoticeKind(
    "crisis_closed",
    _("A crisis is over"),
    subject=_("The crisis is over: %(title)s"),
    body=_("The crisis “%(title)s” is over. Everything is as always again."),
)
