"""What the pages of the body share."""

import django_tables2 as tables
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from governance.access import Permission, demand, units_where
from governance.people.models import Person
from governance.units.models import Unit


def form_page(request, form=None, *, title, crumbs=(), cancel="", **more) -> HttpResponse:
    """A page that is one form; what was typed stays, and 422 says that something is to be mended.

    A confirmation has no form, only its button.
    """
    context = {"form": form, "title": title, "crumbs": crumbs, "cancel": cancel, **more}
    return render(request, "components/form_page.html", context, status=422 if form and form.errors else 200)


def posted(request):
    """What a form is made from: what was sent, also where that is nothing; None where a form is only shown.

    `request.POST or None` would take a form sent empty for one not sent, and answer 200 without a word.
    """
    return request.POST if request.method == "POST" else None


def sort_and_page(request, table: tables.Table, per_page: int) -> None:
    """Order and page as the address asks, or the nearest page there is. How long a page is does not stand there."""
    tables.RequestConfig(request, paginate=False).configure(table)
    page = Paginator(table.rows, per_page).get_page(request.GET.get(table.prefixed_page_field))
    table.paginate(page=page.number, per_page=per_page)


def add_errors(form, error: ValidationError) -> None:
    """A verb's refusal beside the field it speaks of, or above the form."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)


def demand_place(person: Person, permission: Permission, unit: Unit | None) -> None:
    """403 where the person lacks the permission at the unit; where there is none, it takes that for the whole body."""
    if unit:
        demand(person, permission, unit)
    elif not Unit.objects.filter(parent=None, pk__in=units_where(person, permission)).exists():
        raise PermissionDenied
