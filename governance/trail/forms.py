"""The filter above the audit trail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event
from governance.pages.fields import DateField
from governance.trail.words import SUBJECTS
from governance.units.fields import UnitChoiceField
from governance.units.models import Unit


class AuditFilter(forms.Form):
    who = forms.CharField(label=_("Who"), required=False, help_text=_("Name or e-mail."))
    event = forms.ChoiceField(label=_("What happened"), required=False)
    subject = forms.ChoiceField(label=_("To what"), required=False)
    id = forms.CharField(widget=forms.HiddenInput, required=False)
    unit = UnitChoiceField(required=False, help_text=_("Those below it too."))
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("Until"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.all()  # closed ones too
        labels = {code: str(event.label) for code, event in Event.known.items()}
        self.fields["event"].choices = [("", _("All")), *sorted(labels.items(), key=lambda row: row[1])]
        self.fields["subject"].choices = [("", _("All")), *SUBJECTS.items()]
