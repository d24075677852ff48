"""Forms of the body's tree, its closing days and what it decides about platforms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms import DateField
from governance.models import ClosingDay, PlatformAssessment, Unit


class UnitChoiceField(forms.ModelChoiceField):
    """Open units, each with the unit it belongs to, for the same name may stand in two places."""

    def __init__(self, queryset=None, **kwargs):
        kwargs.setdefault("label", _("Unit"))
        units = Unit.objects.open() if queryset is None else queryset
        super().__init__(units.select_related("parent").order_by("name"), **kwargs)

    def label_from_instance(self, unit):
        return f"{unit.name} ({unit.parent.name})" if unit.parent else unit.name


class UnitForm(forms.ModelForm):
    parent = UnitChoiceField(label=_("Belongs to"), required=False, help_text=_("Empty for the body itself."))
    orgno = forms.CharField(label=_("Organisation number"), required=False, max_length=20)

    class Meta:
        model = Unit
        fields = ["code", "name", "kind", "parent", "orgno", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]  # it stands in addresses and import files

    def clean_orgno(self):
        return self.cleaned_data["orgno"].replace(" ", "")


class ClosingDayForm(forms.ModelForm):
    day = DateField(label=_("Day"))

    class Meta:
        model = ClosingDay
        fields = ["day", "name"]


class AssessmentForm(forms.ModelForm):
    assessed_on = DateField(label=_("Assessed on"), required=False)

    class Meta:
        model = PlatformAssessment
        fields = ["stance", "conditions", "reference", "assessed_on"]


class TreeFilter(forms.Form):
    q = forms.CharField(label=_("Name or code"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Unit.Kind.choices])
    closed = forms.BooleanField(label=_("Closed ones too"), required=False)
