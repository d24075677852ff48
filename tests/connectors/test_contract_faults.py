"""Whatever goes wrong between a platform and us: every connector says so by a ConnectorError, and by nothing else.

A server that fails strikes each call that a connector makes, one after another; the other faults of the proxy the
first and the last call of each thing that is asked.
"""

import datetime as dt

import pytest

from accounts.connectors.errors import ConnectorError, ErrorCode
from tests.connectors.world import DAY, HOUR, error_of
from tests.connectors.worlds.registry import on_all

TOO_LATE = 0.15  # seconds
FAULTS = {
    "429": ErrorCode.LIMITED,
    "429-retry-after": ErrorCode.LIMITED,
    "500": ErrorCode.UNREACHABLE,
    "half": ErrorCode.UNREACHABLE,
    "broken-json": ErrorCode.BAD_ANSWER,
    "html": ErrorCode.BAD_ANSWER,
    "redirect-private": ErrorCode.BAD_ANSWER,
    "redirect-private-10": ErrorCode.BAD_ANSWER,
    "huge": ErrorCode.TOO_LARGE,
}
SLOW = {"timeout": "READ_SECONDS", "slow-drip": "WHOLE_CALL_SECONDS"}


def asks_of(world):
    """Everything a connector can be asked, as calls of a connector."""
    asks = {name: (lambda read, name=name: getattr(read, name)()) for name in ("check", "account", "activity")}
    for stream in world.kind.streams:
        asks[stream] = lambda read, stream=stream: read.fetch(stream, "", since=world.now - 30 * DAY)
    if world.kind.reread_at_most:
        question = world.ask(at=world.now - 5 * HOUR)
        answer = world.answer(question, at=world.now - 4 * HOUR)
        asks["reread"] = lambda read: read.reread([answer.known, question.known])
    return asks


def assert_sound(problem: ConnectorError, world, fault: str = "", now: dt.datetime | None = None) -> None:
    """It passes by itself, says until when where the platform says it, and tells no secret."""
    assert not problem.permanent
    assert problem.retry_at == (now + dt.timedelta(seconds=120) if fault == "429-retry-after" else None)
    # Neither in what is shown nor in what a log would tell of where it came from.
    for told in (str(problem), repr(problem), problem.detail, str(problem.__cause__ or "")):
        assert not [secret for secret in world.secrets if secret in told]


@on_all()
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call(world, fault, monkeypatch):
    monkeypatch.setattr("accounts.connectors.http.MOST_BYTES", 200_000)  # so that too much comes soon
    struck = 0
    for name, ask in asks_of(world).items():
        begun = len(world.proxy.calls)
        ask(world.connector())
        calls = len(world.proxy.calls) - begun
        for place in range(calls) if fault == "500" else sorted({0, calls - 1}):
            world.proxy.next(*[""] * place, fault)  # some calls pass, and then one does not
            read = world.connector()
            problem = error_of(lambda ask=ask, read=read: ask(read))
            assert problem.code == FAULTS[fault], (name, place)
            assert_sound(problem, world, fault, read.access.now)
            world.proxy.calm()
            struck += 1
    assert struck >= 3


@on_all()
@pytest.mark.parametrize("fault", SLOW)
def test_who_answers_too_slowly_is_not_waited_for(world, fault, monkeypatch):
    asks = asks_of(world)
    monkeypatch.setattr(f"accounts.connectors.http.{SLOW[fault]}", TOO_LATE)
    world.proxy.always(fault)
    for ask in asks.values():
        problem = error_of(lambda ask=ask: ask(world.connector()))
        assert problem.code == ErrorCode.UNREACHABLE
        assert_sound(problem, world)


@on_all()
def test_nothing_listens_at_all(world):
    asks = asks_of(world)
    world.proxy.close()
    for ask in asks.values():
        problem = error_of(lambda ask=ask: ask(world.connector()))
        assert problem.code == ErrorCode.UNREACHABLE
        assert_sound(problem, world)
