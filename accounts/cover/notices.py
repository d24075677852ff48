"""What people are told where a role on an account changes hands, or needs a new holder."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import NoticeKind

EDITOR_NAMED = NoticeKind(
    "editor_named",
    _("You are the editor of an account now"),
    subject=_("You are the editor of %(account)s now"),
    body=_("%(person)s has made you the editor of the account “%(account)s”: you answer for it as a whole."),
)
HANDOVER = NoticeKind(
    "handover",
    _("Somebody's roles need a new holder"),
    subject=_("%(account)s needs a new holder"),
    body=_(
        "%(person)s no longer answers for “%(account)s”, and too few people are left. Delegate the role to "
        "somebody else."
    ),
)
