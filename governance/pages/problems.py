"""Problem documents (RFC 9457): how calls by machines end that cannot be answered."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse


class Problem(Exception):
    """Ends a call with a problem document (RFC 9457). `errors`: [{"field", "reason"}, ...]."""

    def __init__(self, status: int, detail: str, errors: Sequence[dict] = ()):
        self.status, self.detail, self.errors = status, detail, list(errors)
        super().__init__(detail)

    def response(self) -> HttpResponse:
        document = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = self.errors
        response = JsonResponse(document, status=self.status, content_type="application/problem+json")
        if self.status == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = "Bearer"
        return response


def errors_in(errors: Sequence[dict]) -> list[dict]:
    """Pydantic's errors as [{"field": "posts.2.kind", "reason": "..."}]."""
    outer = {"body", "query", "path", "change", "filters"}
    return [
        {"field": ".".join(str(step) for step in error["loc"] if step not in outer), "reason": error["msg"]}
        for error in errors
    ]
