"""What the four platforms have in common in tests: an account of ours with posts, and people who write under them."""

import datetime as dt

from accounts.connectors import REGISTRY
from accounts.connectors.base import Access
from accounts.connectors.http import Http
from tests.connectors.worlds import fake_graph, fake_linkedin, fake_tiktok
from tests.connectors.worlds.fake_graph import FakeGraph
from tests.connectors.worlds.fake_linkedin import FakeLinkedIn
from tests.connectors.worlds.fake_tiktok import FakeTikTok

NOW = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class Scene:
    """One platform with one account of ours, and what people do there."""

    external_id = ""

    def __init__(self):
        self.kept = []

    def access(self, **changes) -> Access:
        fields = {"credentials": dict(self.credentials), "now": NOW, "external_id": self.external_id}
        return Access(**fields | {"handle": "fjordvik", "keep": self.kept.append} | changes)

    def remove(self, comment):
        self.fake.remove(comment)

    def connector(self, **changes):
        self.http = Http(NOW)
        return REGISTRY[self.platform](self.access(**changes), self.http)

    def fetched(self, since=NOW - 30 * DAY):
        """All pages of one walk, by remote id; the number of pages."""
        connector, cursor, found = self.connector(), "", {}
        for number in range(1, 500):
            page = connector.fetch("comments", cursor, since=since)
            assert page.complete
            found |= {post.remote_id: post for post in page.posts}
            cursor = page.cursor
            if not page.more:
                return found, number
        raise AssertionError("it never ends")


class OnFacebook(Scene):
    platform, external_id, credentials = "facebook", fake_graph.PAGE, fake_graph.CREDENTIALS

    def __init__(self):
        super().__init__()
        self.fake = FakeGraph()

    def publish(self, at):
        return self.fake.add("post", fake_graph.PAGE, "published_posts", at, message="News")

    def write(self, under, at, text="Hi", *, own=False, to=""):
        author = {"id": fake_graph.PAGE, "name": "Fjordvik"} if own else {"id": "psid9", "name": "Kari"}
        more = {"parent": to} if to else {}
        url = f"https://www.facebook.com/{under}"
        return self.fake.add(
            "comment",
            to or under,
            "comments",
            at,
            message=text,
            **{"from": author, "is_hidden": False, "permalink_url": url} | more,
        )

    def unpublish(self, post):
        self.fake.remove(post)

    def hide(self, comment):
        self.fake.nodes[comment]["is_hidden"] = True

    def edit(self, comment, text):
        self.fake.nodes[comment]["message"] = text

    def rename(self, handle):
        self.fake.nodes[fake_graph.PAGE]["username"] = handle


class OnInstagram(OnFacebook):
    platform, external_id = "instagram", fake_graph.INSTAGRAM

    def publish(self, at):
        url = "https://www.instagram.com/p/abc/"
        return self.fake.add("media", fake_graph.INSTAGRAM, "media", at, permalink=url)

    def write(self, under, at, text="Hi", *, own=False, to=""):
        name = "fjordvik" if own else "kari"
        # Without advanced access `from` is missing; `user` is there on what the account wrote, and there alone.
        who = {"user": {"id": fake_graph.INSTAGRAM}} if own else {}
        edge = "replies" if to else "comments"
        return self.fake.add("ig comment", to or under, edge, at, text=text, username=name, hidden=False, **who)

    def hide(self, comment):
        self.fake.nodes[comment]["hidden"] = True

    def edit(self, comment, text):
        self.fake.nodes[comment]["text"] = text

    def rename(self, handle):
        self.fake.nodes[fake_graph.INSTAGRAM]["username"] = handle


class OnLinkedIn(Scene):
    platform, external_id = "linkedin", fake_linkedin.ORGANIZATION

    def __init__(self):
        super().__init__()
        self.fake = FakeLinkedIn(NOW)

    @property
    def credentials(self):
        return self.fake.credentials

    def publish(self, at):
        return self.fake.publish(at)

    def write(self, under, at, text="Hi", *, own=False, to=""):
        return self.fake.comment(under, at, text, fake_linkedin.URN if own else "urn:li:person:kari", to)

    def unpublish(self, post):
        del self.fake.posts[post]

    def edit(self, comment, text):
        self.fake.comments[comment]["message"]["text"] = text

    def rename(self, handle):
        self.fake.organization["vanityName"] = handle


class OnTikTok(Scene):
    platform, external_id = "tiktok", fake_tiktok.BUSINESS

    def __init__(self):
        super().__init__()
        self.fake = FakeTikTok()

    @property
    def credentials(self):
        return self.fake.credentials

    def publish(self, at):
        return self.fake.publish(at)

    def write(self, under, at, text="Hi", *, own=False, to=""):
        return self.fake.comment(under, at, text, who="" if own else "kari", parent=to)

    def unpublish(self, post):
        del self.fake.videos[post]

    def hide(self, comment):
        self.fake.comments[comment]["status"] = "HIDDEN"

    def edit(self, comment, text):
        self.fake.comments[comment]["text"] = text

    def rename(self, handle):
        self.fake.username = handle
