"""Where platforms and other systems knock (`/api/v1/hooks/…`). They prove who they are by a signature alone."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.platforms import webhooks as hooks
from accounts.platforms.webhooks import Refused
from governance.access import public
from governance.pages.problems import Problem


@public
@csrf_exempt
def meta(request: HttpRequest, platform: str) -> HttpResponse:
    """Facebook and Instagram: GET asks whether the address is ours, POST tells that something happened."""
    if platform not in hooks.META:
        return Problem(404, "No platform sends webhooks to this address.").response()
    try:
        if request.method == "GET":
            return HttpResponse(hooks.challenge(request.GET), content_type="text/plain; charset=utf-8")
        if request.method == "POST":
            signature = request.headers.get("x-hub-signature-256", "")
            hooks.accept_meta(platform, _body(request), signature, now=timezone.now())
            return HttpResponse("OK", content_type="text/plain; charset=utf-8")
    except Refused as refused:
        return Problem(refused.status, str(refused)).response()
    return _only("GET, POST")


@public
@csrf_exempt
def generic(request: HttpRequest, source_id: int) -> HttpResponse:
    """Any other system: a signed list of posts, as `POST posts` takes it."""
    if request.method != "POST":
        return _only("POST")
    try:
        hooks.accept_generic(source_id, _body(request), request.headers, now=timezone.now())
    except Refused as refused:
        return Problem(refused.status, str(refused)).response()
    return HttpResponse("OK", content_type="text/plain; charset=utf-8")


def _body(request: HttpRequest) -> bytes:
    """The raw body, within the cap. Raises Refused, before any of a body that is said to be larger is read."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) <= hooks.MOST_BYTES:
        try:
            return request.body
        except RequestDataTooBig:
            pass
    raise Refused(413, f"The body is larger than {hooks.MOST_BYTES // 1024 // 1024} MiB.")


def _only(methods: str) -> HttpResponse:
    response = Problem(405, f"This address takes {methods}.").response()
    response["Allow"] = methods
    return response
