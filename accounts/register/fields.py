"""Fields in which one names a colleague, or an account."""

import re

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.register.models import OfficialAccount, any_case
from governance.pages.choosers import ChooserField, number_in
from governance.people.models import Person

SHOWN = 5


class PersonField(forms.CharField):
    """A person who may log in, by e-mail address or by as much of the name as is needed. Cleans to a Person."""

    default_error_messages = {
        "unknown": _(
            "Nobody who may log in has the e-mail or name “%(value)s”. Check the spelling, or use the e-mail."
        ),
        "inactive": _("%(name)s may no longer log in. Choose somebody else."),
        "several": _("Several have that name: %(people)s. Write the e-mail of the one you mean."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("E-mail address or name"))
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def prepare_value(self, value):
        if isinstance(value, int):
            value = Person.objects.filter(pk=value).first()
        return value.email if isinstance(value, Person) else value

    def clean(self, value) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        person = Person.objects.filter(email=text.lower()).first()
        if person and not person.is_active:
            raise forms.ValidationError(self.error_messages["inactive"], "inactive", {"name": person.name})
        if person:
            return person
        active = Person.objects.filter(is_active=True)
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


_NUMBER = re.compile(r"\(no\. (\d{1,18})\)$")


class AccountField(ChooserField):
    """An account by name or handle, as “Nordvik vgs on Facebook (no. 12)”. Cleans to an OfficialAccount or None."""

    address_name = "accounts:choose_account"

    def __init__(self, *, among: str, **kwargs):
        """`among`: "answer" or "posts", see `choosable`; the form sets the `queryset`, which depends on the person."""
        kwargs.setdefault("label", _("Account"))
        super().__init__(OfficialAccount.objects.none(), among=among, **kwargs)

    @staticmethod
    def in_words(row: OfficialAccount) -> str:
        return f"{row.name} (no. {row.pk})"

    @staticmethod
    def meant(rows: models.QuerySet, text: str) -> models.QuerySet:
        number = number_in(match[1] if (match := _NUMBER.search(text)) else text)
        by_number = rows.filter(pk=number) if number else rows.none()
        if number and by_number.exists():
            return by_number
        return rows.filter(Q(name__iexact=text) | Q(handle__iexact=text.removeprefix("@"))).order_by("name", "pk")

    @staticmethod
    def near(rows: models.QuerySet, text: str) -> models.QuerySet:
        return rows.filter(any_case(["name", "handle"], text)).order_by("name", "pk")
