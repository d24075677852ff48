"""What heads are told when somebody leaves."""

from django.utils.translation import gettext_lazy as _

from governance.access import Role
from governance.notices.kinds import NoticeKind

ROLE_VACANT = NoticeKind(
    "role_vacant",
    _("A role needs a new holder"),
    subject=_("A role needs a new holder: %(role)s, %(unit)s"),
    body=_(
        "%(person)s has been deactivated and was %(role)s at %(unit)s. Ask an administrator to grant the "
        "role to somebody else."
    ),
    words={"role": dict(Role.choices)},
)
