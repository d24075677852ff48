"""Mastodon: what mentions the account or answers it, private messages among it, and the account's replies.

Each account names its own server. Ids are the server's own, so the same post has another id elsewhere.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag
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
from accounts.connectors.http import Http, error, retry_after

PER_PAGE = 40  # the platform's most
READ = "read"  # the right to all that is read here, which every server of the kind knows
_STARTS = {"br": "\n", "li": "\n- "}  # in a post's HTML: what its text says instead
_ENDS = dict.fromkeys(("p", "blockquote", "ul", "ol", "pre"), "\n\n")


@dataclass
class Notified:
    """The cursor of notifications. The first walk goes back in time (`before`); from then on it goes forth."""

    known: str = ""  # the newest that was read; empty until the first walk is at its end
    newest: str = ""  # … of the first walk
    before: str = ""


class Mastodon(Conversing):
    facts = Facts(
        code="mastodon",
        name="Mastodon",
        # Known ones; anyone may run another.
        hosts=("mastodon.social", "mastodon.online", "snabelen.no", "helvede.net"),
        own_servers=True,
        handle=r"\w([\w.-]*\w)?",
        post=r"\d+",
        # With another server: how this one shows an account of that one.
        profiles=(
            "/@{handle}@{server}",
            "/web/@{handle}@{server}",
            "/deck/@{handle}@{server}",
            "/@{handle}",
            "/users/{handle}",
            "/web/@{handle}",
            "/deck/@{handle}",
        ),
        tabs=frozenset({"featured", "followers", "following", "media", "with_replies"}),
        posts=(
            "/@{handle}@{server}/{post}",
            "/web/@{handle}@{server}/{post}",
            "/deck/@{handle}@{server}/{post}",
            "/@{handle}/{post}",
            "/users/{handle}/statuses/{post}",
            "/web/@{handle}/{post}",
            "/deck/@{handle}/{post}",
        ),
        answers_are_posts=True,
    )
    capabilities = frozenset(
        {
            Capability.ACTIVITY,
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.MESSAGES,
            Capability.OWN_REPLIES,
            Capability.REMOVALS,
            Capability.STATE,
        }
    )
    answers_seen = frozenset({"comment", "mention", "message", "reply"})
    credentials = (
        Credential("server", _("Server"), _("The address of the server, such as “https://snabelen.no”."), kind="url"),
        Credential("token", _("Access token"), secret=True),
    )
    guide = Guide(
        steps=(
            _("Sign in to your server with the account, and open “Preferences”, then “Development”."),
            _("Choose “New application”, and name it after the portal."),
            _("Choose the right that is named below, and none besides. Save."),
            _("Open the application again, and paste its access token here."),
        ),
        rights=(
            (
                READ,
                _("Read whose account it is, who mentioned or answered it, and posts, replies and private messages."),
            ),
        ),
        note=_(
            "Every server that speaks as Mastodon does grants this right. On Mastodon itself less is enough: "
            "read:accounts, read:notifications and read:statuses. The token does not expire. It ends when somebody "
            "deletes the application."
        ),
        link="https://docs.joinmastodon.org/api/oauth-scopes/",
    )

    def __init__(self, access: Access, http: Http):
        super().__init__(access, http)
        named = access.credentials.get("server", "").strip()
        parts = urlsplit(named if "://" in named else f"https://{named}")
        self.server = f"{parts.scheme}://{parts.netloc}"

    # --- the account ---

    def check(self) -> Checked:
        try:
            described = _described(self._get("accounts/verify_credentials"))
        except ConnectorError as problem:
            if problem.code != ErrorCode.RIGHTS:
                raise
            # Some servers know the whole right alone, and refuse a token that has only parts of it.
            raise ConnectorError(ErrorCode.RIGHTS, READ) from None
        missing = []
        for right, path in (
            ("read:notifications", "notifications"),
            ("read:statuses", f"accounts/{_step(described.external_id)}/statuses"),
        ):
            try:
                self._list(path, limit=1)
            except ConnectorError as problem:
                if problem.code != ErrorCode.RIGHTS:
                    raise
                missing.append(right)
        return Checked(described, missing_rights=tuple(missing))

    def account(self) -> RemoteAccount:
        """The account. GONE, too, where it has moved to another server: nobody can write with it any more.

        What moderators call “limited” is less visible to strangers, but there: it is active.
        """
        path = f"accounts/{_step(self.access.external_id)}"
        try:
            return _described(self._get(path))
        except ConnectorError as problem:
            access = self.access
            if problem.code == ErrorCode.GONE:
                return RemoteAccount(access.external_id, access.handle, access.url, state=RemoteState.GONE)
            # Whoever is suspended is also locked out; without a token the server says why.
            if problem.code in (ErrorCode.CREDENTIALS, ErrorCode.RIGHTS) and self._is_suspended(path):
                return RemoteAccount(access.external_id, access.handle, access.url, state=RemoteState.SUSPENDED)
            raise

    def _is_suspended(self, path: str) -> bool:
        try:
            return _described(self._get(path, token=False)).state == RemoteState.SUSPENDED
        except ConnectorError:
            return False  # the first refusal says more

    def activity(self) -> Activity:
        own, shared, rows = self._published(self._statuses(limit=PER_PAGE, exclude_replies="true"))
        if not own and rows:  # it only shares, or has since long
            own, _shared, _rows = self._published(self._written(limit=PER_PAGE, exclude_replies="true"))
        return Activity(max(own, default=None), max(shared, default=None))

    def _published(self, statuses: list[dict]) -> tuple[list[dt.datetime], list[dt.datetime], int]:
        """(moments of its own, of what it shared, how many rows). Messages are not published."""
        with understood():
            public = [each for each in statuses if each.get("visibility") != "direct"]
            own = [_moment(each["created_at"]) for each in public if not each.get("reblog")]
            shared = [_moment(each["created_at"]) for each in public if each.get("reblog")]
        return own, shared, len(statuses)

    # --- what is said ---

    def notified(self, cursor: str, since: dt.datetime) -> Page:
        with understood():
            walk = Notified(**json.loads(cursor)) if cursor else Notified()
        where = {"min_id": walk.known} if walk.known else {"max_id": walk.before or None}
        # What the server filters (strangers, say) are questions all the same.
        rows = self._list("notifications", limit=PER_PAGE, include_filtered="true", **{"types[]": ["mention"]}, **where)
        with understood():
            # A notification may outlive its post.
            posts = [self._post(row["status"]) for row in rows if row.get("type") == "mention" and row.get("status")]
            ids = [_id(row) for row in rows]
            oldest = min((_moment(row["created_at"]) for row in rows), default=None)
        if walk.known:
            if ids:  # newest first, as all lists
                if ids[0] == walk.known:
                    raise ConnectorError(ErrorCode.BAD_ANSWER, "a page that is followed by itself")
                walk.known = ids[0]
            more = bool(ids)
        else:
            if ids and ids[-1] == walk.before:
                raise ConnectorError(ErrorCode.BAD_ANSWER, "a page that is followed by itself")
            walk.newest = walk.newest or (ids[0] if ids else "")
            more = oldest is not None and oldest >= since
            walk.before = ids[-1] if more else ""
            if not more:
                walk.known, walk.newest = walk.newest, ""
        return Page(posts, json.dumps(asdict(walk)), more)

    def written(self, after: str, oldest: dt.datetime) -> Own:
        statuses = self._written(limit=PER_PAGE, max_id=after or None)
        with understood():
            recent = [each for each in statuses if _moment(each["created_at"]) >= oldest]
            return Own(
                [self._post(each) for each in recent if each.get("in_reply_to_id")],
                [_id(each) for each in recent if int(each.get("replies_count") or 0) > 0],
                _id(statuses[-1]) if statuses and len(recent) == len(statuses) else "",
            )

    def below(self, remote_id: str) -> list[FetchedPost]:
        context = self._get(f"statuses/{_step(remote_id)}/context")
        with understood():
            root = _id((context["ancestors"] or [{"id": remote_id}])[0])
            return [self._post(each, root) for each in context["descendants"]]

    def reread(self, posts: Sequence[FetchedPost]) -> Page:
        found: dict[str, FetchedPost] = {}
        gone = []
        for asked in {post.remote_id: post for post in posts}.values():
            path = f"statuses/{_step(asked.remote_id)}"
            try:
                status, context = self._get(path), self._get(f"{path}/context")
            except ConnectorError as problem:
                if problem.code != ErrorCode.GONE:
                    raise
                gone.append(removed(asked))
                continue
            with understood():
                root = _id((context["ancestors"] or [status])[0])
                found[asked.remote_id] = self._post(status, root)
                below = [self._post(each, root) for each in context["descendants"]]
            found |= {post.remote_id: post for post in below if post.own}
        if gone:
            # A server that moved says “not found” to everything. If so, this raises, and nothing counts as removed.
            self._get("accounts/verify_credentials")
        return Page([*found.values(), *(post for post in gone if post.remote_id not in found)])

    # --- calls ---

    def _written(self, **params: Any) -> list[dict]:
        return self._statuses(exclude_reblogs="true", **params)

    def _statuses(self, **params: Any) -> list[dict]:
        return self._list(f"accounts/{_step(self.access.external_id)}/statuses", **params)

    def _list(self, path: str, **params: Any) -> list[dict]:
        return self._ask(path, list, params)

    def _get(self, path: str, *, token: bool = True) -> dict:
        return self._ask(path, dict, {}, token=token)

    def _ask(self, path: str, shape: type, params: Mapping[str, Any], *, token: bool = True) -> Any:
        headers = {"Authorization": f"Bearer {self.access.credentials.get('token', '').strip()}"} if token else {}
        url = f"{self.server}/api/v1/{path}"
        answer = self.http.call("GET", url, params=params, headers=headers, statuses=frozenset({429}))
        if answer.status == 429 or answer.headers.get("x-ratelimit-remaining") == "0":
            until = retry_after(answer.headers, self.access.now) or _reset(answer.headers)
            self.http.block(until)
            if answer.status == 429:
                raise error("limited", "429", retry_at=until)
        decoded = answer.json()
        if not isinstance(decoded, shape):
            raise ConnectorError(ErrorCode.BAD_ANSWER, f"no {shape.__name__}")
        return decoded

    # --- in one shape ---

    def _post(self, status: Mapping[str, Any], root: str = "") -> FetchedPost:
        remote_id, author = _id(status), status["account"]
        parent, private = words(status.get("in_reply_to_id")), status.get("visibility") == "direct"
        warning, text = words(status.get("spoiler_text")).strip(), plain(words(status.get("content")))
        return FetchedPost(
            remote_id=remote_id,
            kind="message" if private else "reply" if parent else "mention",
            posted_at=_moment(status["created_at"]),
            text="\n\n".join(part for part in (warning, text) if part),
            author=f"@{words(author['acct'])}",
            author_id=_id(author),
            url=words(status.get("url") or status.get("uri")),
            # Only a conversation names its root. What answers a root, as most does, needs no more than its parent.
            thread_id=root or parent or remote_id,
            parent_id=parent,
            language=words(status.get("language")),
            own=_id(author) == self.access.external_id,
            private=private,
        )


def plain(html: str) -> str:
    """A post's HTML as text. Lines end at <br> and paragraphs; a link's hidden parts belong to its address.

    The tree is walked and left as it is: Beautiful Soup takes minutes to change one that somebody nested deep.
    """
    parts: list[str] = []
    around: list[Tag] = []
    # A text that is no HTML at all may look like an address or a file name; with a tag in front nobody asks.
    soup = BeautifulSoup(f"<body>{html}", "html.parser")
    for node in soup.descendants:
        while around and node.parent is not around[-1]:
            parts.append(_ENDS.get(around.pop().name, ""))
        if isinstance(node, Tag):
            parts.append(_STARTS.get(node.name, ""))
            around.append(node)
        elif type(node) in (NavigableString, CData):  # of its kinds these are words; the others comments, scripts …
            parts.append(str(node))
    return "".join(parts).strip()


def _id(row: Mapping[str, Any]) -> str:
    found = words(row["id"])
    if not found:
        raise ValueError("no id")
    return found


def _step(remote_id: str) -> str:
    """An id as one step of a path, whatever it holds."""
    return quote(remote_id, safe="")


def _moment(written: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _reset(headers: Mapping[str, str]) -> dt.datetime | None:
    try:
        return _moment(headers.get("x-ratelimit-reset") or "")
    except ValueError:
        return None


def _described(account: Mapping[str, Any]) -> RemoteAccount:
    with understood():
        url = words(account.get("url"))
        host = urlsplit(url).hostname or ""
        username = words(account["username"])
        state = RemoteState.ACTIVE
        if account.get("suspended"):
            state = RemoteState.SUSPENDED
        elif account.get("moved"):
            state = RemoteState.GONE
        return RemoteAccount(
            _id(account), f"{username}@{host}" if host else username, url, words(account.get("display_name")), state
        )
