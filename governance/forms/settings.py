"""Forms of the settings pages: platforms, API tokens, files to import."""

import datetime as dt
import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.forms import DateField
from governance.forms.people import PersonField
from governance.forms.units import UnitChoiceField
from governance.models import ApiToken, Platform
from governance.models.notices import Channel, Group

LONGEST_TOKEN = dt.timedelta(days=3 * 366)
MAX_UPLOAD = 1024 * 1024  # the file waits in the session between trial run and confirmation


class HostsField(forms.CharField):
    """Hosts, one a line or divided by commas. Cleans to a list of host names."""

    widget = forms.Textarea

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        hosts = [part.lower() for part in re.split(r"[\s,;]+", super().clean(value)) if part]
        for host in hosts:
            if not re.fullmatch(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+", host):
                raise forms.ValidationError(
                    _("“%(host)s” is not a host. Write it without https:// and path, such as facebook.com."),
                    params={"host": host},
                )
        return list(dict.fromkeys(hosts))


class PlatformForm(forms.ModelForm):
    hosts = HostsField(
        label=_("Hosts"), required=False, help_text=_("One a line, old and short ones too. Hosts below them count.")
    )
    retired_on = DateField(
        label=_("No longer used since"),
        required=False,
        help_text=_("dd.mm.yyyy. Nobody can apply for it from then on."),
    )

    class Meta:
        model = Platform
        fields = ["code", "name", "hosts", "address", "retired_on"]
        help_texts = {"address": _("{handle} stands for the handle: https://www.example.org/{handle}")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if code == "new":  # the address of the page where platforms are added
            raise forms.ValidationError(_("Choose another code."))
        return code

    def clean_address(self):
        address = self.cleaned_data["address"]
        if address and not (address.startswith("https://") and "{handle}" in address):
            raise forms.ValidationError(_("Begin with https:// and write {handle} where the handle belongs."))
        return address


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which system uses it."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = UnitChoiceField(label=_("Covers the accounts of"), help_text=_("Those of the units below it too."))
    person = PersonField(
        label=_("Person"),
        required=False,
        help_text=_("E-mail or full name. The token can then never do more than the person. Empty for a system’s own."),
    )
    expires_on = DateField(label=_("Expires after"))

    def __init__(self, *args, now: dt.datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_name(self):
        name = self.cleaned_data["name"]
        if ApiToken.objects.valid(self.now).filter(name__iexact=name).exists():
            raise forms.ValidationError(
                _("A valid token has this name already. Revoke it first or choose another name.")
            )
        return name

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], timezone.localdate(self.now)
        if not today < day <= today + LONGEST_TOKEN:
            raise forms.ValidationError(_("Choose a day after today, at most three years ahead."))
        return day


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX, JSON or YAML, at most 1 MB."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than 1 MB. Divide it, or use the command on the server, which takes larger ones.")
            )
        return file


class NoticeChoicesForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for group in Group:
            self.fields[group.value] = forms.ChoiceField(label=group.label, choices=Channel)
