"""For Django alone, which looks for an app's models here.

Everybody else imports the room, as `governance.people.models`.
"""

from governance.audit.models import AuditEvent
from governance.calendar.closing_days import ClosingDay
from governance.imports.models import ImportFile, RememberedHeadings
from governance.notices.models import Notice, NoticeChoice
from governance.operations.models import JobRun
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant, Substitute
from governance.platforms.models import Platform, PlatformAssessment
from governance.policy.models import PolicyValue
from governance.signin.tokens import ApiToken
from governance.units.models import Unit

__all__ = [
    "Absence",
    "ApiToken",
    "AuditEvent",
    "ClosingDay",
    "ImportFile",
    "JobRun",
    "Notice",
    "NoticeChoice",
    "Person",
    "Platform",
    "PlatformAssessment",
    "PolicyValue",
    "RememberedHeadings",
    "RoleGrant",
    "Substitute",
    "Unit",
]
