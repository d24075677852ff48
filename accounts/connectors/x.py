"""X (API v2), read with an app's Bearer token: mentions, replies to the account, and the account's own replies.

X charges for each post and each profile it hands out. So the connector is off until a body connects an account and
says how much may be read in a month; every call is reserved against that ceiling before it is made, and what did not
come is given back.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import (
    Access,
    Activity,
    Capability,
    Checked,
    Connector,
    Credential,
    FetchedPost,
    Guide,
    Page,
    RemoteAccount,
    RemoteState,
)
from accounts.connectors.errors import ConnectorError, ErrorCode, understood, words
from accounts.connectors.facts import Facts
from accounts.connectors.http import LONGEST_WAIT, Answer, Http
from accounts.connectors.x_api import absent, is_lacking, missing, paid, reset_at, state_in

FEWEST, MOST = 5, 100  # posts a page; the platform's limits
# A post's id holds its moment: milliseconds since this one, above 22 bits of machine and sequence.
SNOWFLAKE_EPOCH = 1_288_834_974_657
POST_FIELDS = "author_id,conversation_id,in_reply_to_user_id,lang,note_tweet,referenced_tweets"
USER_FIELDS = "most_recent_tweet_id,name,public_metrics,username"


@dataclass
class Walk:
    """The cursor: a walk through a timeline, newest first, down to the newest post of the last finished walk."""

    known: str = ""  # newest id of the last finished walk
    newest: str = ""  # … of this one
    page: str = ""

    @classmethod
    def load(cls, cursor: str) -> Walk:
        return cls(**json.loads(cursor)) if cursor else cls()


class X(Connector):
    facts = Facts(
        code="x",
        name="X",
        hosts=("x.com", "twitter.com"),
        handle=r"\w{1,15}",
        id=r"\d+",
        post=r"\d+",
        profile="https://x.com/{handle}",
        profile_of_id="https://x.com/i/user/{id}",
        profiles=(
            "/i/user/{id}",
            "/intent/user?user_id={id}",
            "/intent/user?screen_name={handle}",
            "/intent/follow?screen_name={handle}",
            "/intent/follow?user_id={id}",
            "/{handle}",
            "/@{handle}",
        ),
        tabs=frozenset(
            {"about", "articles", "followers", "following", "header_photo", "highlights", "likes", "lists", "media"}
            | {"photo", "superfollows", "verified_followers", "with_replies"}
        ),
        posts=(
            "/i/status/{post}",
            "/i/web/status/{post}",
            "/{handle}/status/{post}",
            "/{handle}/statuses/{post}",
            "/{handle}/status/{post}/photo/{name}",
            "/{handle}/status/{post}/video/{name}",
            "/{handle}/article/{post}",
            "/i/spaces/{post}",
            "/i/events/{post}",
        ),
        answers_are_posts=True,
        no_handle=frozenset(
            {
                "account",
                "compose",
                "explore",
                "following",
                "followers",
                "hashtag",
                "home",
                "i",
                "intent",
                "jobs",
                "login",
            }
            | {
                "logout",
                "messages",
                "notifications",
                "oauth",
                "privacy",
                "search",
                "settings",
                "share",
                "signup",
                "tos",
            }
        ),
    )
    base_url = "https://api.x.com"
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
    answers_seen = frozenset({"reply", "mention"})
    credentials = (
        Credential("token", _("Bearer token"), secret=True),
        Credential(
            "monthly_ceiling",
            _("Posts and profiles read each month, at the most"),
            _("X charges for each of them. Once the ceiling is reached, nothing is read until the next month begins."),
            kind="number",
        ),
    )
    guide = Guide(
        steps=(
            _("Sign in to X’s developer console with the body’s account, and create a project with an app in it."),
            _("Buy credits there, and set a spending limit. X charges for each post and each profile that is read."),
            _("Under “Keys and tokens”, create the app’s Bearer token, and paste it here."),
            _("Say how many posts and profiles may be read in a month. Nothing beyond that is read."),
        ),
        rights=(("App-only", _("Read public posts and profiles. Direct messages are not read.")),),
        note=_("This costs money. Accounts read with the same token share one ceiling."),
        link="https://console.x.com",
    )
    streams = ("mentions", "own")
    reread_at_most = MOST
    reread_interval = dt.timedelta(hours=6)  # each post costs; the body's answers come with their stream
    shortest_interval = dt.timedelta(hours=1)  # each fetch costs

    def __init__(self, access: Access, http: Http):
        super().__init__(access, http)
        self._found: dict[str, tuple[dict | None, RemoteState]] = {}  # one fetch asks twice, and each profile costs

    # --- the account ---

    def check(self) -> Checked:
        handle = self.access.handle.strip().removeprefix("@")
        user, state = self._user(f"by/username/{quote(handle, safe='')}")
        if user is None:
            raise missing(state)
        return Checked(_described(user))

    def account(self) -> RemoteAccount:
        user, state = self._user(self.access.external_id)
        if user is not None:
            return _described(user)
        return RemoteAccount(self.access.external_id, self.access.handle, self.access.url, state=state)

    def activity(self) -> Activity:
        """The newest post's moment, from its id: that costs one profile, and the posts themselves nothing."""
        user, state = self._user(self.access.external_id)
        if user is None:
            raise missing(state)
        with understood():
            if newest := user.get("most_recent_tweet_id"):
                return Activity(moment_of(newest))
            if user["public_metrics"]["tweet_count"] == 0:
                return Activity(None)
        raise ConnectorError(ErrorCode.BAD_ANSWER, "there are posts, but the newest is not named")

    def _user(self, which: str) -> tuple[dict | None, RemoteState]:
        if which not in self._found:
            answer = self._read(f"users/{which}", 1, **{"user.fields": USER_FIELDS})
            with understood():
                self._found[which] = answer.get("data"), state_in(answer)
        return self._found[which]

    # --- posts ---

    def fetch(self, stream: str, cursor: str, *, since: dt.datetime) -> Page:
        if stream not in self.streams:
            raise NotImplementedError(stream)
        with understood():
            walk = Walk.load(cursor)
        own = stream == "own"
        at_most = self._affordable()
        try:
            answer = self._read(
                f"users/{self.access.external_id}/{'tweets' if own else 'mentions'}",
                2 * at_most,  # with each post a profile, or the post it replies to
                max_results=at_most,
                since_id=walk.known or None,
                start_time=None if walk.known else since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                pagination_token=walk.page or None,
                exclude="retweets" if own else None,
                # The posts replied to tell by which ids they were known before they were edited.
                expansions="referenced_tweets.id" if own else "author_id",
                **{"tweet.fields": POST_FIELDS, "user.fields": None if own else "username"},
            )
        except StalePage:
            walk.page = ""
            return Page((), json.dumps(asdict(walk)), more=True)
        with understood():
            if "data" not in answer and "meta" not in answer:
                raise missing(state_in(answer))
            posts = self._posts(answer)
            meta = answer.get("meta") or {}
            following = words(meta.get("next_token"))
            if following and following == walk.page:
                raise ConnectorError(ErrorCode.BAD_ANSWER, "a page that is followed by itself")
            walk.newest = max(walk.newest, words(meta.get("newest_id")), key=_order)
            complete = not is_lacking(answer)
        walk.page = following
        if not following:
            walk.known, walk.newest = max(walk.known, walk.newest, key=_order), ""
        wanted = [post for post in posts if post.parent_id] if own else posts
        return Page(wanted, json.dumps(asdict(walk)), bool(following), complete=complete)

    def reread(self, posts: Sequence[FetchedPost]) -> Page:
        """The posts as they are now. The body's own replies come with their stream: X has no way from post to reply."""
        wanted = {post.remote_id: post for post in posts}
        if not wanted:
            return Page()
        answer = self._lookup(wanted)
        with understood():
            gone, closed, lacking = absent(answer)
            # An id stands for one version; asking for an edited post by its first id gives the first version.
            versions = {tweet["id"]: tweet.get("edit_history_tweet_ids") or [] for tweet in answer.get("data", [])}
            edited = {words(ids[-1]) for first, ids in versions.items() if ids and ids[-1] != first}
        seen = self._posts(answer) + (self._posts(self._lookup(edited)) if edited else [])
        # What it replies to may be named by a later version's id here: what is known already stays.
        known = {post.remote_id: post.parent_id for post in posts}
        found = {
            post.remote_id: replace(post, parent_id=known.get(post.remote_id) or post.parent_id, url="")
            for post in seen
        }
        unseen = [
            FetchedPost(
                post.remote_id,
                post.kind,
                None,
                thread_id=post.thread_id,
                parent_id=post.parent_id,
                removed=post.remote_id in gone,
                hidden=post.remote_id in closed,
            )
            for post in wanted.values()
            if post.remote_id in gone | closed
        ]
        silent = wanted.keys() - found.keys() - gone - closed
        return Page([*found.values(), *unseen], complete=not (lacking or silent))

    def _lookup(self, ids: Iterable[str]) -> dict:
        """Posts by their ids, without their authors' profiles: those are known, and would cost as much again."""
        ids = sorted(set(ids))
        return self._read("tweets", len(ids), ids=",".join(ids), **{"tweet.fields": POST_FIELDS})

    # --- in one shape ---

    def _posts(self, answer: Mapping[str, Any]) -> list[FetchedPost]:
        with understood():
            included = answer.get("includes") or {}
            names = {user["id"]: words(user["username"]) for user in included.get("users", [])}
            first_ids = {tweet["id"]: _first_id(tweet) for tweet in included.get("tweets", [])}
            return [self._post(tweet, names, first_ids) for tweet in answer.get("data") or []]

    def _post(self, tweet: Mapping[str, Any], names: Mapping[str, str], first_ids: Mapping[str, str]) -> FetchedPost:
        me = self.access.external_id
        own = tweet["author_id"] == me
        parents = [words(other["id"]) for other in tweet.get("referenced_tweets", []) if other["type"] == "replied_to"]
        # What the account adds to its own words answers nobody.
        parent = parents[0] if parents and not (own and tweet.get("in_reply_to_user_id") == me) else ""
        # A reply to the account is a reply; whoever else names it in passing mentions it.
        kind = "reply" if own or tweet.get("in_reply_to_user_id") == me else "mention"
        text = words((tweet.get("note_tweet") or {}).get("text")) or words(tweet["text"])
        author_id = words(tweet["author_id"])
        author = names.get(author_id, "")
        return FetchedPost(
            remote_id=_first_id(tweet),
            kind=kind,
            posted_at=moment_of(_first_id(tweet)),
            text=html.unescape(text),
            author=f"@{author}" if author else "",
            author_id=author_id,
            url=f"https://x.com/{author or 'i'}/status/{tweet['id']}",
            thread_id=words(tweet.get("conversation_id")),
            parent_id=first_ids.get(parent, parent),
            language=_language(tweet.get("lang", "")),
            own=own,
        )

    # --- calls ---

    def _affordable(self) -> int:
        """How many posts the next page may hold. Each may bring another paid thing with it."""
        if self.http.units_left is None:
            return MOST
        return max(FEWEST, min(MOST, (self.http.units_left - self.http.units) // 2))

    def _read(self, path: str, at_most: int, **params: Any) -> dict:
        """One paid call that hands out so many things at the most; what did not come is given back.

        Raises ConnectorError CEILING before the call where the month's ceiling could be passed.
        """
        self.http.spend(at_most)
        came = 0
        try:
            answer = self.http.call(
                "GET",
                f"{self.base}/2/{path}",
                params=params,
                headers={"Authorization": f"Bearer {self.access.credentials.get('token', '').strip()}"},
                statuses=frozenset({400, 402, 403, 429}),
            )
            if answer.status >= 400:
                raise self._refusal(answer, paging=bool(params.get("pagination_token")))
            decoded = answer.json()
            with understood():
                came = min(at_most, paid(decoded))
            if answer.headers.get("x-rate-limit-remaining") == "0":
                self.http.block(reset_at(answer, self.access.now))
            return decoded
        finally:
            self.http.spend(came - at_most)

    def _refusal(self, answer: Answer, *, paging: bool) -> ConnectorError:
        """The problem that X names decides; without any (a proxy's page, say) the status does."""
        problem: dict = {}
        with suppress(ConnectorError), understood():
            problem = {**answer.json()}
        kind = str(problem.get("type", "")).rpartition("/")[2]
        detail = f"{answer.status} {problem.get('reason') or problem.get('title') or ''}".strip()
        if kind == "usage-capped" or answer.status == 402:
            # Bought credits are used up, or the plan's month is: nobody says when that changes.
            return ConnectorError(ErrorCode.CEILING, detail, retry_at=self.access.now + LONGEST_WAIT)
        if answer.status == 429:
            retry_at = reset_at(answer, self.access.now)
            self.http.block(retry_at)
            return ConnectorError(ErrorCode.LIMITED, detail, retry_at=retry_at)
        if answer.status == 403:
            return ConnectorError(ErrorCode.RIGHTS, detail)
        if paging and "pagination_token" in json.dumps(problem.get("errors", "")):
            return StalePage(ErrorCode.BAD_ANSWER, detail)
        return ConnectorError(ErrorCode.BAD_ANSWER, detail)


class StalePage(ConnectorError):
    """The token of the next page is not known any more: the walk begins anew."""


def moment_of(post_id: str) -> dt.datetime:
    milliseconds = (int(post_id) >> 22) + SNOWFLAKE_EPOCH
    return dt.datetime.fromtimestamp(milliseconds // 1000, dt.UTC) + dt.timedelta(milliseconds=milliseconds % 1000)


def _order(post_id: str) -> int:
    return int(post_id or 0)


def _first_id(tweet: Mapping[str, Any]) -> str:
    """The id a post had before it was edited: each edit makes a new one."""
    return words((tweet.get("edit_history_tweet_ids") or [tweet["id"]])[0])


def _language(code: str) -> str:
    """X writes “und”, “qme” and the like where there is no language, and some codes of old."""
    return {"in": "id", "iw": "he"}.get(code, code) if re.fullmatch(r"[a-z]{2}(-[A-Za-z]+)?", code) else ""


def _described(user: Mapping[str, Any]) -> RemoteAccount:
    with understood():
        username = words(user["username"])
        return RemoteAccount(words(user["id"]), username, f"https://x.com/{username}", words(user.get("name")))
