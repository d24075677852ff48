"""The shapes of what goes in and out of the API; the OpenAPI document is made from them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from accounts.inbox.deliveries import Moment, Words
from accounts.inbox.models import Post, Removal

InDoubt = Literal["unconfirmed", "renamed", "gone", "suspended", "changed"]


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
    # Nobody responsible has confirmed the account; or what the platform said of it and nobody has decided yet.
    in_doubt: InDoubt | None = None


class AccountPage(Schema):
    count: int
    next: str | None
    items: list[AccountOut]


class VerifyOut(Schema):
    status: Literal["official", "formerly_official", "unknown"]
    of: Literal["profile", "post"]
    account: AccountOut | None
    in_doubt: InDoubt | None
    near: list[AccountOut]
    reason: str | None = Field(description="why the text names no profile, and what to paste instead")


class AccountFilters(Schema):
    platform: Words | None = Field(None, description="code of a platform, such as facebook")
    unit: Words | None = Field(None, description="code of a unit; those below it are included")
    state: Literal["active", "paused", "retiring", "retired"] | None = None
    q: Words | None = Field(None, max_length=100, description="part of the name, the handle or the purpose")
    updated_since: Moment | None = None


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
