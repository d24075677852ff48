"""LinkedIn's versioned REST interface as its documentation describes it, as far as a page's comments are read.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api, …/comments-api,
…/organizations/organization-lookup-api, https://learn.microsoft.com/linkedin/shared/authentication/.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable
from urllib.parse import unquote

from tests.connectors.worlds.served import Asked, FakeServer, Said

VERSIONS = {"202610", "202609"}
ORGANIZATION = "5515715"
URN = f"urn:li:organization:{ORGANIZATION}"
CLIENT = {"client_id": "78abc", "client_secret": "client-secret"}


def problem(status: int, code: str, message: str, service_code: int = 0) -> Said:
    return Said({"status": status, "code": code, "message": message, "serviceErrorCode": service_code}, status)


class FakeLinkedIn(FakeServer):
    def __init__(self, now: dt.datetime):
        super().__init__()
        self.now, self.tokens, self.refresh, self.numbers = now, {"AQX-1"}, "AQR-1", itertools.count(1)
        self.scope = "r_organization_social,r_organization_admin"
        self.organization: dict | None = {
            "id": int(ORGANIZATION),
            "vanityName": "fjordvik",
            "localizedName": "Fjordvik",
        }
        self.posts: dict[str, dict] = {}
        self.comments: dict[str, dict] = {}  # by urn
        self.below: Counter[str] = Counter()  # replies of each comment

    @property
    def credentials(self) -> dict[str, str]:
        access_token = min(self.tokens, default="AQX-0")
        return {"organization_id": ORGANIZATION, "access_token": access_token, "refresh_token": self.refresh, **CLIENT}

    # --- what happens there ---

    def publish(self, at: dt.datetime) -> str:
        urn = f"urn:li:share:68{next(self.numbers):05}"
        stamp = int(at.timestamp() * 1000)
        self.posts[urn] = {"id": urn, "author": URN, "createdAt": stamp, "publishedAt": stamp, "commentary": "News"}
        return urn

    def comment(self, post: str, at: dt.datetime, text: str, actor: str, parent: str = "") -> str:
        number = str(7_000_000 + next(self.numbers))
        activity = "urn:li:activity:" + post.rsplit(":", 1)[-1]
        urn, stamp = f"urn:li:comment:({activity},{number})", int(at.timestamp() * 1000)
        self.comments[urn] = {
            "id": number,
            "commentUrn": urn,
            "actor": actor,
            "object": activity,
            "created": {"actor": actor, "time": stamp},
            "lastModified": {"actor": actor, "time": stamp},
            "message": {"attributes": [], "text": text},
            "_post": post,
        } | ({"parentComment": parent} if parent else {})
        self.below[parent] += 1
        return urn

    def remove(self, urn: str) -> None:
        for child in [row["commentUrn"] for row in self.comments.values() if row.get("parentComment") == urn]:
            self.remove(child)
        self.below[self.comments.pop(urn).get("parentComment", "")] -= 1

    # --- the interface ---

    def answer(self, asked: Asked) -> Said:
        if asked.path.startswith("/oauth/v2/"):
            return self._oauth(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return problem(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65602)
        if asked.headers.get("linkedin-version") not in VERSIONS:
            return problem(426, "NONEXISTENT_VERSION", "Requested version is not active")
        if asked.headers.get("x-restli-protocol-version") != "2.0.0":
            return problem(400, "ILLEGAL_ARGUMENT", "Protocol version 2.0.0 is needed")
        parts = [unquote(part) for part in asked.path.strip("/").split("/")]
        match parts:
            case ["rest", "organizations", number]:
                if self.organization is None or number != str(self.organization["id"]):
                    return problem(404, "NOT_FOUND", f"Could not find organization {number}")
                return Said(self.organization)
            case ["rest", "posts"]:
                if asked.query.get("q") != "author" or asked.query.get("author") != URN:
                    return problem(403, "ACCESS_DENIED", "Not enough permissions to access: posts.FINDER-author", 100)
                rows = sorted(self.posts.values(), key=lambda row: -row["publishedAt"])
                return self._page(asked, rows, 100, total=False)
            case ["rest", "socialActions", urn, "comments"]:
                return self._comments(asked, urn)
            case ["rest", "socialActions", urn, "comments", number]:
                for row in self.comments.values():
                    if row["id"] == number and urn in (row["_post"], row["object"]):
                        return Said(self._shown(row))
                return problem(404, "NOT_FOUND", "Comment not found")
        return problem(404, "RESOURCE_NOT_FOUND", f"No root resource defined for path {asked.path}")

    def _comments(self, asked: Asked, urn: str) -> Said:
        if urn.startswith("urn:li:comment:"):
            if urn not in self.comments:
                return problem(404, "NOT_FOUND", "Comment not found")
            rows = [row for row in self.comments.values() if row.get("parentComment") == urn]
        elif urn in self.posts:
            rows = [row for row in self.comments.values() if row["_post"] == urn and "parentComment" not in row]
        else:
            return problem(404, "NOT_FOUND", "Entity not found")
        rows.sort(key=lambda row: row["created"]["time"])
        return self._page(asked, rows, 100, total=True, shown=self._shown)

    def _shown(self, row: dict) -> dict:
        shown = {name: value for name, value in row.items() if name != "_post"}
        if below := self.below[row["commentUrn"]]:
            shown["commentsSummary"] = {"selectedComments": [], "aggregatedTotalComments": below}
        return shown

    def _page(self, asked: Asked, rows: list, most: int, *, total: bool, shown: Callable = dict) -> Said:
        start, count = int(asked.query.get("start", 0)), int(asked.query.get("count", 10))
        if count > most:
            return problem(400, "INVALID_PARAM", f"count must be at most {most}")
        paging = {"start": start, "count": count, "links": []} | ({"total": len(rows)} if total else {})
        return Said({"paging": paging, "elements": [shown(row) for row in rows[start : start + count]]})

    def _oauth(self, asked: Asked) -> Said:
        form = asked.form
        if {name: form.get(name) for name in CLIENT} != CLIENT:
            return Said({"error": "invalid_client", "error_description": "Client authentication failed"}, 401)
        if asked.path.endswith("/introspectToken"):
            if form["token"] not in self.tokens:
                return Said({"active": False, "status": "expired"})
            ends = int((self.now + dt.timedelta(days=60)).timestamp())
            return Said({"active": True, "status": "active", "scope": self.scope, "expires_at": ends})
        if form.get("refresh_token") != self.refresh or form.get("grant_type") != "refresh_token":
            return Said({"error": "invalid_request", "error_description": "The provided token is invalid"}, 400)
        token = f"AQX-{next(self.numbers)}"
        self.tokens = {token}
        return Said(
            {
                "access_token": token,
                "expires_in": 5_184_000,
                "refresh_token": self.refresh,
                "refresh_token_expires_in": 31_536_000,
                "scope": self.scope,
            }
        )
