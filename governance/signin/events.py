"""What the trail keeps of API tokens."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

TOKEN_CREATED = Event("token.created", _("API token created"))
TOKEN_REVOKED = Event("token.revoked", _("API token revoked"))
TOKEN_APPROVED = Event("token.approved", _("API token approved"))
TOKEN_HANDED_OVER = Event("token.handed_over", _("API token handed over"))
