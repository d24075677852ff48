"""What the trail keeps of ready texts."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

READY_TEXT_CHANGED = Event("ready_text.changed", _("Ready text changed"))
