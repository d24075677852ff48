"""What an answer of X's API says beside the posts: why an account is not there, what is missing, what was paid for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.connectors.base import RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.http import LONGEST_WAIT, Answer, retry_after

# What a post refers to may be gone or closed to us: that says nothing about the post itself.
OF_OTHERS = ("author_id", "referenced_tweets", "in_reply_to_user_id", "entities.", "most_recent_tweet_id")


def state_in(answer: Mapping[str, Any]) -> RemoteState:
    """Why an account is not there: X says so in the `errors` of an answer with status 200."""
    problems = answer.get("errors") or []
    if "data" in answer:
        return RemoteState.ACTIVE
    if any("suspended" in problem.get("detail", "").lower() for problem in problems):
        return RemoteState.SUSPENDED
    if any(problem.get("type", "").endswith("/resource-not-found") for problem in problems):
        return RemoteState.GONE
    if any(problem.get("type", "").endswith("/not-authorized-for-resource") for problem in problems):
        raise ConnectorError(ErrorCode.RIGHTS, "the account’s posts are protected")
    raise ConnectorError(ErrorCode.BAD_ANSWER, "neither data nor a known problem")


def missing(state: RemoteState) -> ConnectorError:
    return ConnectorError(ErrorCode.SUSPENDED if state == RemoteState.SUSPENDED else ErrorCode.GONE)


def of_others(problem: Mapping[str, Any]) -> bool:
    return problem.get("section") == "includes" or str(problem.get("parameter", "")).startswith(OF_OTHERS)


def is_lacking(answer: Mapping[str, Any]) -> bool:
    """Whether something of the page itself could not be handed out."""
    return any(not of_others(problem) for problem in answer.get("errors") or [])


def absent(answer: Mapping[str, Any]) -> tuple[set[str], set[str], bool]:
    """Ids of posts that are gone, of those closed to us (their author is protected), and whether others failed."""
    gone, closed, lacking = set(), set(), False
    for problem in answer.get("errors") or []:
        kind, post_id = problem.get("type", "").rpartition("/")[2], str(problem.get("value", ""))
        if of_others(problem):
            continue
        if kind == "resource-not-found":
            gone.add(post_id)
        elif kind == "not-authorized-for-resource":
            closed.add(post_id)
        else:
            lacking = True
    return gone, closed, lacking


def paid(decoded: Any) -> int:
    data = decoded.get("data") or []
    included = decoded.get("includes") or {}
    return (1 if isinstance(data, dict) else len(data)) + sum(len(things) for things in included.values())


def reset_at(answer: Answer, now: dt.datetime) -> dt.datetime | None:
    """When the window of the limit begins anew, in seconds since 1970; within a day, whatever the platform says."""
    value = answer.headers.get("x-rate-limit-reset") or ""
    if not value.isdigit():
        return retry_after(answer.headers, now)
    moment = dt.datetime.fromtimestamp(min(int(value), 2**33), dt.UTC)
    return min(max(moment, now), now + LONGEST_WAIT)
