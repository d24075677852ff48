"""Forms for writing and publishing guidelines."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guidelines import ready_texts
from guidelines.documents import EXTENSIONS, MAX_BYTES, DocumentError, read_document
from guidelines.markdown import MAX_LENGTH, slug_of
from guidelines.models import Audience, Guideline

_TITLE = forms.CharField(label=_("Title"), max_length=200)


class NewGuidelineForm(forms.Form):
    """A new guideline: empty, or from a document."""

    title = _TITLE
    audience = forms.ChoiceField(label=_("For"), choices=Audience)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def clean_title(self):
        title = self.cleaned_data["title"]
        if Guideline.objects.filter(slug=slug_of(title, "guideline")).exists():
            raise forms.ValidationError(_("There is a guideline with this title already. Choose another title."))
        return title


class DocumentForm(forms.Form):
    """A document to import. `content` holds its bytes, `outline` what was read from them."""

    document = forms.FileField(
        label=_("Document"),
        help_text=_("Markdown, plain text, HTML, Word (.docx), OpenDocument (.odt) or PDF, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(EXTENSIONS)}),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean_document(self):
        document = self.cleaned_data["document"]
        self.content = document.read(MAX_BYTES + 1)
        try:
            self.outline = read_document(document.name, self.content)
        except DocumentError as error:
            raise forms.ValidationError(str(error)) from error
        return document


class TextForm(forms.Form):
    """One language of a draft."""

    title = _TITLE
    body = forms.CharField(
        label=_("Text"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": "24", "spellcheck": "true"}),
        help_text=_(
            "Write # before a heading, ## before a heading below it, and 1. or - before a rule. "
            "The part in {#…} is the rule's own address: leave it, so that links keep working."
        ),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    must_acknowledge = forms.TypedChoiceField(
        label=_("Must this version be acknowledged?"),
        choices=[
            ("yes", _("Yes: everyone it is for must read and acknowledge it, also those who acknowledged before")),
            ("no", _("No: acknowledgements of earlier versions still count")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    change_note = forms.CharField(
        label=_("What has changed"),
        help_text=_("Two or three sentences for those who know the version before: what is new, and why."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, first: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["change_note"].required = not first
        if first:
            self.fields["change_note"].label = _("What is this guideline about?")
            self.fields["change_note"].help_text = ""


class ReadyTextForm(forms.Form):
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": "8"}), max_length=ready_texts.BODY_CAP)
    # Which state of the text it began from: two people must not overwrite one another unseen.
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        allowed = ", ".join(f"{{{name}}}" for name in ready_texts.PLACEHOLDERS)
        self.fields["body"].help_text = _("The portal fills in: %(allowed)s.") % {"allowed": allowed}
