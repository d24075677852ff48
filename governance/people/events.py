"""What the trail keeps of people, their roles, substitutes and absences."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

PERSON_CREATED = Event("person.created", _("Person created"))
PERSON_CHANGED = Event("person.changed", _("Person changed"))
PERSON_DEACTIVATED = Event("person.deactivated", _("Person deactivated"))
PERSON_REACTIVATED = Event("person.reactivated", _("Person reactivated"))
ROLE_GRANTED = Event("role.granted", _("Role granted"))
ROLE_ENDED = Event("role.ended", _("Role ended"))
SUBSTITUTE_APPOINTED = Event("substitute.appointed", _("Substitute appointed"))
SUBSTITUTE_ENDED = Event("substitute.ended", _("Substitute ended"))
ABSENCE_REGISTERED = Event("absence.registered", _("Absence registered"))
ABSENCE_CANCELLED = Event("absence.cancelled", _("Absence called off"))
CALENDAR_ADDRESS_CHANGED = Event("calendar.address", _("Address of a calendar of duties changed"))
