"""Forms for writing and publishing guidelines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guidelines.ready_texts import models


class ReadyTextForm(forms.Form):
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": "8"}), max_length=models.BODY_CAP)
    # Which state of the text it began from: two people must not overwrite one another unseen.
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        allowed = ", ".join(f"{{{name}}}" for name in models.PLACEHOLDERS)
        self.fields["body"].help_text = _("The portal fills in: %(allowed)s.") % {"allowed": allowed}
