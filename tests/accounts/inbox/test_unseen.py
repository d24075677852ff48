"""Posts whose answers cannot be seen: said in the list and on the page, told once, and never flagged."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.flags.models import Flag
from accounts.inbox import moves, sweeps
from accounts.inbox.models import Post
from accounts.inbox.sweeps import look_yourself, remind, unanswered
from accounts.platforms.connections import pause, resume
from accounts.platforms.models import Connection
from accounts.platforms.sweeps import connections
from accounts.register.choices import Part
from governance.notices.models import Notice
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LOOK = "Cannot be measured: look yourself"


@pytest.fixture(autouse=True)
def acknowledged(monkeypatch):
    monkeypatch.setattr(
        "guidelines.reading.acknowledgements.acknowledged_person_ids",
        lambda audience, now, among=None: None,
        raising=False,
    )


@pytest.fixture
def connection(account, cast, now):
    """Read whole three days ago, and not since."""
    factories.assign(account, cast.moderator, Part.LEAD)
    read = now - 3 * DAY
    return factories.connection(
        account, cast.moderator, complete_until=read, activity_until=now, backfilled_at=read, last_fetch_at=now
    )


def asked(account, now, *, due=HOUR, **fields):
    return factories.post(account, source=Post.Source.PLATFORM, answer_due_at=now - due, **fields)


def told():
    return list(Notice.objects.filter(event="posts_unseen").order_by("pk"))


def test_who_is_on_duty_is_told_once_of_all_of_them(connection, account, cast, now):
    posts = [asked(account, now) for _number in range(3)]
    assert look_yourself(now) == {"posts": 3, "told": 1}
    assert look_yourself(now) == look_yourself(now + DAY) == {"posts": 0, "told": 0}
    [notice] = told()
    assert (notice.person, notice.params["posts"]) == (cast.moderator, 3)
    assert notice.path == f"{reverse('accounts:inbox')}?account={account.pk}&state=not_measurable"
    assert unanswered(now)["flagged"] == 0
    # Another later on is told by itself; a deadline that is moved and runs out is told again.
    asked(account, now)
    moves.move_deadline(posts[0], to=now + HOUR, reason="Holidays", by=cast.moderator, now=now)
    assert look_yourself(now + DAY / 24) == {"posts": 2, "told": 1}


def test_the_notice_counts_all_that_wait_however_many_pages_the_sweep_takes(connection, account, now, monkeypatch):
    monkeypatch.setattr(sweeps, "PAGE", 2)
    for _number in range(5):
        asked(account, now)
    assert look_yourself(now)["posts"] == 5
    [notice] = told()
    assert notice.params["posts"] == 5


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({}, False),
        ({"failures": 9}, False),
        ({"complete_until": None}, False),
        ({"complete_until": -HOUR / 2}, True),  # after it was due
        ({"complete_until": -DAY + HOUR}, True),  # before that, but soon there is news
        ({"complete_until": -DAY - HOUR}, False),
        ({"backfilled_at": None, "complete_until": None}, True),  # still reading back
        ({"backfilled_at": None, "complete_until": None, "last_fetch_at": -2 * DAY}, False),
    ],
)
def test_when_an_answer_cannot_be_seen(connection, account, now, changes, seen):
    moments = {name: now + value if isinstance(value, dt.timedelta) else value for name, value in changes.items()}
    Connection.objects.update(**moments)
    asked(account, now)
    assert Post.objects.unseen(now).exists() != seen


@pytest.mark.parametrize(
    "fields",
    [
        {"answer_due_at": "later"},
        {"source": Post.Source.HAND},
        {"source": Post.Source.API},
        {"outcome": "answered", "closed_at": "now"},
        {"flagged_at": "now"},
    ],
)
def test_what_is_measured_or_over(connection, account, now, fields):
    moments = {"later": now + HOUR, "now": now}
    given = {name: moments.get(value, value) for name, value in fields.items()}
    factories.post(account, **{"source": Post.Source.PLATFORM, "answer_due_at": now - HOUR} | given)
    assert not Post.objects.unseen(now).exists()


def test_kinds_that_are_never_measured_are_told_when_their_time_is_up(account, cast, now):
    factories.assign(account, cast.moderator, Part.LEAD)
    asked(account, now, due=-HOUR, measurable=False)
    assert look_yourself(now)["posts"] == remind(now)["reminded"] == 0
    assert look_yourself(now + 2 * HOUR)["posts"] == 1


def test_list_and_page_say_it(client, connection, account, cast):
    now = timezone.now()
    Connection.objects.update(complete_until=now - 3 * DAY, last_fetch_at=now)
    post = asked(account, now, text="Når åpner dere?")
    client.force_login(cast.moderator)
    assert LOOK in client.get(reverse("accounts:inbox"), {"state": "not_measurable"}).content.decode()
    page = client.get(post.get_absolute_url()).content.decode()
    assert LOOK in page
    assert "Look on the platform" in page


# --- the connection itself ---


def test_what_is_read_without_failures_and_never_whole_is_flagged_once(connection, cast, now):
    assert connections(now) == {"flagged": 1, "closed": 0}
    assert connections(now) == connections(now + DAY) == {"flagged": 0, "closed": 0}
    flag = Flag.objects.get()
    assert flag.found == {"incomplete_since_at": (now - 3 * DAY).isoformat()}
    people = set(Notice.objects.filter(event="flag_raised").values_list("person__email", flat=True))
    assert {cast.moderator.email, cast.section.email} <= people
    Connection.objects.update(complete_until=now + DAY, activity_until=now + DAY)
    assert connections(now + DAY) == {"flagged": 0, "closed": 1}


@pytest.mark.parametrize(
    ("changes", "flagged"),
    [
        ({"complete_until": -23 * HOUR}, 0),
        ({"complete_until": -25 * HOUR}, 1),
        ({"complete_until": 0 * HOUR, "activity_until": -25 * HOUR}, 1),  # all but when it last published
        ({"complete_until": 0 * HOUR, "activity_until": None, "failures": 1}, 1),  # which nobody has ever known
        ({"complete_until": 0 * HOUR, "activity_until": None}, 0),
        ({"complete_until": None, "backfilled_at": None}, 0),
        ({"complete_until": None, "backfilled_at": None, "last_fetch_at": -2 * DAY}, 1),  # nobody reads at all
        ({"remote_state": "gone"}, 0),  # which is told as that
        ({"resumed_at": -HOUR}, 0),
        ({"resumed_at": -2 * DAY}, 1),
        ({"paused_at": -HOUR}, 0),
    ],
)
def test_what_has_not_been_read_whole_in_time(connection, cast, now, changes, flagged):
    moments = {name: now + value if isinstance(value, dt.timedelta) else value for name, value in changes.items()}
    if "paused_at" in changes:
        moments["paused_by"] = cast.moderator
    Connection.objects.update(**moments)
    assert connections(now)["flagged"] == flagged


def test_who_resumes_it_is_given_the_whole_time(connection, cast, now):
    pause(connection, by=cast.moderator, now=now)
    resume(connection, by=cast.moderator, now=now + 9 * DAY)
    assert connections(now + 9 * DAY)["flagged"] == 0
    assert connections(now + 11 * DAY)["flagged"] == 1


def test_the_list_of_connections_says_it(client, connection, cast):
    Connection.objects.update(complete_until=timezone.now() - 3 * DAY, last_fetch_at=timezone.now())
    client.force_login(cast.moderator)
    page = client.get(reverse("accounts:connections")).content.decode()
    assert "Read in part" in page
    assert "Look on the platform yourself" in page
