"""Bluesky: what mentions, quotes or answers the account, and the account's replies.

An account is its DID, wherever its data lies and whatever its handle is. Its server passes on what the network knows.
Private messages are another service, which an app password does not open unless somebody allows it: they are not read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import (
    Activity,
    Capability,
    Checked,
    Credential,
    FetchedPost,
    Guide,
    Page,
    RemoteAccount,
    RemoteState,
)
from accounts.connectors.bluesky_calls import Signed, moment_of, needed
from accounts.connectors.conversations import Own, removed
from accounts.connectors.errors import ConnectorError, ErrorCode, understood, words
from accounts.connectors.facts import Facts

PER_PAGE = 100  # the platform's most
DEEPEST = 20  # levels of replies below an own post
RECORD_PAGES = 5  # pages of nothing but replies before we stop looking for a post
UNRESOLVED = "handle.invalid"  # what the network calls an account whose domain does not lead to it at the moment
POSTS = "app.bsky.feed.post"  # the collection in which an account's server keeps them
REASONS = ["reply", "mention", "quote"]

STATES = {
    "takendown": RemoteState.SUSPENDED,
    "suspended": RemoteState.SUSPENDED,
    "deactivated": RemoteState.GONE,
    "deleted": RemoteState.GONE,
}


@dataclass
class Notified:
    """The cursor of notifications: a walk, newest first, down to what the last finished walk knew."""

    known: str = ""  # the newest moment of the last finished walk
    newest: str = ""  # … of this walk
    page: str = ""

    def reached(self, since: dt.datetime) -> dt.datetime:
        return max(moment_of(self.known), since) if self.known else since


class Bluesky(Signed):
    facts = Facts(
        code="bluesky",
        name="Bluesky",
        hosts=("bsky.app",),
        # The name of a host.
        handle=r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?",
        id=r"did:[a-z]+:[\w.:%-]*[\w-]",
        profile="https://bsky.app/profile/{handle}",
        profile_of_id="https://bsky.app/profile/{id}",
        profiles=("/profile/{id}", "/profile/{handle}"),
        tabs=frozenset({"followers", "follows", "known-followers", "search"}),
        posts=("/profile/{id}/post/{post}", "/profile/{handle}/post/{post}"),
        answers_are_posts=True,
    )
    base_url = "https://bsky.social"
    capabilities = frozenset(
        {
            Capability.ACTIVITY,
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.OWN_REPLIES,
            Capability.REMOVALS,
            Capability.STATE,
        }
    )
    answers_seen = frozenset({"comment", "mention", "reply"})
    credentials = (
        Credential("identifier", _("Handle"), _("Such as “fjordvik.no”, or the account’s DID.")),
        Credential("password", _("App password"), _("Not the password you sign in with."), secret=True),
        Credential(
            "host",
            _("Server"),
            _("Only if the account does not lie at bsky.social: the address of its server."),
            required=False,
            kind="url",
        ),
    )
    guide = Guide(
        steps=(
            _("Sign in to Bluesky with the account, and open “Settings”, then “Privacy and security”."),
            _("Under “App passwords”, add one, and name it after the portal. Do not allow access to private messages."),
            _("Paste the app password here."),
        ),
        note=_("An app password cannot be held to reading. The portal only reads. Delete it there to end the access."),
        link="https://bsky.app/settings/app-passwords",
    )
    reread_at_most = 25  # posts in one call; the platform's most

    # --- the account ---

    def check(self) -> Checked:
        # Tokens that still hold would say nothing about the password.
        session = self._sign_in()
        with understood():
            did, named = needed(session, "did"), _handle(session)
        account = _described(self._get("app.bsky.actor.getProfile", actor=did))
        handle = account.handle or named
        if not handle:  # nobody could tell whether it is the registered account
            raise ConnectorError(ErrorCode.UNREACHABLE, "the account’s domain does not lead to it at the moment")
        return Checked(replace(account, handle=handle))

    def account(self) -> RemoteAccount:
        access = self.access
        try:
            return _described(self._get("app.bsky.actor.getProfile", actor=access.external_id))
        except ConnectorError as problem:
            state = {ErrorCode.GONE: RemoteState.GONE, ErrorCode.SUSPENDED: RemoteState.SUSPENDED}.get(problem.code)
            if problem.code == ErrorCode.CREDENTIALS:
                state = self._why_locked_out()
            if state is None:
                raise
            return RemoteAccount(access.external_id, access.handle, access.url, state=state)

    def _why_locked_out(self) -> RemoteState | None:
        """Whoever is suspended may not sign in either; the server tells everybody what became of the account's data."""
        try:
            name = "com.atproto.sync.getRepoStatus"
            status = self._understood(self._call("GET", name, params={"did": self.access.external_id}))
            with understood():
                return STATES.get(words(status.get("status")))
        except ConnectorError:
            return None  # the refusal says more

    def activity(self) -> Activity:
        answer = self._author_feed("posts_no_replies", "")
        with understood():
            own = [moment_of(item["post"]["indexedAt"]) for item in answer["feed"] if not item.get("reason")]
            shared = [moment_of(item["reason"]["indexedAt"]) for item in answer["feed"] if _is_repost(item)]
            more = bool(words(answer.get("cursor")))
        # A page of nothing but what it shared says nothing of what it wrote itself: its own server has that apart.
        last_at = max(own) if own else self._last_record() if more else None
        return Activity(last_at, max(shared, default=None))

    def _last_record(self) -> dt.datetime | None:
        """When the newest own post was written; where there are none but replies for very long, the newest of those."""
        after, newest = "", None
        for _page in range(RECORD_PAGES):
            answer = self._get(
                "com.atproto.repo.listRecords",
                repo=self.access.external_id,
                collection=POSTS,
                limit=PER_PAGE,
                cursor=after or None,
            )
            with understood():
                records = [row["value"] for row in answer["records"]]
                own = [moment_of(record["createdAt"]) for record in records if not record.get("reply")]
                if own:
                    return max(own)
                newest = newest or max((moment_of(record["createdAt"]) for record in records), default=None)
                after = words(answer.get("cursor"))
            if not after or not records:
                return None
        return newest

    # --- what is said ---

    def notified(self, cursor: str, since: dt.datetime) -> Page:
        with understood():
            walk = Notified(**json.loads(cursor)) if cursor else Notified()
            wanted = walk.reached(since)
        answer = self._get(
            "app.bsky.notification.listNotifications", limit=PER_PAGE, reasons=REASONS, cursor=walk.page or None
        )
        with understood():
            rows = answer["notifications"]
            # One post may be told of twice: as a reply, and as a mention.
            posts = {row["uri"]: self._post(row) for row in rows if row["reason"] in REASONS}
            moments = [moment_of(row["indexedAt"]) for row in rows]
            following = words(answer.get("cursor"))
        if following and following == walk.page:
            raise ConnectorError(ErrorCode.BAD_ANSWER, "a page that is followed by itself")
        if moments:
            walk.newest = max(max(moments).isoformat(), walk.newest)
        # An empty page says nothing about the next.
        walk.page = following if not moments or min(moments) >= wanted else ""
        if not walk.page:
            walk.known, walk.newest = max(walk.known, walk.newest), ""
        return Page(list(posts.values()), json.dumps(asdict(walk)), bool(walk.page))

    def written(self, after: str, oldest: dt.datetime) -> Own:
        posts, following = self._feed("posts_with_replies", after)
        with understood():
            recent = [post for post in posts if moment_of(post["indexedAt"]) >= oldest]
            return Own(
                [self._post(post) for post in recent if post["record"].get("reply")],
                [needed(post, "uri") for post in recent if int(post.get("replyCount") or 0) > 0],
                following if len(recent) == len(posts) else "",
            )

    def below(self, remote_id: str, depth: int = DEEPEST) -> list[FetchedPost]:
        answer = self._get("app.bsky.feed.getPostThread", uri=remote_id, depth=depth, parentHeight=0)
        with understood():
            return [self._post(post) for post in _replies(answer["thread"])]

    def reread(self, posts: Sequence[FetchedPost]) -> Page:
        wanted = {post.remote_id: post for post in posts}
        answer = self._get("app.bsky.feed.getPosts", uris=list(wanted))
        with understood():
            found = {post["uri"]: self._post(post) for post in answer["posts"]}
            replied_to = [post["uri"] for post in answer["posts"] if int(post.get("replyCount") or 0) > 0]
        for remote_id in replied_to:
            found |= {post.remote_id: post for post in self.below_if_there(remote_id, depth=2) if post.own}
        gone = [removed(post) for remote_id, post in wanted.items() if remote_id not in found]
        return Page([*found.values(), *gone])

    def _feed(self, kind: str, after: str) -> tuple[list[dict], str]:
        """One page of what the account wrote, without what it reposted, and the next page's name."""
        answer = self._author_feed(kind, after)
        with understood():
            posts = [item["post"] for item in answer["feed"] if not item.get("reason")]
            return posts, words(answer.get("cursor"))

    def _author_feed(self, kind: str, after: str) -> dict:
        return self._get(
            "app.bsky.feed.getAuthorFeed",
            actor=self.access.external_id,
            filter=kind,
            limit=PER_PAGE,
            cursor=after or None,
        )

    # --- in one shape ---

    def _post(self, view: Mapping[str, Any]) -> FetchedPost:
        """A post view, or a notification, which holds the same parts."""
        remote_id, author, record = needed(view, "uri"), view["author"], view["record"]
        reply = record.get("reply") or {}
        parent = words(reply["parent"]["uri"]) if reply else ""
        did = needed(author, "did")
        return FetchedPost(
            remote_id=remote_id,
            kind="reply" if parent else "mention",
            # When the network saw it. `createdAt` is whatever its author claims.
            posted_at=moment_of(view["indexedAt"]),
            text=words(record.get("text")),
            author=f"@{handle}" if (handle := _handle(author)) else "",
            author_id=did,
            url=f"https://bsky.app/profile/{did}/post/{remote_id.rpartition('/')[2]}",
            thread_id=words(reply["root"]["uri"]) if reply else remote_id,
            parent_id=parent,
            language=words(next(iter(record.get("langs") or []), "")),
            own=did == self.access.external_id,
        )


def _replies(thread: Mapping[str, Any]) -> Iterator[dict]:
    """All posts below one. Parts that are deleted, or blocked by somebody, hold no post."""
    waiting = list(thread.get("replies") or [])
    while waiting:
        part = waiting.pop()
        if post := part.get("post"):
            yield post
        waiting += part.get("replies") or []


def _is_repost(item: Mapping[str, Any]) -> bool:
    """Of a row of the author's feed; others that have a reason are pinned."""
    return str((item.get("reason") or {}).get("$type", "")).endswith("#reasonRepost")


def _described(profile: Mapping[str, Any]) -> RemoteAccount:
    with understood():
        did = needed(profile, "did")
        name = words(profile.get("displayName"))
        return RemoteAccount(did, _handle(profile), f"https://bsky.app/profile/{did}", name)


def _handle(row: Mapping[str, Any]) -> str:
    """Empty where the network cannot resolve it, which passes: the account is its DID."""
    handle = words(row.get("handle"))
    return "" if handle == UNRESOLVED else handle
