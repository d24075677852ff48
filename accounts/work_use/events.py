"""What the trail keeps of networks used for work, and sites."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

WORK_USE_DECLARED = Event("work_use.declared", _("Network used for work declared"))
WORK_USE_ENDED = Event("work_use.ended", _("Network no longer used for work"))
SITE_ADDED = Event("site.added", _("Site added to a unit’s overview"))
SITE_SHOWN = Event("site.shown", _("Who sees a site changed"))
SITE_REMOVED = Event("site.removed", _("Site removed from a unit’s overview"))
