"""What every connector promises (accounts/connectors/base.py), asked of each of them against its platform."""

import pytest

from accounts.connectors import REGISTRY
from accounts.connectors.base import FetchedPost
from tests.connectors.world import HOUR, Remark
from tests.connectors.worlds.registry import WORLDS

# Still without a world of their own.
MISSING: set[str] = set()


def needs(world, *names):
    """Leave out what the platform does not know; that it knows, `test_capabilities_are_true` says."""
    if not world.knows(*names):
        pytest.skip(f"{world.platform} knows no {', '.join(names)}")


def assert_told(post: FetchedPost, remark: Remark) -> None:
    for name in ("kind", "text", "author", "thread_id", "parent_id", "own"):
        assert getattr(post, name) == getattr(remark, name), name
    assert post.posted_at == remark.at
    assert (post.removed, post.hidden) == (False, False)


def test_every_connector_has_a_world():
    assert set(WORLDS) | MISSING == set(REGISTRY)
    assert not set(WORLDS) & MISSING, "these are there now: strike them from MISSING"


def test_questions_and_answers_come_as_they_were_said(world):
    needs(world, "ask", "answer")
    asked = world.ask("Når åpner dere? 🏊", at=world.now - 5 * HOUR)
    answered = world.answer(asked, "Klokka ti", at=world.now - 4 * HOUR)
    found = world.walk().by_id
    assert {asked.id, answered.id} == set(found)
    for remark in (asked, answered):
        assert_told(found[remark.id], remark)
