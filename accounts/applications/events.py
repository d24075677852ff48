"""What the trail keeps of applications."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

APPLICATION_STARTED = Event("application.started", _("Application started"))
APPLICATION_SUBMITTED = Event("application.submitted", _("Application submitted"))
APPLICATION_REGISTERED = Event("application.registered", _("Application registered without a decision"))
APPLICATION_APPROVED = Event("application.approved", _("Application approved"))
APPLICATION_RETURNED = Event("application.returned", _("Application sent back"))
APPLICATION_REJECTED = Event("application.rejected", _("Application rejected"))
APPLICATION_WITHDRAWN = Event("application.withdrawn", _("Application withdrawn"))
APPLICATION_EXPIRED = Event("application.expired", _("Draft expired"))
APPLICATION_REVIVED = Event("application.revived", _("Draft taken up again"))
APPLICATION_COMMENTED = Event("application.commented", _("Application commented"))
