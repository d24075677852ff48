"""The form by which an account is connected: what the platform's connector asks for, and how far to read back."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.connectors.base import Checked, Connector, Credential
from accounts.platforms.connections import BACKFILL_DAYS, check_backfill
from accounts.register.models import OfficialAccount
from governance.signin.forms import TokenForm

SAME, BACKFILL = "same_account", "backfill_days"


class ConnectionFilter(forms.Form):
    trouble = forms.BooleanField(label=gettext_lazy("Only with trouble"), required=False)


class ConnectForm(forms.Form):
    """Secrets never come back: where something is to be mended they are filled in again."""

    def __init__(self, data=None, *, connector: type[Connector], **more):
        super().__init__(data, **more)
        self.names = [credential.name for credential in connector.credentials]
        for credential in connector.credentials:
            self.fields[credential.name] = _field(credential)
        self.fields[BACKFILL] = forms.IntegerField(
            label=_("Read back so many days"),
            help_text=_("What was written before the account was connected. Nothing of it is flagged."),
            validators=[check_backfill],
            initial=BACKFILL_DAYS,
        )

    def credentials(self) -> dict[str, str]:
        """What was filled in, by Credential.name."""
        return {name: str(value) for name in self.names if (value := self.cleaned_data.get(name)) not in (None, "")}

    def confirms(self, checked: Checked) -> bool:
        """Whether the box was ticked for exactly this account on the platform."""
        return self.data.get(SAME) == checked.account.external_id

    def ask_whether_same(self, account: OfficialAccount, checked: Checked) -> None:
        """The access opens an account of another name: nothing is kept until a person says that it is the one."""
        names = {"registered": account.handle, "found": checked.account.handle}
        self.data = self.data.copy()
        self.data.pop(SAME, None)
        self.fields[SAME] = forms.BooleanField(
            label=_("Yes, this is the account"),
            help_text=_("“%(registered)s” in the register, “%(found)s” on the platform.") % names,
            required=False,
            widget=forms.CheckboxInput(attrs={"value": checked.account.external_id}),
        )
        message = _(
            "The access opens “%(found)s”, and the register says “%(registered)s”. Is it the same account? Then tick "
            "the box at the end and fill in the secrets once more."
        )
        self.add_error(None, message % names)

    def refuse_another(self, account: OfficialAccount, checked: Checked) -> None:
        """Which account is ours is not said by whoever answers on it."""
        message = _(
            "The access opens “%(found)s”, and the register says “%(registered)s”. Ask the head of the unit or the "
            "information section to correct the register, or to connect it."
        )
        names = {"registered": account.handle, "found": checked.account.handle or checked.account.external_id}
        self.add_error(None, message % names)


def _field(credential: Credential) -> forms.Field:
    basics = {"label": credential.label, "help_text": credential.help_text, "required": credential.required}
    if credential.secret:
        # No password manager: it would offer the person's own.
        return forms.CharField(
            widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}), max_length=4000, **basics
        )
    if credential.kind == "url":
        return forms.URLField(assume_scheme="https", max_length=500, **basics)
    if credential.kind == "number":
        return forms.IntegerField(min_value=1, **basics)
    return forms.CharField(max_length=500, **basics)


class HookSourceForm(TokenForm):
    """A system's own token that may bring in posts, whose secret signs its calls."""

    scopes = None
    person = None
