"""One conversation is one matter: one answer, one clock, one flag, one row. In flat threads, whom an answer is for."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from accounts.connectors.base import FetchedPost
from accounts.flags.models import Flag
from accounts.inbox import moves
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import ingest, take_in
from accounts.inbox.models import Post
from accounts.inbox.sweeps import remind, unanswered
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories

QUERIES = 14
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
SEEN = frozenset({"comment", "reply", "mention", "message"})


@pytest.fixture
def on_x(body):
    return factories.account(unit=body.nordvik, platform=factories.platform("x"))


def line(now, remote_id, minute, parent="", author="@kari", *, own=False, thread="1", **fields) -> FetchedPost:
    said = {"kind": "mention", "text": remote_id, "thread_id": thread, "parent_id": parent, "own": own} | fields
    return FetchedPost(remote_id, posted_at=now - 2 * HOUR + minute * MINUTE, author="" if own else author, **said)


def ends(account) -> dict:
    return {post.remote_id: post.answer and post.answer.remote_id for post in account.posts.select_related("answer")}


def in_every_order(account, posts, expected, now):
    """However they arrive, one by one or together, it ends so."""
    for order in itertools.islice(itertools.permutations(posts), 0, None, 5):
        Post.objects.all().delete()
        account.replies.all().delete()
        for post in order:
            take_in(account, [post], answers_seen=SEEN, now=now)
        assert ends(account) == expected, [post.remote_id for post in order]
        heads = set(account.posts.open().standing_alone().values_list("remote_id", flat=True))
        take_in(account, posts, answers_seen=SEEN, now=now)
        assert (ends(account), set(account.posts.open().standing_alone().values_list("remote_id", flat=True))) == (
            expected,
            heads,
        )


# --- whom an answer in a flat thread is for ---

TWO_ASKERS = [("k1", 0, "P", "Kari Nordmann"), ("o1", 5, "k1", "Ola Hansen")]
FLAT = [
    ("Kari Nordmann Mandag 17. august.", "k1", {"k1": "s1", "o1": None}),
    ("@Kari Nordmann: mandag", "k1", {"k1": "s1", "o1": None}),
    ("Hei Kari! Mandag.", "k1", {"k1": "s1", "o1": None}),
    ("Ola Hansen 2000 kroner", "k1", {"k1": None, "o1": "s1"}),
    ("2000 kroner", "k1", {"k1": None, "o1": "s1"}),
    ("Karianne Nordmann vet det", "k1", {"k1": None, "o1": "s1"}),
    ("@Per Olsen takk for tipset", "k1", {"k1": None, "o1": None}),
    ("Kari Nordmann Mandag 17. august.", "P", {"k1": "s1", "o1": None}),  # beside them, by name
    ("Skolen starter mandag", "P", {"k1": None, "o1": None}),  # beside them, to everybody
    ("2000 kroner", "o1", {"k1": None, "o1": "s1"}),  # where a platform does say what it answers
]


@pytest.mark.parametrize(("text", "parent", "expected"), FLAT)
def test_in_a_flat_thread_an_answer_is_for_whom_it_names(account, now, text, parent, expected):
    posts = [line(now, one, minute, below, author, thread="P") for one, minute, below, author in TWO_ASKERS]
    in_every_order(account, [*posts, line(now, "s1", 9, parent, own=True, thread="P", text=text)], expected, now)


def test_each_answer_that_names_nobody_takes_the_newest_question_that_is_left(account, now):
    posts = [line(now, f"q{n}", n, "c" if n else "P", f"Person {n}", thread="P") for n in range(3)]
    posts[0] = line(now, "c", 0, "P", "Person 0", thread="P")
    own = [line(now, f"a{n}", 10 + n, "c", own=True, thread="P", text="Ja") for n in range(2)]
    in_every_order(account, [*posts, *own], {"c": None, "q1": "a1", "q2": "a0"}, now)


def test_a_second_word_to_somebody_answered_already_is_nobody_elses_answer(account, now):
    posts = [line(now, one, minute, below, author, thread="P") for one, minute, below, author in TWO_ASKERS]
    own = [line(now, f"s{n}", 8 + n, "k1", own=True, thread="P", text="Kari Nordmann mandag") for n in range(2)]
    in_every_order(account, [*posts, *own], {"k1": "s0", "o1": None}, now)


def test_all_that_one_asked_below_a_comment_is_answered_together(account, now):
    posts = [
        line(now, "k1", 0, "P", "Kari Nordmann", thread="P"),
        line(now, "k2", 2, "k1", "Kari Nordmann", thread="P"),
        line(now, "o1", 3, "k1", "Ola Hansen", thread="P"),
        line(now, "s1", 9, "k1", own=True, thread="P", text="Kari Nordmann mandag"),
    ]
    in_every_order(account, posts, {"k1": "s1", "k2": "s1", "o1": None}, now)


def test_numbered_comments_beside_each_other_are_one_question_and_others_are_not(account, now):
    posts = [
        *(line(now, f"k{n}", n, "P", "Kari", thread="P", text=f"del {n}/3") for n in (1, 2, 3)),
        line(now, "k4", 4, "P", "Kari", thread="P", text="Noe annet 17/8"),
        line(now, "s1", 9, "k3", own=True, thread="P", text="Ja"),
    ]
    take_in(account, posts, answers_seen=SEEN, now=now)
    assert ends(account) == {"k1": "s1", "k2": "s1", "k3": "s1", "k4": None}


# --- where threads are trees ---

PARTS = [("1", 0, ""), ("2", 1, "1"), ("3", 2, "2")]
TREES = [
    ([("r", 30, "3")], {"1": "r", "2": "r", "3": "r"}),
    ([("r", 30, "1")], {"1": "r", "2": "r", "3": "r"}),
    ([("r", 1.5, "1")], {"1": "r", "2": "r", "3": None}),  # what was said after it is a new question
    ([("r", 1.5, "1"), ("s", 40, "3")], {"1": "r", "2": "r", "3": "s"}),
]


@pytest.mark.parametrize(("own", "expected"), TREES)
def test_one_question_in_parts_is_answered_by_one_answer(on_x, now, own, expected):
    posts = [line(now, *part) for part in PARTS] + [line(now, *reply, own=True) for reply in own]
    in_every_order(on_x, posts, expected, now)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_also_where_no_thread_is_known_but_only_what_each_answers(on_x, now, order):
    items = [
        Incoming(str(n), text=f"{n}/4", author="kari", parent_id=str(n - 1) if n > 1 else "", posted_at=now - HOUR)
        for n in range(1, 5)
    ]
    for place in order:
        ingest(on_x, [items[place]], source=Post.Source.API, now=now)
    assert on_x.posts.values("matter").distinct().count() == 1
    take_in(on_x, [line(now, "r", 100, "4", own=True, thread="")], answers_seen=SEEN, now=now)
    assert set(ends(on_x).values()) == {"r"}


def test_what_others_say_was_answered_ends_what_was_said_before_it(on_x, now):
    said = {"author": "kari", "thread_id": "t"}
    items = [Incoming(str(n), posted_at=now - (9 - n) * HOUR, **said) for n in range(4)]
    ingest(on_x, items, source=Post.Source.API, now=now)
    answered = Incoming("1", posted_at=now - 8 * HOUR, answered_at=now - 7.5 * HOUR, **said)
    ingest(on_x, [answered], source=Post.Source.API, now=now)
    assert set(on_x.posts.open().values_list("remote_id", flat=True)) == {"2", "3"}
    assert on_x.posts.open().standing_alone().get().remote_id == "2"


def test_others_in_the_same_thread_still_wait(on_x, now):
    posts = [line(now, *part) for part in PARTS] + [line(now, "o", 3, "3", "@ola")]
    in_every_order(on_x, [*posts, line(now, "r", 9, "3", own=True)], {"1": "r", "2": "r", "3": "r", "o": None}, now)


def test_two_private_messages_in_a_row_are_answered_by_one(on_x, now):
    posts = [line(now, f"m{n}", n, kind="message", thread="talk") for n in range(2)]
    answer = line(now, "r", 9, kind="message", thread="talk", own=True)
    in_every_order(on_x, [*posts, answer], {"m0": "r", "m1": "r"}, now)


def test_a_removed_answer_opens_the_whole_conversation(on_x, now):
    posts = [line(now, *part) for part in PARTS] + [line(now, "r", 9, "3", own=True)]
    take_in(on_x, posts, answers_seen=SEEN, now=now)
    take_in(on_x, [FetchedPost("r", "reply", None, removed=True)], answers_seen=SEEN, now=now + 2 * HOUR)
    assert set(ends(on_x).values()) == {None}
    assert on_x.posts.open().standing_alone().get().remote_id == "1"


# --- one clock, one flag, one row ---


@pytest.fixture
def asked(on_x, cast, now):
    factories.assign(on_x, cast.moderator, Part.LEAD)
    take_in(on_x, [line(now, *part) for part in PARTS], answers_seen=SEEN, now=now)
    return on_x


def test_a_conversation_is_told_reminded_and_flagged_once_from_its_first_word(asked, now):
    first = asked.posts.get(remote_id="1")
    assert Notice.objects.filter(event="post_arrived").count() == 1
    assert remind(first.answer_due_at - MINUTE)["reminded"] == 1
    assert unanswered(first.answer_due_at)["flagged"] == 1
    assert unanswered(first.answer_due_at + HOUR)["flagged"] == 0
    assert Flag.objects.get().post == first


def test_what_comes_late_but_was_said_earlier_takes_the_flag_of_nobody(asked, now):
    due = asked.posts.get(remote_id="1").answer_due_at
    unanswered(due)
    take_in(asked, [line(now, "0", -30)], answers_seen=SEEN, now=due)
    unanswered(due + HOUR)
    assert Flag.objects.get().post.remote_id == "1"


def test_the_inbox_shows_it_once_and_its_page_shows_all(asked, cast, login, now):
    client = login(cast.moderator)
    page = client.get("/inbox/?scope=all").content.decode()
    assert page.count("data-row") == 1
    assert "2 more posts before it" in page
    assert ">\n                  3\n" in page  # the newest words
    first = asked.posts.get(remote_id="1")
    assert f'href="/posts/{first.pk}/' in page
    shown = client.get(f"/posts/{first.pk}/").content.decode()
    assert "One conversation, one answer" in shown
    assert all(post.get_absolute_url() in shown for post in asked.posts.exclude(pk=first.pk))


def test_the_list_costs_the_same_with_long_conversations(asked, cast, login, now, django_assert_num_queries):
    client = login(cast.moderator)
    client.get("/inbox/?scope=all")
    with django_assert_num_queries(QUERIES):
        client.get("/inbox/?scope=all")
    more = [line(now, f"x{n}", n, "1") for n in range(10, 60)] + [line(now, f"y{n}", n, "1", "@ola") for n in range(20)]
    take_in(asked, more, answers_seen=SEEN, now=now)
    with django_assert_num_queries(QUERIES):
        page = client.get("/inbox/?scope=all").content.decode()
    assert page.count("data-row") == 2


def test_closed_by_a_person_it_is_closed_whole_and_opened_whole(asked, cast, now):
    last = asked.posts.get(remote_id="3")
    assert moves.close(last, outcome="answered", by=cast.moderator, now=now)
    assert not asked.posts.open().exists()
    assert AuditEvent.objects.filter(event="post.closed").count() == 3
    assert moves.reopen(last, by=cast.moderator, now=now + MINUTE)
    assert asked.posts.open().count() == 3
    assert asked.posts.open().standing_alone().get().remote_id == "1"


def test_the_section_sees_what_it_has_whichever_of_a_conversation_that_is(asked, cast, login, now):
    last = asked.posts.get(remote_id="3")
    moves.triage(last, tone="negative", concerns=["reputation"], by=cast.moderator, now=now)
    page = login(cast.section).get("/inbox/?scope=section").content.decode()
    assert page.count("data-row") == 1
    assert f'href="/posts/{last.pk}/' in page


def test_it_is_taken_on_whole(asked, cast, login):
    client = login(cast.moderator)
    last = asked.posts.get(remote_id="3")
    client.post(f"/posts/{last.pk}/claim/")
    assert asked.posts.get(claimed_by=cast.moderator).remote_id == "1"
    assert "You have taken it on" in client.get(f"/posts/{last.pk}/").content.decode()
    assert "You have taken it on" in client.get("/inbox/?scope=all").content.decode()


def test_one_that_is_removed_leaves_the_others_waiting(asked, cast, now):
    moves.remove(asked.posts.get(remote_id="1"), reason="offensive", by=cast.moderator, now=now)
    assert asked.posts.open().standing_alone().get().remote_id == "2"
    assert asked.posts.open().count() == 2


def test_a_holding_reply_holds_the_whole(asked, cast, now):
    take_in(asked, [line(now, "r", 9, "3", own=True)], answers_seen=SEEN, now=now)
    moves.hold(asked.posts.get(remote_id="3"), by=cast.moderator, now=now)
    take_in(asked, [line(now, "r", 9, "3", own=True)], answers_seen=SEEN, now=now)
    assert asked.posts.open().count() == 3
    take_in(asked, [line(now, "full", 50, "1", own=True)], answers_seen=SEEN, now=now)
    assert set(ends(asked).values()) == {"full"}


def test_what_need_not_be_answered_lets_the_next_stand_first(asked, cast, now):
    moves.triage(asked.posts.get(remote_id="1"), tone="positive", concerns=[], by=cast.moderator, now=timezone.now())
    due = asked.posts.get(remote_id="1").answer_due_at
    assert asked.posts.open().standing_alone().get().remote_id == ("2" if due is None else "1")


def test_its_time_is_moved_whole_whichever_is_named(asked, cast, now):
    last = asked.posts.get(remote_id="3")
    assert moves.move_deadline(last, to=now + 9 * HOUR, reason="Holidays", by=cast.moderator, now=now)
    assert asked.posts.open().standing_alone().get().answer_due_at == now + 9 * HOUR
    assert not moves.move_deadline(last, to=now + 9 * HOUR, reason="Holidays", by=cast.moderator, now=now)
