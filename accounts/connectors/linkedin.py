"""LinkedIn pages, by the versioned REST interface: comments under the page's own posts.

Members' names are not given to applications, only their ids. Mentions are told by webhook alone, and messages not at
all: neither is measured. See https://learn.microsoft.com/linkedin/marketing/community-management/.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import (
    Activity,
    Capability,
    Checked,
    Credential,
    FetchedPost,
    Guide,
    RemoteAccount,
    RemoteState,
)
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.facts import Facts
from accounts.connectors.http import refused
from accounts.connectors.renewal import Renewing
from accounts.connectors.threads import (
    MOST_PAGES,
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

VERSION = "202610"
OAUTH = "https://www.linkedin.com"
POSTS, COMMENTS = 50, 100
RIGHTS = ("r_organization_social", "r_organization_admin")


class LinkedIn(Renewing, UnderOwnPosts):
    facts = Facts(
        code="linkedin",
        name="LinkedIn",
        hosts=("linkedin.com",),
        short_hosts=("lnkd.in",),
        # Letters of any language; a number alone is an id.
        handle=r"(?=\d*[^\d/])[\w&'’.–-]{1,100}",
        any_letters=True,
        spaces=("in",),  # people: one may have a page's name
        id=r"\d+",
        profile="https://www.linkedin.com/company/{handle}/",
        profile_of_id="https://www.linkedin.com/company/{id}/",
        shown=("/showcase/{handle}", "/school/{handle}"),
        profiles=(
            "/company/{id}",
            "/company/{handle}",
            "/showcase/{id}",
            "/showcase/{handle}",
            "/school/{id}",
            "/school/{handle}",
            "/in/{handle}",
        ),
        tabs=frozenset(
            {"about", "alumni", "detail", "events", "insights", "jobs", "life", "mycompany", "people", "posts"}
            | {"products", "recent-activity", "recent-activity/all", "services", "videos"}
        ),
        posts=("/feed/update/{post}", "/posts/{post}", "/pulse/{post}", "/events/{post}"),
        comment_in=("replyurn", "commenturn"),
        post_id=r"(?:activity|ugcPost|share)[:-](\d+)",
    )
    base_url = "https://api.linkedin.com"
    capabilities = frozenset(
        {
            Capability.ACTIVITY,
            Capability.COMMENTS,
            Capability.OWN_REPLIES,
            Capability.REMOVALS,
            Capability.STATE,
        }
    )
    answers_seen = frozenset({"comment", "reply"})
    tells_names = False  # not to applications
    # One call for each post, and few calls a day for a new application.
    shortest_interval = dt.timedelta(minutes=30)
    credentials = (
        Credential("organization_id", _("Organisation ID"), _("A number. It stands in the page’s admin address.")),
        Credential("access_token", _("Access token"), secret=True),
        Credential(
            "refresh_token",
            _("Refresh token"),
            _("Where LinkedIn gave one. Without it, the access ends after 60 days."),
            secret=True,
            required=False,
        ),
        Credential("client_id", _("Client ID"), _("Of the app that you made at LinkedIn.")),
        Credential("client_secret", _("Client secret"), secret=True),
    )
    guide = Guide(
        steps=(
            _("At LinkedIn for developers, make an app and let a page administrator verify it for the body’s page."),
            _("Ask for the product “Community Management API”."),
            _("In the app’s OAuth tools, create a token with the rights below, as an administrator of the page."),
            _("Fill in the organisation ID, the tokens, and the app’s client ID and secret here."),
        ),
        rights=(
            ("r_organization_social", _("read posts and comments of the page")),
            ("r_organization_admin", _("read the page’s name and address")),
        ),
        note=_(
            "LinkedIn gives no names of those who comment. Mentions and messages are not read: "
            "for them the portal cannot measure answers."
        ),
        link="https://learn.microsoft.com/linkedin/marketing/community-management/",
    )

    @property
    def organization_id(self) -> str:
        return self.access.external_id or self.access.credentials["organization_id"].rsplit(":", 1)[-1]

    @property
    def urn(self) -> str:
        return f"urn:li:organization:{self.organization_id}"

    # --- calls ---

    def get(self, path: str, **params) -> dict:
        """One call, with a new token where the old one has expired. Raises ConnectorError."""
        return self.renewing(lambda: self._get(path, params))

    def _get(self, path: str, params: Mapping[str, Any]) -> dict:
        answer = self.http.call(
            "GET",
            f"{self.base}/rest/{path}",
            params=params,
            headers={
                "Authorization": f"Bearer {self.access.credentials['access_token']}",
                "LinkedIn-Version": VERSION,
                "X-Restli-Protocol-Version": "2.0.0",
            },
            statuses=frozenset({426}),
        )
        if answer.status == 426:
            raise ConnectorError(ErrorCode.UNSUPPORTED, f"version {VERSION}")
        return _object(answer.json())

    def _oauth(self, path: str, **form: str) -> dict:
        host = OAUTH if self.base == self.base_url else self.base
        credentials = self.access.credentials
        form |= {"client_id": credentials["client_id"], "client_secret": credentials["client_secret"]}
        answer = self.http.call("POST", f"{host}/oauth/v2/{path}", form=form, statuses=frozenset({400, 401}))
        if answer.status >= 400:
            # A refresh token that has ended or was withdrawn is told as a bad request.
            raise refused(401, answer.headers, self.access.now)
        return _object(answer.json())

    def renewal(self) -> Mapping[str, Any]:
        refresh_token = self.access.credentials["refresh_token"]
        return self._oauth("accessToken", grant_type="refresh_token", refresh_token=refresh_token)

    # --- the account ---

    def check(self) -> Checked:
        facts = self.renewing(self._token_facts)
        # Scopes come divided by commas or spaces.
        granted = set(told(facts, "scope").replace(",", " ").split())
        ends = self.ends_at() if self.access.credentials.get("refresh_token") else moment(facts.get("expires_at"))
        missing = tuple(right for right in RIGHTS if right not in granted)
        return Checked(naming_rights(self._account, missing), ends, missing)

    def _token_facts(self) -> dict:
        facts = self._oauth("introspectToken", token=self.access.credentials["access_token"])
        if facts.get("active") is not True:
            raise ConnectorError(ErrorCode.CREDENTIALS, "the token is not active")
        return facts

    def account(self) -> RemoteAccount:
        try:
            return self._account()
        except ConnectorError as problem:
            if problem.code != ErrorCode.GONE:
                raise
            return RemoteAccount(self.organization_id, self.access.handle, state=RemoteState.GONE)

    def _account(self) -> RemoteAccount:
        row = self.get(f"organizations/{quote(self.organization_id, safe='')}")
        handle = told(row, "vanityName")
        url = f"https://www.linkedin.com/company/{handle}/" if handle else ""
        return RemoteAccount(needed(row, "id"), handle, url, told(row, "localizedName"))

    def activity(self) -> Activity:
        return Activity(max(filter(None, map(_published, self._posts(0, 10))), default=None))

    def _posts(self, start: int, count: int) -> list[dict]:
        return listed(self.get("posts", q="author", author=self.urn, start=start, count=count), "elements")

    # --- what is written under its posts ---

    def own_posts(self, cursor: str, oldest: dt.datetime, since: dt.datetime) -> OwnPosts:
        start = _number(cursor)
        rows = self._posts(start, POSTS)
        new = [row for row in rows if (_published(row) or oldest) >= oldest]
        # The short page is the last one; there is no total.
        more = len(rows) == POSTS and len(new) == len(rows)
        return OwnPosts([(needed(row, "id"), "") for row in new], next=str(start + POSTS) if more else "")

    def written_under(self, post_id: str, cursor: str, since: dt.datetime) -> Written:
        start = _number(cursor)
        found, complete, rows = [], True, self._comments(post_id, start)
        for row in rows:
            thread = self._thread(post_id, row)
            found += thread.posts
            complete = complete and thread.complete
        return Written(found, str(start + COMMENTS) if len(rows) == COMMENTS else "", complete)

    def thread(self, post_id: str, comment_id: str) -> Written:
        number = comment_id.rstrip(")").rsplit(",", 1)[-1]
        return self._thread(post_id, self.get(f"socialActions/{quote(post_id, safe='')}/comments/{number}"))

    def _thread(self, post_id: str, root: dict) -> Written:
        """A comment with its replies, which are asked for only where the comment says that there are some."""
        found, comment_id = [self._post(root, post_id, "")], needed(root, "commentUrn")
        summary = root.get("commentsSummary")
        counts = summary if isinstance(summary, dict) else {}
        if not any(counts.get(name) for name in ("aggregatedTotalComments", "totalFirstLevelComments")):
            return Written(found)
        for number in range(MOST_PAGES):
            rows = self._comments(comment_id, number * COMMENTS)
            found += [self._post(row, post_id, comment_id) for row in rows]
            if len(rows) < COMMENTS:
                return Written(found)
        return Written(found, complete=False)

    def _comments(self, urn: str, start: int) -> list[dict]:
        return listed(
            self.get(f"socialActions/{quote(urn, safe='')}/comments", start=start, count=COMMENTS), "elements"
        )

    def _post(self, row: dict, post_id: str, parent_id: str) -> FetchedPost:
        comment_id, author_id = needed(row, "commentUrn"), told(row, "actor")
        created = moment(needed(row.get("created"), "time"), milliseconds=True)
        address = f"https://www.linkedin.com/feed/update/{post_id}?commentUrn={quote(comment_id, safe='')}"
        return FetchedPost(
            remote_id=comment_id,
            kind="reply" if parent_id else "comment",
            posted_at=created,
            text=told(row.get("message"), "text"),
            author_id=author_id,
            url=address,
            thread_id=post_id,
            parent_id=parent_id,
            own=author_id == self.urn,
        )


def _published(row: dict) -> dt.datetime | None:
    return moment(row.get("publishedAt") or row.get("createdAt"), milliseconds=True)


def _number(cursor: str) -> int:
    return int(cursor) if cursor.isdigit() else 0


def _object(answer: Any) -> dict:
    if not isinstance(answer, dict):
        raise bad_answer("a list where an object should be")
    return answer
