"""Forms of the settings pages: platforms, API tokens, files to import."""

import datetime as dt

from django import forms

from governance.notices.models import Channel, Group

LONGEST_TOKEN = dt.timedelta(days=3 * 366)
MAX_UPLOAD = 1024 * 1024  # the file waits in the session between trial run and confirmation


class NoticeChoicesForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for group in Group:
            self.fields[group.value] = forms.ChoiceField(label=group.label, choices=Channel)
