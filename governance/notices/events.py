"""What the trail keeps of notices."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

NOTICE_CHOICES_CHANGED = Event("notice.choices", _("Choice of notices changed"))
NOTICE_SENT_AGAIN = Event("notice.sent_again", _("Notice sent again"))
