"""Claims at the same instant, on PostgreSQL in threads: one wins, the others are told who."""

import pytest

from accounts.inbox import claims, moves
from accounts.inbox.models import Post
from accounts.inbox.moves import PostConflict
from accounts.register.choices import Part
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from tests import factories
from tests.faults.test_post_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_six_take_one_post_on(account, cast, now):
    post = factories.post(account)
    people = [cast.moderator, cast.deputy, cast.principal, cast.chief, cast.section, cast.leader]
    results = at_once(*(lambda by=by: claims.claim(post, by=by, now=now) for by in people))
    assert results.count(True) == 1
    winner = people[results.index(True)]
    told = [str(result) for result in results if isinstance(result, PostConflict)]
    assert told == [f"{winner.name} has taken it on."] * 5
    assert Post.objects.get().claimed_by == winner
    assert AuditEvent.objects.filter(event="post.claimed").count() == 1


def test_taken_on_while_it_is_closed(account, cast, now):
    """Whatever comes first: a closed post is nobody's."""
    posts = [factories.post(account) for _number in range(30)]

    def close_all():
        for post in posts:
            moves.close(post, outcome="answered", by=cast.deputy, now=now)

    def claim_all():
        for post in posts:
            try:
                claims.claim(post, by=cast.moderator, now=now)
            except PostConflict:
                continue

    at_once(close_all, claim_all)
    assert Post.objects.closed().count() == 30
    assert not Post.objects.filter(claims.live(now)).exists()


def test_handed_over_twice_at_once_tells_once(account, cast, now):
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    post = factories.post(account)
    results = at_once(*[lambda: claims.hand_over(post, to=cast.deputy, by=cast.moderator, now=now)] * 4)
    assert sorted(results) == [False, False, False, True]
    assert Notice.objects.count() == 1
    assert AuditEvent.objects.filter(event="post.handed_over").count() == 1
