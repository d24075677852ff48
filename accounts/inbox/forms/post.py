"""Forms of one post: register by hand, triage, close, remove, move the deadline; the log of removals."""

import datetime as dt
import re
import uuid

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.inbox.addresses import TYPED
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import TEXT_CAP
from accounts.inbox.models import Post, Removal
from accounts.register.fields import AccountField
from accounts.register.models import OfficialAccount
from governance.pages.fields import DateField, DateTimeField
from governance.pages.revisions import Revised
from guidelines.ready_texts.models import ReadyText


class NewPostForm(forms.Form):
    account = AccountField(among="answer")
    kind = forms.ChoiceField(label=_("Kind"), choices=Post.Kind)
    text = forms.CharField(
        label=_("What was said"),
        widget=forms.Textarea,
        max_length=TEXT_CAP,
        help_text=_("Only what is needed to answer. Write nothing here about a concern for a child."),
    )
    author = forms.CharField(label=_("Who said it"), required=False, max_length=200)
    url = forms.URLField(label=_("Address of the post"), required=False, max_length=500, assume_scheme="https")
    posted_at = DateTimeField(label=_("When was it said"))
    # Sent twice, it is the same post.
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, person, now, initial=None):
        super().__init__(data, initial={"token": uuid.uuid4(), "posted_at": now, **(initial or {})})
        self.now = now
        self.fields["account"].queryset = OfficialAccount.objects.to_answer_on(person, now)

    def clean_posted_at(self):
        posted_at = self.cleaned_data["posted_at"]
        if posted_at > self.now + dt.timedelta(minutes=1):
            raise forms.ValidationError(_("That lies in the future."))
        return posted_at

    def incoming(self) -> Incoming:
        data = self.cleaned_data
        fields = ("kind", "text", "author", "url", "posted_at")
        return Incoming(remote_id=f"{TYPED}{data['token']}", **{name: data[name] for name in fields})


class MergeForm(forms.Form):
    """Which other post is the same one; asked again, with its words shown, before they are merged."""

    other = forms.CharField(
        label=_("The other post"),
        max_length=500,
        help_text=_("Its address in the portal, or its number there."),
    )
    # The number of the one whose words were shown: of another they have not been seen.
    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post

    def clean_other(self) -> Post:
        """Of the same account, so that whoever answers for one may answer for the other."""
        numbers = re.findall(r"\d+", self.cleaned_data["other"].partition("?")[0])
        number = int(numbers[-1]) if numbers and len(numbers[-1]) < 19 else 0
        self.number = number
        found = Post.objects.filter(account=self.post.account_id, pk=number).exclude(pk=self.post.pk).first()
        if not found:
            raise forms.ValidationError(_("Choose another post to the same account."))
        return found


class TriageForm(Revised, forms.Form):
    tone = forms.ChoiceField(label=_("What is it?"), choices=Post.Tone, widget=forms.RadioSelect)
    concerns = forms.MultipleChoiceField(
        label=_("What does it touch?"),
        required=False,
        choices=Post.Concern,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("“Concern for a child” removes the text and the author here for good: follow the duty to report."),
    )

    stands_already = True

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, initial=self._said_of(post), prefix="triage", **kwargs)
        self.post = post

    @property
    def subject(self):
        return self.post

    def stands(self):
        return self._said_of(Post.objects.select_for_update().get(pk=self.post.pk))

    @staticmethod
    def _said_of(post: Post) -> dict:
        return {"tone": post.tone, "concerns": post.concerns}


class CloseForm(forms.Form):
    """How a post ended. Removal has a form of its own, and only the platform knows what its author deleted."""

    outcome = forms.ChoiceField(label=_("How did it end?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("For colleagues. The answer itself stands on the platform."),
    )

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        elsewhere = {Post.Outcome.REMOVED, Post.Outcome.WITHDRAWN}
        if not post.section_since:
            elsewhere.add(Post.Outcome.REFERRED_SECTION)
        self.fields["outcome"].choices = [row for row in Post.Outcome.choices if row[0] not in elsewhere]
        _no_words_about_a_child(self, "note", post)


class RemoveForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why is it removed?"), choices=[("", "–"), *Removal.Reason.choices])
    note = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=500,
        help_text=_("Which rule it broke. Do not repeat what it said, nor who said it."),
    )

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        _no_words_about_a_child(self, "note", post)


def _no_words_about_a_child(form: forms.Form, field: str, post: Post) -> None:
    """Nothing about it is kept (R20)."""
    if Post.Concern.CHILD in post.concerns:
        del form.fields[field]


class TextLanguageForm(forms.Form):
    """The language and the tone of the ready texts."""

    language = forms.ChoiceField(label=_("Language of the texts"), choices=settings.LANGUAGES)
    tone = forms.ChoiceField(label=_("Tone"), choices=ReadyText.Tone, required=False)

    def clean_tone(self):
        return self.cleaned_data["tone"] or ReadyText.Tone.FRIENDLY


class RemovalFilter(forms.Form):
    account = AccountField(among="posts", required=False)
    reason = forms.ChoiceField(label=_("Why"), required=False, choices=[("", _("All")), *Removal.Reason.choices])
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("Until"), required=False)

    def __init__(self, data, *, person, now):
        super().__init__(data)
        self.fields["account"].queryset = OfficialAccount.objects.posts_visible_to(person, now=now)


class MoveDeadlineForm(forms.Form):
    to = DateTimeField(label=_("New time to answer by"))
    reason = forms.CharField(label=_("Why?"), max_length=300)

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        _no_words_about_a_child(self, "reason", post)
