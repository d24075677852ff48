"""What the trail keeps of decision aids."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

AID_CHANGED = Event("aid.changed", _("Decision aid changed"))
