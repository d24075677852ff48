"""One post, one clock: typed by hand, imported, handed in and fetched, it is one, whichever way it is written."""

import datetime as dt
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.connectors.base import FetchedPost
from accounts.inbox.addresses import key_of
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import AlreadyHere, ingest, register_by_hand, take_in
from accounts.inbox.models import Post
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from tests import factories

HOUR = dt.timedelta(hours=1)
SEEN = frozenset({"comment", "reply", "mention"})

# Of each platform: what is one and the same post, and one that is another.
SAME = [
    (
        "x",
        "https://x.com/kari/status/1790",
        "https://mobile.twitter.com/kari/status/1790?s=20&t=abc",
        "/kari/status/17",
    ),
    ("x", "https://x.com/i/web/status/1790", "http://www.x.com/kari/status/1790/photo/1", "/i/web/status/1791"),
    (
        "facebook",
        "https://www.facebook.com/nordvik/posts/123?comment_id=456",
        "https://m.facebook.com/permalink.php?story_fbid=123&id=99&comment_id=456&__tn__=R",
        "/nordvik/posts/123?comment_id=457",
    ),
    (
        "facebook",
        "https://www.facebook.com/nordvik/posts/123?comment_id=456&reply_comment_id=789",
        "https://facebook.com/nordvik/posts/hei/123?reply_comment_id=789&comment_id=456&fbclid=x",
        "/nordvik/posts/123?comment_id=456",
    ),
    (
        "instagram",
        "https://www.instagram.com/p/CxYz/c/1799/",
        "https://instagram.com/p/CxYz/c/1799?igsh=abc",
        "/p/CxYz/c/18/",
    ),
    (
        "youtube",
        "https://www.youtube.com/watch?v=abcdefghijk&lc=Ugx1",
        "https://m.youtube.com/watch?lc=Ugx1&v=abcdefghijk&feature=share",
        "/watch?v=abcdefghijk&lc=Ugx2",
    ),
    (
        "bluesky",
        "https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx/post/3kabc",
        "https://bsky.app/profile/kari.bsky.social/post/3kabc?ref_src=embed",
        "/profile/kari.bsky.social/post/3kabd",
    ),
    ("threads", "https://www.threads.net/@kari/post/CxYz", "https://www.threads.com/@kari/post/CxYz?xmt=1", "/t/CxYa"),
    (
        "linkedin",
        "https://www.linkedin.com/feed/update/urn:li:activity:71?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A71%2C5%29",
        "https://linkedin.com/feed/update/urn:li:activity:71/?commentUrn=urn:li:comment:(activity:71,5)&utm_source=share",
        "/feed/update/urn:li:activity:71?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A71%2C6%29",
    ),
    (
        "other",
        "https://www.parkapp.no/reports/17",
        "http://parkapp.no/reports/17/?utm_source=mail&fbclid=1",
        "https://www.parkapp.no/reports/18",
    ),
]


def account_on(body, code):
    return factories.account(unit=body.nordvik, platform=factories.platform(code))


def typed(number, url, now, **fields):
    said = {"text": "When do you open?", "posted_at": now - 2 * HOUR} | fields
    return Incoming(f"hand-{number}", url=url, **said)


@pytest.mark.parametrize(("code", "one", "same", "other"), SAME)
def test_the_identity_of_a_post_is_also_its_address(body, code, one, same, other):
    account = account_on(body, code)
    other = other if other.startswith("http") else "https://" + one.split("/")[2] + other
    keys = [key_of(account, Incoming("1", url=url)) for url in (one, same, other)]
    assert keys[0] == keys[1] != ""
    assert keys[2] != keys[0]
    assert max(map(len, keys)) <= 220


@pytest.mark.parametrize(
    ("code", "url", "kind"),
    [
        ("facebook", "https://www.facebook.com/nordvik", "mention"),
        ("facebook", "https://www.facebook.com/nordvik/posts/123", "message"),
        ("x", "https://x.com/nordvik", "comment"),
        ("x", "https://x.com/", "comment"),
        ("other", "https://parkapp.no/", "comment"),
        ("x", "no address", "comment"),
        ("x", "", "comment"),
    ],
)
def test_what_many_share_is_the_identity_of_none(body, code, url, kind):
    assert key_of(account_on(body, code), Incoming("1", url=url, kind=kind, text="Hello")) == ""


def test_two_comments_with_the_address_of_what_they_stand_under_are_two(account, now):
    url = "https://www.facebook.com/nordvik/posts/123"
    items = [Incoming(str(n), url=url, text=f"Question {n}", author="Kari") for n in range(3)]
    ingest(account, items, source=Post.Source.IMPORT, now=now)
    ingest(account, [typed(1, url, now, text="Another", author="Kari")], source=Post.Source.HAND, now=now)
    assert Post.objects.count() == 4
    ingest(account, [typed(2, url + "?fbclid=1", now, text="question 2", author="Kari")], source="hand", now=now)
    assert Post.objects.count() == 4


WAYS = [
    lambda account, now: ingest(account, [typed(1, SAME[0][1], now, author="Kari")], source="hand", now=now),
    lambda account, now: ingest(
        account, [Incoming("row 7", url=SAME[0][2], text="When?", posted_at=now - HOUR)], source="import", now=now
    ),
    lambda account, now: ingest(account, [Incoming("chat-9", url=SAME[0][1], text="When?!")], source="api", now=now),
    lambda account, now: take_in(
        account,
        [
            FetchedPost(
                "1790", "mention", now - 3 * HOUR, text="@us When?", author="@kari", author_id="7", url=SAME[0][1]
            )
        ],
        answers_seen=SEEN,
        now=now,
    ),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_whichever_came_first_is_kept_and_what_is_known_better_fills_in(body, now, order):
    account = account_on(body, "x")
    for place in order:
        WAYS[place](account, now)
        first = Post.objects.values_list("pk", flat=True)[0]
    for place in order:
        WAYS[place](account, now + HOUR)
    post = Post.objects.get()
    assert post.pk == first
    assert (post.remote_id, post.source, post.author, post.author_id) == ("1790", "platform", "@kari", "7")
    assert (post.text, post.posted_at, post.answer_due_at) == ("@us When?", now - 3 * HOUR, now + 21 * HOUR)
    assert post.edited_at is None


def test_the_answer_on_the_platform_closes_what_was_typed_in(body, now):
    account = account_on(body, "x")
    WAYS[0](account, now)
    own = FetchedPost("1801", "reply", now - HOUR, text="At 8", parent_id="1790", thread_id="1790", own=True)
    take_in(account, [own], answers_seen=SEEN, now=now)
    assert Post.objects.get().closed_at is None
    WAYS[3](account, now)
    assert Post.objects.get().closed_at == now - HOUR


def test_what_the_platform_tells_apart_are_two(body, now):
    account = account_on(body, "bluesky")
    urls = [f"https://bsky.app/profile/did:plc:{letter * 24}/post/3kabc" for letter in "ab"]
    for url in urls:
        take_in(account, [FetchedPost(url, "mention", now, text="Hi", url=url)], answers_seen=SEEN, now=now)
    assert Post.objects.count() == 2


def test_twice_in_one_list_under_two_ids_is_one(body, now):
    account = account_on(body, "x")
    items = [Incoming(str(n), url=url, text="When?") for n, url in enumerate(SAME[0][1:3])]
    results = ingest(account, items, source="api", now=now)
    assert [result.result for result in results] == ["created", "unchanged"]
    assert {result.post_id for result in results} == {Post.objects.get().pk}


def test_on_a_page_that_nobody_can_read_other_words_are_another_post(body, now):
    account = account_on(body, "other")
    for n in range(3):
        item = Incoming(str(n), url="https://parkapp.no/reports/17", text=f"Words {n}")
        ingest(account, [item], source="api", now=now)
    assert Post.objects.count() == 3


def test_what_is_gone_for_good_does_not_come_back_by_its_address(body, now):
    account = account_on(body, "x")
    WAYS[2](account, now)
    Post.objects.update(text="", author="", url="", content_removed_at=now)
    WAYS[3](account, now)
    assert Post.objects.values_list("remote_id", "text", "author", "url").get() == ("1790", "", "", "")


def test_looking_up_addresses_costs_no_query_a_post(body, now):
    account = account_on(body, "x")
    counts = []
    for number in (3, 300):
        items = [
            Incoming(f"{number}-{n}", url=f"https://x.com/kari/status/{number}{n:05}", text="Hi") for n in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            ingest(account, items, source="api", now=now)
        counts.append(len(queries))
    assert counts[1] - counts[0] <= (20 if connection.vendor == "sqlite" else 0)  # it takes fewer rows a statement


# --- at entry by hand ---


def test_at_entry_one_sees_the_post_there_is_and_keeps_what_was_typed(body, cast, login, now):
    account = account_on(body, "x")
    factories.assign(account, cast.moderator, Part.LEAD)
    WAYS[2](account, now)
    there = Post.objects.get()
    client = login(cast.moderator)
    form = client.get("/posts/new/").context["form"]
    data = {
        "account": account.pk,
        "kind": "comment",
        "text": "When <b>do</b> you open?",
        "url": SAME[0][2],
        "posted_at": "18.11.2024 10:00",
        "token": form["token"].value(),
    }
    answer = client.post("/posts/new/", data)
    assert answer.status_code == 422
    assert f'href="/posts/{there.pk}/"' in answer.content.decode()
    assert "When &lt;b&gt;do&lt;/b&gt; you open?" in answer.content.decode()
    assert Post.objects.count() == 1
    assert not AuditEvent.objects.filter(event="post.registered").exists()


def test_the_same_form_sent_twice_is_one_post_and_no_refusal(body, cast, now):
    account = account_on(body, "x")
    item = typed(1, SAME[0][1], now)
    first, created = register_by_hand(account, item, by=cast.moderator, now=now)
    again, anew = register_by_hand(account, item, by=cast.moderator, now=now)
    assert (first.pk, created, anew) == (again.pk, True, False)
    with pytest.raises(AlreadyHere):
        register_by_hand(account, typed(2, SAME[0][2], now), by=cast.moderator, now=now)
