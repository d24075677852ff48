"""What people are told of an account that has gone quiet."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

ACCOUNT_INACTIVE = NoticeKind(
    "account_inactive",
    _("An account has gone quiet"),
    subject=_("%(account)s has gone quiet"),
    body=_(
        "Nothing has been published or answered on “%(account)s” for a long time. Did you post today? Say so with one "
        "click behind the link. Otherwise say there whether you keep it, and why, or retire it."
    ),
    group=Group.FLAGS,
    further={"answer_by": _("Please answer by %(answer_by)s.")},
)
