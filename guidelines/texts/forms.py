"""Forms for writing and publishing guidelines."""

import datetime as dt

from django import forms
from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.pages.fields import DateField, DateTimeField
from governance.pages.revisions import Revised
from governance.people.fields import PersonField
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.markdown import MAX_LENGTH, slug_of
from guidelines.texts.plans import Plan
from guidelines.texts.reviews import Review
from guidelines.texts.rounds import COMMENT_CAP, CommentRound
from guidelines.texts.versions import Version

MAX_REVISION = 2_147_483_647  # what the database holds
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


class TextForm(forms.Form):
    """One language of a draft."""

    title = _TITLE
    body = forms.CharField(
        label=_("Text"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": "24", "spellcheck": "true"}),
        help_text=_(
            "Write # before a heading, ## before a heading below it, and 1. or - before a rule. "
            "The part in {#…} is the rule's own address: leave it, so that links keep working. "
            "A link to a rule is [text](rule:guideline#address), one to a page of the portal [text](page:inbox), "
            'one to a source with its date [text](https://… "2026-03-01").'
        ),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class PublishForm(Revised, forms.Form):
    must_acknowledge = forms.TypedChoiceField(
        label=_("Must this version be acknowledged?"),
        choices=[
            ("yes", _("Yes: everyone it is for must read and acknowledge it, also those who acknowledged before")),
            ("no", _("No: acknowledgements of earlier versions still count")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    acknowledge_why = forms.CharField(
        label=_("Why must it be acknowledged again?"),
        help_text=_("One sentence that those who read it see. Leave it empty where you answered no."),
        max_length=300,
        required=False,
    )
    change_note = forms.CharField(
        label=_("What has changed"),
        help_text=_("Two or three sentences for those who know the version before: what is new, and why."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    publish_at = DateTimeField(
        label=_("Publish at"),
        required=False,
        help_text=_("dd.mm.yyyy hh:mm. Leave it empty to publish now. Until then it can be called off."),
    )
    number = forms.IntegerField(widget=forms.HiddenInput)

    stands_already = True

    def __init__(self, *args, draft: Version, first: bool = False, **kwargs):
        self.draft, self.first = draft, first
        plan = Plan.objects.filter(version=draft).first()
        super().__init__(*args, initial=(plan.as_decided() if plan else {}) | {"number": draft.number}, **kwargs)
        self.fields["change_note"].required = not first
        if first:
            del self.fields["acknowledge_why"]
            self.fields["change_note"].label = _("What is this guideline about?")
            self.fields["change_note"].help_text = ""

    @property
    def subject(self):
        return self.draft.guideline

    def stands(self):
        self.draft.lock_draft()
        return PublishForm(draft=self.draft, first=self.first).initial

    def clean(self):
        data = super().clean()
        again = "acknowledge_why" in self.fields and data.get("must_acknowledge")
        if again and not data.get("acknowledge_why") and "acknowledge_why" not in self.errors:
            self.add_error("acknowledge_why", _("Say why, so that those who have read it before see the reason."))
        return data


class DiscardForm(forms.Form):
    """Which draft was asked about: another may have been opened since, under the same number even."""

    draft = forms.IntegerField(widget=forms.HiddenInput)


class LanguagesForm(forms.Form):
    """Which two languages stand beside one another. Bad input chooses nothing else than was there."""

    left = forms.ChoiceField(label=_("On the left"), required=False)
    right = forms.ChoiceField(label=_("On the right"), required=False)

    def __init__(self, data=None, *, present: list[str]):
        in_order = [code for code in (settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)) if code in present]
        self._default = (in_order[0], next((code for code in in_order if code != in_order[0]), in_order[0]))
        super().__init__(data, initial=dict(zip(("left", "right"), self._default, strict=True)))
        for name in ("left", "right"):
            self.fields[name].choices = [(code, label) for code, label in settings.LANGUAGES if code in present]

    @property
    def chosen(self) -> tuple[str, str]:
        data = self.cleaned_data if self.is_valid() else {}
        return data.get("left") or self._default[0], data.get("right") or self._default[1]


class CompareForm(forms.Form):
    """Which two versions are compared, and in which language."""

    older = forms.TypedChoiceField(label=_("Older version"), coerce=int, required=False)
    newer = forms.TypedChoiceField(label=_("Newer version"), coerce=int, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    show = forms.ChoiceField(
        label=_("Show"), choices=[("", _("Only what has changed")), ("all", _("Everything"))], required=False
    )

    def __init__(self, data=None, *, versions: list, language: str):
        self._versions = {version.number: version for version in versions}
        newest = versions[0]
        text = newest.text_in(language)
        self._default = (
            versions[1] if len(versions) > 1 else newest,
            newest,
            text.language if text else settings.LANGUAGE_CODE,
        )
        older, newer, language = self._default
        super().__init__(data, initial={"older": older.number, "newer": newer.number, "language": language})
        choices = [(version.number, self._name(version)) for version in versions]
        self.fields["older"].choices = self.fields["newer"].choices = choices

    @staticmethod
    def _name(version) -> str:
        if version.published_at is None:
            return _("%(number)d (draft)") % {"number": version.number}
        return str(version.number)

    @property
    def chosen(self) -> tuple:
        """(older version, newer version, language)"""
        data = self.cleaned_data if self.is_valid() else {}
        older, newer, language = self._default
        return (
            self._versions.get(data.get("older"), older),
            self._versions.get(data.get("newer"), newer),
            data.get("language") or language,
        )

    @property
    def shows_all(self) -> bool:
        return self.is_valid() and self.cleaned_data.get("show") == "all"


class AskForm(forms.Form):
    reviewer = PersonField(label=_("Who reviews the draft"))


class ReviewForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Review.Outcome.APPROVED, _("I approve the draft as it stands")),
            (Review.Outcome.RETURNED, _("It must be changed")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Comment"),
        help_text=_("If it must be changed: what, and why."),
        max_length=COMMENT_CAP,
        required=False,
        widget=forms.Textarea(attrs={"rows": "5"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)  # which state of the draft was read


class RoundForm(Revised, forms.Form):
    """Opens a round on the draft, or moves the end of the one that is open."""

    until = DateTimeField(label=_("Open for comments until"))

    stands_already = True

    def __init__(self, *args, draft: Version, now: dt.datetime, **kwargs):
        self.draft, self.now = draft, now
        self.current = CommentRound.objects.open(now).filter(version=draft).first()
        super().__init__(*args, initial={"until": self.current.until if self.current else None}, **kwargs)

    @property
    def subject(self):
        return self.draft.guideline

    def stands(self):
        self.draft.lock_draft()
        return RoundForm(draft=self.draft, now=self.now).initial


class CommentForm(forms.Form):
    """A comment on one rule, or on the whole draft."""

    anchor = forms.ChoiceField(label=_("On"), required=False)
    text = forms.CharField(label=_("Your comment"), max_length=COMMENT_CAP, widget=forms.Textarea(attrs={"rows": "4"}))

    def __init__(self, *args, parts: list, **kwargs):
        super().__init__(*args, **kwargs)
        rules = [(part.anchor, Truncator(part.source).chars(80)) for part in parts if part.anchor]
        self.fields["anchor"].choices = [("", _("the draft as a whole")), *rules]


class ReviewDateForm(Revised, forms.ModelForm):
    review_on = DateField(
        label=_("Look at the text again by"),
        required=False,
        help_text=_("dd.mm.yyyy. On that day those who publish guidelines are reminded. Empty: no reminder."),
    )

    class Meta:
        model = Guideline
        fields = ["review_on"]
