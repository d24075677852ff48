"""What the trail keeps of roles on accounts."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

ASSIGNMENT_DELEGATED = Event("assignment.delegated", _("Role on an account delegated"))
ASSIGNMENT_ACCEPTED = Event("assignment.accepted", _("Role on an account accepted"))
ASSIGNMENT_DECLINED = Event("assignment.declined", _("Role on an account declined"))
ASSIGNMENT_ENDED = Event("assignment.ended", _("Role on an account ended"))
