"""The form that takes a file to import."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_UPLOAD = 1024 * 1024  # the file waits in the session between trial run and confirmation


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX, JSON or YAML, at most 1 MB."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than 1 MB. Divide it, or use the command on the server, which takes larger ones.")
            )
        return file
