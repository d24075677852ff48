"""X's API v2 without X, as its documentation says: fields on demand, limits in headers, problems in `errors` of a 200.

Ids hold their moment, as X's do. `paid` counts the posts and profiles handed out, which X charges for.
"""

from __future__ import annotations

import base64
import datetime as dt
import html
from dataclasses import dataclass, field
from typing import Any

EPOCH = 1_288_834_974_657
TWEET_FIELDS = {
    *("author_id", "conversation_id", "created_at", "in_reply_to_user_id", "lang", "note_tweet", "referenced_tweets"),
    *("edit_history_tweet_ids", "id", "text", "public_metrics", "entities"),
}
USER_FIELDS = {"id", "name", "username", "most_recent_tweet_id", "public_metrics", "protected", "verified"}
EXPANSIONS = {"author_id", "referenced_tweets.id", "in_reply_to_user_id", "edit_history_tweet_ids"}
TIMELINE = {
    *("max_results", "since_id", "until_id", "start_time", "end_time", "pagination_token"),
    *("tweet.fields", "user.fields", "expansions"),
}
PROBLEMS = "https://api.twitter.com/2/problems/"


@dataclass
class User:
    id: str
    username: str
    name: str
    state: str = "active"  # "gone", "suspended"
    protected: bool = False


@dataclass
class Tweet:
    """`ids`: its versions, oldest first."""

    ids: list[str]
    author: str
    text: str
    at: dt.datetime
    parent: str = ""
    conversation: str = ""
    language: str = "en"
    retweet_of: str = ""


def problem(status: int, title: str, detail: str = "", kind: str = "", **more: str) -> tuple[int, dict]:
    return status, {
        "title": title,
        "detail": detail or title,
        "type": PROBLEMS + kind if kind else "about:blank",
        "status": status,
        **more,
    }


def invalid(parameter: str, value: str, message: str) -> tuple[int, dict]:
    return 400, {
        "errors": [{"parameters": {parameter: [value]}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": PROBLEMS + "invalid-request",
    }


@dataclass
class FakeX:
    now: dt.datetime
    token: str = "AAAA-a-bearer-token"
    me: str = "1"
    users: dict[str, User] = field(default_factory=lambda: {"1": User("1", "fjordvik", "Fjordvik")})
    tweets: dict[str, Tweet] = field(default_factory=dict)  # by first id
    enrolled: bool = True
    taken: set[int] = field(default_factory=set)
    credits_left: bool = True
    cap_reached: bool = False
    remaining: int = 300
    window: int = 900  # seconds until the limit's window begins anew
    paid: int = 0
    calls: list[str] = field(default_factory=list)
    per_page: int = 100

    # --- what people do ---

    def user(self, username: str) -> str:
        for user in self.users.values():
            if user.username == username:
                return user.id
        user_id = str(len(self.users) + 1)
        self.users[user_id] = User(user_id, username, username.title())
        return user_id

    def _new_id(self, at: dt.datetime) -> str:
        number = (int(at.timestamp() * 1000) - EPOCH) << 22
        while number in self.taken:
            number += 1
        self.taken.add(number)
        return str(number)

    def say(self, author: str, text: str, at: dt.datetime, *, parent: str = "", language: str = "en") -> str:
        post_id = self._new_id(at)
        above = self._tweet(parent) if parent else None
        conversation = above.conversation if above else post_id
        self.tweets[post_id] = Tweet([post_id], author, text, at, parent, conversation, language)
        return post_id

    def repost(self, author: str, post_id: str, at: dt.datetime) -> str:
        new = self.say(author, "RT", at)
        self.tweets[new].retweet_of = post_id
        return new

    def edit(self, post_id: str, text: str, at: dt.datetime) -> str:
        """An edit is a new version with an id of its own; the id of this one."""
        tweet = self._tweet(post_id)
        tweet.ids.append(self._new_id(at))
        tweet.text = text
        return tweet.ids[-1]

    def delete(self, post_id: str) -> None:
        tweet = self._tweet(post_id)
        del self.tweets[tweet.ids[0]]

    def _tweet(self, post_id: str) -> Tweet | None:
        if post_id in self.tweets:
            return self.tweets[post_id]
        return next((tweet for tweet in self.tweets.values() if post_id in tweet.ids), None)

    # --- the interface ---

    def answer(self, path: str, query: dict[str, str], headers) -> tuple[int, dict, dict[str, str]]:
        limits = {
            "x-rate-limit-limit": "300",
            "x-rate-limit-remaining": str(max(0, self.remaining - 1)),
            "x-rate-limit-reset": str(int(self.now.timestamp()) + self.window),
        }
        status, body = self._answer(path, query, headers)
        if status == 200:
            self.remaining -= 1
            data, included = body.get("data", []), body.get("includes", {})
            self.paid += 1 if isinstance(data, dict) else len(data)
            self.paid += sum(len(things) for things in included.values())
        return status, body, limits

    def _answer(self, path: str, query: dict[str, str], headers) -> tuple[int, dict]:
        self.calls.append(path)
        if headers.get("Authorization") != f"Bearer {self.token}":
            return problem(401, "Unauthorized")
        if not self.enrolled:
            detail = "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from …"
            return problem(403, "Client Forbidden", detail, "client-forbidden", reason="client-not-enrolled")
        if not self.credits_left:
            return problem(402, "CreditsDepleted", "Your enrolled account does not have any credits.", "credits")
        if self.cap_reached:
            return problem(
                429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap", "usage-capped", period="Monthly"
            )
        if self.remaining <= 0:
            return problem(429, "Too Many Requests")
        match path.strip("/").split("/"):
            case ["2", "users", "by", "username", username]:
                found = [user for user in self.users.values() if user.username.lower() == username.lower()]
                return self._user(found[0] if found else None, "username", username, query)
            case ["2", "users", user_id]:
                return self._user(self.users.get(user_id), "id", user_id, query)
            case ["2", "users", user_id, "mentions" | "tweets" as which]:
                return self._timeline(user_id, which, query)
            case ["2", "tweets"]:
                return self._lookup(query)
        return problem(404, "Not Found")

    def _absent_user(self, user: User | None, parameter: str, value: str) -> dict | None:
        if user is None or user.state == "gone":
            detail = f"Could not find user with {parameter}: [{value}]."
            title = "Not Found Error"
        elif user.state == "suspended":
            detail = f"User has been suspended: [{value}]."
            title = "Forbidden"
        else:
            return None
        return {
            "value": value,
            "detail": detail,
            "title": title,
            "resource_type": "user",
            "parameter": parameter,
            "resource_id": value,
            "type": PROBLEMS + "resource-not-found",
        }

    def _user(self, user: User | None, parameter: str, value: str, query: dict[str, str]) -> tuple[int, dict]:
        if unknown := self._unknown(query, {"user.fields", "tweet.fields", "expansions"}):
            return unknown
        if absent := self._absent_user(user, parameter, value):
            return 200, {"errors": [absent]}
        return 200, {"data": self._profile(user, query)}

    def _profile(self, user: User, query: dict[str, str]) -> dict:
        asked = set(query.get("user.fields", "").split(","))
        mine = [tweet for tweet in self.tweets.values() if tweet.author == user.id]
        whole: dict[str, Any] = {"id": user.id, "name": user.name, "username": user.username}
        whole["public_metrics"] = {"followers_count": 3, "tweet_count": len(mine)}
        whole["protected"] = user.protected
        if mine:
            whole["most_recent_tweet_id"] = max(mine, key=lambda tweet: int(tweet.ids[0])).ids[0]
        return {name: value for name, value in whole.items() if name in asked | {"id", "name", "username"}}

    def _unknown(self, query: dict[str, str], allowed: set[str]) -> tuple[int, dict] | None:
        for name, value in query.items():
            if name not in allowed:
                return invalid(name, value, f"The query parameter [{name}] is not one of [{','.join(sorted(allowed))}]")
            known = {"tweet.fields": TWEET_FIELDS, "user.fields": USER_FIELDS, "expansions": EXPANSIONS}.get(name)
            for part in value.split(",") if known else ():
                if part not in known:
                    return invalid(name, part, f"The `{name}` query parameter value [{part}] is not one of …")
        return None

    def _timeline(self, user_id: str, which: str, query: dict[str, str]) -> tuple[int, dict]:
        if unknown := self._unknown(query, TIMELINE | ({"exclude"} if which == "tweets" else set())):
            return unknown
        most = int(query.get("max_results", 10))
        if not 5 <= most <= 100:
            return invalid(
                "max_results",
                str(most),
                f"The `max_results` query parameter value [{most}] is not between 5 and 100",
            )
        user = self.users.get(user_id)
        if absent := self._absent_user(user, "id", user_id):
            return 200, {"errors": [absent]}
        if user.protected:
            return 200, {
                "errors": [
                    {
                        "resource_id": user_id,
                        "parameter": "id",
                        "resource_type": "user",
                        "title": "Authorization Error",
                        "detail": f"Sorry, you are not authorized to see the user with id: [{user_id}].",
                        "type": PROBLEMS + "not-authorized-for-resource",
                    }
                ]
            }
        name = f"@{user.username}".lower()
        tweets = [
            tweet
            for tweet in self.tweets.values()
            if (tweet.author == user_id) == (which == "tweets")
            and (which == "tweets" or name in tweet.text.lower() or self._answers(tweet) == user_id)
            and self.users[tweet.author].state == "active"
            and not (tweet.retweet_of and "retweets" in query.get("exclude", ""))
        ]
        tweets.sort(key=lambda tweet: int(tweet.ids[-1]), reverse=True)
        tweets = tweets[: 800 if which == "mentions" else 3200]
        if since := query.get("since_id"):
            tweets = [tweet for tweet in tweets if int(tweet.ids[-1]) > int(since)]
        if start_time := query.get("start_time"):
            start = dt.datetime.strptime(start_time, "%Y-%m-%dT%H:%M:%S%z")
            tweets = [tweet for tweet in tweets if tweet.at >= start]
        most = min(most, self.per_page)
        below = None
        if token := query.get("pagination_token"):
            try:
                below = int(base64.b32decode(token.upper() + "=" * (-len(token) % 8)))
            except ValueError:
                return invalid("pagination_token", token, "Invalid 'pagination_token':")
        rest = [tweet for tweet in tweets if below is None or int(tweet.ids[-1]) < below]
        page = rest[:most]
        if not page:
            return 200, {"meta": {"result_count": 0}}
        meta = {"result_count": len(page), "newest_id": page[0].ids[-1], "oldest_id": page[-1].ids[-1]}
        if len(rest) > most:
            meta["next_token"] = base64.b32encode(page[-1].ids[-1].encode()).decode().lower().rstrip("=")
        return 200, self._body(page, query) | {"meta": meta}

    def _answers(self, tweet: Tweet) -> str:
        above = self._tweet(tweet.parent) if tweet.parent else None
        return above.author if above else ""

    def _lookup(self, query: dict[str, str]) -> tuple[int, dict]:
        if unknown := self._unknown(query, {"ids", "tweet.fields", "user.fields", "expansions"}):
            return unknown
        ids = query.get("ids", "").split(",")
        if not 1 <= len(ids) <= 100 or not all(post_id.isdigit() for post_id in ids):
            return invalid("ids", query.get("ids", ""), "size must be between 1 and 100")
        page, errors = [], []
        for post_id in ids:
            tweet = self._tweet(post_id)
            author = self.users[tweet.author] if tweet else None
            if author and author.protected:
                errors.append(self._absent(post_id, "ids", "not-authorized-for-resource"))
            elif tweet is None or author.state != "active":
                errors.append(self._absent(post_id, "ids", "resource-not-found"))
            else:
                page.append((tweet, post_id))
        body = self._body([tweet for tweet, _version in page], query, [version for _tweet, version in page])
        errors += body.pop("errors", [])
        return 200, body | ({"errors": errors} if errors else {})

    def _absent(self, post_id: str, parameter: str, kind: str) -> dict:
        hidden = kind == "not-authorized-for-resource"
        return {
            "value": post_id,
            "detail": f"Sorry, you are not authorized to see the Tweet with {parameter}: [{post_id}]."
            if hidden
            else f"Could not find tweet with {parameter}: [{post_id}].",
            "title": "Authorization Error" if hidden else "Not Found Error",
            "resource_type": "tweet",
            "parameter": parameter,
            "resource_id": post_id,
            "type": PROBLEMS + kind,
        }

    def _body(self, page: list[Tweet], query: dict[str, str], versions: list[str] | None = None) -> dict:
        versions = versions or [tweet.ids[-1] for tweet in page]
        body: dict[str, Any] = {"data": [self._shaped(*pair, query) for pair in zip(page, versions, strict=True)]}
        if not page:
            body = {}
        expansions, errors = query.get("expansions", "").split(","), []
        if "author_id" in expansions and page:
            authors = sorted({tweet.author for tweet in page})
            body["includes"] = {"users": [self._profile(self.users[author], query) for author in authors]}
        if "referenced_tweets.id" in expansions:
            parents = sorted({tweet.parent for tweet in page if tweet.parent})
            there = [(above, parent) for parent in parents if (above := self._tweet(parent))]
            errors = [
                self._absent(parent, "referenced_tweets.id", "resource-not-found")
                for parent in parents
                if not self._tweet(parent)
            ]
            if there:
                body["includes"] = {"tweets": [self._shaped(above, parent, query) for above, parent in there]}
        return body | ({"errors": errors} if errors else {})

    def _shaped(self, tweet: Tweet, version: str, query: dict[str, str]) -> dict:
        """A tweet with the asked fields. Long texts are cut; the whole is in `note_tweet`, and escaped as all are."""
        asked = set(query.get("tweet.fields", "").split(",")) | {"id", "text", "edit_history_tweet_ids"}
        text = html.escape(tweet.text, quote=False)
        whole: dict[str, Any] = {
            "id": version,
            "edit_history_tweet_ids": tweet.ids,
            "text": text if len(text) <= 280 else text[:276] + "…",
            "author_id": tweet.author,
            "conversation_id": tweet.conversation,
            "created_at": tweet.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "lang": tweet.language,
        }
        if len(text) > 280:
            whole["note_tweet"] = {"text": text}
        if tweet.parent:
            whole["referenced_tweets"] = [{"type": "replied_to", "id": tweet.parent}]
            if above := self._answers(tweet):
                whole["in_reply_to_user_id"] = above
        if tweet.retweet_of:
            whole["referenced_tweets"] = [{"type": "retweeted", "id": tweet.retweet_of}]
        return {name: value for name, value in whole.items() if name in asked}
