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
ACCOUNT_TO_CONFIRM = NoticeKind(
    "account_to_confirm",
    _("An account waits for you to confirm it"),
    subject=_("Is this account ours? %(account)s"),
    body=_(
        "%(by)s has registered the account “%(account)s” for %(unit)s, or changed what it is. The policy asks for no "
        "decision, but the public is not told that it is ours until you, or somebody else who may, have confirmed it. "
        "Look at it, and confirm it or say that it is not ours."
    ),
    group=Group.APPLICATIONS,
)
ACCOUNTS_STILL_TO_CONFIRM = NoticeKind(
    "accounts_still_to_confirm",
    _("Accounts still wait for you to confirm them"),
    subject=_("Accounts that nobody has confirmed: %(count)s"),
    body=_("The public is not told that they are ours until somebody has confirmed them: %(accounts)s."),
    group=Group.APPLICATIONS,
)
ACCOUNT_UNCONFIRMABLE = NoticeKind(
    "account_unconfirmable",
    _("Nobody may confirm an account"),
    subject=_("Nobody may confirm an account: %(account)s"),
    body=_(
        "The account “%(account)s” of %(unit)s is not told to the public until somebody has confirmed it, and there is "
        "nobody who may. Give somebody the role."
    ),
)
ACCOUNT_CONFIRMED = NoticeKind(
    "account_confirmed",
    _("Your account is confirmed"),
    subject=_("%(account)s is confirmed"),
    body=_("%(by)s has confirmed that the account “%(account)s” is ours. Once it is open, the public is told so."),
    group=Group.APPLICATIONS,
)
ACCOUNT_DISOWNED = NoticeKind(
    "account_disowned",
    _("An account you registered or answered for is refused"),
    subject=_("%(account)s is not ours"),
    body=_("It has been decided that the account “%(account)s” is not ours. It is out of the register."),
    further={"reason": _("The reason given: %(reason)s")},
)
