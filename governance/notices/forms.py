"""What a person wants to be told by mail."""

from django import forms

from governance.notices.models import Channel, Group, choices_of
from governance.pages.revisions import Revised
from governance.people.models import Person


class NoticeChoicesForm(Revised, forms.Form):
    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, initial=choices_of(person), **kwargs)
        self.person = person
        for group in Group:
            self.fields[group.value] = forms.ChoiceField(label=group.label, choices=Channel)

    @property
    def subject(self):
        return self.person

    def stands(self):
        Person.objects.select_for_update(no_key=True).get(pk=self.person.pk)
        return choices_of(self.person)
