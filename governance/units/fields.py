"""A field in which one names a unit."""

from __future__ import annotations

import re

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.pages.choosers import ChooserField, number_in
from governance.units.models import Unit

_CODE = re.compile(r"\(([a-z0-9-]+)\)$")


class UnitChoiceField(ChooserField):
    """A unit by name or code, as “Nordvik vgs (nordvik)”; as a rule an open one. Cleans to a Unit or None."""

    address_name = "choose_unit"

    def __init__(self, queryset=None, **kwargs):
        kwargs.setdefault("label", _("Unit"))
        super().__init__(Unit.objects.open() if queryset is None else queryset, **kwargs)

    @staticmethod
    def in_words(row: Unit) -> str:
        return f"{row.name} ({row.code})"

    @staticmethod
    def meant(rows: models.QuerySet, text: str) -> models.QuerySet:
        code = _CODE.search(text)
        by_code = rows.filter(code=code[1] if code else text.lower())
        if by_code.exists():
            return by_code
        return rows.filter(pk=number) if (number := number_in(text)) else rows.filter(name__iexact=text)

    @staticmethod
    def near(rows: models.QuerySet, text: str) -> models.QuerySet:
        # SQLite's own search is not case-blind past a to z.
        return rows.filter(
            Q(name__icontains=text) | Q(name__icontains=text.capitalize()) | Q(code__icontains=text)
        ).order_by("name", "pk")
