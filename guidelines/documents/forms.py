"""Forms for writing and publishing guidelines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guidelines.documents.files import EXTENSIONS, DocumentError, read_document
from guidelines.documents.outline import MAX_BYTES
from guidelines.texts.forms import MAX_REVISION


class DocumentForm(forms.Form):
    """A document to import. `content` holds its bytes, `outline` what was read from them."""

    document = forms.FileField(
        label=_("Document"),
        help_text=_("Markdown, plain text, HTML, Word (.docx), OpenDocument (.odt) or PDF, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(EXTENSIONS)}),
    )
    revision = forms.IntegerField(min_value=0, max_value=MAX_REVISION, widget=forms.HiddenInput)

    def clean_document(self):
        document = self.cleaned_data["document"]
        self.content = document.read(MAX_BYTES + 1)
        try:
            self.outline = read_document(document.name, self.content)
        except DocumentError as error:
            raise forms.ValidationError(str(error)) from error
        return document
