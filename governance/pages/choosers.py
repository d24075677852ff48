"""Fields that choose one of many rows: a text field that the server searches for, never a list of everything.

Without JavaScript one writes as much as is needed; where several fit, the answer names them. With it the suggestions
follow while one writes (`static/js/chooser.js` asks the field's address).
"""

from __future__ import annotations

from django import forms
from django.db import models
from django.forms.widgets import Script
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

SUGGESTED = 10
SHOWN = 5
LONGEST = 250


class ChooserInput(forms.TextInput):
    template_name = "components/chooser_input.html"
    address = ""

    class Media:
        js = [Script("js/chooser.js", type="module")]

    def get_context(self, name, value, attrs):
        attrs = {**(attrs or {}), "list": f"{name}_choices", "autocomplete": "off", "data-choices": self.address}
        return super().get_context(name, value, attrs)


class ChooserField(forms.CharField):
    """One row of `queryset`, written as `in_words` writes it or as much of that as is needed. Cleans to it or None.

    A subclass says how a row is written, which row a text means (`meant`) and which it may mean (`near`).
    """

    widget = ChooserInput
    address_name = ""  # of the view that suggests
    default_error_messages = {
        "unknown": _("Nothing fits “%(value)s”. Check the spelling, or write less of it."),
        "several": _("Several fit: %(found)s. Write the one you mean."),
    }

    def __init__(self, queryset: models.QuerySet, *, among: str = "", **kwargs):
        """`among`: what the suggestions are chosen from, as the view that suggests understands it."""
        kwargs.setdefault("max_length", LONGEST)
        self.queryset, self.among = queryset, among
        super().__init__(**kwargs)

    def get_bound_field(self, form, field_name):
        standing = form.get_initial_for_field(self, field_name)
        if isinstance(standing, int):
            # What stands may be none that one would choose today, such as a closed unit: who changes another field of
            # the form keeps it.
            self.queryset = self.queryset | self.queryset.model._base_manager.filter(pk=standing)
        self.widget.address = reverse(self.address_name) + (f"?among={self.among}" if self.among else "")
        return super().get_bound_field(form, field_name)

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        copied.queryset = self.queryset.all()
        return copied

    @staticmethod
    def in_words(row: models.Model) -> str:
        raise NotImplementedError

    @staticmethod
    def meant(rows: models.QuerySet, text: str) -> models.QuerySet:
        raise NotImplementedError

    @staticmethod
    def near(rows: models.QuerySet, text: str) -> models.QuerySet:
        raise NotImplementedError

    def prepare_value(self, value):
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first()
        return self.in_words(value) if isinstance(value, models.Model) else value

    def clean(self, value):
        text = super().clean(value.pk if isinstance(value, models.Model) else value)
        if not text:
            return None
        found = list(self.meant(self.queryset, text)[: SHOWN + 1]) or list(self.near(self.queryset, text)[: SHOWN + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(self.error_messages["unknown"], "unknown", {"value": text})
        words = "; ".join(self.in_words(row) for row in found[:SHOWN]) + ("…" if found[SHOWN:] else "")
        raise forms.ValidationError(self.error_messages["several"], "several", {"found": words})


def suggestions(field: type[ChooserField], rows: models.QuerySet, text: str) -> JsonResponse:
    """{"choices": [...]}: what a text may mean, as the field reads it again."""
    text = text.replace("\x00", "").strip()[:LONGEST]
    found = field.near(rows, text)[:SUGGESTED] if text else []
    return JsonResponse({"choices": [field.in_words(row) for row in found]})


def number_in(text: str) -> int | None:
    """A row's own number, where the text is one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
