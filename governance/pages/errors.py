"""Errors in the same look as every page."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def forbidden(request, exception):
    return render(request, "errors/403.html", {"title": _("You may not do this")}, status=403)


def not_found(request, exception):
    return render(request, "errors/404.html", {"title": _("Not found")}, status=404)


def too_many_requests(request):
    """Named by allauth, whose rate limits answer with it."""
    return render(request, "errors/429.html", {"title": _("Too many attempts")}, status=429)


def server_error(request):
    # Without the request: what went wrong may be the session or the database itself.
    return HttpResponseServerError(render_to_string("errors/500.html"))
