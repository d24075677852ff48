"""Forms of the board of flags: filter, answer, settle, decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.flags.models import Flag


class FlagFilter(forms.Form):
    reason = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("All")), *Flag.Reason.choices])
    state = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("Still open")), ("closed", _("Already closed"))]
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("What do you want?"), choices=Flag.Answer, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Because"), widget=forms.Textarea, max_length=2000)


class SettleForm(forms.Form):
    text = forms.CharField(label=_("What has been done about it?"), max_length=300)


class DecideForm(forms.Form):
    decision = forms.ChoiceField(label=_("Decision"), choices=Flag.Answer, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Grounds"), widget=forms.Textarea, max_length=2000)
