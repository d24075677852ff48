"""What a connector is: one platform's interface, read on behalf of one account. Nothing in this package imports models.

A connector only reads. It says what the platform said, in one shape for all platforms, and what it could not find
out; what follows from that (deadlines, flags, closing) is decided by `accounts.platforms.fetches` and `accounts.inbox`.

A connector never sleeps and never retries: it raises ConnectorError, which says whether trying again helps and when.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.connectors.facts import Facts
from accounts.connectors.http import Http


class Capability(TextChoices):
    """What a platform lets the body read. What is missing here is “not measurable”, never “none”."""

    ACTIVITY = "activity", _("When the account last published")
    COMMENTS = "comments", _("Comments and replies")
    MENTIONS = "mentions", _("Mentions")
    MESSAGES = "messages", _("Direct messages")
    REVIEWS = "reviews", _("Reviews")
    OWN_REPLIES = "own_replies", _("The body’s own replies")
    REMOVALS = "removals", _("What was edited, deleted or hidden")
    STATE = "state", _("Whether the account is gone, suspended or renamed")
    WEBHOOK = "webhook", _("Tells the portal at once (webhook)")


class RemoteState(TextChoices):
    ACTIVE = "active", _("Active")
    GONE = "gone", _("Not found any more")
    # Where the platform says the same of both, and the access has all rights that we know it needs.
    UNSEEN = "unseen", _("Not found: it is gone, or the access may no longer see it")
    SUSPENDED = "suspended", _("Suspended by the platform")


@dataclass(frozen=True)
class RemoteAccount:
    """The account as the platform knows it. `external_id` never changes; handles do, and get taken over.

    `handle` is empty where the platform cannot tell it now: what is known stands.
    """

    external_id: str
    handle: str
    url: str = ""
    name: str = ""
    state: RemoteState = RemoteState.ACTIVE


@dataclass(frozen=True)
class Checked:
    """What trying the credentials showed. `expires_at` None: they do not expire, or the platform does not say."""

    account: RemoteAccount
    expires_at: dt.datetime | None = None
    missing_rights: tuple[str, ...] = ()


@dataclass(frozen=True)
class Activity:
    """The newest thing the account published; `last_at` None: nothing yet.

    `shared_at`: the newest thing of others that it shared, where the platform tells the two apart. `undated`: how many
    things may be newer and have no date that can be read, so silence proves nothing. `note` comes back as
    `Access.noted` at the next look.
    """

    last_at: dt.datetime | None
    shared_at: dt.datetime | None = None
    undated: int = 0
    note: str = ""

    def last(self, *, sharing: bool) -> dt.datetime | None:
        """The newest sign of life, where `sharing` says whether sharing others' posts is one."""
        return max((at for at in (self.last_at, self.shared_at if sharing else None) if at), default=None)


@dataclass(frozen=True)
class FetchedPost:
    """One thing said: to the account, or by it (`own`). Moments are aware and the platform's own.

    `kind` is a value of `Post.Kind`. `parent_id` is what it replies to, `thread_id` the post everything hangs from;
    on flat platforms replies to a comment share its `parent_id`. `removed`: it is gone on the platform (its text is
    then empty); `hidden`: there, but hidden from the public. `author_id` is empty where the platform hides it.
    """

    remote_id: str
    kind: str
    posted_at: dt.datetime | None
    text: str = ""
    author: str = ""
    author_id: str = ""
    url: str = ""
    thread_id: str = ""
    parent_id: str = ""
    language: str = ""
    own: bool = False
    private: bool = False
    removed: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Page:
    """One page of a stream, in any order; a post may come again on a later page or fetch.

    `cursor` is opaque and is kept once the page is stored; `more`: another page waits now. `complete` False: something
    within the page could not be read, so silence proves nothing.
    """

    posts: Sequence[FetchedPost] = ()
    cursor: str = ""
    more: bool = False
    complete: bool = True


@dataclass(frozen=True)
class Credential:
    """One thing that whoever connects an account fills in."""

    name: str
    label: Any
    help_text: Any = ""
    secret: bool = False
    required: bool = True
    kind: str = "text"  # "text", "url", "number"


@dataclass(frozen=True)
class Guide:
    """What to do at the platform before the account can be connected: steps in order, then the rights that are read."""

    steps: tuple[Any, ...]
    rights: tuple[tuple[str, Any], ...] = ()
    note: Any = ""
    link: str = ""


@dataclass
class Access:
    """With what, and as which account, a connector reads. `external_id` is empty until the account was checked.

    `keep` stores credentials that the platform has just replaced (rotating refresh tokens), at once and for good.
    """

    credentials: dict[str, str]
    now: dt.datetime
    external_id: str = ""
    handle: str = ""
    url: str = ""
    noted: str = ""  # `Activity.note` of the last look
    keep: Callable[[Mapping[str, str]], None] = field(default=lambda changed: None)


class Connector(ABC):
    """One platform. Subclasses state what they can and how an account is connected; instances read one account."""

    facts: ClassVar[Facts]
    platform: ClassVar[str]  # the code among the facts: Platform.code
    # Where the interface lives; empty where each account names its own server. Tests point it to loopback.
    base_url: ClassVar[str] = ""
    capabilities: ClassVar[frozenset[Capability]]
    # Kinds of posts (Post.Kind) whose answers by the body this connector sees. Others are “not measurable”.
    answers_seen: ClassVar[frozenset[str]] = frozenset()
    credentials: ClassVar[tuple[Credential, ...]] = ()
    guide: ClassVar[Guide]
    # Read in this order in each fetch.
    streams: ClassVar[tuple[str, ...]] = ()
    # Replies to a comment share its id as parent, whichever of them they answer.
    flat: ClassVar[bool] = False
    # Whether it tells the names of those who write. Where it does not, nobody can tell for whom the body's next words
    # below its own comment are: questions there are “not measurable”.
    tells_names: ClassVar[bool] = True
    # How many posts one call of `reread` takes; 0: it cannot.
    reread_at_most: ClassVar[int] = 0
    # How often that is worth it; zero: in each fetch. Posts that are about to be flagged are read anew in any case.
    reread_interval: ClassVar[dt.timedelta] = dt.timedelta(0)
    # How often, at the most, one account is fetched.
    shortest_interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=5)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "facts" in vars(cls):
            cls.platform = cls.facts.code

    def __init__(self, access: Access, http: Http):
        self.access, self.http = access, http

    @property
    def base(self) -> str:
        """Where the platform's interface lies: in the world, or where the settings say."""
        address: str = settings.CONNECTOR_ADDRESSES.get(self.platform, self.base_url)
        return address

    @classmethod
    def is_same(cls, known_id: str, found_id: str) -> bool:
        """Whether two ids are one account's, as the platform told them at different times."""
        return known_id == found_id

    @abstractmethod
    def check(self) -> Checked:
        """Try the credentials: whose they are, until when, what they lack. Raises ConnectorError."""

    @abstractmethod
    def account(self) -> RemoteAccount:
        """The account now, found by `external_id`; state GONE or SUSPENDED is an answer. Raises ConnectorError."""

    @abstractmethod
    def activity(self) -> Activity:
        """When the account last published by itself. Raises ConnectorError."""

    def fetch(self, stream: str, cursor: str, *, since: dt.datetime) -> Page:
        """One page of a stream, from the cursor on (empty: from the start), nothing older than `since` needed.

        Without `Capability.COMMENTS` and the like there are no streams. Raises ConnectorError.
        """
        raise NotImplementedError(stream)

    def reread(self, posts: Sequence[FetchedPost]) -> Page:
        """Known open posts as they are now, with the body's own replies to them; gone ones as `removed`.

        At most `reread_at_most` of them; each has its ids and nothing else. Raises ConnectorError.
        """
        raise NotImplementedError
