"""Declaring networks used for work, and a school's sites."""

from django import forms

from accounts.work_use.models import Site, WorkUse
from governance.platforms.models import Platform


class WorkUseForm(forms.ModelForm):
    class Meta:
        model = WorkUse
        fields = ["network", "profile", "purpose"]
        widgets = {"profile": forms.RadioSelect, "network": forms.TextInput(attrs={"list": "networks"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = WorkUse.Profile.choices
        self.networks = list(Platform.objects.order_by("name").values_list("name", flat=True))


class SiteForm(forms.ModelForm):
    url = forms.URLField(label=Site._meta.get_field("url").verbose_name, max_length=500, assume_scheme="https")

    class Meta:
        model = Site
        fields = ["title", "url", "made_by", "purpose", "is_public"]

    def clean_url(self):
        url = self.cleaned_data["url"]
        if not url.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(forms.URLField.default_error_messages["invalid"])
        return url
