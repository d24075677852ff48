"""Many rows in one statement, as the ORM would have written them one by one."""

import datetime as dt

import pytest

from accounts.inbox.models import Post
from governance.rows import insert_rows, update_rows
from tests import factories

ODD = "Tab\there, line\nthere, back\\slash, “quotes” 'and' \"others\", 100 % {sure}, å ø æ 🙂"


@pytest.fixture
def unsaved(account, now):
    return [
        Post(
            account=account,
            remote_id=f"r{number}",
            source="api",
            text=f"{ODD} {number}",
            posted_at=now - dt.timedelta(hours=number),
            first_seen_at=now,
            answer_due_at=None if number % 2 else now,
            concerns=["case"] if number % 2 else [],
            private=bool(number % 3),
        )
        for number in range(5)
    ]


def test_rows_come_in_as_they_are(unsaved):
    insert_rows(unsaved)
    found = {post.remote_id: post for post in Post.objects.all()}
    for post in unsaved:
        for field in Post._meta.concrete_fields:
            if not field.primary_key:
                assert getattr(found[post.remote_id], field.attname) == getattr(post, field.attname), field


def test_what_is_there_already_stays(unsaved, account):
    factories.post(account, remote_id="r2", text="The first")
    told = insert_rows(unsaved, key=("remote_id",))
    assert Post.objects.get(remote_id="r2").text == "The first"
    assert Post.objects.count() == 5
    if told:
        assert [post.remote_id for post in unsaved if post.pk is None] == ["r2"]
        assert {post.pk for post in unsaved} - {None} <= set(Post.objects.values_list("pk", flat=True))


def test_each_row_gets_its_own_values(account, now):
    posts = [factories.post(account) for _number in range(3)]
    other = factories.post(account, text="Not touched")
    for number, post in enumerate(posts):
        post.text, post.concerns, post.private = f"{ODD} {number}", ["child"] * number, bool(number)
        post.closed_at, post.outcome = (now, "answered") if number else (None, "")
    update_rows(posts, ["text", "concerns", "private", "closed_at", "outcome", "answer"])
    for post in posts:
        found = Post.objects.get(pk=post.pk)
        for name in ("text", "concerns", "private", "closed_at", "outcome", "answer_id"):
            assert getattr(found, name) == getattr(post, name), name
    assert Post.objects.get(pk=other.pk).text == "Not touched"


def test_nothing_is_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        update_rows([], ["text"])
        insert_rows([])
