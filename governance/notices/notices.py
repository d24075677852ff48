"""What the day’s one mail says."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import NoticeKind

DIGEST = NoticeKind(
    "digest",
    _("The day’s notices in one mail"),
    subject=_("Your notices of %(at_on)s"),
    body=_("This is what has happened since the last mail:"),
)
