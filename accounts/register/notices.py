"""What those who answer for an account are told of it."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

ACCOUNT_OPENED = NoticeKind(
    "account_opened",
    _("An account you answer for is open"),
    subject=_("%(account)s is open"),
    body=_("The account “%(account)s”, for which you answer, is now open."),
    group=Group.DUTY,
)
ACCOUNT_RETIRING = NoticeKind(
    "account_retiring",
    _("An account you answer for is to be retired"),
    subject=_("%(account)s is to be retired"),
    body=_("The account “%(account)s”, for which you answer, is to be retired. The portal lists what is left to do."),
    further={"reason": _("The reason given: %(reason)s")},
)
ACCOUNT_KEPT = NoticeKind(
    "account_kept",
    _("An account you answer for is kept after all"),
    subject=_("%(account)s is kept after all"),
    body=_("The account “%(account)s”, for which you answer, is kept after all."),
    group=Group.DUTY,
    further={"reason": _("The reason given: %(reason)s")},
)
ACCOUNT_RETIRED = NoticeKind(
    "account_retired",
    _("An account you answered for is retired"),
    subject=_("%(account)s is retired"),
    body=_("The account “%(account)s” is retired. Thank you for answering on it."),
    group=Group.DUTY,
)
