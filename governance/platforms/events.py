"""What the trail keeps of platforms and their assessments."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

PLATFORM_CREATED = Event("platform.created", _("Platform created"))
PLATFORM_CHANGED = Event("platform.changed", _("Platform changed"))
PLATFORM_ASSESSED = Event("platform.assessed", _("Platform assessed"))
