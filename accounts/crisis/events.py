"""What the trail keeps of crises."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

CRISIS_OPENED = Event("crisis.opened", _("Crisis opened"))
CRISIS_CLOSED = Event("crisis.closed", _("Crisis closed"))
