"""One post as it is brought in, by whomever. See `accounts.inbox`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.inbox.models import Post


@dataclass(frozen=True)
class Incoming:
    """One post as it comes in. Moments are aware; `posted_at` None: not known, so it counts from now.

    What is empty or None was not said, and leaves what is known.
    """

    remote_id: str
    text: str = ""
    author: str = ""
    url: str = ""
    kind: str = Post.Kind.COMMENT
    posted_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    thread_id: str = ""
    parent_id: str = ""
    author_id: str = ""
    language: str = ""
    private: bool = False
    measurable: bool | None = None  # whether the platform would tell that it was answered
    removed: bool | None = None
    hidden: bool | None = None
