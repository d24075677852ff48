"""Who sees what of the audit trail."""

from governance.access import Permission, units_where
from governance.audit.models import AuditEvent, AuditQuerySet
from governance.units.models import Unit


def events_visible_to(person) -> AuditQuerySet:
    """Everything to those who see the trail of the whole body; else what belongs to their units."""
    reached = units_where(person, Permission.SEE_AUDIT)
    if Unit.objects.filter(pk__in=reached, parent=None).exists():
        return AuditEvent.objects.all()
    return AuditEvent.objects.filter(unit_id__in=reached)
