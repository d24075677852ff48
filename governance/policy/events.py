"""What the trail keeps of policy."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

POLICY_CHANGED = Event("policy.changed", _("Policy changed"))
POLICY_PRESET = Event("policy.preset", _("Policy preset applied"))
