"""Forms for writing and publishing guidelines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.pages.revisions import Revised
from guidelines.ready_texts import models


class ReadyTextForm(Revised, forms.ModelForm):
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": "8"}), max_length=models.BODY_CAP)

    class Meta:
        model = models.ReadyText
        fields = ["body"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        allowed = ", ".join(f"{{{name}}}" for name in models.PLACEHOLDERS)
        self.fields["body"].help_text = _("The portal fills in: %(allowed)s.") % {"allowed": allowed}
