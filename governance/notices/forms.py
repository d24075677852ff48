"""What a person wants to be told by mail."""

from django import forms

from governance.notices.models import Channel, Group


class NoticeChoicesForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for group in Group:
            self.fields[group.value] = forms.ChoiceField(label=group.label, choices=Channel)
