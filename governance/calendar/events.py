"""What the trail keeps of closing days."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

CLOSING_DAY_ADDED = Event("closing_day.added", _("Closing day added"))
CLOSING_DAY_REMOVED = Event("closing_day.removed", _("Closing day removed"))
