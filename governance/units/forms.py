"""Forms of the body's tree, its closing days and what it decides about platforms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.pages.revisions import Revised
from governance.units.fields import UnitChoiceField
from governance.units.models import Tree, Unit


class UnitForm(Revised, forms.ModelForm):
    parent = UnitChoiceField(label=_("Belongs to"), required=False, help_text=_("Empty for the body itself."))
    orgno = forms.CharField(label=_("Organisation number"), required=False, max_length=20)

    class Meta:
        model = Unit
        fields = ["code", "name", "kind", "parent", "orgno", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]  # it stands in addresses and import files

    def stands(self):
        Tree.locked()  # as `write` does: one unit first and then all would wait for each other
        return super().stands()

    def clean_orgno(self):
        return self.cleaned_data["orgno"].replace(" ", "")


class TreeFilter(forms.Form):
    q = forms.CharField(label=_("Name or code"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Unit.Kind.choices])
    closed = forms.BooleanField(label=_("Closed ones too"), required=False)
