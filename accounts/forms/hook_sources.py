"""The form for another system that hands in posts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import HookSource
from governance.forms.units import UnitChoiceField


class HookSourceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which system uses it."))
    unit = UnitChoiceField(label=_("Covers the accounts of"), help_text=_("Those of the units below it too."))

    def clean_name(self):
        name = self.cleaned_data["name"]
        if HookSource.objects.filter(revoked_at=None, name__iexact=name).exists():
            raise forms.ValidationError(
                _("A webhook in use has this name already. Revoke it first or choose another name.")
            )
        return name
