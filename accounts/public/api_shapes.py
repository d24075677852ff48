"""The shapes of what goes in and out of the API; the OpenAPI document is made from them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from accounts.inbox.models import Post, Removal


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


class UnitOut(Schema):
    code: str
    name: str


class AccountOut(Schema):
    id: int
    name: str
    platform: str
    handle: str
    url: str
    unit: UnitOut
    purpose: str
    audience: str
    kind: str
    state: str
    language: str
    opened_at: dt.datetime | None
    ends_on: dt.date | None
    retired_at: dt.datetime | None
    changed_at: dt.datetime


class AccountPage(Schema):
    count: int
    next: str | None
    items: list[AccountOut]


class VerifyOut(Schema):
    status: Literal["official", "formerly_official", "unknown"]
    account: AccountOut | None


class AccountFilters(Schema):
    platform: Words | None = Field(None, description="code of a platform, such as facebook")
    unit: Words | None = Field(None, description="code of a unit; those below it are included")
    state: Literal["active", "paused", "retiring", "retired"] | None = None
    q: Words | None = Field(None, max_length=100, description="part of the name, the handle or the purpose")
    updated_since: Moment | None = None


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


class ItemError(Schema):
    field: str
    reason: str


class ItemOut(Schema):
    remote_id: str | None
    result: Literal["created", "changed", "unchanged", "rejected"]
    id: int | None = None
    errors: list[ItemError] = []


class IngestOut(Schema):
    created: int
    changed: int
    unchanged: int
    rejected: int
    items: list[ItemOut]


class PostOut(Schema):
    id: int
    account: int
    remote_id: str
    kind: str
    author: str
    text: str
    url: str
    posted_at: dt.datetime
    answer_due_at: dt.datetime | None
    state: Literal["open", "overdue", "closed"]
    tone: str
    concerns: list[str]
    outcome: str
    closed_at: dt.datetime | None


class PostPage(Schema):
    count: int
    next: str | None
    items: list[PostOut]


class PostChange(Schema):
    model_config = ConfigDict(extra="forbid")

    tone: Literal[tuple(Post.Tone.values)] | None = None
    concerns: list[Literal[tuple(Post.Concern.values)]] | None = None
    outcome: Literal[tuple(Post.Outcome.values)] | None = None
    note: Words = Field("", max_length=2000)
    reason: Literal[tuple(Removal.Reason.values)] | None = Field(None, description="why it is removed: only with that")
    holding_reply: bool = Field(False, description="true: a holding reply was sent, the full answer is to come")
