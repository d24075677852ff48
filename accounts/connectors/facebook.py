"""Facebook Pages, by the Graph API: comments under the page's own posts.

Mentions elsewhere and messages need rights that Meta gives to few, and recommendations (reviews) left the interface
with version 22: none of them is measured. `from` is missing where Meta hides who wrote.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import Activity, Capability, FetchedPost, Guide, RemoteAccount
from accounts.connectors.errors import ConnectorError
from accounts.connectors.facts import Facts
from accounts.connectors.graph import Graph, after
from accounts.connectors.threads import MOST_PAGES, OwnPosts, Written, listed, moment, needed, told

POSTS, COMMENTS = 25, 50
ONE = "id,created_time,message,from,is_hidden,permalink_url"
FIELDS = f"{ONE},parent{{{ONE},parent{{id}}}}"


class Facebook(Graph):
    facts = Facts(
        code="facebook",
        name="Facebook",
        hosts=("facebook.com", "fb.com"),
        short_hosts=("fb.me", "fb.watch", "m.me"),
        # Of five characters or more since long, but older ones are shorter; a number alone is an id, and so is one
        # after a hyphen. Older pages have other hyphens in their addresses.
        handle=r"(?=[0-9.]*[a-z])(?!.*-\d+$)[a-z0-9.-]{1,50}",
        handle_ignores=".",
        id=r"\d+",
        post=r"[\w-]+",
        profile="https://www.facebook.com/{handle}",
        profile_of_id="https://www.facebook.com/profile.php?id={id}",
        profiles=(
            "/profile.php?id={id}",
            "/pages/{name}/{id}",
            "/pages/category/{name}/{name}-{id}",
            "/pages/category/{name}-{id}",
            "/people/{name}/{id}",
            "/p/{name}-{id}",
            "/pg/{handle}",
            "/pg/{name}-{id}",
            "/{name}-{id}",
            "/{id}",
            "/{handle}",
            "/@{handle}",
            "m.me/{id}",
            "m.me/{handle}",
        ),
        tabs=frozenset(
            {"about", "community", "events", "followers", "following", "live", "mentions", "photos", "photos_albums"}
            | {"posts", "reels", "reels_tab", "reviews", "services", "shop", "videos", "about_contact_and_basic_info"}
            | {"about_details", "about_profile_transparency"}
        ),
        posts=(
            "/permalink.php?story_fbid={post}&id={id}",
            "/story.php?story_fbid={post}&id={id}",
            "/{id}/posts/{post}",
            "/{id}/videos/{post}",
            "/{handle}/posts/{name}/{post}",
            "/{handle}/posts/{post}",
            "/{handle}/videos/{name}/{post}",
            "/{handle}/videos/{post}",
            "/{handle}/photos/{name}/{post}",
            "/photo.php?fbid={post}",
            "/photo?fbid={post}",
            "/watch?v={post}",
            "/reel/{post}",
            "/events/{post}",
            "fb.watch/{post}",
        ),
        comment_in=("reply_comment_id", "comment_id"),
        no_handle=frozenset(
            {
                "ads",
                "business",
                "careers",
                "dialog",
                "events",
                "friends",
                "games",
                "gaming",
                "groups",
                "hashtag",
                "help",
            }
            | {
                "home.php",
                "l.php",
                "login",
                "login.php",
                "marketplace",
                "media",
                "messages",
                "messenger",
                "notes",
                "r.php",
            }
            | {
                "pages",
                "people",
                "permalink.php",
                "pg",
                "photo",
                "photo.php",
                "plugins",
                "policies",
                "privacy",
                "public",
            }
            | {"profile.php", "recover", "reel", "reels", "reg", "search", "settings", "share", "share.php", "sharer"}
            | {"sharer.php", "stories", "story.php", "terms", "video.php", "videos", "watch"}
        ),
    )
    capabilities = frozenset(
        {
            Capability.ACTIVITY,
            Capability.COMMENTS,
            Capability.OWN_REPLIES,
            Capability.REMOVALS,
            Capability.STATE,
            Capability.WEBHOOK,
        }
    )
    answers_seen = frozenset({"comment", "reply"})
    needed_rights = ("pages_show_list", "pages_read_engagement", "pages_read_user_content")
    guide = Guide(
        steps=(
            _("At Meta for developers, make an app of the type “Business” and connect it to the body’s business."),
            _("Let Meta verify the business, and ask for advanced access to the rights below."),
            _("In the business settings, make a system user and give it the page with full control."),
            _("Generate a token for the system user with the rights below that never expires."),
            _("With that token, ask the Graph API Explorer for the page’s own access token."),
            _("Fill in the page ID, the page’s token, the app’s ID and its secret here."),
        ),
        rights=(
            ("pages_show_list", _("see that the page belongs to the business")),
            ("pages_read_engagement", _("read what the page published")),
            ("pages_read_user_content", _("read comments on the page")),
        ),
        note=_("Mentions, messages and recommendations are not read: for them the portal cannot measure answers."),
        link="https://developers.facebook.com/docs/pages-api/",
    )

    @property
    def page_id(self) -> str:
        return self.access.external_id or self.access.credentials["page_id"]

    def whose(self) -> RemoteAccount:
        page = self.get(self.page_id, fields="id,name,username,link")
        page_id = needed(page, "id")
        return RemoteAccount(page_id, told(page, "username") or page_id, told(page, "link"), told(page, "name"))

    def account(self) -> RemoteAccount:
        try:
            return self.whose()
        except ConnectorError as problem:
            return self.not_there(problem, self.page_id)

    def activity(self) -> Activity:
        return self.newest(f"{self.page_id}/published_posts", "created_time")

    def own_posts(self, cursor: str, oldest: dt.datetime, since: dt.datetime) -> OwnPosts:
        # The newest comments come along with the list: one call instead of one for each post.
        comments = f"comments.filter(stream).order(reverse_chronological).limit({COMMENTS}){{{FIELDS}}}"
        answer = self.get(
            f"{self.page_id}/published_posts",
            fields=f"id,created_time,{comments}",
            limit=POSTS,
            after=cursor or None,
        )
        found = OwnPosts(next=after(answer))
        for row in listed(answer, "data"):
            if (created := moment(row.get("created_time"))) and created < oldest:
                found.next = ""
                break
            if row.get("comments"):
                written = self._page(needed(row, "id"), row["comments"], since)
                found.posts += written.posts
                if written.next:
                    found.ids.append((needed(row, "id"), written.next))
        return found

    def written_under(self, post_id: str, cursor: str, since: dt.datetime) -> Written:
        answer = self.get(
            f"{post_id}/comments",
            fields=FIELDS,
            filter="stream",
            order="reverse_chronological",
            limit=COMMENTS,
            after=cursor or None,
        )
        return self._page(post_id, answer, since)

    def thread(self, post_id: str, comment_id: str) -> Written:
        replies = f"comments.order(reverse_chronological).limit({COMMENTS}){{{FIELDS}}}"
        root = self.get(comment_id, fields=f"{FIELDS},{replies}")
        found = [self._post(root, post_id)]
        answer = root.get("comments")
        for _number in range(MOST_PAGES):
            if not answer:
                return Written(found)
            # Within a thread the comment itself is the parent, whether or not the platform repeats it.
            found += [self._post(row, post_id, needed(root, "id")) for row in listed(answer, "data")]
            cursor = after(answer)
            if not cursor:
                return Written(found)
            answer = self.get(
                f"{comment_id}/comments", fields=FIELDS, order="reverse_chronological", limit=COMMENTS, after=cursor
            )
        return Written(found, complete=False)

    def _page(self, post_id: str, answer: dict, since: dt.datetime) -> Written:
        """Newest first, replies among them: what is older than `since` ends it."""
        rows = listed(answer, "data")
        posts = [self._post(row, post_id) for row in rows]
        over = any(post.posted_at and post.posted_at < since for post in posts)
        # What stands below a comment of the page's own must be known to, however old that comment is.
        parents = {parent["id"]: parent for row in rows if self._is_ours(parent := row.get("parent"))}
        posts += [self._post(parent, post_id) for parent in parents.values()]
        return Written(posts, "" if over else after(answer))

    def _is_ours(self, row: Any) -> bool:
        return bool(told(row, "id")) and told(row.get("from"), "id") == self.page_id

    def _post(self, row: dict, post_id: str, parent_id: str = "") -> FetchedPost:
        author = row.get("from")
        parent_id = parent_id or told(row.get("parent"), "id")
        return FetchedPost(
            remote_id=needed(row, "id"),
            kind="reply" if parent_id else "comment",
            posted_at=moment(needed(row, "created_time")),
            text=told(row, "message"),
            author=told(author, "name"),
            author_id=told(author, "id"),
            url=told(row, "permalink_url"),
            thread_id=post_id,
            parent_id=parent_id,
            own=self._is_ours(row),
            hidden=row.get("is_hidden") is True,
        )
