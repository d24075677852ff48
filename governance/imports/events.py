"""What the trail keeps of imports."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

IMPORTED = Event("imported", _("Rows imported"))
