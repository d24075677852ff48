"""Forms about people: who they are, what they are granted, who stands in for them, when they are away."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.people.emails import as_typed
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


class EmailField(forms.EmailField):
    """An address in the one form that people are known by."""

    def __init__(self, **kwargs):
        super().__init__(label=_("E-mail"), max_length=254, **kwargs)

    def clean(self, value):
        return super().clean(as_typed(value) if value else value)


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
        wanted = {"email__iexact": as_typed(text)} if "@" in text else {"name__iexact": text}
        found = list(Person.objects.active().filter(**wanted)[:2])
        if len(found) == 2:
            raise forms.ValidationError(
                _("Several people are called “%(text)s”. Write the e-mail."), params={"text": text}
            )
        if not found:
            raise forms.ValidationError(_("Nobody called “%(text)s” may log in here."), params={"text": text})
        return found[0]
