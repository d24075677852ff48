"""TikTok business accounts, by TikTok API for Business: comments under the account's own videos.

Every answer is 200 with a `code` of its own. The access token lives for a day; each renewal replaces the refresh token
too. Mentions and messages need rights of their own, and a comment that was deleted leaves the list without a trace:
only open questions are asked for by their ids. See https://business-api.tiktok.com/portal/docs.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import Activity, Capability, Checked, Credential, FetchedPost, Guide, RemoteAccount
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.facts import Facts
from accounts.connectors.renewal import Renewing
from accounts.connectors.threads import (
    MOST_PAGES,
    THREADS_BACK,
    OwnPosts,
    UnderOwnPosts,
    Written,
    bad_answer,
    listed,
    moment,
    naming_rights,
    needed,
    told,
)

VIDEOS, COMMENTS = 20, 30
RIGHTS = ("user.info.basic", "user.info.username", "video.list", "comment.list")
LIMITED = frozenset({40016, 40100, 40132, 40133})
CREDENTIALS = frozenset({40101, 40102, 40104, 40105, 40110})
NO_RIGHT = frozenset({40001})
GONE = frozenset({40007})
NO_SUCH_CALL = frozenset({40006})


class TikTok(Renewing, UnderOwnPosts):
    facts = Facts(
        code="tiktok",
        name="TikTok",
        hosts=("tiktok.com",),
        short_hosts=("vm.tiktok.com", "vt.tiktok.com"),
        handle=r"[\w.]{2,24}(?<![.])",
        post=r"\d+",
        profile="https://www.tiktok.com/@{handle}",
        profiles=("/@{handle}",),
        tabs=frozenset({"live", "playlist"}),
        posts=("/@{handle}/video/{post}", "/@{handle}/photo/{post}"),
    )
    base_url = "https://business-api.tiktok.com"
    capabilities = frozenset({Capability.ACTIVITY, Capability.COMMENTS, Capability.OWN_REPLIES, Capability.REMOVALS})
    answers_seen = frozenset({"comment", "reply"})
    shortest_interval = dt.timedelta(minutes=15)
    credentials = (
        Credential("business_id", _("Business ID"), _("TikTok names it “open_id” when the account is authorised.")),
        Credential("access_token", _("Access token"), secret=True),
        Credential("refresh_token", _("Refresh token"), secret=True),
        Credential("app_id", _("App ID"), _("Of the app that you made at TikTok API for Business.")),
        Credential("app_secret", _("App secret"), secret=True),
    )
    guide = Guide(
        steps=(
            _("In the TikTok app, make the account a business account."),
            _("At TikTok API for Business, make an app and ask for “TikTok Accounts” with the rights below."),
            _("Open the app’s authorisation address, signed in as the account, and agree."),
            _("Exchange the code that you are sent back with for the tokens."),
            _("Fill in the business ID, both tokens, and the app’s ID and secret here, within the same day."),
        ),
        rights=(
            ("user.info.basic", _("see which account it is")),
            ("user.info.username", _("see its handle")),
            ("video.list", _("see which videos it published")),
            ("comment.list", _("read comments and replies on them")),
        ),
        note=_("Mentions and messages are not read: for them the portal cannot measure answers."),
        link="https://business-api.tiktok.com/portal/docs",
    )

    @property
    def business_id(self) -> str:
        return self.access.external_id or self.access.credentials["business_id"]

    # --- calls ---

    def get(self, path: str, **params) -> dict:
        """The `data` of one call, with a new token where the old one has expired. Raises ConnectorError."""
        params["business_id"] = self.business_id

        def call() -> dict:
            headers = {"Access-Token": self.access.credentials["access_token"]}
            return self._data("GET", path, params=params, headers=headers)

        return self.renewing(call)

    def _data(self, method: str, path: str, **rest) -> dict:
        body = self.http.call(method, f"{self.base}/open_api/v1.3/{path}/", **rest).json()
        code = body.get("code") if isinstance(body, dict) else None
        if not isinstance(code, int):
            raise bad_answer("no code")
        if code:
            raise ConnectorError(_meaning(code), str(code), retry_at=self.http.blocked_until)
        data = body.get("data")
        if not isinstance(data, dict):
            raise bad_answer("no data")
        return data

    def renewal(self) -> Mapping[str, Any]:
        credentials = self.access.credentials
        return self._data(
            "POST",
            "tt_user/oauth2/refresh_token",
            json_body={
                "client_id": credentials["app_id"],
                "client_secret": credentials["app_secret"],
                "grant_type": "refresh_token",
                "refresh_token": credentials["refresh_token"],
            },
        )

    # --- the account ---

    def check(self) -> Checked:
        # Renewing shows that both tokens work, what they may, and until when.
        granted = set(told(self.renew(), "scope").replace(",", " ").split())
        missing = tuple(right for right in RIGHTS if right not in granted)
        return Checked(naming_rights(self.account, missing), self.ends_at(), missing)

    def account(self) -> RemoteAccount:
        row = self.get("business/get", fields=json.dumps(["username", "display_name"]))
        handle = told(row, "username")
        url = f"https://www.tiktok.com/@{handle}" if handle else ""
        return RemoteAccount(self.business_id, handle, url, told(row, "display_name"))

    def activity(self) -> Activity:
        rows = listed(self._videos(""), "videos")
        return Activity(max(filter(None, (moment(row.get("create_time")) for row in rows)), default=None))

    def _videos(self, cursor: str) -> dict:
        fields = json.dumps(["item_id", "create_time", "comments"])
        return self.get("business/video/list", fields=fields, cursor=cursor or None, max_count=VIDEOS)

    # --- what is written under its videos ---

    def own_posts(self, cursor: str, oldest: dt.datetime, since: dt.datetime) -> OwnPosts:
        answer = self._videos(cursor)
        found = OwnPosts(next=_next(answer))
        for row in listed(answer, "videos"):
            if (created := moment(row.get("create_time"))) and created < oldest:
                found.next = ""
                break
            if row.get("comments") != 0:
                found.ids.append((needed(row, "item_id"), ""))
        return found

    def written_under(self, post_id: str, cursor: str, since: dt.datetime) -> Written:
        answer = self._comments(post_id, cursor=cursor or None, sort_field="create_time", sort_order="desc")
        found, complete, over = [], True, True
        for row in listed(answer, "comments"):
            thread = self._thread(post_id, row)
            found += thread.posts
            complete = complete and thread.complete
            over = over and thread.posts[0].posted_at < since - THREADS_BACK
        return Written(found, "" if over else _next(answer), complete)

    def thread(self, post_id: str, comment_id: str) -> Written:
        rows = listed(self._comments(post_id, comment_ids=json.dumps([comment_id])), "comments")
        for row in rows:
            if told(row, "comment_id") == comment_id:
                return self._thread(post_id, row)
        raise ConnectorError(ErrorCode.GONE, "the comment is not listed")

    def _comments(self, post_id: str, **params) -> dict:
        return self.get("business/comment/list", video_id=post_id, status="ALL", max_count=COMMENTS, **params)

    def _thread(self, post_id: str, root: dict) -> Written:
        """A comment with its replies, which are asked for only where the comment says that there are some."""
        comment_id = needed(root, "comment_id")
        found, cursor = [self._post(root, post_id, "")], ""
        if not root.get("replies"):
            return Written(found)
        for _number in range(MOST_PAGES):
            answer = self.get(
                "business/comment/reply/list",
                video_id=post_id,
                comment_id=comment_id,
                status="ALL",
                sort_field="create_time",
                sort_order="desc",
                cursor=cursor or None,
                max_count=COMMENTS,
            )
            found += [self._post(row, post_id, comment_id) for row in listed(answer, "comments")]
            cursor = _next(answer)
            if not cursor:
                return Written(found)
        return Written(found, complete=False)

    def _post(self, row: dict, post_id: str, parent_id: str) -> FetchedPost:
        return FetchedPost(
            remote_id=needed(row, "comment_id"),
            kind="reply" if parent_id else "comment",
            posted_at=moment(needed(row, "create_time")),
            text=told(row, "text"),
            author=told(row, "display_name") or told(row, "username"),
            author_id=told(row, "unique_identifier") or told(row, "user_id"),
            thread_id=post_id,
            parent_id=parent_id,
            own=row.get("owner") is True,
            hidden=told(row, "status") == "HIDDEN",
        )


def _next(answer: dict) -> str:
    return needed(answer, "cursor") if answer.get("has_more") is True else ""


def _meaning(code: int) -> ErrorCode:
    for codes, meaning in (
        (LIMITED, ErrorCode.LIMITED),
        (CREDENTIALS, ErrorCode.CREDENTIALS),
        (NO_RIGHT, ErrorCode.RIGHTS),
        (GONE, ErrorCode.GONE),
        (NO_SUCH_CALL, ErrorCode.UNSUPPORTED),
    ):
        if code in codes:
            return meaning
    return ErrorCode.UNREACHABLE if code >= 50000 else ErrorCode.BAD_ANSWER
