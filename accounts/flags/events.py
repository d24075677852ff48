"""What the trail keeps of flags."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

FLAG_RAISED = Event("flag.raised", _("Flag raised"))
FLAG_ANSWERED = Event("flag.answered", _("Flag answered"))
FLAG_DECIDED = Event("flag.decided", _("Flag decided"))
FLAG_CLOSED = Event("flag.closed", _("Flag closed"))
FLAG_REOPENED = Event("flag.reopened", _("Flag opened again"))
