"""The API, `/api/v1/`: the public register for everyone, posts for those who hold a token.

Its operations decide access by token (`api_rules.Token`) or are public; they use the same verbs as the pages.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, render
from django.urls import path, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Query

from accounts.inbox import moves
from accounts.inbox.deliveries import MAX_ITEMS, NotAList, PostIn, aware, list_of_posts, take_posts
from accounts.inbox.models import Post
from accounts.inbox.moves import PostConflict
from accounts.platforms.views import hooks
from accounts.public.api_rules import (
    LARGEST_PAGE,
    PAGE_SIZE,
    Problem,
    Token,
    accounts_of,
    acting,
    handle_problems,
    page_of,
    with_problems,
)
from accounts.public.api_shapes import (
    AccountFilters,
    AccountOut,
    AccountPage,
    IngestOut,
    PostChange,
    PostOut,
    PostPage,
    VerifyOut,
)
from accounts.public.verification import answer, in_doubt, with_doubts
from accounts.register.models import OfficialAccount
from accounts.register.queries import OfficialAccountQuerySet
from governance.access import Permission, can, public
from governance.audit.models import AuditEvent
from governance.signin.tokens import ApiToken
from governance.units.models import Tree, Unit

Scope = ApiToken.Scope
PageNumber = Query(1, ge=1, le=100_000)
PageSize = Query(PAGE_SIZE, ge=1, le=LARGEST_PAGE)

api = NinjaAPI(
    title="Talerstol",
    version="1.0.0",
    description="Errors are problem documents (RFC 9457). Times are ISO 8601; one without a zone is local time.",
    docs_url=None,  # ninja's own page needs scripts that our content security policy refuses
)
handle_problems(api)


# --- the public register ------------------------------------------------------------------------------


def public_accounts() -> OfficialAccountQuerySet:
    """The public register, and what has a page without standing in it because nobody has confirmed it yet.

    Each row with `changed_at`: when the audit trail last names it.
    """
    named = AuditEvent.objects.filter(
        subject_type="officialaccount", subject_id=Cast(OuterRef("pk"), CharField(max_length=40))
    ).order_by("-at")
    return with_doubts(OfficialAccount.objects.with_a_public_page()).annotate(
        changed_at=Coalesce(Subquery(named.values("at")[:1]), "registered_at")
    )


def to_public_dict(account: OfficialAccount) -> dict:
    """What everyone may know of an account: nothing about people."""
    plain = ("id", "name", "handle", "url", "purpose", "audience", "kind", "state", "language")
    dates = ("opened_at", "ends_on", "retired_at", "changed_at")
    return {name: getattr(account, name) for name in plain + dates} | {
        "platform": account.platform.code,
        "unit": {"code": account.unit.code, "name": account.unit.name},
        "in_doubt": in_doubt(account),
    }


@api.get("accounts", response=AccountPage, summary="The public register", tags=["public"])
def accounts(request: HttpRequest, filters: Query[AccountFilters], page: int = PageNumber, page_size: int = PageSize):
    rows = public_accounts().public().order_by("pk")
    if filters.platform:
        rows = rows.filter(platform__code=filters.platform)
    if filters.unit:
        unit = Unit.objects.filter(code=filters.unit).first()
        rows = rows.filter(unit__in=Tree.load().below(unit.pk) if unit else [])
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.q:
        rows = rows.matching_publicly(filters.q)
    if filters.updated_since:
        rows = rows.filter(changed_at__gte=aware(filters.updated_since))
    return page_of(request, rows, page, page_size, to_public_dict)


@api.get("accounts/{int:account_id}", response=AccountOut, summary="One account", tags=["public"])
def account(request: HttpRequest, account_id: int):
    return to_public_dict(get_object_or_404(public_accounts(), pk=account_id))


@api.get("verify", response=VerifyOut, summary="Whether the account at this address is really ours", tags=["public"])
def verify(request: HttpRequest, url: str = Query(..., max_length=2000)):
    """`official` and `formerly_official` are answers about the profile; with `"of": "post"` the address is that of a
    single post, and whether that is ours the address cannot show. `in_doubt` names what the platform has said of our
    account and nobody has decided yet: the status is then `unknown`, and `account` the one that is meant. `near` are
    accounts of ours with a similar handle, which this is not."""
    found = answer(url)
    pks = [account.pk for account in ([found.account] if found.account else []) + found.near]
    rows = {row.pk: row for row in public_accounts().filter(pk__in=pks)} if pks else {}
    return {
        "status": found.status.value,
        "of": found.of,
        "account": to_public_dict(rows[found.account.pk]) if found.account and found.account.pk in rows else None,
        "in_doubt": found.in_doubt.value if found.in_doubt else None,
        "near": [to_public_dict(rows[account.pk]) for account in found.near if account.pk in rows],
        "reason": str(found.problem) if found.problem else None,
    }


# --- posts --------------------------------------------------------------------------------------------


_LIST_OF_POSTS = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "array", "maxItems": MAX_ITEMS, "items": PostIn.model_json_schema()}
            }
        },
    }
}


@api.post(
    "posts",
    auth=Token(Scope.POSTS_WRITE),
    response=IngestOut,
    openapi_extra=_LIST_OF_POSTS,
    summary="Bring in posts",
    tags=["posts"],
)
def ingest_posts(request: HttpRequest):
    """A list of up to 1,000 posts, with one result for each, in order. The same list again changes nothing."""
    now = timezone.now()
    covered = accounts_of(request.auth, Permission.ANSWER_POSTS, now)
    with acting(request.auth):
        return take_posts(_list_in(request), covered, now=now)


def _list_in(request: HttpRequest) -> list:
    try:
        return list_of_posts(request.body)
    except NotAList as error:
        raise Problem(error.status, str(error)) from None


@api.get("posts", auth=Token(Scope.POSTS_READ), response=PostPage, summary="Posts", tags=["posts"])
def posts(
    request: HttpRequest,
    state: Literal["open", "overdue", "closed"] | None = None,
    account: int | None = None,
    page: int = PageNumber,
    page_size: int = PageSize,
):
    """Posts to the accounts the token covers, the most urgent first."""
    now = timezone.now()
    rows = Post.objects.filter(account__in=accounts_of(request.auth, Permission.SEE_POSTS, now).values("pk"))
    if state:
        rows = {"open": rows.open, "overdue": lambda: rows.overdue(now), "closed": rows.closed}[state]()
    if account:
        rows = rows.filter(account=account)
    return page_of(
        request,
        rows.order_by(F("answer_due_at").asc(nulls_last=True), "pk"),
        page,
        page_size,
        lambda post: _post_dict(post, now),
    )


@api.patch(
    "posts/{int:post_id}",
    auth=Token(Scope.POSTS_CLOSE),
    response=PostOut,
    summary="Triage or close a post",
    tags=["posts"],
)
def change_post(request: HttpRequest, post_id: int, change: PostChange):
    """The same rules as on the pages. Closing as it is closed already changes nothing."""
    now, token = timezone.now(), request.auth
    visible = Post.objects.filter(account__in=accounts_of(token, Permission.SEE_POSTS, now).values("pk"))
    post = get_object_or_404(visible.select_related("account"), pk=post_id)
    if not can(token.owner, Permission.ANSWER_POSTS, post, now=now):
        raise Problem(403, "Whoever answers for the token may see this post, but not answer it.")
    if not (change.tone or change.concerns is not None or change.outcome or change.holding_reply):
        raise Problem(422, "Say what to change: tone, concerns, holding_reply or outcome.")
    if change.concerns is not None and not (change.tone or post.tone):
        raise Problem(422, "Say what the post is.", [{"field": "tone", "reason": "It is needed for the triage."}])
    try:
        with transaction.atomic(), acting(token):
            _apply(change, post, {"by": token.owner, "now": now, "via": token.name})
    except PostConflict as conflict:
        raise Problem(409, str(conflict)) from None
    except ValidationError as error:
        errors = [{"field": field, "reason": " ".join(said)} for field, said in error.message_dict.items()]
        raise Problem(422, errors[0]["reason"], errors) from None
    post.refresh_from_db()
    return _post_dict(post, now)


def _apply(change: PostChange, post: Post, told: dict) -> None:
    """All of the change, by the verbs that the pages use too."""
    if change.tone is not None or change.concerns is not None:
        concerns = post.concerns if change.concerns is None else change.concerns
        moves.triage(post, tone=change.tone or post.tone, concerns=concerns, **told)
    if change.holding_reply:
        moves.hold(post, **told)
    if change.outcome == Post.Outcome.REMOVED and change.reason:
        moves.remove(post, reason=change.reason, note=change.note, **told)
    elif change.outcome is not None:
        moves.close(post, outcome=change.outcome, note=change.note, **told)


def _post_dict(post: Post, now: dt.datetime) -> dict:
    plain = ("id", "remote_id", "kind", "author", "text", "url", "tone", "concerns", "outcome")
    moments = ("posted_at", "answer_due_at", "closed_at")
    state = "closed" if post.closed_at else "overdue" if post.is_overdue(now) else "open"
    return {name: getattr(post, name) for name in plain + moments} | {"account": post.account_id, "state": state}


# --- documentation, and what is not there -------------------------------------------------------------


@public
@require_safe
def docs(request):
    """The API's own description as a page that needs no script."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    calls = [
        {"method": method.upper(), "path": address, "call": call, "token": bool(call.get("security"))}
        for address, methods in schema["paths"].items()
        for method, call in methods.items()
    ]
    context = {"title": _("The API"), "description": schema["info"]["description"], "calls": calls}
    return render(request, "accounts/public/api_docs.html", context)


@public
@csrf_exempt
def nothing_here(request, rest):
    return Problem(404, "There is no such call. See /api/v1/docs.").response()


_patterns, _app_name, _namespace = api.urls
for _pattern in _patterns:
    _pattern.callback = with_problems(_pattern.callback)
urlpatterns = [
    path("docs", docs, name="api_docs"),
    path("hooks/generic/<int:source_id>", hooks.generic, name="hook_generic"),
    path("hooks/<slug:platform>", hooks.meta, name="hook_meta"),
    path("", (_patterns, _app_name, _namespace)),
    re_path(r"^(?P<rest>.*)$", nothing_here, name="api_nothing_here"),
]
