"""The inbox of a body with 500 accounts and 100,000 posts costs the queries of one with a page of them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.inbox.models import Post
from accounts.inbox.views.inbox import POSTS_A_PAGE
from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from tests import factories

# Filling the tables takes longest, so once is enough; small lists are counted on SQLite too.
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

ACCOUNTS, POSTS = 500, 100_000
PAGES = [
    ("", {}),
    ("", {"HX-Request": "true"}),  # what the list asks for every half minute
    ("?scope=mine", {}),
    ("?state=closed", {}),
    ("?q=Sunday", {}),
    ("?page=40", {}),
]


def fill(body, platform, moderator, *, accounts: int, posts: int) -> None:
    """Bring the body to so many accounts and posts: half of them open, some late; a fifth of all the moderator's."""
    now = timezone.now()
    there = OfficialAccount.objects.count()
    OfficialAccount.objects.bulk_create(
        OfficialAccount(
            unit=(body.nordvik, body.sorvik, body.culture)[number % 3],
            platform=platform,
            name=f"Account {number}",
            handle=f"scale{number}",
            url=platform.address_of(f"scale{number}"),
            state="active",
            registered_at=factories.LONG_AGO,
            opened_at=factories.LONG_AGO,
        )
        for number in range(there, accounts)
    )
    ids = list(OfficialAccount.objects.order_by("pk").values_list("pk", flat=True))
    held = set(Assignment.objects.values_list("account", flat=True))
    Assignment.objects.bulk_create(
        Assignment(
            account_id=pk,
            person=moderator,
            part=Part.LEAD,
            starts_on=dt.date(2025, 1, 15),
            accepted_at=factories.LONG_AGO,
        )
        for pk in ids[::5]
        if pk not in held
    )
    _add_posts(range(Post.objects.count(), posts), ids, now)


def _add_posts(numbers: range, account_ids: list[int], now: dt.datetime) -> None:
    """Copies of one post, made by the database itself: a tenth of the time of sending each."""
    first = Post.objects.create(
        account_id=account_ids[numbers.start % len(account_ids)],
        remote_id=f"scale-{numbers.start}",
        source="platform",
        text="When do you open on Sunday?",
        author="A citizen",
        posted_at=now,
        answer_due_at=now,
    )
    own = {
        "account_id": f"(%(accounts)s::bigint[])[n %% {len(account_ids)} + 1]",
        "remote_id": "'scale-' || n",
        "posted_at": "%(now)s - n %% 5000 * interval '1 minute'",
        "answer_due_at": "%(now)s + (n %% 5000 - 500) * interval '1 minute'",
        "outcome": "CASE n %% 2 WHEN 0 THEN 'answered' ELSE '' END",
        "closed_at": "CASE n %% 2 WHEN 0 THEN %(now)s END",
    }
    columns = [field.column for field in Post._meta.concrete_fields if not field.primary_key]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO accounts_post ({', '.join(columns)})"
            f" SELECT {', '.join(own.get(column, column) for column in columns)}"
            " FROM accounts_post, generate_series(%(from)s, %(to)s) AS n WHERE id = %(first)s",
            {
                "accounts": account_ids,
                "now": now,
                "from": numbers.start + 1,
                "to": numbers.stop - 1,
                "first": first.pk,
            },
        )


def costs(client) -> list[tuple[int, int]]:
    """Of each page: the queries, and how many posts it shows."""
    measured = []
    for query, headers in PAGES:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/inbox/{query}", headers=headers)
        assert answer.status_code == 200
        measured.append((len(queries), answer.content.count(b"data-row")))
    return measured


def test_the_inbox_costs_the_same_however_much_there_is(client, cast, body, facebook):
    people = (cast.section, cast.moderator)
    fill(body, facebook, cast.moderator, accounts=10, posts=10 * 45 * POSTS_A_PAGE)
    for person in people:
        client.force_login(person)
        costs(client)  # what is noted once a day is noted
    few = [costs(client) for person in people if not client.force_login(person)]
    fill(body, facebook, cast.moderator, accounts=ACCOUNTS, posts=POSTS)
    assert (OfficialAccount.objects.count(), Post.objects.count()) == (ACCOUNTS, POSTS)
    many = [costs(client) for person in people if not client.force_login(person)]
    assert many == few
    for measured in few:
        assert {rows for _queries, rows in measured} <= {0, POSTS_A_PAGE}
        assert measured[0][1] == POSTS_A_PAGE
        assert max(queries for queries, _rows in measured) <= 40  # the bare address also asks who is on duty
