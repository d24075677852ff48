"""YouTube's Data API v3 without YouTube: what it is asked and what it answers is checked against Google's own schema.

The schema is the discovery document that Google's client ships. What the schema does not say follows the reference
pages: which filters go together, five replies with each thread, errors with reasons, the daily quota.
"""

from __future__ import annotations

import base64
import datetime as dt
import html
import importlib.resources
import json
from dataclasses import dataclass, field
from typing import Any

DOCUMENT = json.loads(
    (importlib.resources.files("googleapiclient") / "discovery_cache/documents/youtube.v3.json").read_text("utf-8")
)
TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
    "number": (int, float),
    "any": object,
}
FILTERS = {
    "youtube.channels.list": {"id", "forHandle"},
    "youtube.playlists.list": {"id", "channelId"},
    "youtube.playlistItems.list": {"id", "playlistId"},
    "youtube.commentThreads.list": {"id", "allThreadsRelatedToChannelId", "videoId"},
    "youtube.comments.list": {"id", "parentId"},
}


def _methods(resources: dict) -> dict[str, dict]:
    found = {}
    for resource in resources.values():
        for method in resource.get("methods", {}).values():
            if method["httpMethod"] == "GET":
                found["/" + DOCUMENT["servicePath"] + method["path"]] = method
        found |= _methods(resource.get("resources", {}))
    return found


METHODS = _methods(DOCUMENT["resources"])


def check(schema: dict, value: Any, where: str) -> None:
    """Raises AssertionError where a value is not what Google's schema says."""
    if "$ref" in schema:
        schema = DOCUMENT["schemas"][schema["$ref"]]
    kind = schema.get("type", "object")
    assert isinstance(value, TYPES[kind]), f"{where}: {kind} expected, got {value!r}"
    if kind == "array":
        for place, item in enumerate(value):
            check(schema["items"], item, f"{where}[{place}]")
    if kind == "object" and "properties" in schema:
        for name, item in value.items():
            assert name in schema["properties"], f"{where}.{name} is not in the schema"
            check(schema["properties"][name], item, f"{where}.{name}")


def moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def refusal(status: int, reason: str, message: str, *, google: str = "") -> tuple[int, dict]:
    domain = "youtube.quota" if "quota" in reason.lower() else "usageLimits" if google else "youtube.comment"
    error: dict[str, Any] = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": domain, "reason": reason}],
    }
    if google:
        error["details"] = [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": google, "domain": "googleapis.com"}
        ]
    return status, {"error": error}


@dataclass
class Comment:
    id: str
    author_id: str
    author: str
    text: str
    at: dt.datetime
    video: str
    parent: str = ""
    updated_at: dt.datetime | None = None


@dataclass
class FakeYouTube:
    """One channel with its videos and comments. `calls` are the asked methods, in order; each cost a unit."""

    channel: str = "UCtownhalltownhalltownh0"
    handle: str = "@fjordvik"
    title: str = "Fjordvik fylkeskommune"
    key: str = "AIza-a-key"
    state: str = "active"  # "gone", "suspended"
    quota: int = 10_000
    comments_off: bool = False
    missing_ids_spoil: bool = False  # as the reference says of `id`; what is seen is that missing ones are left out
    key_problem: str = ""  # "API_KEY_EXPIRED", "SERVICE_DISABLED"
    videos: dict[str, dt.datetime | None] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    replies: dict[str, list[str]] = field(default_factory=dict)  # ids of a thread's replies
    said: int = 0
    calls: list[str] = field(default_factory=list)
    addresses: list[dict[str, str]] = field(default_factory=list)
    per_page: int = 100  # a test makes it smaller: a page may always hold less than was asked for

    # --- what people do ---

    def say(
        self,
        author_id: str,
        text: str,
        at: dt.datetime,
        *,
        parent: str = "",
        video: str = "",
        author: str | None = None,
    ) -> str:
        """Comment or reply; the new id. A reply to a reply hangs from the thread, as on the platform."""
        parent = parent.partition(".")[0]
        self.said += 1
        comment_id = f"{parent}.r{self.said}" if parent else f"Ugz{self.said}"
        video = self.comments[parent].video if parent else video or next(iter(self.videos), "v1")
        author = f"@{author_id}" if author is None else author
        self.comments[comment_id] = Comment(comment_id, author_id, author, text, at, video, parent)
        if parent:
            self.replies.setdefault(parent, []).append(comment_id)
        return comment_id

    def edit(self, comment_id: str, text: str, at: dt.datetime) -> None:
        self.comments[comment_id].text, self.comments[comment_id].updated_at = text, at

    def delete(self, comment_id: str) -> None:
        """A thread's replies go with it."""
        self.comments = {
            key: comment for key, comment in self.comments.items() if comment_id not in (key, comment.parent)
        }

    # --- the interface ---

    def answer(self, path: str, query: dict[str, str], headers) -> tuple[int, dict]:
        method = METHODS.get(path)
        if method is None:
            return refusal(404, "notFound", "Not Found")
        self.calls.append(method["id"])
        self.addresses.append(dict(query))
        key = headers.get("X-Goog-Api-Key") or query.pop("key", "")
        if not key:
            return refusal(403, "forbidden", "Method doesn't allow unregistered callers.", google="")
        if key != self.key:
            return refusal(
                400, "badRequest", "API key not valid. Please pass a valid API key.", google="API_KEY_INVALID"
            )
        if self.key_problem == "API_KEY_EXPIRED":
            return refusal(400, "badRequest", "API key expired. Please renew the API key.", google=self.key_problem)
        if self.key_problem == "SERVICE_DISABLED":
            return refusal(403, "accessNotConfigured", "YouTube Data API v3 is disabled.", google=self.key_problem)
        if wrong := self._wrong(method, query):
            return refusal(400, *wrong)
        if len(self.calls) > self.quota:
            return refusal(
                403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota."
            )
        status, body = getattr(self, "_" + method["id"].split(".")[1])(query)
        if status == 200:
            check({"$ref": method["response"]["$ref"]}, body, method["id"])
        return status, body

    def _wrong(self, method: dict, query: dict[str, str]) -> tuple[str, str] | None:
        known = {**DOCUMENT["parameters"], **method["parameters"]}
        for name, spec in method["parameters"].items():
            if spec.get("required") and name not in query:
                return "missingRequiredParameter", f"Missing required parameter: {name}"
        for name, value in query.items():
            spec = known.get(name)
            if spec is None:
                return "invalidParameter", f"Unknown parameter: {name}"
            if "enum" in spec and value not in spec["enum"]:
                return "invalidParameter", f"Invalid value for {name}"
            if "maximum" in spec and not int(spec["minimum"]) <= int(value) <= int(spec["maximum"]):
                return "invalidParameter", f"Invalid value for {name}"
        given = FILTERS[method["id"]] & query.keys()
        if len(given) != 1:
            return ("missingRequiredParameter" if not given else "incompatibleParameters"), "Exactly one filter"
        if given == {"id"} and "comment" in method["id"] and {"maxResults", "pageToken", "order"} & query.keys():
            return "incompatibleParameters", "Not supported together with id"
        return None

    def _paged(self, kind: str, items: list, query: dict[str, str], default: int, shape=lambda item: item):
        most = min(int(query.get("maxResults", default)), self.per_page)
        start = 0
        if token := query.get("pageToken"):
            try:
                start = int(base64.urlsafe_b64decode(token).decode().removeprefix("at "))
            except ValueError:
                return refusal(400, "invalidPageToken", "The request specifies an invalid page token.")
        part = [shape(item) for item in items[start : start + most]]
        body: dict[str, Any] = {"kind": f"youtube#{kind}ListResponse", "etag": "e", "items": part}
        body["pageInfo"] = {"resultsPerPage": len(part), "totalResults": len(part)}
        if start + most < len(items):
            body["nextPageToken"] = base64.urlsafe_b64encode(f"at {start + most}".encode()).decode()
        return 200, body

    def _channels(self, query: dict[str, str]) -> tuple[int, dict]:
        asked = query.get("id", ""), query.get("forHandle", "").removeprefix("@").lower()
        there = self.state == "active" and (asked[0] == self.channel or asked[1] == self.handle[1:].lower())
        body = {"kind": "youtube#channelListResponse", "etag": "e", "pageInfo": {"totalResults": int(there)}}
        if there:  # otherwise there is no `items` at all
            body["items"] = [
                {
                    "kind": "youtube#channel",
                    "id": self.channel,
                    "snippet": {"title": self.title, "customUrl": self.handle.lower(), "description": ""},
                    "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UU" + self.channel[2:]}},
                }
            ]
        return 200, body

    def _playlists(self, query: dict[str, str]) -> tuple[int, dict]:
        if self.state == "suspended":
            return refusal(403, "channelSuspended", "The channel has been suspended.")
        if self.state == "gone" or query["channelId"] != self.channel:
            return refusal(404, "channelNotFound", "The channel specified cannot be found.")
        return self._paged("playlist", [], query, 5)

    def _playlistItems(self, query: dict[str, str]) -> tuple[int, dict]:
        if self.state != "active" or not self.videos or query["playlistId"] != "UU" + self.channel[2:]:
            return refusal(404, "playlistNotFound", "The playlist cannot be found.")
        items = [
            {
                "kind": "youtube#playlistItem",
                "id": f"item-{video}",
                "contentDetails": {"videoId": video} | ({"videoPublishedAt": moment(at)} if at else {}),
            }
            for video, at in reversed(self.videos.items())
        ]
        return self._paged("playlistItem", items, query, 5)

    def _commentThreads(self, query: dict[str, str]) -> tuple[int, dict]:
        if ids := query.get("id"):
            return self._these("commentThread", ids.split(","), lambda comment: self._thread(comment, query))
        if self.state != "active" or query.get("allThreadsRelatedToChannelId") != self.channel:
            return refusal(404, "channelNotFound", "The channel cannot be found.")
        if self.comments_off:
            return refusal(403, "commentsDisabled", "Comments are disabled.")
        tops = [comment for comment in self.comments.values() if not comment.parent]
        tops.sort(key=lambda comment: comment.at, reverse=True)
        return self._paged("commentThread", tops, query, 20, lambda top: self._thread(top, query))

    def _comments(self, query: dict[str, str]) -> tuple[int, dict]:
        if ids := query.get("id"):
            return self._these("comment", ids.split(","), lambda comment: self._comment(comment, query, bare=True))
        if query["parentId"] not in self.comments:
            return refusal(404, "commentNotFound", "The specified comment cannot be found.")
        replies = self._below(query["parentId"])
        return self._paged("comment", replies, query, 20, lambda reply: self._comment(reply, query, bare=True))

    def _these(self, kind: str, ids: list[str], shape) -> tuple[int, dict]:
        there = [self.comments[comment_id] for comment_id in ids if comment_id in self.comments]
        if self.state != "active":
            there = []
        if kind == "commentThread":
            there = [comment for comment in there if not comment.parent]
        if self.missing_ids_spoil and len(there) < len(ids):
            return refusal(404, f"{kind}NotFound", "One or more of the specified comments cannot be found.")
        return 200, {"kind": f"youtube#{kind}ListResponse", "etag": "e", "items": [shape(item) for item in there]}

    def _below(self, top: str) -> list[Comment]:
        replies = [comment for reply in self.replies.get(top, ()) if (comment := self.comments.get(reply))]
        return sorted(replies, key=lambda comment: comment.at, reverse=True)

    def _thread(self, top: Comment, query: dict[str, str]) -> dict:
        replies = self._below(top.id)
        thread: dict[str, Any] = {
            "kind": "youtube#commentThread",
            "id": top.id,
            "snippet": {
                "channelId": self.channel,
                "videoId": top.video,
                "topLevelComment": self._comment(top, query),
                "canReply": True,
                "isPublic": True,
                "totalReplyCount": len(replies),
            },
        }
        if replies and "replies" in query["part"]:
            thread["replies"] = {"comments": [self._comment(reply, query) for reply in replies[:5]]}
        return thread

    def _comment(self, comment: Comment, query: dict[str, str], *, bare: bool = False) -> dict:
        plain = query.get("textFormat") == "plainText"
        snippet: dict[str, Any] = {
            "textDisplay": comment.text if plain else html.escape(comment.text),
            "textOriginal": comment.text,
            "authorDisplayName": comment.author,
            "canRate": True,
            "viewerRating": "none",
            "likeCount": 0,
            "publishedAt": moment(comment.at),
            "updatedAt": moment(comment.updated_at or comment.at),
        }
        if comment.author_id:
            snippet["authorChannelId"] = {"value": comment.author_id}
        if comment.parent:
            snippet["parentId"] = comment.parent
        if not bare:  # a comment that is asked for by itself does not say where it stands
            snippet |= {"channelId": self.channel, "videoId": comment.video}
        return {"kind": "youtube#comment", "etag": "e", "id": comment.id, "snippet": snippet}
