"""What the trail keeps of connections and webhooks."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

CONNECTION_MADE = Event("connection.made", _("Account connected to its platform"))
CONNECTION_PAUSED = Event("connection.paused", _("Reading from the platform paused"))
CONNECTION_RESUMED = Event("connection.resumed", _("Reading from the platform resumed"))
CONNECTION_ENDED = Event("connection.ended", _("Account disconnected from its platform"))
HOOK_CREATED = Event("hook.created", _("Webhook created"))
HOOK_REVOKED = Event("hook.revoked", _("Webhook revoked"))
