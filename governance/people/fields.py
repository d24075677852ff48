"""A field in which one names a colleague."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.people.emails import as_typed
from governance.people.models import Person
from governance.units.models import Unit

SUGGESTIONS = 100
SHOWN = 5  # of several with the same name


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
    """A person who may log in, by e-mail or by as much of the name as is needed. Cleans to a Person or None."""

    widget = PersonInput
    default_error_messages = {
        "unknown": _(
            "Nobody who may log in has the e-mail or name “%(value)s”. Check the spelling, or use the e-mail."
        ),
        "inactive": _("%(name)s may no longer log in. Choose somebody else."),
        "several": _("Several have that name: %(people)s. Write the e-mail of the one you mean."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("E-mail address or name"))
        super().__init__(max_length=254, **kwargs)

    def suggest(self, unit: Unit | None) -> None:
        """Colleagues of the unit stand in the list of suggestions."""
        self.widget.suggestions = list(Person.objects.active().filter(unit=unit)[:SUGGESTIONS]) if unit else []

    def prepare_value(self, value):
        if isinstance(value, int):
            value = Person.objects.filter(pk=value).first()
        return value.email if isinstance(value, Person) else value

    @staticmethod
    def words_of(email: str) -> str:
        """Whom the field names, for people to read."""
        person = Person.objects.filter(email=email).first()
        return f"{person.name} ({email})" if person else email

    def clean(self, value) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        if person := Person.objects.filter(email=as_typed(text)).first():
            if not person.is_active:
                raise forms.ValidationError(self.error_messages["inactive"], "inactive", {"name": person.name})
            return person
        active = Person.objects.active()
        found = list(active.filter(name__iexact=text)[: SHOWN + 1]) or list(
            active.filter(name__icontains=text)[: SHOWN + 1]
        )
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(self.error_messages["unknown"], "unknown", {"value": text})
        people = ", ".join(f"{person.name} ({person.email})" for person in found[:SHOWN]) + (
            "…" if found[SHOWN:] else ""
        )
        raise forms.ValidationError(self.error_messages["several"], "several", {"people": people})
