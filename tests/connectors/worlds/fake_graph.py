"""Meta's Graph API as its documentation describes it, as far as pages and Instagram accounts are read.

https://developers.facebook.com/docs/graph-api (field expansion, cursors, errors, usage headers, appsecret_proof),
…/graph-api/reference/page-post, …/reference/comment, …/instagram-platform/reference/ig-comment.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import itertools
import json
import re

from tests.connectors.worlds.served import Asked, FakeServer, Said

VERSION = "v26.0"
APP_ID, APP_SECRET, PAGE_TOKEN = "4711", "app-secret", "EAApage"
PAGE, INSTAGRAM = "111", "17841"
SCOPES = [
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "instagram_basic",
    "instagram_manage_comments",
]
CREDENTIALS = {"page_id": PAGE, "page_token": PAGE_TOKEN, "app_id": APP_ID, "app_secret": APP_SECRET}


class GraphError(Exception):
    def __init__(self, status: int, code: int, message: str, **more):
        kind = more.pop("type", "OAuthException")
        self.said = Said({"error": {"message": message, "type": kind, "code": code, "fbtrace_id": "T", **more}}, status)


def no_such(object_id: str) -> GraphError:
    message = (
        f"Unsupported get request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation"
    )
    return GraphError(400, 100, message, type="GraphMethodException", error_subcode=33)


def parse_fields(text: str) -> list[tuple[str, dict[str, str], list]]:
    """`id,comments.filter(stream).limit(2){id}` as [(name, modifiers, fields below)]."""
    found, place = [], 0
    while place < len(text):
        name = re.compile(r"\w+").match(text, place)
        place, modifiers, below = name.end(), {}, []
        while match := re.compile(r"\.(\w+)\(([^)]*)\)").match(text, place):
            modifiers[match[1]], place = match[2], match.end()
        if text[place : place + 1] == "{":
            depth, start = 1, place + 1
            while depth:
                place += 1
                depth += {"{": 1, "}": -1}.get(text[place], 0)
            below, place = parse_fields(text[start:place]), place + 1
        found.append((name[0], modifiers, below))
        place += 1  # the comma
    return found


class FakeGraph(FakeServer):
    """`nodes` by id; edges are read from `below`: {(id, edge): [ids in the order of creation]}."""

    def __init__(self):
        super().__init__()
        self.version, self.scopes, self.expires_at, self.token_valid = VERSION, list(SCOPES), 0, True
        self.data_access_expires_at = 0
        self.usage: dict[str, str] = {}
        self.nodes: dict[str, dict] = {}
        self.below: dict[tuple[str, str], list[str]] = {}
        self.numbers = itertools.count(1)
        self.nodes[PAGE] = {
            "kind": "page",
            "id": PAGE,
            "name": "Fjordvik",
            "username": "fjordvik",
            "link": "https://www.facebook.com/fjordvik",
            "instagram_business_account": INSTAGRAM,
        }
        self.nodes[INSTAGRAM] = {"kind": "ig user", "id": INSTAGRAM, "username": "fjordvik", "name": "Fjordvik"}

    # --- what happens there ---

    def add(self, kind: str, parent: str, edge: str, at: dt.datetime, /, **fields) -> str:
        number = next(self.numbers)
        node_id = f"{parent}_{number}" if kind in ("post", "comment") else f"179{number:05}"
        time = "created_time" if kind in ("post", "comment") else "timestamp"
        stamp = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        self.nodes[node_id] = {"kind": kind, "id": node_id, time: stamp, **fields}
        self.below.setdefault((parent, edge), []).append(node_id)
        return node_id

    def remove(self, node_id: str) -> None:
        """With everything below it."""
        for (parent, _edge), children in list(self.below.items()):
            if parent == node_id:
                for child in list(children):
                    self.remove(child)
            elif node_id in children:
                children.remove(node_id)
        self.nodes.pop(node_id, None)

    # --- the interface ---

    def answer(self, asked: Asked) -> Said:
        try:
            said = Said(self._answer(asked))
        except GraphError as error:
            said = error.said
        said.headers |= {"X-App-Usage": json.dumps({"call_count": 3, "total_cputime": 1, "total_time": 2})} | self.usage
        return said

    def _answer(self, asked: Asked) -> dict:
        version, *path = asked.path.strip("/").split("/")
        if version != self.version:
            raise GraphError(400, 2635, f"You are calling a deprecated version of the API. Update to {self.version}.")
        token = asked.query.get("access_token") or asked.headers.get("authorization", "").removeprefix("Bearer ")
        if path == ["debug_token"]:
            return self._debug(token, asked.query["input_token"])
        if token != PAGE_TOKEN or not self.token_valid:
            raise GraphError(400, 190, "Error validating access token: Session has expired.", error_subcode=463)
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if asked.query.get("appsecret_proof") != proof:
            raise GraphError(400, 100, "Invalid appsecret_proof provided in the API argument")
        node = self.nodes.get(path[0])
        if node is None:
            raise no_such(path[0])
        fields = parse_fields(asked.query.get("fields", ""))
        if len(path) == 1:
            return self._node(node, fields)
        if path[1] == "ratings":
            raise GraphError(400, 12, "(#12) This endpoint is deprecated for versions v22.0 and higher")
        return self._edge(node, path[1], asked.query, fields)

    def _debug(self, token: str, looked_at: str) -> dict:
        if token != f"{APP_ID}|{APP_SECRET}":
            raise GraphError(400, 190, "Invalid OAuth access token - Cannot parse access token")
        if looked_at != PAGE_TOKEN:
            return {"data": {"is_valid": False, "error": {"code": 190, "message": "Malformed"}, "scopes": []}}
        return {
            "data": {
                "app_id": APP_ID,
                "type": "PAGE",
                "expires_at": self.expires_at,
                "data_access_expires_at": self.data_access_expires_at,
                "is_valid": self.token_valid,
                "scopes": self.scopes,
                "profile_id": PAGE,
            }
        }

    FIELDS = {
        "page": {"id", "name", "username", "link", "instagram_business_account"},
        "post": {"id", "created_time", "message", "permalink_url"},
        "comment": {"id", "created_time", "message", "from", "parent", "is_hidden", "permalink_url"},
        "ig user": {"id", "username", "name"},
        "media": {"id", "timestamp", "permalink", "caption", "comments_count"},
        "ig comment": {"id", "timestamp", "text", "username", "from", "user", "hidden"},
    }
    EDGES = {
        "page": {"published_posts"},
        "post": {"comments"},
        "comment": {"comments"},
        "ig user": {"media"},
        "media": {"comments"},
        "ig comment": {"replies"},
    }
    USUALLY = {"post": {"id", "created_time", "message"}, "comment": {"id", "created_time", "message", "from"}}

    def _node(self, node: dict, fields) -> dict:
        kind = node["kind"]
        shown = {"id": node["id"]}
        if not fields:
            shown |= {name: node[name] for name in self.USUALLY.get(kind, ()) if name in node}
        for name, modifiers, below in fields:
            if name in self.EDGES[kind]:
                page = self._edge(node, name, modifiers, below)
                if page["data"]:  # an empty edge is left out
                    shown[name] = page
            elif name not in self.FIELDS[kind]:
                raise GraphError(400, 100, f"(#100) Tried accessing nonexistent field ({name})")
            elif name == "instagram_business_account" and node.get(name):
                shown[name] = self._node(self.nodes[node[name]], below)
            elif name == "parent" and node.get(name):
                shown[name] = self._node(self.nodes[node[name]], below) if node[name] in self.nodes else {}
            elif name in node:
                shown[name] = node[name]
        return shown

    def _edge(self, node: dict, edge: str, how: dict, fields) -> dict:
        if edge not in self.EDGES[node["kind"]]:
            raise GraphError(400, 100, f"(#100) Tried accessing nonexistent field ({edge})")
        rows = self._rows(node["id"], edge, how.get("filter") == "stream")
        newest_first = edge != "replies"
        if node["kind"] in ("post", "comment"):
            newest_first = how.get("order") == "reverse_chronological"
        if newest_first:
            rows.reverse()
        limit = min(int(how.get("limit") or 25), 50 if node["kind"].startswith(("ig", "media")) else 100)
        start = _place(how["after"]) if how.get("after") else 0
        page = {"data": [self._node(row, fields) for row in rows[start : start + limit]]}
        if page["data"]:
            page["paging"] = {"cursors": {"before": _cursor(start), "after": _cursor(start + limit)}}
            if start + limit < len(rows):
                # Whoever follows it leaves this machine, or at least this server.
                page["paging"]["next"] = "http://169.254.169.254/latest/meta-data/"
        return page

    def _rows(self, parent: str, edge: str, everything: bool) -> list[dict]:
        rows = [self.nodes[child] for child in self.below.get((parent, edge), [])]
        if everything:
            parents = [row["id"] for row in rows if (row["id"], "comments") in self.below]
            rows += [row for parent in parents for row in self._rows(parent, "comments", True)]
        return sorted(rows, key=lambda row: (row.get("created_time") or row.get("timestamp"), row["id"]))


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"place:{place}".encode()).decode()


def _place(cursor: str) -> int:
    return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("place:"))
