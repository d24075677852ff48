"""A field in which one names an account."""

import re

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.register.models import OfficialAccount
from accounts.register.queries import any_case
from governance.pages.choosers import ChooserField, number_in

_NUMBER = re.compile(r"\(#(\d{1,18})\)$")


class AccountField(ChooserField):
    """An account by name or handle, as “Nordvik vgs on Facebook (#12)”. Cleans to an OfficialAccount or None."""

    address_name = "accounts:choose_account"

    def __init__(self, *, among: str, **kwargs):
        """`among`: "answer" or "posts", see `choosable`; the form sets the `queryset`, which depends on the person."""
        kwargs.setdefault("label", _("Account"))
        super().__init__(OfficialAccount.objects.none(), among=among, **kwargs)

    @staticmethod
    def in_words(row: OfficialAccount) -> str:
        return f"{row.name} (#{row.pk})"

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
