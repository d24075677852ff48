"""Forms of the body's tree, its closing days and what it decides about platforms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.units.models import Unit


class UnitChoiceField(forms.ModelChoiceField):
    """Open units, each with the unit it belongs to, for the same name may stand in two places."""

    def __init__(self, queryset=None, **kwargs):
        kwargs.setdefault("label", _("Unit"))
        units = Unit.objects.open() if queryset is None else queryset
        super().__init__(units.select_related("parent").order_by("name"), **kwargs)

    def label_from_instance(self, unit):
        return f"{unit.name} ({unit.parent.name})" if unit.parent else unit.name
