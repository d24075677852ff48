"""Forms about people: who they are, what they are granted, who stands in for them, when they are away."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.people.models import Person
from governance.units.models import Unit

SUGGESTIONS = 100


class PersonInput(forms.TextInput):
    """A text field that suggests people; it works as plain text too."""

    template_name = "components/person_input.html"
    suggestions: list[Person] = []

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}_people"
        context["widget"]["list_id"] = f"{name}_people"
        context["widget"]["people"] = self.suggestions
        return context


class PersonField(forms.CharField):
    """One active person, written as e-mail, or as name where only one has it. Cleans to a Person or None."""

    widget = PersonInput

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("E-mail or full name."))
        super().__init__(max_length=254, **kwargs)

    def suggest(self, unit: Unit | None) -> None:
        """Colleagues of the unit stand in the list of suggestions."""
        self.widget.suggestions = list(Person.objects.active().filter(unit=unit)[:SUGGESTIONS]) if unit else []

    def prepare_value(self, value):
        return value.email if isinstance(value, Person) else value

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = list(Person.objects.active().filter(**{"email__iexact" if "@" in text else "name__iexact": text})[:2])
        if len(found) == 2:
            raise forms.ValidationError(
                _("Several people are called “%(text)s”. Write the e-mail."), params={"text": text}
            )
        if not found:
            raise forms.ValidationError(_("Nobody called “%(text)s” may log in here."), params={"text": text})
        return found[0]
