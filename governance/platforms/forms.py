"""Forms of the settings pages: platforms, API tokens, files to import."""

import re
from copy import copy

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.pages.fields import DateField
from governance.pages.revisions import Revised
from governance.platforms.models import Platform, PlatformAssessment
from governance.units.models import Tree, Unit


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


class PlatformForm(Revised, forms.ModelForm):
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


class AssessmentForm(Revised, forms.ModelForm):
    """What holds for the unit, be it from above; writing it is a decision of the unit's own."""

    assessed_on = DateField(label=_("Assessed on"), required=False)

    class Meta:
        model = PlatformAssessment
        fields = ["stance", "conditions", "reference", "assessed_on"]

    stands_already = True  # also where nobody has decided yet

    def __init__(self, *args, platform: Platform, unit: Unit, **kwargs):
        self.platform, self.unit = platform, unit
        self.decided = self._decided()
        super().__init__(*args, instance=copy(self.decided), **kwargs)

    def _decided(self) -> PlatformAssessment | None:
        path = Tree.load().path_up(self.unit.pk)
        return PlatformAssessment.objects.filter(platform=self.platform).standing_for(path).get(self.platform.pk)

    def stands(self):
        Unit.objects.select_for_update().get(pk=self.unit.pk)  # as `assess` does
        return forms.model_to_dict(self._decided() or PlatformAssessment(), self._meta.fields)

    def last_change(self):
        """Each decision is a row of its own."""
        decided = self.decided
        return (decided.created_by.name, decided.created_at) if decided and decided.created_by else None
