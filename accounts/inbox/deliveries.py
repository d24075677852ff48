"""A list of posts as other systems hand it in: through the API with a token, or by a signed webhook.

Each item is checked and its account found for itself, so that one bad item does not keep the others out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils import timezone
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field
from pydantic import ValidationError as PydanticError

from accounts.inbox import intake
from accounts.inbox.deadlines import Clock
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import Result
from accounts.inbox.models import Post
from accounts.register.lookup import UnknownAccount, resolve
from accounts.register.models import OfficialAccount
from governance.pages.problems import errors_in

MAX_ITEMS = 1000


def _whole(text: str) -> str:
    if "\x00" in text or _mended(text) != text:
        raise ValueError("It holds a character that no text may hold (NUL, or half of a pair).")
    return text


def _mended(text: str) -> str:
    """Half a pair, as where an emoji was cut in two, becomes the sign for a character that is missing."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _of_our_time(moment: dt.datetime) -> dt.datetime:
    if not 1900 <= moment.year < 2200:
        raise ValueError("The year must lie between 1900 and 2199.")
    return moment


Words = Annotated[str, AfterValidator(_whole)]
CitizensWords = Annotated[str, AfterValidator(_mended)]  # taken in, whatever they look like
Moment = Annotated[dt.datetime, AfterValidator(_of_our_time)]


class PostIn(Schema):
    model_config = ConfigDict(extra="forbid")

    account: Words | int = Field(description="id, handle, platform:handle or address of the account")
    remote_id: Words = Field(description="the platform’s own id of the post")
    kind: str = Post.Kind.COMMENT.value
    author: CitizensWords = ""
    text: CitizensWords = ""
    url: Words = ""
    posted_at: Moment | None = None
    answered_at: Moment | None = None
    thread_id: Words = ""
    parent_id: Words = ""


class NotAList(Exception):
    """This is no list of posts; `status` is what HTTP calls it."""

    def __init__(self, status: int, detail: str):
        self.status = status
        super().__init__(detail)


def list_of_posts(body: bytes | str) -> list:
    """The items of a JSON list, unchecked. Raises NotAList."""
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAList(400, "The body is not valid JSON.") from None
    if not isinstance(rows, list):
        raise NotAList(422, "The body must be a list of posts.")
    if len(rows) > MAX_ITEMS:
        raise NotAList(413, f"A call takes at most {MAX_ITEMS} posts; this one has {len(rows)}.")
    return rows


def take_posts(rows: list, covered: QuerySet, *, now: dt.datetime) -> dict:
    """Take in what fits, for the accounts in `covered`: counts by result, and `items`, one for each row, in order.

    The same list again changes nothing. What `covered` lacks is as unknown as what is not there.
    """
    results: list[dict | None] = [None] * len(rows)
    by_account: dict[OfficialAccount, list[tuple[int, Incoming]]] = defaultdict(list)
    valid: list[tuple[int, PostIn]] = []
    for place, row in enumerate(rows):
        try:
            valid.append((place, PostIn.model_validate(row)))
        except PydanticError as error:
            remote_id = row.get("remote_id") if isinstance(row, dict) else None
            results[place] = _rejected(remote_id, errors_in(error.errors()))
    known = _accounts_named([item.account for _place, item in valid], covered)
    for place, item in valid:
        named = known[item.account]
        if isinstance(named, UnknownAccount):
            results[place] = _rejected(item.remote_id, [{"field": "account", "reason": str(named)}])
        else:
            by_account[named].append((place, _incoming(item)))
    clock = Clock(by_account)
    for found, placed in by_account.items():
        taken = intake.ingest(found, [item for _p, item in placed], source=Post.Source.API, now=now, clock=clock)
        for (place, _item), result in zip(placed, taken, strict=True):
            errors = [{"field": result.field, "reason": result.reason}] if result.reason else []
            results[place] = {
                "remote_id": result.remote_id,
                "result": result.result.value,
                "id": result.post_id,
                "errors": errors,
            }
    counts = {kind.value: sum(result["result"] == kind.value for result in results) for kind in Result}
    return counts | {"items": results}


def _rejected(remote_id: Any, errors: list[dict]) -> dict:
    shown = remote_id if isinstance(remote_id, str) else None
    return {"remote_id": shown, "result": "rejected", "id": None, "errors": errors}


def _accounts_named(names: list[str | int], covered: QuerySet) -> dict:
    ids = {name for name in names if isinstance(name, int) and 0 < name < 2**63}
    by_id = covered.in_bulk(list(ids))
    unknown = {name: UnknownAccount(f"There is no account {name}.") for name in names if isinstance(name, int)}
    return unknown | by_id | resolve((name for name in names if isinstance(name, str)), covered)


def _incoming(item: PostIn) -> Incoming:
    moments = {"posted_at": aware(item.posted_at), "answered_at": aware(item.answered_at)}
    return Incoming(**item.model_dump(exclude={"account", *moments}), **moments)


def aware(moment: dt.datetime | None) -> dt.datetime | None:
    """A time without a zone is the body's own."""
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment
