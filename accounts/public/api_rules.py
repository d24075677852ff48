"""What every call of the API shares: problem documents, bearer tokens and pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from accounts.register.models import OfficialAccount
from governance.access import Permission
from governance.audit.models import acting_as
from governance.pages.problems import Problem, errors_in
from governance.signin.tokens import ApiToken
from governance.units.models import Tree

log = logging.getLogger(__name__)
PAGE_SIZE, LARGEST_PAGE = 50, 100


def handle_problems(api: NinjaAPI) -> None:
    """Every way in which a call can fail ends as a problem document."""

    @api.exception_handler(Problem)
    def problem(request, error: Problem):
        return error.response()

    @api.exception_handler(Http404)
    def not_found(request, error):
        return Problem(404, "There is nothing here, or you may not see it.").response()

    @api.exception_handler(RequestDataTooBig)
    def too_large(request, error):
        return Problem(413, "The body is too large.").response()

    @api.exception_handler(HttpError)
    def http_error(request, error: HttpError):
        detail = {
            400: "The body is not valid JSON.",
            401: "A valid bearer token is needed: it is missing, unknown, expired or revoked.",
        }.get(error.status_code, str(error))
        return Problem(error.status_code, detail).response()

    @api.exception_handler(ValidationError)
    def invalid(request, error: ValidationError):
        return Problem(422, "Some of what was sent does not fit.", errors_in(error.errors)).response()

    @api.exception_handler(Exception)
    def unexpected(request, error: Exception):
        log.exception("%s %s failed", request.method, request.path)
        return Problem(500, "Something went wrong here. It has been logged.").response()


def with_problems(view: Callable) -> Callable:
    """For what ninja answers by itself: a method that is not there, its own root."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return Problem(404, "There is no such call. See /api/v1/docs.").response()
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            refused = Problem(405, f"This address takes {response['Allow']}.").response()
            refused["Allow"] = response["Allow"]
            return refused
        return response

    return wrapped


class Token(HttpBearer):
    """Demands a valid token with the scope; the call finds it as `request.auth`."""

    def __init__(self, scope: ApiToken.Scope):
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        now = timezone.now()
        found = ApiToken.holding(token, now)
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise Problem(403, f"The token lacks the scope {self.scope.value}.")
        if not found.owner_holds(self.scope, now):
            raise Problem(403, "Whoever answers for the token no longer holds what it may do.")
        found.note_use(now)
        return found


def accounts_of(token: ApiToken, permission: Permission, now) -> QuerySet:
    """The accounts a token covers: below its unit, and never more than its owner may."""
    covered = OfficialAccount.objects.filter(unit__in=Tree.load().below(token.unit_id))
    return covered.filter(pk__in=OfficialAccount.objects.reached_by(token.owner, permission, now=now).values("pk"))


def acting(token: ApiToken):
    """A context in which the trail names the token itself, unless it acts as a person who agreed to that."""
    return acting_as("" if token.person_id else f"{token.name} (API)")


def page_of(request: HttpRequest, rows: QuerySet, number: int, size: int, show: Callable) -> dict:
    """One page: {"count", "next", "items"}; `next` is the address of the next page, or null."""
    size = min(size, LARGEST_PAGE)
    start = (number - 1) * size
    count = rows.count()
    following = None
    if start + size < count:
        query = request.GET.copy()
        query["page"] = str(number + 1)
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {"count": count, "next": following, "items": [show(row) for row in rows[start : start + size]]}
