"""YouTube, read with an API key (Data API v3): comments below the channel's videos, and the channel's replies.

A key reads what is public. Comments held back for review are not among it, and neither is who deleted what.
Every call costs one unit of the key's daily quota.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any
from urllib.parse import urlencode, urlsplit

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
from accounts.connectors.http import Http
from accounts.connectors.youtube_api import Api, Refused

PER_PAGE = 100  # of comments; the platform's most
VIDEOS = 50  # of a playlist; the platform's most
REPLY_PAGES = 10  # calls for replies within one page of the stream
REREAD_REPLY_PAGES = 30
REMEMBERED = 300  # threads whose number of replies is kept from fetch to fetch


@dataclass
class Walk:
    """The cursor: a walk through the channel's threads, newest first, down to what the last finished walk knew.

    A new reply does not bring its thread to the front. The newest page is read again in each walk, and `counts` tells
    which of its threads have new replies; older threads are looked at while one of their posts is open (`reread`).
    """

    known: str = ""  # the newest thread of the last finished walk; moments as the platform writes them
    newest: str = ""  # … of this walk
    page: str = ""  # the next page of threads
    replies: list[list[str]] = field(default_factory=list)  # waiting: thread, video, page of replies
    counts: dict[str, int] = field(default_factory=dict)  # of replies, where they do not all come with the thread

    @classmethod
    def load(cls, cursor: str) -> Walk:
        return cls(**json.loads(cursor)) if cursor else cls()

    def page_of(self, posts: Sequence[FetchedPost]) -> Page:
        more = bool(self.page or self.replies)
        if not more:
            self.known, self.newest = max(self.known, self.newest), ""
        self.counts = dict(islice(self.counts.items(), max(0, len(self.counts) - REMEMBERED), None))
        return Page(posts, json.dumps(asdict(self)), more)


class YouTube(Connector):
    facts = Facts(
        code="youtube",
        name="YouTube",
        hosts=("youtube.com",),
        short_hosts=("youtu.be",),
        handle=r"[\w.·-]{3,100}",  # of 30 characters today; names of old are longer
        any_letters=True,
        # Names of old: the same word may be another's handle.
        spaces=("c", "user"),
        id=r"UC[\w-]+",
        post=r"[\w-]+",
        profile="https://www.youtube.com/@{handle}",
        profile_of_id="https://www.youtube.com/channel/{id}",
        profiles=("/channel/{id}", "/@{handle}", "/c/{handle}", "/user/{handle}"),
        tabs=frozenset(
            {"about", "channels", "community", "courses", "discussion", "featured", "live", "playlists", "podcasts"}
            | {"posts", "releases", "search", "shorts", "store", "streams", "videos"}
        ),
        posts=("/watch?v={post}", "/shorts/{post}", "/live/{post}", "/embed/{post}", "/post/{post}", "youtu.be/{post}"),
        comment_in=("lc",),
    )
    base_url = "https://youtube.googleapis.com"
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
    credentials = (
        Credential("key", _("API key"), secret=True),
        Credential(
            "channel",
            _("Channel"),
            _("The channel’s handle, such as “@fjordvik”, its id, which begins with “UC”, or its address."),
        ),
    )
    guide = Guide(
        steps=(
            _("Sign in to the Google Cloud console with an account of your organisation, and create a project."),
            _("Under “APIs and services”, open the library and enable “YouTube Data API v3”."),
            _("Under “Credentials”, create an API key. Restrict it to “YouTube Data API v3”."),
            _("Paste the key here. One key may serve several channels; they then share its daily quota."),
        ),
        rights=(("YouTube Data API v3", _("Read what is public: the channel, its videos and their comments.")),),
        note=_("Comments that YouTube holds back for review are not public. They are seen in YouTube Studio alone."),
        link="https://console.cloud.google.com/apis/credentials",
    )
    streams = ("comments",)
    flat = True
    reread_at_most = 50
    # A key has 10,000 units a day, and a quiet channel costs three each time.
    shortest_interval = dt.timedelta(minutes=15)

    def __init__(self, access: Access, http: Http):
        super().__init__(access, http)
        self.api = Api(http, self.base, access.credentials.get("key", "").strip(), access.now)
        self._found: dict[str, dict | None] = {}  # one fetch asks for the channel more than once

    # --- the channel ---

    def check(self) -> Checked:
        name = self.access.credentials.get("channel", "").strip()
        if "/" in name:
            name = urlsplit(name).path.rstrip("/").rpartition("/")[2]
        looks_like_an_id = name.startswith("UC") and len(name) == 24
        channel = self._channel(id=name) if looks_like_an_id else self._channel(forHandle=name)
        if channel is None:
            raise ConnectorError(ErrorCode.GONE, "no such channel")
        return Checked(_described(channel))

    def account(self) -> RemoteAccount:
        channel = self._channel(id=self.access.external_id)
        if channel is not None:
            return _described(channel)
        access = self.access
        return RemoteAccount(access.external_id, access.handle, access.url, state=self._why_missing())

    def activity(self) -> Activity:
        channel = self._channel(id=self.access.external_id)
        if channel is None:
            raise ConnectorError(ErrorCode.GONE, "the channel is not found")
        with understood():
            uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
        try:
            answer = self.api.get("playlistItems", part="contentDetails", playlistId=uploads, maxResults=VIDEOS)
        except Refused as refused:
            if "playlistNotFound" in refused.reasons:  # a channel without a video has no such list
                return Activity(None)
            raise
        with understood():
            # A private or deleted video has no moment. A planned one stands first and is not out yet.
            moments = [
                moment
                for item in answer.get("items") or []
                if (published := item["contentDetails"].get("videoPublishedAt"))
                and (moment := moment_of(published)) <= self.access.now
            ]
        return Activity(max(moments, default=None))

    def _channel(self, **which: str) -> dict | None:
        key = "".join(which.values())
        if key not in self._found:
            answer = self.api.get("channels", part="snippet,contentDetails", **which)
            with understood():
                self._found[key] = next(iter(answer.get("items") or []), None)
        return self._found[key]

    def _why_missing(self) -> RemoteState:
        """A missing channel is left out without a word; asking for its playlists gives the reason."""
        try:
            self.api.get("playlists", part="id", channelId=self.access.external_id, maxResults=1)
        except Refused as refused:
            if refused.code == ErrorCode.SUSPENDED:
                return RemoteState.SUSPENDED
            if refused.code != ErrorCode.GONE:
                raise
        return RemoteState.GONE

    # --- comments ---

    def fetch(self, stream: str, cursor: str, *, since: dt.datetime) -> Page:
        if stream not in self.streams:
            raise NotImplementedError(stream)
        with understood():
            walk = Walk.load(cursor)
        try:
            posts = self._waiting_replies(walk) if walk.replies else self._threads(walk, since)
        except Refused as refused:
            if "commentsDisabled" in refused.reasons:  # then there is nothing to answer
                return Walk(known=walk.known).page_of([])
            if "invalidPageToken" in refused.reasons:  # tokens go stale: walk again from the front
                return Page((), json.dumps(asdict(Walk(known=walk.known))), more=True)
            raise
        # The channel’s own words, however old: a reply below its comment is read otherwise than below a citizen’s.
        return walk.page_of([post for post in posts if post.posted_at >= since or post.own])

    def _threads(self, walk: Walk, since: dt.datetime) -> list[FetchedPost]:
        answer = self.api.get(
            "commentThreads",
            part="snippet,replies",
            allThreadsRelatedToChannelId=self.access.external_id,
            order="time",
            textFormat="plainText",
            maxResults=PER_PAGE,
            pageToken=walk.page or None,
        )
        with understood():
            threads = answer.get("items") or []
            following = words(answer.get("nextPageToken"))
            if following and following == walk.page:
                raise ConnectorError(ErrorCode.BAD_ANSWER, "a page that is followed by itself")
            posts: list[FetchedPost] = []
            begun: list[str] = []
            for thread in threads:
                inside, total = self._thread(thread)
                posts += inside
                begun.append(thread["snippet"]["topLevelComment"]["snippet"]["publishedAt"])
                if total > len(inside) - 1 and walk.counts.get(thread["id"]) != total:
                    walk.replies.append([thread["id"], words(thread["snippet"].get("videoId")), ""])
                    walk.counts.pop(thread["id"], None)  # so that it counts as new in the order
                    walk.counts[thread["id"]] = total
        walk.newest = max([walk.newest, *begun])
        reached = min(begun, default="9")  # an empty page says nothing about the next
        wanted = max(walk.known, since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        walk.page = following if reached >= wanted else ""
        return posts

    def _waiting_replies(self, walk: Walk) -> list[FetchedPost]:
        posts: list[FetchedPost] = []
        for _call in range(REPLY_PAGES):
            if not walk.replies:
                break
            thread, video, page = walk.replies[0]
            found, following = self._replies(thread, video, page)
            posts += found
            if following:
                walk.replies[0][2] = following
            else:
                walk.replies.pop(0)
        return posts

    def _replies(self, thread: str, video: str, page: str) -> tuple[list[FetchedPost], str]:
        """One page of a thread's replies and the next one's token. A thread that is gone has none."""
        try:
            answer = self.api.get(
                "comments",
                part="snippet",
                parentId=thread,
                textFormat="plainText",
                maxResults=PER_PAGE,
                pageToken=page or None,
            )
        except Refused as refused:
            if "commentNotFound" in refused.reasons:
                return [], ""
            raise
        with understood():
            following = words(answer.get("nextPageToken"))
            if following and following == page:
                raise ConnectorError(ErrorCode.BAD_ANSWER, "a page that is followed by itself")
            return [self._post(comment, thread, video) for comment in answer.get("items") or []], following

    def reread(self, posts: Sequence[FetchedPost]) -> Page:
        wanted = {post.remote_id: post for post in posts}
        # A reply's id begins with its thread's.
        thread_of = {post_id: post_id.partition(".")[0] for post_id in wanted}
        threads = self.api.by_id("commentThreads", thread_of.values(), part="snippet,replies", textFormat="plainText")
        found: dict[str, FetchedPost] = {}
        calls, complete = 0, True
        videos: dict[str, str] = {}
        for thread in threads:
            with understood():
                inside, total = self._thread(thread)
                videos[thread["id"]] = video = words(thread["snippet"].get("videoId"))
            found |= {post.remote_id: post for post in inside}
            page = ""
            while total > len(inside) - 1:
                if calls == REREAD_REPLY_PAGES:
                    complete = False
                    break
                calls += 1
                replies, page = self._replies(thread["id"], video, page)
                found |= {post.remote_id: post for post in replies}
                if not page:
                    break
        # Those of threads that were not read to their end, too: what is missing must be missed by name.
        missing = [post_id for post_id in wanted if post_id not in found and post_id != thread_of[post_id]]
        for comment in self.api.by_id("comments", missing, part="snippet", textFormat="plainText"):
            with understood():
                thread_id = thread_of[comment["id"]]
                post = self._post(comment, thread_id, videos.get(thread_id, ""))
                found[comment["id"]] = replace(post, thread_id=wanted[comment["id"]].thread_id)
        gone = [
            FetchedPost(
                post.remote_id, post.kind, None, thread_id=post.thread_id, parent_id=post.parent_id, removed=True
            )
            for post in wanted.values()
            if post.remote_id not in found
        ]
        return Page([*found.values(), *gone], complete=complete)

    # --- in one shape ---

    def _thread(self, thread: Mapping[str, Any]) -> tuple[list[FetchedPost], int]:
        """A thread's comment and the replies that come with it, and how many replies it has in all."""
        snippet = thread["snippet"]
        video = words(snippet.get("videoId"))
        replies = (thread.get("replies") or {}).get("comments") or []
        posts = [self._post(comment, thread["id"], video) for comment in (snippet["topLevelComment"], *replies)]
        return posts, int(snippet.get("totalReplyCount", 0))

    def _post(self, comment: Mapping[str, Any], thread: str, video: str) -> FetchedPost:
        snippet, comment_id, thread = comment["snippet"], words(comment["id"]), words(thread)
        author_id = words((snippet.get("authorChannelId") or {}).get("value"))
        return FetchedPost(
            remote_id=comment_id,
            kind="comment" if comment_id == thread else "reply",
            posted_at=moment_of(snippet["publishedAt"]),
            text=words(snippet.get("textDisplay")),
            author=words(snippet.get("authorDisplayName")),
            author_id=author_id,
            url=f"https://www.youtube.com/watch?{urlencode({'v': video, 'lc': comment_id})}" if video else "",
            thread_id=video or self.access.external_id,  # what stands below no video hangs from the channel
            # Two levels only: a reply to a reply hangs from the thread as well.
            parent_id="" if comment_id == thread else thread,
            own=author_id == self.access.external_id,
        )


def moment_of(written: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _described(channel: Mapping[str, Any]) -> RemoteAccount:
    with understood():
        snippet, channel_id = channel["snippet"], words(channel["id"])
        handle = words(snippet.get("customUrl")).removeprefix("@")
        url = f"https://www.youtube.com/channel/{channel_id}"
        return RemoteAccount(channel_id, handle, url, words(snippet.get("title")))
