from governance.models.absences import Absence
from governance.models.audit import AuditEvent
from governance.models.closing_days import ClosingDay
from governance.models.jobs import JobRun
from governance.models.notices import Notice
from governance.models.people import Person, RoleGrant, Substitute
from governance.models.platforms import Platform, PlatformAssessment
from governance.models.policy import Policies, Policy, PolicyValue
from governance.models.tokens import ApiToken
from governance.models.units import Tree, Unit

__all__ = [
    "Absence",
    "ApiToken",
    "AuditEvent",
    "ClosingDay",
    "JobRun",
    "Notice",
    "Person",
    "Platform",
    "PlatformAssessment",
    "Policies",
    "Policy",
    "PolicyValue",
    "RoleGrant",
    "Substitute",
    "Tree",
    "Unit",
]
