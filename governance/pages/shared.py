"""What the pages of the body share."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from governance.access import Permission, demand, units_where
from governance.people.models import Person
from governance.units.models import Unit


def form_page(request, form, *, title, crumbs=(), cancel="", **more) -> HttpResponse:
    """A page that is one form; what was typed stays, and 422 says that something is to be mended."""
    context = {"form": form, "title": title, "crumbs": crumbs, "cancel": cancel, **more}
    return render(request, "components/form_page.html", context, status=422 if form.errors else 200)


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
