"""Which ready texts are shown, and for which account."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.register.fields import AccountField
from accounts.register.models import OfficialAccount
from guidelines.ready_texts.models import ReadyText


class ReadyTextFilter(forms.Form):
    """What is left out is what it begins with; what makes no sense is told, and shown as if left out."""

    search = forms.CharField(label=_("Search"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *ReadyText.Kind.choices])
    language = forms.ChoiceField(label=_("Language"), required=False, choices=settings.LANGUAGES)
    tone = forms.ChoiceField(label=_("Tone"), required=False, choices=ReadyText.Tone)
    account = AccountField(among="answer", required=False)

    def __init__(self, data, *, person, language, now):
        begin = {"language": language, "tone": ReadyText.Tone.FRIENDLY.value}
        super().__init__(begin | {name: value for name, value in data.items() if value})
        self.fields["account"].queryset = OfficialAccount.objects.to_answer_on(person, now).select_related(
            "unit", "platform"
        )
        self.begin = begin

    def chosen(self) -> dict:
        self.is_valid()
        return self.begin | self.cleaned_data
