"""What the trail keeps of official accounts and their pauses."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

ACCOUNT_REGISTERED = Event("account.registered", _("Account registered"))
ACCOUNT_CHANGED = Event("account.changed", _("Account changed"))
ACCOUNT_CHECKED = Event("account.checked", _("Opening checklist changed"))
ACCOUNT_OPENED = Event("account.opened", _("Account opened"))
ACCOUNT_PAUSED = Event("account.paused", _("Account paused"))
ACCOUNT_RESUMED = Event("account.resumed", _("Account resumed"))
ACCOUNT_RETIRING = Event("account.retiring", _("Retirement begun"))
ACCOUNT_KEPT = Event("account.kept", _("Retirement called off"))
ACCOUNT_RETIRED = Event("account.retired", _("Account retired"))
ACCOUNT_CONFIRMED = Event("account.confirmed", _("Account confirmed as ours"))
ACCOUNT_UNCONFIRMED = Event("account.unconfirmed", _("Account no longer confirmed, because it changed"))
ACCOUNT_DISOWNED = Event("account.disowned", _("Account refused: not ours"))
EMAIL_VOUCHED_FOR = Event("account.email_vouched", _("E-mail outside the body’s own domains said to be its own"))
ACCOUNT_ABANDONED = Event("account.abandoned", _("Account given up before opening"))
PAUSE_PLANNED = Event("pause.planned", _("Pause planned"))
PAUSE_ENDED = Event("pause.ended", _("Pause ended early"))
