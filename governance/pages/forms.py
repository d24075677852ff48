"""A page that is one form, and how a refusal comes to stand in it."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render


def posted(request):
    """What a form is made from: what was sent, also where that is nothing; None where a form is only shown.

    `request.POST or None` would take a form sent empty for one not sent, and answer 200 without a word.
    """
    return request.POST if request.method == "POST" else None


def form_page(request, form=None, *, title, crumbs=(), cancel="", **more) -> HttpResponse:
    """A page that is one form; what was typed stays, and 422 says that something is to be mended.

    A confirmation has no form, only its button.
    """
    context = {"form": form, "title": title, "crumbs": crumbs, "cancel": cancel, **more}
    return render(request, "components/form_page.html", context, status=422 if form and form.errors else 200)


def add_errors(form, error: ValidationError) -> None:
    """A verb's refusal beside the field it speaks of, or above the form."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)
