"""Posts in, and what is done with them. The only room that writes posts.

`ingest` takes what a connector, the API, a file or a form brings, in batches and as often as they like: a post is one
row for each account and remote id. Everything else is a verb on one post: each runs in one transaction that locks the
row, writes the audit trail and closes or reopens the post's flag. The trail never holds what a citizen wrote, nor who
it was.
"""

from accounts.inbox.claims import candidates, claim, hand_over, holder, is_live, live, release
from accounts.inbox.intake import TEXT_CAP, ItemResult, Result, Taken, ingest, register_by_hand, take_in, to_reread
from accounts.inbox.store import Incoming
from accounts.inbox.verbs import (
    PostConflict,
    close,
    give_back,
    give_to_section,
    hold,
    move_deadline,
    recompute_due,
    remove,
    reopen,
    triage,
)

__all__ = [
    "TEXT_CAP",
    "Incoming",
    "ItemResult",
    "PostConflict",
    "Result",
    "Taken",
    "candidates",
    "claim",
    "close",
    "give_back",
    "give_to_section",
    "hand_over",
    "hold",
    "holder",
    "ingest",
    "is_live",
    "live",
    "move_deadline",
    "recompute_due",
    "register_by_hand",
    "release",
    "remove",
    "reopen",
    "take_in",
    "to_reread",
    "triage",
]
