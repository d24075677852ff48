"""Instagram accounts that belong to a Facebook page, by the Graph API: comments under the account's own media.

Mentions are told by webhook alone and cannot be listed afterwards, and messages need a right that Meta gives to few:
neither is measured. `from` is missing on what others wrote unless the app has advanced access; `username` is there.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import Activity, Capability, FetchedPost, Guide, RemoteAccount
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.facts import Facts
from accounts.connectors.graph import Graph, after
from accounts.connectors.threads import MOST_PAGES, THREADS_BACK, OwnPosts, Written, listed, moment, needed, told

MEDIA, COMMENTS = 25, 50
# `user` is there on what the account itself wrote, and there alone.
ONE = "id,timestamp,text,username,from,user,hidden"
FIELDS = f"{ONE},replies.limit({COMMENTS}){{{ONE}}}"


class Instagram(Graph):
    facts = Facts(
        code="instagram",
        name="Instagram",
        hosts=("instagram.com", "instagr.am"),
        short_hosts=("ig.me",),
        handle=r"(?![.])(?![^/]*[.]{2})[a-z0-9._]{1,30}(?<![.])",
        post=r"[\w-]+",
        profile="https://www.instagram.com/{handle}/",
        profiles=("/stories/{handle}", "/_u/{handle}", "/{handle}", "ig.me/m/{handle}"),
        tabs=frozenset({"channel", "feed", "followers", "following", "guides", "live", "reels", "tagged", "video"}),
        posts=(
            "/p/{post}/c/{name}/r/{comment}",
            "/p/{post}/c/{comment}",
            "/p/{post}",
            "/reel/{post}",
            "/reels/{post}",
            "/tv/{post}",
            "/{handle}/p/{post}",
            "/{handle}/reel/{post}",
            "/{handle}/tv/{post}",
            "/stories/{handle}/{post}",
        ),
        no_handle=frozenset(
            {"_n", "_u", "about", "accounts", "ar", "challenge", "developer", "direct", "directory", "explore", "guide"}
            | {"highlights", "legal", "p", "press", "reel", "reels", "s", "share", "static", "stories", "tv", "web"}
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
    needed_rights = ("pages_show_list", "pages_read_engagement", "instagram_basic", "instagram_manage_comments")
    guide = Guide(
        steps=(
            _("In the Instagram app, make the account a professional one and connect it to the body’s Facebook page."),
            _("At Meta for developers, make an app of the type “Business” and connect it to the body’s business."),
            _("Let Meta verify the business, and ask for advanced access to the rights below."),
            _("In the business settings, make a system user and give it the page and the Instagram account."),
            _("Generate a token for the system user with the rights below that never expires."),
            _("With that token, ask the Graph API Explorer for the page’s own access token."),
            _("Fill in the page ID, the page’s token, the app’s ID and its secret here."),
        ),
        rights=(
            ("pages_show_list", _("see that the page belongs to the business")),
            ("pages_read_engagement", _("find the Instagram account of the page")),
            ("instagram_basic", _("read what the account published")),
            ("instagram_manage_comments", _("read comments on it")),
        ),
        note=_("Mentions and messages are not read: for them the portal cannot measure answers."),
        link="https://developers.facebook.com/docs/instagram-platform/",
    )

    def whose(self) -> RemoteAccount:
        page = self.get(self.access.credentials["page_id"], fields="instagram_business_account{id,username,name}")
        if not page.get("instagram_business_account"):
            # Meta leaves the field out also for whom it may not be shown.
            raise ConnectorError(ErrorCode.UNSEEN, "the page shows no professional Instagram account")
        return _account(page["instagram_business_account"])

    def account(self) -> RemoteAccount:
        try:
            return _account(self.get(self.own_id, fields="id,username,name"))
        except ConnectorError as problem:
            return self.not_there(problem, self.own_id)

    @property
    def own_id(self) -> str:
        if not self.access.external_id:
            self.access.external_id = self.whose().external_id
        return self.access.external_id

    def activity(self) -> Activity:
        return self.newest(f"{self.own_id}/media", "timestamp")

    def own_posts(self, cursor: str, oldest: dt.datetime, since: dt.datetime) -> OwnPosts:
        answer = self.get(
            f"{self.own_id}/media",
            fields=f"id,timestamp,permalink,comments.limit({COMMENTS}){{{FIELDS}}}",
            limit=MEDIA,
            after=cursor or None,
        )
        found = OwnPosts(next=after(answer))
        for row in listed(answer, "data"):
            if (created := moment(row.get("timestamp"))) and created < oldest:
                found.next = ""
                break
            if row.get("comments"):
                written = self._page(needed(row, "id"), row["comments"], since, told(row, "permalink"))
                found.posts += written.posts
                found.complete = found.complete and written.complete
                if written.next:
                    found.ids.append((needed(row, "id"), written.next))
        return found

    def written_under(self, post_id: str, cursor: str, since: dt.datetime) -> Written:
        answer = self.get(f"{post_id}/comments", fields=FIELDS, limit=COMMENTS, after=cursor or None)
        return self._page(post_id, answer, since)

    def thread(self, post_id: str, comment_id: str) -> Written:
        return self._thread(post_id, self.get(comment_id, fields=FIELDS))

    def _page(self, post_id: str, answer: dict, since: dt.datetime, url: str = "") -> Written:
        """Newest first, each with its replies: a page of threads that began long before `since` ends it."""
        found: list[FetchedPost] = []
        complete = over = True
        for row in listed(answer, "data"):
            thread = self._thread(post_id, row, url)
            found += thread.posts
            complete = complete and thread.complete
            over = over and thread.posts[0].posted_at < since - THREADS_BACK
        return Written(found, "" if over else after(answer), complete)

    def _thread(self, post_id: str, root: dict, url: str = "") -> Written:
        comment_id = needed(root, "id")
        found = [self._post(root, post_id, "", url)]
        answer = root.get("replies")
        for _number in range(MOST_PAGES):
            if not answer:
                return Written(found)
            found += [self._post(row, post_id, comment_id, url) for row in listed(answer, "data")]
            cursor = after(answer)
            if not cursor:
                return Written(found)
            answer = self.get(f"{comment_id}/replies", fields=ONE, limit=COMMENTS, after=cursor)
        return Written(found, complete=False)

    def _post(self, row: dict, post_id: str, parent_id: str, url: str) -> FetchedPost:
        author_id = told(row.get("from"), "id")
        name = told(row, "username") or told(row.get("from"), "username")
        return FetchedPost(
            remote_id=needed(row, "id"),
            kind="reply" if parent_id else "comment",
            posted_at=moment(needed(row, "timestamp")),
            text=told(row, "text"),
            author=name,
            author_id=author_id,
            url=url,
            thread_id=post_id,
            parent_id=parent_id,
            own=self.own_id in (author_id, told(row.get("user"), "id")),
            hidden=row.get("hidden") is True,
        )


def _account(row: dict) -> RemoteAccount:
    handle = told(row, "username")
    url = f"https://www.instagram.com/{handle}/" if handle else ""
    return RemoteAccount(needed(row, "id"), handle, url, told(row, "name"))
