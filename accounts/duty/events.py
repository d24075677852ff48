"""What the trail keeps of shifts and take-overs."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

SHIFT_ADDED = Event("shift.added", _("Shift added"))
SHIFT_REMOVED = Event("shift.removed", _("Shift removed"))
TAKEN_OVER = Event("duty.taken_over", _("Duty taken over"))
GIVEN_BACK = Event("duty.given_back", _("Duty given back"))
