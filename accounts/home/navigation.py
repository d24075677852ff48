"""The main menu: what a person may open, by permission. Named as a string in settings."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.crisis.models import CrisisPeriod
from governance.access import Permission, can

# (url name, label, permission that shows it; None: everyone who logs in)
MENU = [
    ("accounts:home", _("Home"), None),
    ("accounts:inbox", _("Inbox"), None),
    ("accounts:applications", _("Applications"), None),
    ("accounts:accounts", _("Accounts"), None),
    ("accounts:duty", _("Duty"), None),
    ("accounts:flags", _("Flags"), None),
    ("guidelines:guidelines", _("Guidelines"), None),
    ("accounts:crisis", _("Crisis"), None),
    ("units", _("Units"), None),
    ("people", _("People"), Permission.EDIT_PEOPLE),
    ("audit", _("Audit trail"), Permission.SEE_AUDIT),
    ("settings", _("Settings"), Permission.EDIT_SETTINGS),
]


def navigation(request):
    person = getattr(request, "user", None)
    if not person or not person.is_authenticated:
        return {}
    items = []
    for name, label, permission in MENU:
        if permission is None or can(person, permission):
            url = reverse(name)
            current = request.path == url if url == "/" else request.path.startswith(url)
            items.append({"url": url, "label": label, "current": current})
    return {"navigation": items, "crises": CrisisPeriod.objects.at(timezone.now()).select_related("unit")}
