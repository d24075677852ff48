"""TikTok API for Business (v1.3) as its documentation describes it, as far as a business account's comments are read.

https://business-api.tiktok.com/portal/docs: /business/get/, /business/video/list/, /business/comment/list/,
/business/comment/reply/list/, /tt_user/oauth2/refresh_token/. Every answer is 200 with a code of its own.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import Counter
from collections.abc import Callable

from tests.connectors.worlds.served import Asked, FakeServer, Said

BUSINESS = "open-id-1"
APP = {"client_id": "7100", "client_secret": "app-secret"}
SCOPE = "user.info.basic,user.info.username,video.list,comment.list"


class Refuses(Exception):
    def __init__(self, code: int, message: str):
        self.code, self.message = code, message


class FakeTikTok(FakeServer):
    def __init__(self):
        super().__init__()
        self.access_token, self.refresh_token, self.scope = "act.1", "rft.1", SCOPE
        self.numbers, self.username = itertools.count(1), "fjordvik"
        self.videos: dict[str, dict] = {}
        self.comments: dict[str, dict] = {}
        self.below: Counter[str] = Counter()  # replies of each comment

    @property
    def credentials(self) -> dict[str, str]:
        return {
            "business_id": BUSINESS,
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "app_id": APP["client_id"],
            "app_secret": APP["client_secret"],
        }

    # --- what happens there ---

    def publish(self, at: dt.datetime) -> str:
        video_id = f"73{next(self.numbers):05}"
        self.videos[video_id] = {"item_id": video_id, "create_time": str(int(at.timestamp()))}
        return video_id

    def comment(self, video: str, at: dt.datetime, text: str, *, who: str = "", parent: str = "") -> str:
        comment_id = f"72{next(self.numbers):05}"
        self.comments[comment_id] = {
            "comment_id": comment_id,
            "video_id": video,
            "create_time": str(int(at.timestamp())),
            "text": text,
            "username": who or self.username,
            "display_name": (who or self.username).title(),
            "unique_identifier": f"uid-{who or self.username}",
            "owner": not who,
            "status": "PUBLIC",
            "likes": 0,
        } | ({"parent_comment_id": parent} if parent else {})
        self.below[parent] += 1
        return comment_id

    def remove(self, comment_id: str) -> None:
        for child in [key for key, row in self.comments.items() if row.get("parent_comment_id") == comment_id]:
            self.remove(child)
        self.below[self.comments.pop(comment_id).get("parent_comment_id", "")] -= 1

    # --- the interface ---

    def answer(self, asked: Asked) -> Said:
        try:
            data = self._answer(asked)
        except Refuses as refused:
            return Said({"code": refused.code, "message": refused.message, "request_id": "R", "data": {}})
        return Said({"code": 0, "message": "OK", "request_id": "R", "data": data})

    def _answer(self, asked: Asked) -> dict:
        path = asked.path.removeprefix("/open_api/v1.3/").strip("/")
        if path == "tt_user/oauth2/refresh_token" and asked.method == "POST":
            return self._renew(asked.json)
        if asked.headers.get("access-token") != self.access_token:
            raise Refuses(40105, "Access token is incorrect or has been revoked.")
        if asked.query.get("business_id") != BUSINESS:
            raise Refuses(40002, "business_id: not authorised")
        if path == "business/get":
            fields = json.loads(asked.query["fields"])
            known = {"username": self.username, "display_name": "Fjordvik"}
            return {name: known[name] for name in fields}
        if path == "business/video/list":
            return self._page(asked, list(self.videos.values()), "videos", 20, self._video)
        if path == "business/comment/list":
            return self._comments(asked)
        if path == "business/comment/reply/list":
            rows = [row for row in self.comments.values() if row.get("parent_comment_id") == asked.query["comment_id"]]
            return self._page(asked, rows, "comments", 30, self._shown)
        raise Refuses(40006, "no schema found")

    def _renew(self, said: dict) -> dict:
        if {name: said.get(name) for name in APP} != APP or said.get("refresh_token") != self.refresh_token:
            raise Refuses(40110, "Invalid refresh token")
        number = next(self.numbers)
        self.access_token, self.refresh_token = f"act.{number}", f"rft.{number}"
        return {
            "access_token": self.access_token,
            "expires_in": 86_400,
            "refresh_token": self.refresh_token,
            "refresh_token_expires_in": 31_536_000,
            "open_id": BUSINESS,
            "scope": self.scope,
            "token_type": "Bearer",
        }

    def _video(self, row: dict) -> dict:
        return row | {"comments": sum(other["video_id"] == row["item_id"] for other in self.comments.values())}

    def _comments(self, asked: Asked) -> dict:
        video = asked.query.get("video_id")
        if video not in self.videos:
            raise Refuses(40007, "The video does not exist")
        rows = [row for row in self.comments.values() if row["video_id"] == video]
        if wanted := asked.query.get("comment_ids"):
            rows = [row for row in rows if row["comment_id"] in json.loads(wanted)]
        else:
            rows = [row for row in rows if "parent_comment_id" not in row]
        if asked.query.get("status") == "PUBLIC":
            rows = [row for row in rows if row["status"] == "PUBLIC"]
        return self._page(asked, rows, "comments", 30, self._shown)

    def _shown(self, row: dict) -> dict:
        return row | {"replies": self.below[row["comment_id"]]}

    def _page(self, asked: Asked, rows: list[dict], name: str, most: int, shown: Callable[[dict], dict]) -> dict:
        rows.sort(key=lambda row: (row["create_time"], row.get("comment_id", "")), reverse=True)
        start, count = int(asked.query.get("cursor", 0)), int(asked.query.get("max_count", 20))
        if count > most:
            raise Refuses(40002, f"max_count must be at most {most}")
        end = start + count
        return {
            name: [shown(row) for row in rows[start:end]],
            "cursor": min(end, len(rows)),
            "has_more": end < len(rows),
        }
