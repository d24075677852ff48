"""What the trail keeps of units."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

UNIT_CREATED = Event("unit.created", _("Unit created"))
UNIT_CHANGED = Event("unit.changed", _("Unit changed"))
UNIT_CLOSED = Event("unit.closed", _("Unit closed"))
UNIT_REOPENED = Event("unit.reopened", _("Unit opened again"))
