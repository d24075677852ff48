"""What people are told of tokens that act for them."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import NoticeKind

TOKEN_WAITS = NoticeKind(
    "token_waits",
    _("A system asks for access"),
    subject=_("A system asks for access: %(token)s"),
    body=_(
        "%(by)s has made an API token, “%(token)s”, for the accounts of %(unit)s. It is worth nothing until you "
        "agree: you answer for it then."
    ),
)
TOKEN_HANDED_OVER = NoticeKind(
    "token_handed_over",
    _("You answer for an API token now"),
    subject=_("You answer for the API token “%(token)s” now"),
    body=_("%(by)s has handed the API token “%(token)s” over to you. You can revoke it on your own page."),
)
