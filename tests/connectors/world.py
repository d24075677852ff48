"""A platform with an account of ours on it, and what people do there: what test_contract.py asks of every connector.

There is one `World` for each connector, and it stands in `WORLDS` (worlds/registry.py). To add one:

1. Subclass `World` in worlds/on_<platform>.py. `begin` starts the platform (a fake of worlds/, or what the session
   fixture named by `server` gives) and returns its address; `end` stops it. The connector only ever gets to the
   address of `self.proxy`, which passes everything on and spoils answers on demand.
2. Write `external_id`, `credentials`, `publish`, and what people can do there: `ask`, `answer`, `share`, `edit`,
   `remove`, `hide`, `rename`, `suspend`, `go_away`, `revoke`. What is not overridden the platform does not know
   (`knows`), and the contract leaves it out there.
3. `ask` and `answer` return a `Remark`: what the connector must say of it later, word for word.
4. Set `several` to what makes more than one page, and the class is found. A platform that cannot date things
   back says `backdates = False` and gives the platform's own moments in its remarks; one that needs PostgreSQL names it
   in `marks`. What has very many comments only slowly lowers `many`.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
from django.test import override_settings

from accounts.connectors import REGISTRY
from accounts.connectors.base import Access, Connector, FetchedPost, Page, RemoteState
from accounts.connectors.errors import ConnectorError
from accounts.connectors.http import Http
from tests.connectors.faulty import FaultyProxy

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Remark:
    """One thing said on the platform, as a connector must tell of it."""

    id: str
    at: dt.datetime
    text: str = ""
    kind: str = "comment"
    author: str = ""
    thread_id: str = ""
    parent_id: str = ""
    own: bool = False

    @property
    def known(self) -> FetchedPost:
        """As the portal hands it in to be read again: ids and nothing else."""
        return FetchedPost(self.id, self.kind, None, thread_id=self.thread_id, parent_id=self.parent_id)


@dataclass
class Walk:
    """All pages of all streams: `posts` in the order they came, where each stream ended, and what it took."""

    posts: list[FetchedPost] = field(default_factory=list)
    cursors: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    calls: int = 0
    complete: bool = True

    @property
    def by_id(self) -> dict[str, FetchedPost]:
        return {post.remote_id: post for post in self.posts}


class World(ABC):
    """One platform with one account of ours."""

    platform: ClassVar[str]
    server: ClassVar[str] = ""  # a session fixture, whose value `begin` is given
    marks: ClassVar[tuple] = ()  # of pytest
    backdates: ClassVar[bool] = True  # things can be said at another moment than now
    several: ClassVar[int] = 110  # comments that do not fit on one page
    many: ClassVar[int] = 2_000  # comments where there are very many; fewer on real servers, which take their time
    per_page: ClassVar[int | None] = None  # pages made so small that real servers need few comments; None: as it is
    hands_out: ClassVar[int | None] = None  # so many of them and no more; None: all
    # What the platform knows and this server cannot be brought to do: tried in the platform's own tests.
    elsewhere: ClassVar[frozenset[str]] = frozenset()
    gone: ClassVar[RemoteState] = RemoteState.GONE  # or what it may be, where the platform says the same of more
    answers_are_activity: ClassVar[bool] = False  # telling them from publications would cost
    rereading_finds_more: ClassVar[bool] = False  # what others said below, where no stream may bring it
    handle = "fjordvik"
    ends_at: dt.datetime | None = None  # of the access, where the platform says so

    def __init__(self, now: dt.datetime, server: Any = None):
        self._now, self.kept = now, {}
        self.proxy = FaultyProxy(self.begin(server))

    @abstractmethod
    def begin(self, server: Any) -> str:
        """Start the platform, or a corner of it; its address."""

    @abstractmethod
    def end(self) -> None:
        """Stop what `begin` started."""

    @property
    def now(self) -> dt.datetime:
        return self._now

    @property
    @abstractmethod
    def external_id(self) -> str:
        """Of the account of ours."""

    @property
    @abstractmethod
    def credentials(self) -> dict[str, str]:
        """As whoever connects the account fills them in."""

    # --- what happens there ---

    @abstractmethod
    def publish(self, text: str = "News", *, at: dt.datetime | None = None) -> Remark:
        """We put something out; `at` None: now."""

    def ask(
        self, text: str = "Hi", *, at: dt.datetime | None = None, to: Remark | None = None, author: str = "kari"
    ) -> Remark:
        """A citizen says something to us, or under what somebody else said to us (`to`)."""
        raise NotImplementedError

    def ask_each(self, moments: Iterable[dt.datetime | None]) -> list[Remark]:
        """A question at each of these moments."""
        return [self.ask(f"Question {number}", at=at) for number, at in enumerate(moments)]

    def answer(self, to: Remark, text: str = "Hello", *, at: dt.datetime | None = None) -> Remark:
        """The body replies."""
        raise NotImplementedError

    def share(self, said: Collection[Remark]) -> dt.datetime:
        """We pass on what others said, each in turn; the moment at which we passed the last one on."""
        raise NotImplementedError

    def edit(self, remark: Remark, text: str) -> None:
        raise NotImplementedError

    def remove(self, remark: Remark) -> None:
        raise NotImplementedError

    def hide(self, remark: Remark) -> None:
        raise NotImplementedError

    def rename(self, handle: str) -> str:
        """The account gets another handle; how a connector says it."""
        raise NotImplementedError

    def unresolve(self) -> None:
        """The account's name leads nowhere, or elsewhere in another form, as happens for an hour."""
        raise NotImplementedError

    def suspend(self) -> None:
        raise NotImplementedError

    def go_away(self) -> None:
        """The account is deleted."""
        raise NotImplementedError

    def revoke(self) -> None:
        """What the account is read with is worth nothing any more."""
        raise NotImplementedError

    @classmethod
    def knows(cls, *names: str) -> bool:
        """Whether all this can happen on the platform."""
        return all(getattr(cls, name) is not getattr(World, name) for name in names)

    # --- how it is read ---

    @property
    def kind(self) -> type[Connector]:
        return REGISTRY[self.platform]

    @property
    def secrets(self) -> set[str]:
        names = {credential.name for credential in self.kind.credentials if credential.secret}
        return {value for name, value in (self.credentials | self.kept).items() if name in names and value}

    def access(self, **changes: Any) -> Access:
        fields = {"credentials": self.credentials | self.kept, "now": self.now, "external_id": self.external_id}
        return Access(**fields | {"handle": self.handle, "keep": self.kept.update} | changes)

    def connector(self, **changes: Any) -> Connector:
        access = self.access(**changes)
        return self.kind(access, Http(access.now))

    def walk(
        self,
        cursors: dict[str, str] | None = None,
        *,
        since: dt.timedelta = 30 * DAY,
        streams: Collection[str] | None = None,
    ) -> Walk:
        """Every page of every stream, or of these alone, each from its cursor on."""
        walk = Walk(cursors=dict(cursors or {}))
        for stream in self.kind.streams if streams is None else streams:
            connector, more = self.connector(), True
            while more:
                page = connector.fetch(stream, walk.cursors.get(stream, ""), since=self.now - since)
                walk.posts += page.posts
                walk.cursors[stream], more = page.cursor, page.more
                walk.complete = walk.complete and page.complete
                walk.pages += 1
                assert walk.pages < 2000, "a walk without end"
            walk.calls += connector.http.calls
        return walk

    def reread(self, *remarks: Remark) -> Page:
        return self.connector().reread([remark.known for remark in remarks])

    @property
    def addresses(self) -> dict[str, str]:
        """The setting CONNECTOR_ADDRESSES; empty where the account names its server itself."""
        return {self.platform: self.proxy.address} if self.kind.base_url else {}


def error_of(call: Callable[[], Any]) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        call()
    return caught.value


@contextmanager
def opened(kind: type[World], now: dt.datetime, server: Any = None) -> Iterator[World]:
    world, pages = kind(now, server), nullcontext()
    if kind.per_page:
        pages = patch(f"{REGISTRY[kind.platform].__module__}.PER_PAGE", kind.per_page)
    try:
        with pages, override_settings(FETCH_LOOPBACK=True, CONNECTOR_ADDRESSES=world.addresses):
            yield world
    finally:
        world.proxy.close()
        world.end()
