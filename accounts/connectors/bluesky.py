"""Bluesky: what mentions, quotes or answers the account, and the account's replies.

An account is its DID, wherever its data lies and whatever its handle is. Its server passes on what the network knows.
Private messages are another service, which an app password does not open unless somebody allows it: they are not read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import (
    Access,
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
from accounts.connectors.conversations import Conversing, Own, removed
from accounts.connectors.errors import ConnectorError, ErrorCode, understood, words
from accounts.connectors.facts import Facts
from accounts.connectors.http import Answer, Http, refused, retry_after

PER_PAGE = 100  # the platform's most
DEEPEST = 20  # levels of replies below an own post
REPOST_PAGES = 5  # pages of nothing but reposts before we stop looking for a post
REASONS = ["reply", "mention", "quote"]

# The network names its refusals; the statuses (400, 401, 403) say little.
CODES = {
    "AccountTakedown": ErrorCode.SUSPENDED,
    "AccountSuspended": ErrorCode.SUSPENDED,
    "AccountDeactivated": ErrorCode.GONE,
    "AccountNotFound": ErrorCode.GONE,
    "NotFound": ErrorCode.GONE,
    "ExpiredToken": ErrorCode.CREDENTIALS,
    "InvalidToken": ErrorCode.CREDENTIALS,
    "AuthFactorTokenRequired": ErrorCode.CREDENTIALS,
}
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
        return max(_moment(self.known), since) if self.known else since


class Bluesky(Conversing):
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

    def __init__(self, access: Access, http: Http):
        super().__init__(access, http)
        named = access.credentials.get("host", "").strip() or self.base
        parts = urlsplit(named if "://" in named else f"https://{named}")
        self.host = f"{parts.scheme}://{parts.netloc}"
        self._renewed = False

    # --- the account ---

    def check(self) -> Checked:
        # Tokens that still hold would say nothing about the password.
        session = self._sign_in()
        with understood():
            did = _needed(session, "did")
        return Checked(_described(self._get("app.bsky.actor.getProfile", actor=did)))

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
        after = ""
        for _page in range(REPOST_PAGES):
            posts, after = self._feed("posts_no_replies", after)
            with understood():
                if moments := [_moment(post["indexedAt"]) for post in posts]:
                    return Activity(max(moments))
            if not after:
                return Activity(None)
        raise ConnectorError(ErrorCode.BAD_ANSWER, "nothing but reposts")

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
            moments = [_moment(row["indexedAt"]) for row in rows]
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
            recent = [post for post in posts if _moment(post["indexedAt"]) >= oldest]
            return Own(
                [self._post(post) for post in recent if post["record"].get("reply")],
                [_needed(post, "uri") for post in recent if int(post.get("replyCount") or 0) > 0],
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
        answer = self._get(
            "app.bsky.feed.getAuthorFeed",
            actor=self.access.external_id,
            filter=kind,
            limit=PER_PAGE,
            cursor=after or None,
        )
        with understood():
            posts = [item["post"] for item in answer["feed"] if not item.get("reason")]
            return posts, words(answer.get("cursor"))

    # --- calls ---

    def _get(self, name: str, **params: Any) -> dict:
        """The answer to a query, with new tokens where the old ones are refused. Raises ConnectorError."""
        if not self.access.credentials.get("access_token"):
            self._renew()
        try:
            return self._query(name, params)
        except ConnectorError as problem:
            if problem.code != ErrorCode.CREDENTIALS or self._renewed:
                raise
        self._renew()
        return self._query(name, params)

    def _query(self, name: str, params: Mapping[str, Any]) -> dict:
        answer = self._call("GET", name, token="access_token", params=params)
        if answer.headers.get("ratelimit-remaining") == "0":
            self.http.block(_reset(answer))
        return self._understood(answer)

    def _renew(self) -> None:
        """New tokens: by the refresh token, which costs nothing, else by the password. Sign-ins are few a day."""
        if self.access.credentials.get("refresh_token"):
            try:
                name = "com.atproto.server.refreshSession"
                self._keep(self._understood(self._call("POST", name, token="refresh_token")))
                return
            except ConnectorError as problem:
                if problem.code != ErrorCode.CREDENTIALS:
                    raise
        self._sign_in()

    def _sign_in(self) -> dict:
        given = self.access.credentials
        body = {
            "identifier": given.get("identifier", "").strip().removeprefix("@"),
            "password": given.get("password", "").strip(),
        }
        session = self._understood(self._call("POST", "com.atproto.server.createSession", json_body=body))
        self._keep(session)
        return session

    def _keep(self, session: Mapping[str, Any]) -> None:
        self._renewed = True
        with understood():
            changed = {
                "access_token": _needed(session, "accessJwt"),
                "refresh_token": _needed(session, "refreshJwt"),
            }
        self.access.keep(changed)
        self.access.credentials.update(changed)

    def _call(self, method: str, name: str, *, token: str = "", **rest: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.access.credentials[token]}"} if token else {}
        statuses = frozenset({400, 401, 403, 429})
        return self.http.call(method, f"{self.host}/xrpc/{name}", headers=headers, statuses=statuses, **rest)

    def _understood(self, answer: Answer) -> dict:
        """The answer's object. Raises ConnectorError for a refusal, by its name."""
        if answer.status == 429:
            until = retry_after(answer.headers, self.access.now) or _reset(answer)
            self.http.block(until)
            raise ConnectorError(ErrorCode.LIMITED, "429", retry_at=until)
        if answer.status >= 400:
            raise _refusal(answer, self.access.now)
        decoded = answer.json()
        if not isinstance(decoded, dict):
            raise ConnectorError(ErrorCode.BAD_ANSWER, "no object")
        return decoded

    # --- in one shape ---

    def _post(self, view: Mapping[str, Any]) -> FetchedPost:
        """A post view, or a notification, which holds the same parts."""
        remote_id, author, record = _needed(view, "uri"), view["author"], view["record"]
        reply = record.get("reply") or {}
        parent = words(reply["parent"]["uri"]) if reply else ""
        did = _needed(author, "did")
        return FetchedPost(
            remote_id=remote_id,
            kind="reply" if parent else "mention",
            # When the network saw it. `createdAt` is whatever its author claims.
            posted_at=_moment(view["indexedAt"]),
            text=words(record.get("text")),
            author=f"@{words(author['handle'])}",
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


def _refusal(answer: Answer, now: dt.datetime) -> ConnectorError:
    try:
        told = answer.json()
    except ConnectorError:
        told = None  # somebody else's page
    told = told if isinstance(told, dict) else {}
    name = str(told.get("error") or "")
    if told.get("message") == "Profile not found":
        return ConnectorError(ErrorCode.GONE, name)
    if code := CODES.get(name):
        return ConnectorError(code, name)
    return refused(answer.status, answer.headers, now)


def _reset(answer: Answer) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(int(answer.headers.get("ratelimit-reset") or ""), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _needed(row: Mapping[str, Any], name: str) -> str:
    found = words(row[name])
    if not found:
        raise ValueError(f"no {name}")
    return found


def _moment(written: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(dt.UTC)


def _described(profile: Mapping[str, Any]) -> RemoteAccount:
    with understood():
        did = _needed(profile, "did")
        name = words(profile.get("displayName"))
        return RemoteAccount(did, _needed(profile, "handle"), f"https://bsky.app/profile/{did}", name)
