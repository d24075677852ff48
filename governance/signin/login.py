"""Sign-in by e-mail and password through allauth; nobody registers themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import UserTokenForm as AllauthUserTokenForm
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from governance.access import Role

# Published in the README, so it opens nothing unless demo data is on.
DEMO_PASSWORD = "talerstol-demo"
DEMO_DOMAIN = "fjordvik.example"
DEMO_PEOPLE = [
    (f"ansatt@{DEMO_DOMAIN}", Role.EMPLOYEE),
    (f"moderator@{DEMO_DOMAIN}", Role.MODERATOR),
    (f"vara@{DEMO_DOMAIN}", Role.DEPUTY),
    (f"rektor@{DEMO_DOMAIN}", Role.PRINCIPAL),
    (f"leder@{DEMO_DOMAIN}", Role.UNIT_LEADER),
    (f"infosjef@{DEMO_DOMAIN}", Role.INFORMATION_CHIEF),
    (f"info@{DEMO_DOMAIN}", Role.INFORMATION_SECTION),
    (f"arkiv@{DEMO_DOMAIN}", Role.ARCHIVIST),
    (f"admin@{DEMO_DOMAIN}", Role.ADMINISTRATOR),
]


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def respond_user_inactive(self, request, user):
        messages.error(request, _("This account is deactivated. Ask an administrator if that is a mistake."))
        return redirect("account_login")


class Backend(AuthenticationBackend):
    def authenticate(self, request, **credentials):
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEMO:
            return None
        return super().authenticate(request, **credentials)


class NotTheDemoPassword:
    """A password validator."""

    def validate(self, password, user=None):
        if password == DEMO_PASSWORD:
            raise ValidationError(_("This password is published with the demo data. Choose another."))

    def get_help_text(self):
        return _("The password of the demo data cannot be used.")


class LoginForm(AllauthLoginForm):
    """Without the placeholders that repeat the labels; the page has its own link for a forgotten password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class UserTokenForm(AllauthUserTokenForm):
    """Whose link for a new password it is. Whoever has left sets none: it would hold once they may log in again."""

    def _get_user(self, uidb36):
        person = super()._get_user(uidb36)
        return person if person and person.is_active else None
